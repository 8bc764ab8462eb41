"""What differences between objects mean to people: quotas, access, images, what is lost; pure.

Owns: which fields of which kinds say so. Not here: finding the differences (`comparison.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from components import conventions
from fleet import manifests, quantities
from fleet.comparison import ClusterChange, ObjectChange
from fleet.manifests import Identity, Manifest
from fleet.stack_objects import ACCESS_ENTRY, WORKLOAD_ROLE

TOLD_BY_NAME = frozenset(
    {"Application", "ApplicationSet", "Namespace", ACCESS_ENTRY, WORKLOAD_ROLE}
)
"""Kinds that are told of in words where they come or go; their text is worth showing only where it
changes."""
_SYNC_OPTIONS = "argocd.argoproj.io/sync-options"
_STORAGE = "requests.storage"
_OUR_GROUPS = f"{conventions.PROJECT}:"
"""Groups that access entries give: who gets one is told by the entry."""


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A value that is another one: of what, and from what to what; empty where there is none."""

    of: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, order=True)
class Grant:
    """What somebody may do, and where."""

    who: str
    role: str
    where: str


@dataclass(frozen=True, kw_only=True)
class NamespaceLoss:
    """A namespace that its environment leaves behind or takes along."""

    name: str
    is_kept: bool
    has_volumes: bool


def quotas(change: ClusterChange) -> Iterator[Changed]:
    """Limits that differ, of namespaces that are there before and after."""
    for one in _of_kind(change, "ResourceQuota"):
        old, new = _hard(one.before), _hard(one.after)
        for resource in sorted(old.keys() | new.keys()) if one.state == "changed" else ():
            before, after = old.get(resource, ""), new.get(resource, "")
            if before != after:
                yield Changed(of=one.identity.namespace, what=resource, before=before, after=after)


def new_quotas(change: ClusterChange) -> Mapping[str, Mapping[str, str]]:
    """The limits of namespaces that get their first, by namespace."""
    return {
        one.identity.namespace: _hard(one.after)
        for one in _of_kind(change, "ResourceQuota")
        if one.state == "added"
    }


def is_less(changed: Changed) -> bool:
    """Whether a limit gets tighter; one that comes where none was does."""
    before, after = quantities.parse(changed.before), quantities.parse(changed.after)
    if after is None:
        return False
    return before is None or after < before


def images(change: ClusterChange) -> Iterator[Changed]:
    """Container images that workloads change to."""
    for one in change.objects:
        if one.before and one.after and one.identity.kind in manifests.WORKLOADS:
            old, new = _images(one.before), _images(one.after)
            for container in sorted(old.keys() & new.keys()):
                if old[container] != new[container]:
                    yield Changed(
                        of=str(one.identity),
                        what=container,
                        before=old[container],
                        after=new[container],
                    )


def access(change: ClusterChange) -> tuple[list[Grant], list[Grant]]:
    """What is gained and what is lost."""
    old = {grant for one in change.objects for grant in _grants(one.before)}
    new = {grant for one in change.objects for grant in _grants(one.after)}
    return sorted(new - old), sorted(old - new)


def namespaces(change: ClusterChange) -> tuple[list[str], list[NamespaceLoss]]:
    """Namespaces that come, and those that go or are left behind."""
    every = list(_of_kind(change, "Namespace"))
    lost = [
        NamespaceLoss(
            name=one.identity.name,
            is_kept=_outlives(one.before),
            has_volumes=_has_volumes(change, one.identity.name),
        )
        for one in every
        if one.before and not one.after
    ]
    return [one.identity.name for one in every if not one.before], lost


def unprotected(change: ClusterChange) -> list[str]:
    """Namespaces that stay, and whose data no longer outlives them."""
    return [
        one.identity.name
        for one in _of_kind(change, "Namespace")
        if one.before and one.after and _outlives(one.before) and not _outlives(one.after)
    ]


def lost_workloads(change: ClusterChange) -> list[Identity]:
    """What stops running, and is not replaced by another Application's object of that name."""
    there = {one.identity for one in change.objects if one.after}
    return sorted(
        one.identity
        for one in change.objects
        if one.identity.kind in manifests.WORKLOADS and not one.after and one.identity not in there
    )


def claims_that_stay(change: ClusterChange) -> list[str]:
    """StatefulSets that go without their volumes, in namespaces that do not go."""
    gone = {one.identity.name for one in _of_kind(change, "Namespace") if one.state == "removed"}
    return [
        str(one.identity)
        for one in _of_kind(change, "StatefulSet")
        if one.before and not one.after and one.identity.namespace not in gone
        if _claims_outlive(one.before)
    ]


