"""Argo CD's start, from the hub's objects to processes that answer; the same again changes nothing.

Not here: the parts of it (the modules beside this one), and waiting for what Argo CD then does
(`settled.py`).
"""

import base64
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lab.argocd import addresses, webhook_secret
from lab.argocd.addresses import Addresses
from lab.argocd.components import COMPONENTS
from lab.argocd.hub import Hub
from lab.argocd.identities import identity
from lab.argocd.mounts import Mounts
from lab.argocd.plans import Planner
from lab.argocd.pod_environment import Objects
from lab.argocd.servers import Servers
from lab.environment import LOOPBACK
from lab.layout import Layout
from lab.record import Record

PROGRAMS = ("argocd", "argocd-manifests", "argocd-scripts", "helm", "kubectl", "redis-server")


def prepare(layout: Layout, found: Record, hub: Hub) -> Planner:
    """Write everything that the processes read; chooses their ports, which go on record.

    Raises LabError when the hub cannot be asked or lacks what Argo CD's pods need.
    """
    mounts = Mounts(folder=layout.argocd)
    mounts.folder.mkdir(mode=0o700, exist_ok=True)
    found.argocd_ports = addresses.choose(
        found.argocd_ports, running=Servers(folder=layout.argocd).running()
    )
    objects = _objects(hub)
    mounts.link_programs(_programs(found))
    authorities = {LOOPBACK: layout.git_ca} if layout.git_ca.exists() else {}
    mounts.write_certificates(objects, authorities)
    planner = Planner(
        mounts=mounts,
        hub=hub,
        objects=objects,
        addresses=Addresses(ports=found.argocd_ports),
        programs=_programs(found),
        base=dict(os.environ),
        signed_by=webhook_secret.ensure(mounts.folder, hub.kubectl, objects),
    )
    for component in COMPONENTS:
        identity(layout.argocd, component.name).write(hub.kubectl, hub.endpoint, aws=component.aws)
    return planner


def start(layout: Layout, planner: Planner) -> list[str]:
    """Start what does not run as planned, all at once; returns the names when all are healthy.

    Raises LabError when a process ends or does not become healthy.
    """
    servers = Servers(folder=layout.argocd)
    plans = planner.plans()
    early = [plan for plan in plans if plan.name != planner.late()]
    started = servers.ensure(early)
    if len(early) < len(plans):
        servers.wait(early, planner.addresses)
        started += servers.ensure(plans)
    servers.wait(plans, planner.addresses)
    return started


def _programs(found: Record) -> Mapping[str, Path]:
    return {name: found.program(name) for name in PROGRAMS}


def _objects(hub: Hub) -> Objects:
    return {
        (item["kind"], item["metadata"]["name"]): _data(item)
        for item in hub.kubectl.items("configmaps,secrets")
    }


def _data(item: Mapping[str, Any]) -> dict[str, str]:
    data = item.get("data", {})
    if item["kind"] != "Secret":
        return data
    return {key: base64.b64decode(value).decode(errors="replace") for key, value in data.items()}
