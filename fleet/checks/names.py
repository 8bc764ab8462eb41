"""Names: what a team and its environments may be called, and what two of them would share.

All of Argo CD's objects lie in one namespace of the hub, and a name there is made of parts with
hyphens between, some of which hold hyphens themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fleet.clusters import Cluster
from fleet.mistakes import Mistake, shown
from fleet.nodes import Node
from fleet.policy import FILE as POLICY_FILE
from fleet.project import Project
from fleet.teams import Environment, Team

ADDONS = "gitops/addons"
GUARDRAILS = "guardrails"


@dataclass(frozen=True, kw_only=True)
class _Named:
    """One object of Argo CD, what it is there for, and what in a file asks for it."""

    kind: str
    name: str
    purpose: str
    node: Node | None
    """None where the platform itself asks for it."""


def check(project: Project) -> Iterator[Mistake]:
    """Names that are taken: by the folder, by the platform, by another team."""
    for team in project.teams:
        yield from _team(project, team)
    for environment in project.environments():
        yield from _environment(project, environment)
    yield from _shared([*_of_platform(project), *_of_teams(project)])


def _team(project: Project, team: Team) -> Iterator[Mistake]:
    if team.node is None:
        return
    node = team.node["team"]
    if node.text and node.text != team.name:
        yield node.mistake(
            f"{shown(node.text)} is not the folder's name",
            f"write team: {team.name}, or rename the folder",
        )
    if project.policy and team.name in project.policy.reserved_teams:
        remedy = f"take another name; {POLICY_FILE} lists the taken ones"
        yield node.mistake(f"{shown(team.name)} is a name of the platform's", remedy)
    fleet = team.node["fleet"]
    if fleet.exists:
        yield fleet.mistake("is a key that the platform sets itself", "remove it")


def _environment(project: Project, environment: Environment) -> Iterator[Mistake]:
    if project.policy and environment.namespace in project.policy.reserved_namespaces:
        yield environment.node.mistake(
            f"makes the namespace {environment.namespace}, which is the platform's",
            "take another name",
        )


def _of_platform(project: Project) -> Iterator[_Named]:
    """What `bootstrap` makes: one ApplicationSet for each add-on, one Application a cluster."""
    folder = project.root / ADDONS
    addons = [path.name for path in sorted(folder.iterdir())] if folder.is_dir() else []
    for addon in ("baseline", *addons):
        yield _Named(kind="ApplicationSet", name=addon, purpose=f"{addon} itself", node=None)
        for cluster in (project.fleet.hub, *project.fleet.spokes) if project.fleet else ():
            name = f"{addon}-{cluster.name}"
            purpose = f"{addon} on {cluster.name}"
            yield _Named(kind="Application", name=name, purpose=purpose, node=None)


def _of_teams(project: Project) -> Iterator[_Named]:
    for team in project.teams:
        if team.node is not None:
            name, purpose = f"team-{team.name}", f"team {team.name}"
            yield _Named(kind="Application", name=name, purpose=purpose, node=team.node["team"])
    for environment in project.environments():
        yield _Named(
            kind="ApplicationSet",
            name=environment.namespace,
            purpose=f"team {environment.team}'s environment {environment.name}",
            node=environment.node,
        )
        for cluster in environment.on(project.fleet):
            yield from _on_cluster(environment, cluster)


def _on_cluster(environment: Environment, cluster: Cluster) -> Iterator[_Named]:
    name = f"{environment.namespace}-{cluster.name}"
    place = f"team {environment.team}'s environment {environment.name} on {cluster.name}"
    yield _Named(kind="Application", name=name, purpose=place, node=environment.node)
    guardrails = f"the guardrails of {place}"
    yield _Named(
        kind="Application", name=f"{name}-{GUARDRAILS}", purpose=guardrails, node=environment.node
    )
    # The schema refuses a service of the guardrails' name, and says so better.
    services = ((name, node) for name, node in environment.services() if name != GUARDRAILS)
    for service, node in services:
        purpose = f"service {service} of {place}"
        yield _Named(kind="Application", name=f"{name}-{service}", purpose=purpose, node=node)


def _shared(objects: list[_Named]) -> Iterator[Mistake]:
    """Every later claim to a name, and the first one, too, where it is another team's."""
    first: dict[tuple[str, str], _Named] = {}
    for found in objects:
        other = first.setdefault((found.kind, found.name), found)
        if other is found:
            continue
        for mine, theirs in ((found, other), (other, found)):
            if mine.node is not None:
                yield mine.node.mistake(
                    f"asks for the {mine.kind} {mine.name}, which is already for {theirs.purpose}",
                    "rename one of the two",
                )
