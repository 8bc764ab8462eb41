"""`team render`: what each cluster would get of the teams, printed or as files.

Owns: the order and form of what is printed. Not here: finding it out (`expansion.py`).
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from fleet import manifests
from fleet.errors import ExitCode, FleetError
from fleet.expansion import Application, Tree
from fleet.failures import failures
from fleet.helm import Helm
from fleet.mistakes import nearest

HelmOption = Annotated[str, typer.Option("--helm", help="The helm program; from PATH by default.")]
_CLUSTER_WIDE = "cluster-wide"
"""Where objects are grouped that are in no namespace."""


def command(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[TEAM]...", help="All, if none is named.")
    ] = None,
    cluster: Annotated[str, typer.Option(help="One cluster, the hub included.")] = "",
    output: Annotated[
        Path | None, typer.Option(help="A new folder: one file a cluster, namespace, Application.")
    ] = None,
    only_names: Annotated[
        bool, typer.Option("--names", help="Cluster, Application and object, without the objects.")
    ] = False,
    helm: HelmOption = "helm",
) -> None:
    """What each cluster would get, as Argo CD would make it. Exit 1: something does not render."""
    with failures():
        applications = collect(Tree.read(context.obj, Helm.find(helm)), names or [], cluster)
        if output is not None:
            write(applications, output)
        else:
            typer.echo("\n".join(tree(applications) if only_names else documents(applications)))
    failed = [application for application in applications if application.failure]
    for application in failed:
        typer.echo(f"{application.name}: does not render: {application.failure}", err=True)
    if failed:
        raise typer.Exit(ExitCode.MISTAKES)


def collect(project: Tree, names: Sequence[str], cluster: str = "") -> list[Application]:
    """The Applications of the teams named, or of all, on one cluster or on all.

    Raises:
        FleetError: there is no such team or cluster.
    """
    known = project.teams()
    for name in names:
        if name not in known:
            raise FleetError(f"there is no team {name}", nearest(name, known))
    order = [project.fleet.hub.name, *(spoke.name for spoke in project.fleet.spokes)]
    if cluster and cluster not in order:
        raise FleetError(f"there is no cluster {cluster}", nearest(cluster, order))
    found = [one for name in names or known for one in project.expand(name)]
    return sorted(
        (one for one in found if cluster in {"", one.cluster}),
        key=lambda one: order.index(one.cluster) if one.cluster in order else len(order),
    )


def tree(applications: Sequence[Application]) -> Iterator[str]:
    """Cluster, Application and object, each a step further in."""
    for cluster, on_it in groupby(applications, lambda application: application.cluster):
        yield cluster
        for application in on_it:
            yield f"  {application.name}{_without(application)}"
            for manifest in application.objects:
                yield f"    {manifests.identity(manifest)}"


def documents(applications: Sequence[Application]) -> Iterator[str]:
    """YAML documents, cluster by cluster and namespace by namespace."""
    for cluster, on_it in groupby(applications, lambda application: application.cluster):
        yield f"# Cluster {cluster}"
        for namespace, pairs in _by_namespace(list(on_it)):
            where = f"Namespace {namespace}" if namespace else _CLUSTER_WIDE.capitalize()
            yield f"# {where} on {cluster}"
            for application, texts in pairs:
                yield _head(application)
                yield from (f"---\n{text}" for text in texts)


def write(applications: Sequence[Application], folder: Path) -> None:
    """The same as files; only into a folder without any, so that none is left over from before.

    Raises:
        FleetError: there is something in the folder, or no way to write there.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise FleetError(f"{folder} is not an empty folder", "name a new one")
    try:
        for cluster, on_it in groupby(applications, lambda application: application.cluster):
            for namespace, pairs in _by_namespace(list(on_it)):
                for application, texts in pairs:
                    path = folder / cluster / (namespace or _CLUSTER_WIDE)
                    path.mkdir(parents=True, exist_ok=True)
                    head = _head(application)
                    body = "".join(f"---\n{text}" for text in texts)
                    (path / f"{_file(application)}.yaml").write_text(f"{head}\n{body}")
    except OSError as error:
        raise FleetError(f"{folder} cannot be written ({error.strerror})", "name another") from None


def _by_namespace(
    applications: Sequence[Application],
) -> Iterator[tuple[str, list[tuple[Application, list[str]]]]]:
    """The objects of each namespace, with whose they are; what has none is where it would be."""
    places: dict[str, list[tuple[Application, list[str]]]] = {}
    for application in applications:
        grouped: dict[str, list[str]] = {}
        for manifest in application.objects:
            identity = manifests.identity(manifest)
            grouped.setdefault(identity.namespace, []).append(manifests.dump(manifest))
        for namespace, texts in (grouped or {application.namespace: []}).items():
            places.setdefault(namespace, []).append((application, texts))
    yield from sorted(places.items())


def _file(application: Application) -> str:
    """A dot, which no Application of a team's has, tells them apart."""
    return f"aws.{application.namespace}" if application.by_stack else application.name


def _head(application: Application) -> str:
    what = "By `pulumi up`," if application.by_stack else "Application"
    return f"# {what} {application.name}{_without(application)}"


def _without(application: Application) -> str:
    """Why an Application is followed by no objects."""
    if application.failure:
        return f": does not render: {application.failure}"
    return f": not rendered: {application.elsewhere}" if application.elsewhere else ""
