"""The platform's policy for teams, gitops/charts/team-cluster/policy.yaml, and the mistakes in it.

Owns: the form of that file. Not here: holding teams to it (`checks/`); the chart of teams reads the
same file and refuses to render what breaks it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from components.team_rules import TeamPolicy, policy_findings
from fleet import documents, quantities
from fleet.mistakes import Mistake, nearest, shown
from fleet.nodes import Node
from fleet.sync_windows import window_mistakes

FILE = "gitops/charts/team-cluster/policy.yaml"
RESOURCES = ("cpu", "memory", "pods", "storage", "loadBalancers")
"""What a quota may limit, and a cluster has so much of."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What every team is allowed; what is malformed in the file is left out here."""

    node: Node

    @property
    def repositories(self) -> list[str]:
        """Globs of what services may come from, besides the platform's repository."""
        return _texts(self.node["repositories"])

    @property
    def kinds(self) -> frozenset[tuple[str, str]]:
        """Group and kind of what services may contain."""
        kinds = self.node["kinds"].elements()
        return frozenset((kind["group"].text, kind["kind"].text) for kind in kinds)

    @property
    def reserved_namespaces(self) -> list[str]:
        """Namespaces of Kubernetes and the platform."""
        return _texts(self.node["reservedNamespaces"])

    @property
    def reserved_teams(self) -> list[str]:
        """Names that no team may have."""
        return _texts(self.node["reservedTeams"])

    @property
    def of_aws(self) -> TeamPolicy:
        """What access and workload roles are held to, as the stacks hold them."""
        return TeamPolicy(
            principals=_texts(self.node["principals"]),
            workload_actions=frozenset(_texts(self.node["workloadActions"])),
            workload_accounts=_texts(self.node["workloadAccounts"]),
            workload_resources={
                team: _texts(arns) for team, arns in self.node["workloadResources"].items()
            },
        )

    def capacity(self, environment: str) -> Mapping[str, Decimal]:
        """What one cluster of that environment has, by resource."""
        amounts = {
            name: quantities.parse(node.value)
            for name, node in self.node["capacity"][environment].items()
        }
        return {name: amount for name, amount in amounts.items() if amount is not None}

    def allows_repository(self, url: str) -> bool:
        """Whether a glob covers the address; `*` stands for any text, as in the chart."""
        return any(
            re.fullmatch(re.escape(glob).replace(r"\*", ".*"), url) for glob in self.repositories
        )


def read(root: Path) -> tuple[Policy | None, list[Mistake]]:
    """The policy of the project at `root`; None where the file cannot be read."""
    document, mistakes = documents.load(root / FILE, root)
    if document is None:
        return None, mistakes
    node = document.root
    if not isinstance(node.value, dict):
        return None, [node.mistake("is no mapping", "write keys and values, as repositories: []")]
    for key in _FORMS:
        if not node[key].exists:
            mistakes.append(node.mistake(f"has no {key}", "add it"))
    for key, value in node.items():
        form = _FORMS.get(key)
        if form is None:
            mistakes.append(value.mistake("unknown key", nearest(key, _FORMS)))
        else:
            mistakes += form(value)
    policy = Policy(node=node)
    for place, problem, remedy in policy_findings(policy.of_aws):
        mistakes.append(node[place].mistake(problem, remedy))
    return policy, mistakes


def _texts(node: Node) -> list[str]:
    return [element.text for element in node.elements() if element.text]


def _list_of_texts(node: Node) -> Iterator[Mistake]:
    if not isinstance(node.value, list):
        yield node.mistake(f"is {shown(node.value)}", "write a list of texts")
    for element in node.elements():
        if not element.text:
            yield element.mistake(f"{shown(element.value)} is no text", "write a text, in quotes")


def _kinds(node: Node) -> Iterator[Mistake]:
    if not isinstance(node.value, list):
        yield node.mistake(f"is {shown(node.value)}", "write a list of {group: …, kind: …}")
    for element in node.elements():
        keys = {key for key, _ in element.items()}
        group = element["group"].value
        if keys != {"group", "kind"} or not isinstance(group, str) or not element["kind"].text:
            remedy = 'write {group: apps, kind: Deployment}, with group: "" for the core'
            yield element.mistake("names no kind", remedy)


def _capacity(node: Node) -> Iterator[Mistake]:
    if not isinstance(node.value, dict):
        yield node.mistake(f"is {shown(node.value)}", 'write dev: {cpu: "64", …}')
    for _, resources in node.items():
        if not isinstance(resources.value, dict):
            yield resources.mistake(f"is {shown(resources.value)}", 'write {cpu: "64", …}')
        for name, amount in resources.items():
            if name not in RESOURCES:
                yield amount.mistake("unknown key", nearest(name, RESOURCES))
            elif quantities.parse(amount.value) is None:
                remedy = 'write a number or a quantity like "64" or 256Gi'
                yield amount.mistake(f"{shown(amount.value)} is no quantity", remedy)


def _texts_by_team(node: Node) -> Iterator[Mistake]:
    if not isinstance(node.value, dict):
        yield node.mistake(f"is {shown(node.value)}", "write shop: [arn:…]")
    for _, texts in node.items():
        yield from _list_of_texts(texts)


def _windows(node: Node) -> Iterator[Mistake]:
    if not isinstance(node.value, dict):
        yield node.mistake(f"is {shown(node.value)}", "write prod: [{kind: deny, …}]")
    for _, windows in node.items():
        if not isinstance(windows.value, list):
            yield windows.mistake(f"is {shown(windows.value)}", "write a list of windows")
        for window in windows.elements():
            yield from _window(window)


def _window(window: Node) -> Iterator[Mistake]:
    keys = ("kind", "schedule", "duration", "timeZone")
    if not isinstance(window.value, dict):
        yield window.mistake(f"is {shown(window.value)}", "write {kind: deny, schedule: …}")
        return
    for key, value in window.items():
        if key not in keys:
            yield value.mistake("unknown key", nearest(key, keys))
    for key in keys[:3]:
        if not window[key].text:
            yield window[key].mistake("is missing", "add it, in quotes")
    if window["kind"].text not in {"", "allow", "deny"}:
        yield window["kind"].mistake(f"{shown(window['kind'].text)}", "write allow or deny")
    yield from window_mistakes(window)


_FORMS: Mapping[str, Callable[[Node], Iterator[Mistake]]] = {
    "repositories": _list_of_texts,
    "kinds": _kinds,
    "reservedNamespaces": _list_of_texts,
    "reservedTeams": _list_of_texts,
    "capacity": _capacity,
    "syncWindows": _windows,
    "principals": _list_of_texts,
    "workloadActions": _list_of_texts,
    "workloadAccounts": _list_of_texts,
    "workloadResources": _texts_by_team,
}
