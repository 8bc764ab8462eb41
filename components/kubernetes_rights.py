"""Kubernetes rights as data, and the rules of a ClusterRole that they become; pure.

Owns: which verbs an object needs. What could raise somebody's rights is granted by name, its
creation too: the API server authorises the creation by a server-side apply, which is how Argo CD
syncs add-ons, with the object's name. By POST or client-side apply there is no name, and it is
refused. tests/lab/test_hub_rights.py shows both. Not here: the names (`addon_rights.py`), and the
role that the rules go into (`access.py`).

What stays dangerous: a chart's roles may do more than Argo CD itself, so it holds `escalate` and
`bind` on their names. Whoever rules Argo CD, or such a chart, can make of these roles what he wants
and bind them to whom he wants, by bindings of these names; and Velero is bound to cluster-admin,
because it restores anything. Names keep mistakes small and misuse visible in the audit log; they
stop no intruder. For that it takes an admission policy over the contents of these roles, which Argo
CD must not be able to write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import pulumi_kubernetes as k8s

Kinds: TypeAlias = Mapping[str, Sequence[str]]
"""API group → kinds, in the plural as RBAC writes them."""
Objects: TypeAlias = Mapping[tuple[str, str], Sequence[str]]
"""API group and kind → names of objects that have no namespace."""
Rule: TypeAlias = k8s.rbac.v1.PolicyRuleArgsDict

WRITE = ("create", "delete", "patch", "update")
RBAC = "rbac.authorization.k8s.io"
ADMISSION = "admissionregistration.k8s.io"


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What one add-on, or the platform itself, consists of beyond plain workloads."""

    definitions: Kinds = field(default_factory=dict[str, Sequence[str]])
    """Custom resources that it defines."""
    writes: Kinds = field(default_factory=dict[str, Sequence[str]])
    """Kinds that the chart, the platform or teams write, under any name."""
    cluster_roles: Sequence[str] = ()
    cluster_role_bindings: Sequence[str] = ()
    roles: Sequence[str] = ()
    """Roles that may do what Argo CD itself may not."""
    binds: Sequence[str] = ()
    """ClusterRoles of the cluster's own that its bindings name."""
    mutating: Sequence[str] = ()
    """MutatingWebhookConfigurations."""
    validating: Sequence[str] = ()
    """ValidatingWebhookConfigurations."""
    others: Objects = field(default_factory=dict[tuple[str, str], Sequence[str]])


def rules(rights: Rights) -> list[Rule]:
    """The rules that Argo CD needs to make, change and remove all of it, and no more."""
    return [
        *_kinds(rights.writes, WRITE),
        *_named(RBAC, "clusterroles", rights.cluster_roles, (*WRITE, "escalate", "bind")),
        *_named(RBAC, "clusterroles", rights.binds, ("bind",)),
        # Any Role may be written already, as long as it grants no more than Argo CD has.
        *_named(RBAC, "roles", rights.roles, ("escalate", "bind")),
        *_objects(rights, WRITE),
    ]


def removals(rights: Rights) -> list[Rule]:
    """The rules that Argo CD needs to remove all of it, which raise nobody."""
    return [
        *_kinds(rights.writes, ("delete",)),
        *_named(RBAC, "clusterroles", rights.cluster_roles, ("delete",)),
        *_objects(rights, ("delete",)),
    ]


def _objects(rights: Rights, verbs: Sequence[str]) -> list[Rule]:
    crds = [f"{kind}.{group}" for group, kinds in rights.definitions.items() for kind in kinds]
    named: dict[tuple[str, str], Sequence[str]] = {
        ("apiextensions.k8s.io", "customresourcedefinitions"): crds,
        (RBAC, "clusterrolebindings"): rights.cluster_role_bindings,
        (ADMISSION, "mutatingwebhookconfigurations"): rights.mutating,
        (ADMISSION, "validatingwebhookconfigurations"): rights.validating,
        **rights.others,
    }
    return [
        rule for (group, kind), names in named.items() for rule in _named(group, kind, names, verbs)
    ]


def _kinds(kinds: Kinds, verbs: Sequence[str]) -> list[Rule]:
    return [
        {"api_groups": [group], "resources": list(names), "verbs": list(verbs)}
        for group, names in kinds.items()
    ]


def _named(group: str, kind: str, names: Sequence[str], verbs: Sequence[str]) -> list[Rule]:
    """No rule without names: an empty list of them would mean every object."""
    if not names:
        return []
    return [
        {
            "api_groups": [group],
            "resources": [kind],
            "resource_names": list(names),
            "verbs": list(verbs),
        }
    ]
