"""What stands and what runs: the document behind `lab status`, the table of `up` and `--json`.

It looks at processes and files, and asks a hub that runs for its Applications; so it answers on a
broken lab too. Not here: how it is drawn (`tables.py`).
"""

from importlib import metadata
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from lab import clusters, record, versions
from lab.argocd import report
from lab.argocd.addresses import LISTENERS, Addresses
from lab.argocd.components import REDIS
from lab.argocd.report import ArgoCdReport
from lab.argocd.servers import Servers
from lab.errors import LabError
from lab.layout import Layout
from lab.record import Check, Record, StackRun
from lab.services import AWS, CHARTS, GIT, Services
from lab.stacks import Fleet, StackFile, read_fleet

Kind = Literal["real", "emulated", "stand-in"]


class ClusterStatus(BaseModel):
    """One cluster of the fleet; `seconds` is what the last `pulumi up` of its stack took."""

    stack: str
    role: str
    cluster: str
    account: str
    region: str
    version: str
    address: str
    running: bool
    kubeconfig: Path
    memory_bytes: int
    seconds: float


class PartStatus(BaseModel):
    """One part of the lab: whether it is the real thing, which, and where it came from."""

    part: str
    kind: Kind
    version: str
    origin: str
    address: str = ""
    memory_bytes: int | None = None
    seconds: float | None = None
    running: bool = True
    """False for a process that should be there and is not."""


class Status(BaseModel):
    """The whole lab. `up`: everything runs, and the last `up` reached its end."""

    up: bool
    state_folder: Path
    clusters: list[ClusterStatus] = []
    parts: list[PartStatus] = []
    argocd: ArgoCdReport | None = None
    stacks: dict[str, StackRun] = {}
    checks: list[Check] = []
    seconds: dict[str, float] = {}

    @property
    def memory_bytes(self) -> int:
        """Of everything that runs."""
        parts = sum(part.memory_bytes or 0 for part in self.parts)
        return parts + sum(cluster.memory_bytes for cluster in self.clusters)


_MANAGED_ARGOCD = (
    PartStatus(
        part="Argo CD",
        kind="emulated",
        version="EKS Capability: API, kinds and namespace, no controllers",
        origin="lab/aws/eks",
    ),
)


def collect(layout: Layout) -> Status:
    """Look at the lab; a lab that does not exist is one that is not up."""
    if not layout.record.exists():
        return Status(up=False, state_folder=layout.state)
    found = record.load(layout)
    fleet = read_fleet(layout.root, found.spokes)
    services = Services(layout=layout)
    of_clusters = _clusters(layout, fleet, found)
    parts = [
        *_servers(services, found),
        *(_MANAGED_ARGOCD if fleet.managed_argocd else ()),
        *_argocd_processes(layout, found),
        *_programs(found),
        *_plugins(found),
        *_charts(found),
    ]
    running = all(each.running for each in (*of_clusters, *parts))
    return Status(
        up=found.complete and running,
        state_folder=layout.state,
        clusters=of_clusters,
        parts=parts,
        argocd=report.collect(layout, found, fleet.hub),
        stacks=found.stacks,
        checks=found.checks,
        seconds=found.seconds,
    )


def _clusters(layout: Layout, fleet: Fleet, found: Record) -> list[ClusterStatus]:
    existing = {
        (cluster.account, cluster.region, cluster.name): cluster
        for cluster in clusters.find(layout)
    }
    return [
        _cluster(layout, stack, existing.get(_place(stack)), found.stacks.get(stack.name))
        for stack in fleet.stacks
    ]


def _place(stack: StackFile) -> tuple[str, str, str]:
    return stack.text("account", "id"), stack.text("region"), stack.text("cluster", "name")


def _cluster(
    layout: Layout,
    stack: StackFile,
    existing: clusters.EmulatedCluster | None,
    last: StackRun | None,
) -> ClusterStatus:
    account, region, name = _place(stack)
    running = existing is not None and existing.control_plane.running
    version = address = ""
    if existing is not None and running:
        try:
            version = existing.control_plane.version()
            address = existing.control_plane.endpoint.server
        except LabError:
            running = False
    return ClusterStatus(
        stack=stack.name,
        role=stack.text("role"),
        cluster=name,
        account=account,
        region=region,
        version=version,
        address=address,
        running=running,
        kubeconfig=layout.kubeconfig(stack.name),
        memory_bytes=existing.memory_bytes if existing else 0,
        seconds=last.seconds if last else 0,
    )


def _servers(services: Services, found: Record) -> list[PartStatus]:
    def server(name: str, part: PartStatus) -> PartStatus:
        memory = services.processes.memory_bytes(name)
        return part.model_copy(update={"memory_bytes": memory, "running": services.running(name)})

    return [
        server(
            AWS,
            PartStatus(
                part="AWS APIs",
                address=found.aws_endpoint,
                kind="emulated",
                version=f"moto {metadata.version('moto')} + the lab's EKS, STS, IAM",
                origin="Python package",
                seconds=found.seconds.get("AWS emulator"),
            ),
        ),
        server(
            CHARTS,
            PartStatus(
                part="Argo CD's chart",
                address=found.chart_repository,
                kind="stand-in",
                version=f"CRDs, config of {versions.ARGOCD}; its pods are processes",
                origin="lab/charts",
                seconds=found.seconds.get("chart server"),
            ),
        ),
        server(
            GIT,
            PartStatus(
                part="Git host",
                address=found.platform_repository,
                kind="emulated",
                version="git over https",
                origin="lab/git",
                seconds=found.seconds.get("Git server"),
            ),
        ),
        PartStatus(
            part="nodes and pods",
            kind="emulated",
            version=f"kwok {versions.KWOK}",
            origin="kwok",
        ),
    ]


def _argocd_processes(layout: Layout, found: Record) -> list[PartStatus]:
    """Argo CD's, once the lab got so far as to choose their ports."""
    if not found.argocd_ports:
        return []
    servers, at = Servers(folder=layout.argocd), Addresses(ports=found.argocd_ports)
    programs = {program.name: program for program in found.programs}
    running = servers.running()
    parts: list[PartStatus] = []
    for name, listeners in LISTENERS.items():
        program = programs["redis-server" if name == REDIS else "argocd"]
        parts.append(
            PartStatus(
                part=name,
                address=at.url(listeners[0]),
                kind="real",
                version=program.version,
                origin=program.origin,
                memory_bytes=servers.processes.memory_bytes(name),
                running=name in running,
            )
        )
    return parts


def _charts(found: Record) -> list[PartStatus]:
    return [
        PartStatus(
            part=f"chart {chart.name}",
            kind="stand-in",
            version=chart.version,
            origin="lab/charts",
        )
        for chart in found.charts
    ]


def _programs(found: Record) -> list[PartStatus]:
    return [
        PartStatus(part=program.name, kind="real", version=program.version, origin=program.origin)
        for program in found.programs
    ]


def _plugins(found: Record) -> list[PartStatus]:
    return [
        PartStatus(
            part=f"Pulumi's {plugin.name} {_NOUN.get(plugin.kind, 'plugin')}",
            kind="real" if plugin.official else "stand-in",
            version=plugin.version,
            origin="official release" if plugin.official else "lab/plugins",
        )
        for plugin in found.plugins
    ]


_NOUN = {"language": "language host", "resource": "plugin"}
