"""The hub's ClusterRole on a cluster as single rights, and the stacks to look for it in."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.unit import committed
from tests.unit.addon_stacks import ON_AUTO_MODE, ON_MANAGED_NODES
from tests.unit.configs import CLOSED_SPOKE
from tests.unit.engine import Node, Run

CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    **{stack: (stack, {}) for stack in committed.stack_names()},
    "no-add-on": ("spoke-dev", CLOSED_SPOKE),
    "all-add-ons-auto": ("spoke-dev", ON_AUTO_MODE),
    "all-add-ons-managed": ("spoke-dev", ON_MANAGED_NODES),
}


def rules(run: Run) -> list[dict[str, Any]]:
    """Of the role that group `argocd-hub` is bound to."""
    return of_argo_cd(run, CLUSTER_ROLE).inputs["rules"]


def of_argo_cd(run: Run, kind: str) -> Node:
    """Its one object of a kind, by the name; previews have one too."""
    (found,) = (n for n in run.of(kind) if n.inputs["metadata"]["name"] == "argocd-hub")
    return found


def grants(found: Sequence[Mapping[str, Any]]) -> set[tuple[str, str, str, str]]:
    """Group, kind, verb and name (* for any) of each right; rules as written, or as received."""
    return {
        (group, kind, verb, name)
        for rule in found
        for group in rule.get("apiGroups", rule.get("api_groups", []))
        for kind in rule.get("resources", [])
        for verb in rule["verbs"]
        for name in rule.get("resourceNames", rule.get("resource_names", ["*"]))
    }


def plural(kind: str) -> str:
    """As RBAC writes a kind."""
    lower = kind.lower()
    if lower.endswith("params"):
        return lower
    if lower.endswith("y"):
        return f"{lower[:-1]}ies"
    return f"{lower}es" if lower.endswith("s") else f"{lower}s"
