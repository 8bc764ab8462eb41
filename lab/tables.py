"""How the lab's documents are drawn for a person; `--json` prints the documents themselves."""

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lab.argocd.applications import HEALTHY, SYNCED, Application
from lab.argocd.report import ArgoCdReport
from lab.status import Status

_STYLE = {"real": "green", "emulated": "yellow", "stand-in": "cyan"}


def print_status(console: Console, status: Status) -> None:
    """Clusters, then parts, then Argo CD, then what it took."""
    if status.clusters:
        console.print(_clusters(status))
    if status.parts:
        console.print(_parts(status))
    if status.argocd:
        _print_argocd(console, status.argocd)
    line = "The lab is up" if status.up else "The lab is not up"
    if status.seconds:
        line += f"; its last `up` took {sum(status.seconds.values()):.0f} s"
    if status.memory_bytes:
        line += f"; it takes {megabytes(status.memory_bytes)} of memory"
    console.print(Text(line), soft_wrap=True)


def print_applications(console: Console, found: Sequence[Application]) -> None:
    """Every Application: where it is, and how."""
    table = _table(
        "Applications", "application", "project", "cluster", "namespace", "sync", "health"
    )
    for application in found:
        sync_style = "" if application.sync == SYNCED else "bold red"
        health_style = "" if application.health == HEALTHY else "bold red"
        table.add_row(
            Text(application.name),
            Text(application.project),
            Text(application.cluster),
            Text(application.namespace),
            Text(application.sync, style=sync_style),
            Text(application.health, style=health_style),
        )
    console.print(table)


def _print_argocd(console: Console, argocd: ArgoCdReport) -> None:
    def say(text: str, style: str = "") -> None:
        console.print(Text(text, style=style), soft_wrap=True)

    if argocd.unknown:
        say(f"The Applications are not known: {argocd.unknown}", "yellow")
    else:
        count = len(argocd.applications)
        done = sum(application.settled for application in argocd.applications)
        say(f"{done} of {count} Applications are Synced and Healthy")
    for line in argocd.unsettled:
        say(f"  {line}", "yellow")
    say(
        f"Argo CD is at {argocd.address}; log in as {argocd.username}, "
        f"the password in `lab env`: {argocd.password_command}"
    )


def megabytes(amount: int | None) -> str:
    """`412 MB`; nothing for what is not known."""
    return "" if not amount else f"{amount / 1_000_000:.0f} MB"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in columns:
        right = column in ("memory", "time")
        first = column == columns[0]
        table.add_column(
            column, justify="right" if right else "left", overflow="fold", no_wrap=first
        )
    return table


def _clusters(status: Status) -> Table:
    """Two lines a cluster, so that it fits on a terminal of 80 columns."""
    folder = _from_here(status.clusters[0].kubeconfig.parent)
    table = _table(
        f"Clusters (kubeconfigs in {folder})", "stack", "cluster", "reached at", "memory", "time"
    )
    for cluster in status.clusters:
        version = cluster.version if cluster.running else "does not run"
        table.add_row(
            Text(f"{cluster.stack}\n{cluster.role}"),
            Text(f"{cluster.cluster} {version}\n{cluster.account} {cluster.region}"),
            Text(f"{cluster.address}\n{cluster.kubeconfig.name}"),
            Text(megabytes(cluster.memory_bytes)),
            Text(_seconds(cluster.seconds)),
        )
    return table


def _parts(status: Status) -> Table:
    table = _table("Parts", "part", "is", "version", "from", "memory", "time")
    for part in status.parts:
        table.add_row(
            Text(f"{part.part}\n{part.address}".strip()),
            Text(part.kind, style=_STYLE[part.kind]),
            Text(part.version if part.running else "does not run", style=_alarm(part.running)),
            Text(part.origin),
            Text(megabytes(part.memory_bytes)),
            Text(_seconds(part.seconds)),
        )
    return table


def _alarm(running: bool) -> str:
    return "" if running else "bold red"


def _seconds(amount: float | None) -> str:
    return "" if not amount else f"{amount:.1f} s"


def _from_here(path: Path) -> str:
    """The path as a person would type it in this folder."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