def retaken(change: ClusterChange) -> list[Identity]:
    """Workloads that change their Application: deleted by one and made again by the other."""
    gone = {one.identity for one in change.objects if not one.after}
    come = {one.identity for one in change.objects if not one.before}
    return sorted(one for one in gone & come if one.kind in manifests.WORKLOADS)


def _of_kind(change: ClusterChange, kind: str) -> Iterator[ObjectChange]:
    return (one for one in change.objects if one.identity.kind == kind)


def _hard(quota: Manifest | None) -> Mapping[str, str]:
    if quota is None:
        return {}
    hard = cast("Mapping[str, object]", quota["spec"].get("hard") or {})
    return {resource: str(amount) for resource, amount in hard.items()}


def _images(workload: Manifest) -> Mapping[str, str]:
    return dict(_containers(workload.get("spec")))


def _containers(spec: object) -> Iterator[tuple[str, str]]:
    """Name and image of every container, however deep the pod's template lies."""
    if not isinstance(spec, dict):
        return
    fields = cast("dict[str, Any]", spec)
    for key in ("initContainers", "containers"):
        for container in cast("list[dict[str, Any]]", fields.get(key) or []):
            yield str(container.get("name")), str(container.get("image"))
    for key in ("jobTemplate", "template", "spec"):
        yield from _containers(fields.get(key))


def _grants(manifest: Manifest | None) -> Iterator[Grant]:
    kind = manifest["kind"] if manifest else ""
    read = _GRANTING.get(kind)
    if manifest and read:
        yield from read(manifest)


def _of_binding(binding: Manifest) -> Iterator[Grant]:
    namespace = binding["metadata"].get("namespace", "")
    where = f"namespace {namespace}" if namespace else "the whole cluster"
    for subject in _list(binding.get("subjects")):
        role, who = str(binding["roleRef"]["name"]), str(subject["name"])
        if not who.startswith(_OUR_GROUPS):
            yield Grant(who=who, role=role, where=where)


def _of_project(project: Manifest) -> Iterator[Grant]:
    where = f"Argo CD project {project['metadata']['name']}"
    for role in _list(project["spec"].get("roles")):
        for group in cast("list[str]", role.get("groups") or []):
            yield Grant(who=group, role=str(role["name"]), where=where)


def _of_stack(manifest: Manifest) -> Iterator[Grant]:
    name, where = (
        str(manifest["metadata"]["name"]),
        f"namespace {manifest['metadata']['namespace']}",
    )
    for group in cast("list[str]", manifest["spec"].get("kubernetesGroups") or []):
        yield Grant(who=name, role=group.rpartition(":")[2], where=where)
    for allowed in _list(manifest["spec"].get("allow")):
        for resource in cast("list[str]", allowed["resources"]):
            role = f"{', '.join(allowed['actions'])} on {resource}"
            yield Grant(who=f"pods of {name}", role=role, where=where)


_GRANTING: Mapping[str, Callable[[Manifest], Iterator[Grant]]] = {
    "RoleBinding": _of_binding,
    "ClusterRoleBinding": _of_binding,
    "AppProject": _of_project,
    ACCESS_ENTRY: _of_stack,
    WORKLOAD_ROLE: _of_stack,
}


def _list(value: object) -> Iterable[dict[str, Any]]:
    return cast("list[dict[str, Any]]", value or [])


def _outlives(namespace: Manifest | None) -> bool:
    """Whether Argo CD leaves the namespace when its Application goes."""
    options = manifests.annotations(namespace).get(_SYNC_OPTIONS, "") if namespace else ""
    return "Delete=false" in options.replace(" ", "").split(",")


def _claims_outlive(stateful_set: Manifest) -> bool:
    spec = cast("dict[str, Any]", stateful_set["spec"])
    policy = cast("dict[str, str]", spec.get("persistentVolumeClaimRetentionPolicy") or {})
    return bool(spec.get("volumeClaimTemplates")) and policy.get("whenDeleted") != "Delete"


def _has_volumes(change: ClusterChange, namespace: str) -> bool:
    amounts = (
        quantities.parse(_hard(one.before).get(_STORAGE, "0"))
        for one in _of_kind(change, "ResourceQuota")
        if one.identity.namespace == namespace
    )
    return any(amount is None or amount > 0 for amount in amounts)
