"""What the hub's Argo CD made of Git, for `lab status`, and how a person logs in to it.

Not here: the processes behind it (`lab.status`), and how it is drawn (`lab.tables`).
"""

from pydantic import BaseModel

from lab.argocd import applications, hub
from lab.argocd.addresses import Addresses
from lab.argocd.applications import Application
from lab.argocd.components import SERVER
from lab.argocd.identities import identity
from lab.argocd.kubectl import NAMESPACE
from lab.errors import LabError
from lab.layout import Layout
from lab.record import Record
from lab.stacks import StackFile


class ArgoCdReport(BaseModel):
    """All of its Applications, or why they are not known."""

    address: str
    username: str = "admin"
    password_command: str = f"argocd admin initial-password --namespace {NAMESPACE}"
    """Works in `lab env`; nothing else prints the password."""
    applications: list[Application] = []
    unsettled: list[str] = []
    """A line for each that is not Synced and Healthy."""
    unknown: str = ""
    """Why the Applications are not known; empty when they are."""


def collect(layout: Layout, found: Record, stack: StackFile) -> ArgoCdReport | None:
    """Ask the hub; None before a lab got so far as to choose Argo CD's ports."""
    if not found.argocd_ports:
        return None
    address = Addresses(ports=found.argocd_ports).url("server")
    try:
        endpoint = hub.find(layout, found, stack).endpoint
        seen = applications.read(identity(layout.argocd, SERVER).api(endpoint))
    except LabError as error:
        return ArgoCdReport(address=address, unknown=error.message)
    return ArgoCdReport(
        address=address, applications=list(seen.applications), unsettled=seen.unsettled()
    )
