"""What an environment opens to: addresses, and namespaces that must be somebody's."""

import ipaddress
from collections.abc import Iterator

from fleet.mistakes import Mistake, nearest, shown
from fleet.nodes import Node
from fleet.project import Project


def check(project: Project) -> Iterator[Mistake]:
    """Networks that are none, and namespaces that nobody has."""
    namespaces = _Namespaces(project)
    for environment in project.environments():
        network = environment.node["network"]
        for target in network["egressTo"].elements():
            yield from _cidr(target["cidr"])
            yield from namespaces.mistakes(target["namespace"])
        for namespace in network["ingressFrom"].elements():
            yield from namespaces.mistakes(namespace)


def _cidr(cidr: Node) -> Iterator[Mistake]:
    if not cidr.text:
        return
    try:
        ipaddress.ip_network(cidr.text)
    except ValueError:
        yield cidr.mistake(f"{shown(cidr.text)} is no network", _cidr_remedy(cidr.text))


def _cidr_remedy(text: str) -> str:
    """An address with a prefix is nearly one: say which network it lies in."""
    try:
        return f"did you mean {ipaddress.ip_network(text, strict=False)}?"
    except ValueError:
        return "write one like 10.20.0.0/16, or 0.0.0.0/0 for everywhere"


class _Namespaces:
    """The namespaces that there are: of teams, and of Kubernetes and the platform."""

    def __init__(self, project: Project) -> None:
        self.known = {environment.namespace for environment in project.environments()}
        self.known |= set(project.policy.reserved_namespaces) if project.policy else set[str]()
        # What an unreadable file would say is not known: its namespaces are taken on trust.
        self.trusted = tuple(f"{team.name}-" for team in project.teams if team.node is None)
        self.complete = project.policy is not None

    def mistakes(self, namespace: Node) -> Iterator[Mistake]:
        """A namespace that nobody has."""
        name = namespace.text
        if name in {"", *self.known} or name.startswith(self.trusted) or not self.complete:
            return
        problem = f"nobody has a namespace {shown(name)}"
        yield namespace.mistake(problem, nearest(name, self.known))
