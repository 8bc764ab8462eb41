"""Objects that tests try to make on a control plane, as Kubernetes writes them."""

from collections.abc import Mapping, Sequence
from typing import Any

RBAC = "rbac.authorization.k8s.io"
EVERYTHING = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]


def rule(group: str, kinds: str, verbs: str) -> dict[str, list[str]]:
    """One rule of a role; kinds and verbs are separated by commas."""
    return {"apiGroups": [group], "resources": kinds.split(","), "verbs": verbs.split(",")}


def role(kind: str, name: str, rules: Any, **metadata: Any) -> dict[str, Any]:
    """A Role or ClusterRole."""
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": kind,
        "metadata": {"name": name, **metadata},
        "rules": rules,
    }


def account(name: str, namespace: str) -> dict[str, str]:
    """A subject of a binding."""
    return {"kind": "ServiceAccount", "name": name, "namespace": namespace}


def group(name: str) -> dict[str, str]:
    """Another kind of subject."""
    return {"apiGroup": RBAC, "kind": "Group", "name": name}


def binding(
    name: str, to: str, *subjects: Mapping[str, str], namespace: str = "", kind: str = "ClusterRole"
) -> dict[str, Any]:
    """A ClusterRoleBinding; in a namespace, a RoleBinding."""
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": RBAC, "kind": kind, "name": to},
        "subjects": list(subjects),
    }


def definition(plural: str, group: str, **spec: Any) -> dict[str, Any]:
    """A CustomResourceDefinition."""
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    kind = plural.capitalize()
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": plural, "singular": plural[:-1], "kind": kind},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
            **spec,
        },
    }


def config_map(name: str, namespace: str) -> dict[str, Any]:
    """A harmless object."""
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "b"}}


def secret(name: str, namespace: str, type_: str = "Opaque", **annotations: str) -> dict[str, Any]:
    """One without content."""
    metadata = {"name": name, "namespace": namespace, "annotations": annotations}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": type_}


def namespace(name: str, **labels: str) -> dict[str, Any]:
    """A Namespace; `team`, `environment` and `enforce` stand for the whole labels."""
    keys = {
        "team": "eks-hub-spoke/team",
        "environment": "eks-hub-spoke/environment",
        "enforce": "pod-security.kubernetes.io/enforce",
    }
    named = {keys[key]: value for key, value in labels.items()}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": named}}


def team(name: str, environment: str, enforce: str = "restricted") -> dict[str, Any]:
    """A team's namespace as its guardrails make it."""
    return namespace(f"{name}-{environment}", team=name, environment=environment, enforce=enforce)


def workload(name: str, namespace: str, kind: str = "Deployment", **pod: Any) -> dict[str, Any]:
    """What runs one container; `pod` is more of the pod's spec."""
    labels = {"app": name}
    containers: Sequence[Any] = pod.pop("containers", [{"name": "main", "image": "example/x:1"}])
    template: dict[str, Any] = {
        "metadata": {"labels": labels},
        "spec": {"containers": containers, **pod},
    }
    spec: dict[str, Any] = {"selector": {"matchLabels": labels}, "template": template}
    if kind == "CronJob":
        template["spec"]["restartPolicy"] = "Never"
        spec = {"schedule": "0 0 * * *", "jobTemplate": {"spec": {"template": template}}}
    return {
        "apiVersion": "batch/v1" if kind == "CronJob" else "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


def webhook(**config: Any) -> dict[str, Any]:
    """What a definition converts its objects by."""
    hook = {"clientConfig": config, "conversionReviewVersions": ["v1"]}
    return {"conversion": {"strategy": "Webhook", "webhook": hook}}


def application(name: str, kind: str = "Application", namespace: str = "argocd") -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "argoproj.io/v1", "kind": f"{kind}s", "metadata": metadata}


def service_api(namespace: str) -> dict[str, Any]:
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v1beta1.metrics.k8s.io"},
        "spec": {
            "group": "metrics.k8s.io",
            "version": "v1beta1",
            "service": {"name": "metrics-server", "namespace": namespace},
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "insecureSkipTLSVerify": True,
        },
    }


def workload_pod(name: str, namespace: str) -> dict[str, Any]:
    """A pod that Pod Security lets run anywhere."""
    safe = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    container = {"name": "main", "image": "example/x:1", "securityContext": safe}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"containers": [container], "serviceAccountName": "default"},
    }
