"""What an access policy allows in Kubernetes: the API servers' last authorizer, after RBAC.

Only allows or has no opinion, as access policies only grant. Which entry has which policies is the
EKS service's (`lab.aws.eks.access_entries`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from lab.aws.documents import Document, listed, section
from lab.aws.eks.access_entries import POLICY_PREFIX
from lab.aws.eks.catalog import GRANTED_POLICIES
from lab.aws.eks.state import ClusterKey, Clusters, Kind
from lab.aws.policy import matches

_READS = {"get", "list", "watch"}
# What AmazonEKSViewPolicy shows: workloads and their configuration, no Secrets, no RBAC, no CRDs.
_VIEWED = {
    "": {
        *("bindings", "configmaps", "endpoints", "events", "limitranges", "namespaces"),
        *("persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas"),
        *("serviceaccounts", "services"),
    },
    "apps": {"controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"},
    "autoscaling": {"horizontalpodautoscalers"},
    "batch": {"cronjobs", "jobs"},
    "discovery.k8s.io": {"endpointslices"},
    "networking.k8s.io": {"ingresses", "networkpolicies"},
    "policy": {"poddisruptionbudgets"},
}
_VIEWED_SUBRESOURCES = {"", "log", "scale", "status"}


def review(clusters: Clusters, key: ClusterKey, spec: Mapping[str, Any]) -> Document:
    """The status of a SubjectAccessReview (authorization.k8s.io/v1) about this cluster."""
    cluster = clusters.find(key)
    principals = listed(section(spec, "extra"), "canonicalArn")
    if cluster is None or len(principals) != 1:
        return {"allowed": False}
    entry = cluster.all(Kind.ACCESS_ENTRY).get(principals[0])
    for policy_arn, association in entry.policies.items() if entry else ():
        name = policy_arn.removeprefix(POLICY_PREFIX)
        if name in GRANTED_POLICIES and _grants(name, association["accessScope"], spec):
            return {"allowed": True, "reason": f"access policy {name} of {principals[0]}"}
    return {"allowed": False}


def _grants(name: str, scope: Mapping[str, Any], spec: Mapping[str, Any]) -> bool:
    resource: Mapping[str, Any] | None = spec.get("resourceAttributes")
    if resource is None:  # a path such as /metrics
        return name == "AmazonEKSClusterAdminPolicy" and scope["type"] == "cluster"
    return _in_scope(scope, resource) and _RULES[name](resource)


def _in_scope(scope: Mapping[str, Any], resource: Mapping[str, Any]) -> bool:
    if scope["type"] == "cluster":
        return True
    namespace = resource.get("namespace") or ""
    return bool(namespace) and any(matches(pattern, namespace) for pattern in scope["namespaces"])


def _any(_resource: Mapping[str, Any]) -> bool:
    return True


def _read(resource: Mapping[str, Any]) -> bool:
    return resource.get("verb") in _READS


def _view(resource: Mapping[str, Any]) -> bool:
    return (
        _read(resource)
        and resource.get("resource") in _VIEWED.get(resource.get("group") or "", set[str]())
        and (resource.get("subresource") or "") in _VIEWED_SUBRESOURCES
    )


def _argocd_own(resource: Mapping[str, Any]) -> bool:
    """Where Argo CD lives: its own objects, and the settings and secrets that it reads."""
    if resource.get("group") == "argoproj.io":
        return True
    own = {"configmaps", "events", "secrets"}
    return not resource.get("group") and resource.get("resource") in own


def _argocd_cluster(resource: Mapping[str, Any]) -> bool:
    """What it needs to settle in: its namespace, its kinds. AWS publishes no list of the rest."""
    settles = resource.get("verb") in _READS | {"create"}
    made = {("", "namespaces"), ("apiextensions.k8s.io", "customresourcedefinitions")}
    return settles and (resource.get("group") or "", resource.get("resource")) in made


_RULES: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "AmazonEKSClusterAdminPolicy": _any,
    "AmazonEKSAdminViewPolicy": _read,
    "AmazonEKSViewPolicy": _view,
    "AmazonEKSArgoCDClusterPolicy": _argocd_cluster,
    "AmazonEKSArgoCDPolicy": _argocd_own,
}
