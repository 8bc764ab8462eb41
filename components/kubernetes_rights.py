"""Kubernetes rights as data, and the rules of a ClusterRole that they become; pure.

Owns: which verbs an object needs. What could raise somebody's rights is granted by name, its
creation too: the API server authorises the creation by a server-side apply, which is how Argo CD
syncs add-ons, with the object's name. By POST or client-side apply there is no name, and it is
refused. tests/lab/test_hub_rights.py shows both. Not here: the names (`addon_rights.py`), the role
that the rules go into (`access.py`), and what a role or binding of such a name may hold
(`hub_boundary.py`): a chart's roles may do more than Argo CD itself, so it holds `escalate` and
`bind` on their names, and RBAC alone would let it make of them what it wants.
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
EXTENSIONS = "apiextensions.k8s.io"


def alike(*names: str) -> Mapping[str, str]:
    """Bindings that have the names of the roles that they give."""
    return dict(zip(names, names, strict=True))


@dataclass(frozen=True, kw_only=True)
class Powers:
    """What one of an add-on's roles holds of the rights that raise whoever has them.

    Which rights these are is said in `hub_boundary_roles.py`; a role holds none that is not here.
    """

    reads: Kinds = field(default_factory=dict[str, Sequence[str]])
    writes: Kinds = field(default_factory=dict[str, Sequence[str]])
    """Read, too."""
    specials: Sequence[tuple[str, str, str]] = ()
    """Verb, API group and kind of rights that are neither."""


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What one add-on, or the platform itself, consists of beyond plain workloads."""

    definitions: Kinds = field(default_factory=dict[str, Sequence[str]])
    """Custom resources that it defines."""
    writes: Kinds = field(default_factory=dict[str, Sequence[str]])
    """Kinds that the chart, the platform or teams write, under any name."""
    cluster_roles: Sequence[str] = ()
    cluster_role_bindings: Mapping[str, str] = field(default_factory=dict[str, str])
    """Name → the ClusterRole that it gives to service accounts of the add-on's namespace."""
    roles: Sequence[str] = ()
    """Roles that may do what Argo CD itself may not."""
    elsewhere: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Namespace that is not the add-on's alone → RoleBinding → the Role that it gives."""
    placed: Mapping[tuple[str, str, str], Sequence[str]] = field(
        default_factory=dict[tuple[str, str, str], Sequence[str]]
    )
    """Namespace that is not an add-on's alone, API group and kind → names of other objects."""
    shared_names: Sequence[str] = ()
    """Where the add-on's namespace is not its alone: how its objects' names begin, up to a hyphen
    or the end."""
    powers: Mapping[str, Powers] = field(default_factory=dict[str, Powers])
    """By the name of the role."""
    node_access: bool = False
    """Whether its pods see the node that they are on: its files, its network, its processes."""
    mutating: Sequence[str] = ()
    """MutatingWebhookConfigurations."""
    validating: Sequence[str] = ()
    """ValidatingWebhookConfigurations."""
    others: Objects = field(default_factory=dict[tuple[str, str], Sequence[str]])

    @property
    def binds(self) -> Sequence[str]:
        """ClusterRoles of the cluster's own that its bindings name."""
        named = dict.fromkeys(self.cluster_role_bindings.values())
        return [role for role in named if role not in self.cluster_roles]


def rules(rights: Rights) -> list[Rule]:
    """The rules that Argo CD needs to make, change and remove all of it, and no more."""
    return [
        *_kinds(rights.writes, WRITE),
        *_named(RBAC, "clusterroles", rights.cluster_roles, (*WRITE, "escalate", "bind")),
        *bindings(rights.binds),
        # Any Role may be written already, as long as it grants no more than Argo CD has.
        *_named(RBAC, "roles", rights.roles, ("escalate", "bind")),
        *_objects(rights, WRITE),
    ]


def bindings(cluster_roles: Sequence[str]) -> list[Rule]:
    """The rule with which Argo CD binds ClusterRoles whose rights it does not have itself."""
    return _named(RBAC, "clusterroles", cluster_roles, ("bind",))


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
        (EXTENSIONS, "customresourcedefinitions"): crds,
        (RBAC, "clusterrolebindings"): list(rights.cluster_role_bindings),
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
