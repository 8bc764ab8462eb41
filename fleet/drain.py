"""`fleet drain`: lifts the hub's guard from one cluster's secret, after showing what hangs on it.

Owns: what is shown, the question, the mark, and what to do next. It takes nothing away itself. Not
here: the guard (`components/guard.py`).
"""

import base64
import binascii
import shlex
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from components import conventions
from fleet.errors import ExitCode, FleetError
from fleet.kubectl import Kubectl, Manifest

MARK = conventions.DRAINED_ANNOTATION
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Rollout", "CronJob", "Job")
"""Kinds whose end is felt; what else an Application holds is not counted."""
_SELECTOR = f"{conventions.CLUSTER_LABEL}={conventions.CLUSTER_LABEL_VALUE}"


class NotConfirmedError(FleetError):
    """Nobody said yes; nothing was changed."""

    code = ExitCode.MISTAKES


@dataclass(frozen=True, kw_only=True)
class ClusterSecret:
    """An Argo CD cluster secret: what Applications know the cluster by."""

    secret: str
    name: str
    server: str
    labels: Mapping[str, str]
    drained: bool

    @classmethod
    def of(cls, manifest: Manifest) -> "ClusterSecret":
        """As the API server tells it."""
        metadata: Mapping[str, Any] = manifest["metadata"]
        annotations: Mapping[str, str] = metadata.get("annotations") or {}
        data: Mapping[str, str] = manifest.get("data") or {}
        return cls(
            secret=metadata["name"],
            name=_decoded(data.get("name", "")),
            server=_decoded(data.get("server", "")),
            labels=metadata.get("labels") or {},
            drained=annotations.get(MARK) == "true",
        )

    def has(self, application: Manifest) -> bool:
        """Whether an Application deploys to it."""
        destination: Mapping[str, Any] = application.get("spec", {}).get("destination") or {}
        by_name, by_server = destination.get("name"), destination.get("server")
        return by_name == self.name if by_name else by_server == self.server


def drain(
    context: typer.Context,
    cluster: Annotated[str, typer.Argument(help="The cluster, by the name Argo CD has for it.")],
    kube_context: Annotated[
        str, typer.Option("--context", help="The hub, as your kubeconfig calls it.")
    ] = "",
    kubeconfig: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Where the hub is found.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Guard the cluster again.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Let a cluster be relabelled or removed: shows what runs on it, asks, says what comes next."""
    try:
        kubectl = Kubectl.find(conventions.ARGOCD_NAMESPACE, kubeconfig, kube_context)
        found = find(kubectl, cluster)
        if undo:
            guard_again(kubectl, found)
        else:
            let_go(kubectl, found, yes=yes)
            for line in next_steps(kubectl, found, context.obj):
                typer.echo(line)
    except FleetError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(error.code) from None


def find(kubectl: Kubectl, cluster: str) -> ClusterSecret:
    """The secret of a cluster.

    Raises:
        FleetError: there is none of that name.
    """
    known = [ClusterSecret.of(manifest) for manifest in kubectl.list("secrets", _SELECTOR)]
    wanted = conventions.cluster_secret_name(cluster)
    for secret in known:
        if secret.secret == wanted:
            return secret
    names = ", ".join(sorted(secret.name for secret in known))
    if not names:
        problem = f"there is no cluster secret in namespace {kubectl.namespace}"
        raise FleetError(problem, "is this the hub? name it with --context or --kubeconfig")
    raise FleetError(f"there is no secret {wanted}", f"clusters are: {names}")


def let_go(kubectl: Kubectl, found: ClusterSecret, *, yes: bool) -> None:
    """Shows what would go, asks, and sets the mark; asks nothing where it is set already."""
    for line in summary(found, kubectl.list("applications.argoproj.io")):
        typer.echo(line)
    if found.drained:
        typer.echo(f"{found.name} is drained already: the hub guards it no more")
        return
    if not yes:
        _ask(found.name)
    kubectl.annotate(f"secret/{found.secret}", f"{MARK}=true")
    typer.echo(f"{found.name} is drained: nothing has gone yet, and the hub guards it no more")


def guard_again(kubectl: Kubectl, found: ClusterSecret) -> None:
    """Takes the mark away."""
    if found.drained:
        kubectl.annotate(f"secret/{found.secret}", f"{MARK}-")
    typer.echo(f"{found.name} is guarded: the hub refuses to delete, relabel or rename it")


def summary(found: ClusterSecret, applications: Sequence[Manifest]) -> list[str]:
    """One line for each Application on the cluster, with what it runs."""
    there = sorted((one for one in applications if found.has(one)), key=_name)
    if not there:
        return [f"No Application deploys to {found.name}"]
    total = sum((_workloads(one) for one in there), Counter[str]())
    lines = [f"On {found.name}: {_counted(len(there), 'Application')}, {_listed(total)}"]
    return lines + [f"  {_name(one)}: {_listed(_workloads(one))}" for one in there]


def next_steps(kubectl: Kubectl, found: ClusterSecret, root: Path) -> list[str]:
    """What a person does now, in order: nothing else may stand between."""
    from fleet.drain_steps import relabelling, removal  # noqa: PLC0415  # --help needs no Pulumi

    steps = removal(found.name, found.labels, kubectl.arguments, root)
    numbered = [f"  {number}. {step}" for number, step in enumerate(steps, start=1)]
    again = shlex.join(["python", "-m", "fleet", "drain", found.name, "--undo"])
    return ["To remove the cluster:", *numbered, *relabelling(found.name, root, again)]


def interactive() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty()


def _ask(cluster: str) -> None:
    if not interactive():
        raise NotConfirmedError("there is nobody to ask", "say --yes if that shall go")
    answer = typer.prompt(f"Type {cluster} if all of that may go", default="", show_default=False)
    if answer.strip() != cluster:
        raise NotConfirmedError("not confirmed, nothing was changed", f"type {cluster}")


def _name(application: Manifest) -> str:
    return str(application["metadata"]["name"])


def _workloads(application: Manifest) -> Counter[str]:
    resources: Sequence[Mapping[str, Any]] = application.get("status", {}).get("resources") or []
    return Counter(str(one["kind"]) for one in resources if one.get("kind") in WORKLOADS)


def _listed(counts: Mapping[str, int]) -> str:
    known = [_counted(counts[kind], kind) for kind in WORKLOADS if counts.get(kind)]
    return ", ".join(known) or "no workload"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
