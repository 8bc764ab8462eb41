"""What Argo CD tries on a cluster, and what it is told: objects, namespaces and kinds.

Each is let through by RBAC. Not here: roles and bindings (`refused_roles.py`).
"""

from typing import Any

from tests.lab.tried_objects import (
    application,
    config_map,
    definition,
    namespace,
    secret,
    service_api,
    team,
    webhook,
    workload,
)

CM, ES, RO = "cert-manager", "external-secrets", "argo-rollouts"
OFF = "opencost"
HOME = "add-on of this stack or a team lives"
HOST_PATH: dict[str, Any] = {"volumes": [{"name": "node", "hostPath": {"path": "/"}}]}
NODE_CLASS: dict[str, Any] = {
    "apiVersion": "karpenter.k8s.aws/v1",
    "kind": "Ec2nodeclasses",
    "metadata": {"name": "workloads"},
    "spec": {"userData": "[settings]"},
}
PRIVILEGED: list[Any] = [{"name": "x", "image": "x:1", "securityContext": {"privileged": True}}]

PLACES: dict[str, tuple[dict[str, Any], str]] = {
    "in a namespace of nobody's": (config_map("x", "default"), HOME),
    "in a namespace that somebody else made": (config_map("x", "private"), HOME),
    "in kube-system": (config_map("x", "kube-system"), HOME),
    "the DNS of the cluster": (config_map("coredns", "kube-system"), HOME),
    "what begins like an add-on's": (config_map("karpenters", "kube-system"), HOME),
    "beside an add-on's name": (config_map("amazon-vpc-cni-2", "kube-system"), HOME),
    "in kube-node-lease": (config_map("karpenter", "kube-node-lease"), HOME),
    "Argo CD's configuration": (config_map("argocd-cm", "argocd"), HOME),
    "a cluster secret": (secret("cluster-x", "argocd"), HOME),
    "the root Application": (application("root"), HOME),
    "the root's project": (application("bootstrap", "Appproject"), HOME),
    "a token of a service account": (
        secret(
            "t",
            ES,
            "kubernetes.io/service-account-token",
            **{"kubernetes.io/service-account.name": "default"},
        ),
        "way into the cluster",
    ),
    "a service account of the cluster's": (
        workload(
            "karpenter", "kube-system", serviceAccountName="clusterrole-aggregation-controller"
        ),
        "service account of an add-on that lives there",
    ),
    "the default service account of kube-system": (
        workload("metrics-server", "kube-system"),
        "service account of an add-on that lives there",
    ),
    "a job with another's service account": (
        workload("karpenter-x", "kube-system", "CronJob", serviceAccountName="default"),
        "service account of an add-on that lives there",
    ),
    "a host path": (workload("x", ES, **HOST_PATH), "node_access"),
    "a host path in a job": (workload("x", ES, "CronJob", **HOST_PATH), "node_access"),
    "the host's network": (workload("x", CM, hostNetwork=True), "node_access"),
    "the host's processes": (workload("x", CM, hostPID=True), "node_access"),
    "a privileged container": (workload("x", RO, containers=PRIVILEGED), "node_access"),
    "a privileged start": (workload("x", RO, initContainers=PRIVILEGED), "node_access"),
    "a namespace without labels": (namespace("mine"), "named after its labels"),
    "a namespace without a team": (
        namespace("mine-dev", environment="dev", enforce="restricted"),
        "named after its labels",
    ),
    "a namespace of another name": (
        namespace("other", team="shop", environment="dev", enforce="restricted"),
        "named after its labels",
    ),
    "a namespace without Pod Security": (
        namespace("new-dev", team="new", environment="dev"),
        "must be baseline or restricted",
    ),
    "a privileged namespace": (
        team("new", "dev", enforce="privileged"),
        "must be baseline or restricted",
    ),
    "an add-on's namespace for a team": (team("cert", "manager"), "an add-on's, which stays"),
    "a namespace of the cluster's": (team("kube", "dev"), "the cluster's, Argo CD's"),
    "an add-on's that is off": (namespace(OFF), "the cluster's, Argo CD's"),
    "another's namespace made a team's": (team("foreign", "dev"), "was not this team's before"),
    "a team's namespace given away": (
        {
            **team("a", "b-dev"),
            "metadata": {
                **team("a-b", "dev")["metadata"],
                "labels": team("a", "b-dev")["metadata"]["labels"],
            },
        },
        "was not this team's before",
    ),
    "a kind that sends its objects elsewhere": (
        definition(
            "certificates", "cert-manager.io", **webhook(url="https://evil.example/convert")
        ),
        "must go to a service of the add-on",
    ),
    "a kind that sends its objects to a team": (
        definition(
            "certificates",
            "cert-manager.io",
            **webhook(service={"name": "x", "namespace": "shop-dev"}),
        ),
        "must go to a service of the add-on",
    ),
    "what runs as root on every node": (NODE_CLASS, "user data runs as root"),
    "an API that a team answers": (service_api("shop-dev"), "must go to a service of the add-on"),
}
