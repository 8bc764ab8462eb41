"""People: what a team may not call a group, and whom it may not let in."""

from collections.abc import Iterator

from components import team_rules
from fleet.mistakes import Mistake, shown
from fleet.nodes import Node
from fleet.policy import Policy
from fleet.project import Project
from fleet.teams import Environment

_KUBERNETES_OWN = "system:"


def check(project: Project) -> Iterator[Mistake]:
    """Groups that Kubernetes gives a meaning of its own, and principals that are not for teams."""
    for group in _groups(project):
        if group.text.startswith(_KUBERNETES_OWN):
            yield group.mistake(
                f"{shown(group.text)} is a group of Kubernetes itself",
                "name a group of the identity provider",
            )
    if project.policy is not None:
        for environment in project.environments():
            yield from _access(project, project.policy, environment)


def _groups(project: Project) -> Iterator[Node]:
    for node in (team.node for team in project.teams if team.node is not None):
        for role in ("lead", "developer", "viewer"):
            yield from node["owners"][role].elements()


def _access(project: Project, policy: Policy, environment: Environment) -> Iterator[Mistake]:
    clusters = environment.on(project.fleet)
    for role in ("edit", "view"):
        for principal in environment.node["access"][role].elements():
            if not principal.text:
                continue
            finding = team_rules.principal(principal.text, policy.of_aws)
            if finding:
                problem, remedy = finding
                yield principal.mistake(f"{shown(principal.text)} {problem}", remedy)
            elif found := [one.name for one in clusters if principal.text in one.administrators]:
                yield principal.mistake(f"administers {', '.join(found)} already", "take it out")
