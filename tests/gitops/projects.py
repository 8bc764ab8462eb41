"""What an AppProject allows, as Argo CD decides it (app_project_types.go of 3.6); pure.

Owns: sources, destinations and kinds. Not here: roles and sync windows.
"""

import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.gitops.clusters import Cluster
from tests.gitops.fleet import Rendered, sources
from tests.gitops.strict_yaml import Manifest

CLUSTER_SCOPED = frozenset(
    (
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "EC2NodeClass",
        "Namespace",
        "NodeClass",
        "NodePool",
        "PriorityClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
    )
)


def refusals(found: Sequence[Rendered], clusters: Sequence[Cluster]) -> list[str]:
    """What Argo CD would refuse of a whole fleet, one line each."""
    projects = {each.name: each.manifest for each in found if each.kind == "AppProject"}
    applications = [each.manifest for each in found if each.kind == "Application"]
    servers = {each.name: each.server for each in clusters}
    lines: list[str] = []
    for application in applications:
        lines += of_application(application, projects, servers)
    for each in found:
        if each.parent and each.parent.kind == "Application":
            project = projects.get(each.parent.manifest["spec"]["project"])
            if project and not allows_object(project, each, servers):
                lines.append(f"{each.parent.name}: {each.kind} {each.name} is not allowed")
    return sorted(set(lines))


def of_application(
    application: Manifest, projects: Mapping[str, Manifest], servers: Mapping[str, str]
) -> Iterator[str]:
    """Whether it may read what it reads and go where it goes."""
    name, spec = application["metadata"]["name"], application["spec"]
    project = projects.get(spec["project"])
    if project is None:
        yield f"{name}: there is no project {spec['project']}"
        return
    for source in sources(application):
        if not allows_source(project, source["repoURL"]):
            yield f"{name}: repository {source['repoURL']} is not allowed"
    destination = spec["destination"]
    if destination["name"] not in servers:
        yield f"{name}: there is no cluster {destination['name']}"
    elif not allows_destination(project, destination, servers):
        yield f"{name}: {destination['name']}/{destination['namespace']} is not allowed"


def allows_source(project: Manifest, url: str) -> bool:
    """A star does not reach past a slash; one refusing pattern decides."""
    return _decided(
        [(pattern, _glob(_without_git(pattern), _without_git(url))) for pattern in _repos(project)]
    )


def allows_destination(
    project: Manifest, destination: Mapping[str, str], servers: Mapping[str, str]
) -> bool:
    """By name or by server, and by namespace."""
    allowed = False
    items: Sequence[Mapping[str, str]] = project["spec"].get("destinations") or []
    for item in items:
        name = _matches(item.get("name", ""), destination["name"])
        server = _matches(item.get("server", ""), servers[destination["name"]])
        namespace = _matches(item.get("namespace", ""), destination["namespace"])
        if (name or server) and namespace:
            allowed = True
        elif item.get("namespace", "").startswith("!") and not namespace and server:
            return False
    return allowed


def allows_object(project: Manifest, found: Rendered, servers: Mapping[str, str]) -> bool:
    """By kind, and by the namespace that the object says it is of."""
    spec, group = project["spec"], found.manifest["apiVersion"].rpartition("/")[0]
    if found.kind in CLUSTER_SCOPED:
        return _listed(spec.get("clusterResourceWhitelist"), group, found.kind, found.name)
    allowed = spec.get("namespaceResourceWhitelist")
    refused = spec.get("namespaceResourceBlacklist")
    if allowed is not None and not _listed(allowed, group, found.kind, ""):
        return False
    if _listed(refused, group, found.kind, ""):
        return False
    place = found.manifest["metadata"].get("namespace", found.namespace)
    return allows_destination(project, {"name": found.cluster, "namespace": place}, servers)


def _repos(project: Manifest) -> list[str]:
    return project["spec"].get("sourceRepos") or []


def _decided(found: Sequence[tuple[str, bool]]) -> bool:
    if any(pattern.startswith("!") and not matched for pattern, matched in found):
        return False
    return any(matched for _, matched in found)


def _glob(pattern: str, value: str) -> bool:
    if pattern.startswith("!"):
        return not _glob(pattern[1:], value)
    if pattern == "*":
        return True
    expression = re.escape(pattern).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    return re.fullmatch(expression, value) is not None


def _without_git(url: str) -> str:
    return url.lower().removesuffix(".git")


def _matches(pattern: str, value: str) -> bool:
    if pattern.startswith("!"):
        return not _matches(pattern[1:], value)
    return bool(pattern) and fnmatch.fnmatchcase(value, pattern)


def _listed(kinds: Sequence[Any] | None, group: str, kind: str, name: str) -> bool:
    return any(
        fnmatch.fnmatchcase(group, each["group"])
        and fnmatch.fnmatchcase(kind, each["kind"])
        and (not each.get("name") or fnmatch.fnmatchcase(name, each["name"]))
        for each in kinds or []
    )
