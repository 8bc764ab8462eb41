"""Groups of people: what a team may not call a group."""

from collections.abc import Iterator

from fleet.mistakes import Mistake, shown
from fleet.nodes import Node
from fleet.project import Project

_KUBERNETES_OWN = "system:"


def check(project: Project) -> Iterator[Mistake]:
    """Groups that Kubernetes gives a meaning of its own, as system:authenticated: everybody."""
    for group in _groups(project):
        if group.text.startswith(_KUBERNETES_OWN):
            yield group.mistake(
                f"{shown(group.text)} is a group of Kubernetes itself",
                "name a group of the identity provider",
            )


def _groups(project: Project) -> Iterator[Node]:
    for node in (team.node for team in project.teams if team.node is not None):
        for role in ("lead", "developer", "viewer"):
            yield from node["owners"][role].elements()
    for environment in project.environments():
        for access in ("edit", "view"):
            yield from environment.node["access"][access].elements()
