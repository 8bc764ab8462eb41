"""The control planes of one lab, found by their folders whoever started them.

The AWS emulator starts and deletes them as stacks ask for it; this is for looking at them, and for
clearing them away when the emulator is gone.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from lab.cluster.control_plane import ControlPlane
from lab.cluster.interface import Binaries, Webhooks
from lab.errors import LabError
from lab.layout import Layout
from lab.processes import wait_until

# As long as a control plane gives itself to start.
START_SECONDS = 120

# Stopping and looking needs neither programs nor webhooks.
_NO_BINARIES = Binaries(
    etcd=Path(),
    kube_apiserver=Path(),
    kube_controller_manager=Path(),
    kube_scheduler=Path(),
    kwok=Path(),
    kwok_stages=Path(),
)
_NO_WEBHOOKS = Webhooks(authentication_url="", authorization_url="")


@dataclass(frozen=True, kw_only=True)
class EmulatedCluster:
    """One cluster as AWS knows it, and the control plane behind it."""

    account: str
    region: str
    name: str
    folder: Path
    control_plane: ControlPlane

    @property
    def place(self) -> str:
        """`<account>/<region>/<name>`."""
        return f"{self.account}/{self.region}/{self.name}"

    @property
    def answers(self) -> bool:
        """Whether all its processes run and its API server answers."""
        try:
            return self.control_plane.running and bool(self.control_plane.version())
        except (LabError, OSError):
            return False

    @property
    def memory_bytes(self) -> int:
        """What all its processes take of the machine's memory."""
        return sum(self.control_plane.memory_bytes().values())


def find(layout: Layout) -> Iterator[EmulatedCluster]:
    """Every cluster that has a folder, running or not."""
    for folder in sorted(layout.clusters.glob("*/*/*")):
        if folder.is_dir():
            account, region, name = folder.relative_to(layout.clusters).parts
            control_plane = ControlPlane(
                folder, name=name, binaries=_NO_BINARIES, webhooks=_NO_WEBHOOKS
            )
            yield EmulatedCluster(
                account=account,
                region=region,
                name=name,
                folder=folder,
                control_plane=control_plane,
            )


def settle(layout: Layout, known: Container[str]) -> None:
    """Wait until every cluster answers, or is gone: a new emulator takes up those that it knows.

    One that it does not know (it was killed before it could note it) is removed: nobody would
    start it, stop it or find it.
    """
    for cluster in find(layout):
        if cluster.place not in known:
            cluster.control_plane.delete()
        wait_until(
            lambda cluster=cluster: cluster.answers or not cluster.folder.exists(),
            what=f"the API server of {cluster.name}",
            timeout_seconds=START_SECONDS,
        )


def delete_all(layout: Layout) -> int:
    """Stop every control plane and remove its folder; returns how many there were."""
    clusters = list(find(layout))
    for cluster in clusters:
        cluster.control_plane.delete()
    return len(clusters)
