"""Quotas: amounts that Kubernetes takes, and what they add up to on each cluster."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from fleet import quantities
from fleet.clusters import Cluster
from fleet.mistakes import Mistake, shown
from fleet.nodes import Node
from fleet.policy import FILE as POLICY_FILE
from fleet.policy import RESOURCES, Policy
from fleet.project import Project

_EXAMPLES = {
    "cpu": 'write cores like "4" or "500m"',
    "memory": "write bytes like 512Mi or 8Gi",
    "storage": "write bytes like 20Gi or 1Ti",
}
_UNITS_OF_CPU = {"", "m"}
_LEAST_BYTES = 1024**2
"""Whoever asks for less meant another unit."""

_Asked = tuple[Cluster, str, Node, Decimal]
"""A cluster, a resource, where a quota says how much of it, and how much."""


def check(project: Project) -> Iterator[Mistake]:
    """Amounts that are none, and more than the clusters have left."""
    for environment in project.environments():
        for resource in _EXAMPLES:
            if found := _malformed(environment.node["quota"][resource], resource):
                yield found
    if project.policy is not None:
        yield from _room(project.policy, list(_asked(project)))


def capacity(project: Project) -> Iterator[Mistake]:
    """Spokes of an environment for which the policy knows no capacity."""
    if project.fleet is None or project.policy is None:
        return
    known = project.policy.node["capacity"]
    for environment in dict.fromkeys(spoke.environment for spoke in project.fleet.spokes):
        if not known[environment].exists:
            yield known.mistake(
                f"has no {environment}, of which the fleet has spokes",
                f"add what one cluster of {environment} has",
            )


def _malformed(node: Node, resource: str) -> Mistake | None:
    """What is wrong with an amount by itself."""
    if not node.text or resource not in _EXAMPLES:
        return None
    amount, unit, problem = quantities.parse(node.text), quantities.unit(node.text), ""
    if amount is None:
        problem = "is no quantity"
    elif amount == 0:
        problem = "lets nothing run"
    elif resource == "cpu" and unit not in _UNITS_OF_CPU:
        problem = "is an amount of bytes"
    elif resource != "cpu" and amount < _LEAST_BYTES:
        problem = f"is {quantities.plain(amount)} bytes"
    return node.mistake(f"{shown(node.text)} {problem}", _EXAMPLES[resource]) if problem else None


def _asked(project: Project) -> Iterator[_Asked]:
    """What each quota asks for, on each cluster that it lands on."""
    for environment in project.environments():
        for cluster in environment.on(project.fleet):
            for resource in RESOURCES:
                node = environment.node["quota"][resource]
                amount = quantities.parse(node.value)
                if amount is not None and _malformed(node, resource) is None:
                    yield cluster, resource, node, amount


def _room(policy: Policy, asked: list[_Asked]) -> Iterator[Mistake]:
    """Whether each quota fits beside all others."""
    taken: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    possible: list[tuple[_Asked, Decimal]] = []
    for cluster, resource, node, amount in asked:
        whole = policy.capacity(cluster.environment).get(resource)
        if whole is None:
            continue
        possible.append(((cluster, resource, node, amount), whole))
        # What no cluster could give is one team's mistake and takes nothing from the others.
        taken[cluster.name, resource] += amount if amount <= whole else 0
    for (cluster, resource, node, amount), whole in possible:
        others = taken[cluster.name, resource] - (amount if amount <= whole else 0)
        if amount > whole - others:
            yield _too_much(node, resource, cluster, (amount, whole - others, whole))


def _too_much(
    node: Node, resource: str, cluster: Cluster, amounts: tuple[Decimal, Decimal, Decimal]
) -> Mistake:
    asked, left, whole = amounts
    rest = "nothing is" if left <= 0 else f"{_amount(left, resource)} are"
    return node.mistake(
        f"asks {_amount(asked, resource)}{_noun(asked, resource)} on {cluster.name}, "
        f"{rest} left of {_amount(whole, resource)}",
        f"ask for less, or have capacity.{cluster.environment} raised in {POLICY_FILE}",
    )


def _amount(amount: Decimal, resource: str) -> str:
    binary = resource in {"memory", "storage"}
    return quantities.binary(amount) if binary else quantities.plain(amount)


def _noun(amount: Decimal, resource: str) -> str:
    nouns = {"cpu": " core", "pods": " pod", "loadBalancers": " load balancer"}
    noun = nouns.get(resource, "")
    return f"{noun}s" if noun and amount != 1 else noun
