"""Rules on rights inside a cluster that this program hands out."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from .rule import Resource, resource_rule, texts

BINDINGS = (
    "kubernetes:rbac.authorization.k8s.io/*:ClusterRoleBinding",
    "kubernetes:rbac.authorization.k8s.io/*:RoleBinding",
)
ROLES = (
    "kubernetes:rbac.authorization.k8s.io/*:ClusterRole",
    "kubernetes:rbac.authorization.k8s.io/*:Role",
)
EVERYBODY = frozenset(
    {"system:anonymous", "system:authenticated", "system:masters", "system:unauthenticated"}
)
_READS = frozenset({"get", "list", "watch"})
_DANGEROUS = frozenset({"bind", "escalate", "impersonate"})


@resource_rule(*BINDINGS, level="mandatory", remedy="Bind a role with the rights that are needed")
def nobody_is_bound_to_cluster_admin(binding: Resource) -> Iterator[str]:
    """cluster-admin is bound to nobody by this program."""
    if binding.value("roleRef.name") == "cluster-admin":
        yield "roleRef.name: cluster-admin"


@resource_rule(*BINDINGS, level="mandatory", remedy="Name a group, user or service account")
def nothing_is_bound_to_everybody(binding: Resource) -> Iterator[str]:
    """No right is given to whoever asks, nor to system:masters, which no rule can hold."""
    for subject in binding.items("subjects"):
        name = cast("Mapping[str, Any]", subject).get("name") if _is_map(subject) else None
        if name in EVERYBODY:
            yield f"subjects: {name}"


@resource_rule(*ROLES, level="mandatory", remedy="Name the groups, the resources and the verbs")
def roles_change_named_kinds(role: Resource) -> Iterator[str]:
    """What changes objects is allowed for named kinds; only reading may be of all."""
    for number, rule in _rules(role):
        verbs = set(texts(rule.get("verbs")))
        if "*" in texts(rule.get("resources")) and not verbs <= _READS:
            yield f"rules[{number}]: {', '.join(sorted(verbs - _READS))} of all resources"
        elif "*" in verbs:
            yield f"rules[{number}]: every verb of {', '.join(texts(rule.get('resources')))}"


@resource_rule(*ROLES, level="mandatory", remedy="Add resourceNames")
def rights_to_take_rights_are_named(role: Resource) -> Iterator[str]:
    """Who may bind, escalate or impersonate without names has every right there is."""
    for number, rule in _rules(role):
        dangerous = sorted(_DANGEROUS & set(texts(rule.get("verbs"))))
        if dangerous and not texts(rule.get("resourceNames")):
            yield f"rules[{number}]: {', '.join(dangerous)} without names"


def _rules(role: Resource) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, rule in enumerate(role.items("rules")):
        if _is_map(rule):
            yield number, cast("Mapping[str, Any]", rule)


def _is_map(value: Any) -> bool:
    return isinstance(value, Mapping)
