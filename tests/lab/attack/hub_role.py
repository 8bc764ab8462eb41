"""What the hub's role tries on a spoke beyond its rights; sent as dry runs where there are any."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.lab.attack.attempt import Attempt
from tests.lab.fleet_lab import DEV

HUB = "the hub's role on a spoke"
API, RBAC_API = "/api/v1", "/apis/rbac.authorization.k8s.io/v1"
TEAM = f"{API}/namespaces/payments-dev"
SYSTEM = f"{API}/namespaces/kube-system"
MERGE = {"Content-Type": "application/merge-patch+json"}
SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Protocol": "v5.channel.k8s.io",
}
RBAC, ADMISSION = "rbac.authorization.k8s.io", "admissionregistration.k8s.io"
ANYTHING = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
CONTAINER = {"name": "c", "image": "example/c:1"}


@dataclass(frozen=True, kw_only=True)
class Request(Attempt):
    """One request to an API server; `{node}` and `{pod}` of a path are filled in."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    stack: str = DEV
    who: str = HUB
    refused_by: str = "Kubernetes RBAC"


def _object(kind: str, group: str, **content: Any) -> dict[str, Any]:
    version = f"{group}/v1" if group else "v1"
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "attempt"}, **content}


def _bound(kind: str, role: str) -> dict[str, Any]:
    return _object(
        kind,
        RBAC,
        roleRef={"apiGroup": RBAC, "kind": "ClusterRole", "name": role},
        subjects=[{"apiGroup": RBAC, "kind": "Group", "name": "argocd-hub"}],
    )


def _create(what: str, path: str, body: Mapping[str, Any], says: str = "") -> Request:
    """`says` where it is not the last part of the path that is refused."""
    kind = path.rpartition("/")[2]
    return Request(
        what=what,
        method="POST",
        path=f"{path}?dryRun=All",
        body=body,
        says=says or f'cannot create resource "{kind}"',
    )


def _change(what: str, path: str, body: Mapping[str, Any]) -> Request:
    *_, kind, name = path.split("/")
    if name in {"approval", "ephemeralcontainers", "status"}:
        kind = f"{path.split('/')[-3]}/{name}"
    return Request(
        what=what,
        method="PATCH",
        path=f"{path}?dryRun=All",
        body=body,
        headers=MERGE,
        says=f'cannot patch resource "{kind}"',
    )


def _delete(what: str, path: str) -> Request:
    kind = path.split("/")[-2]
    said = f'cannot delete resource "{kind}"'
    return Request(what=what, method="DELETE", path=f"{path}?dryRun=All", says=said)


def _impersonate(whom: str, header: str, value: str) -> Request:
    return Request(
        what=f"impersonates {whom}",
        method="GET",
        path=f"{API}/namespaces",
        headers={"Impersonate-User": "somebody", header: value},
        says="cannot impersonate",
    )


_NODES = (
    _delete("deletes a node", f"{API}/nodes/{{node}}"),
    _change("taints a node", f"{API}/nodes/{{node}}", {"spec": {"unschedulable": True}}),
    _change(
        "says that a node is ready",
        f"{API}/nodes/{{node}}/status",
        {"status": {"conditions": []}},
    ),
    _change(
        "renews the lease of a node",
        "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{node}",
        {"spec": {"holderIdentity": "me"}},
    ),
)
_CONNECTIONS = (
    ("exec?command=sh&stdin=true&stdout=true", "a shell in"),
    ("attach?stdin=true", "the terminal of"),
    ("portforward?ports=80", "a port of"),
)
_PODS = (
    _create(
        "runs a privileged pod in kube-system",
        f"{SYSTEM}/pods",
        _object(
            "Pod",
            "",
            spec={
                "hostPID": True,
                "containers": [{**CONTAINER, "securityContext": {"privileged": True}}],
            },
        ),
    ),
    _delete("deletes a team's pod", f"{TEAM}/pods/{{pod}}"),
    _create(
        "evicts a team's pod",
        f"{TEAM}/pods/{{pod}}/eviction",
        {**_object("Eviction", "policy"), "metadata": {"name": "{pod}"}},
        'cannot create resource "pods/eviction"',
    ),
    _change(
        "adds a container to a pod that runs",
        f"{TEAM}/pods/{{pod}}/ephemeralcontainers",
        {"spec": {"ephemeralContainers": [CONTAINER]}},
    ),
    *(
        Request(
            what=f"opens {what} a pod",
            method="POST",
            path=f"{TEAM}/pods/{{pod}}/{subresource}",
            says=f'cannot create resource "pods/{subresource.partition("?")[0]}"',
        )
        for subresource, what in _CONNECTIONS
    ),
    *(
        Request(
            what=f"opens {what} a pod by a WebSocket, which is a GET",
            method="GET",
            path=f"{TEAM}/pods/{{pod}}/{subresource}",
            headers=SOCKET,
            says='pods "{pod}" is forbidden',
        )
        for subresource, what in _CONNECTIONS
    ),
)
_IDENTITIES = (
    _impersonate("an administrator", "Impersonate-Group", "system:masters"),
    _impersonate("a node", "Impersonate-User", "system:node:{node}"),
    _impersonate(
        "a controller of Kubernetes",
        "Impersonate-User",
        "system:serviceaccount:kube-system:clusterrole-aggregation-controller",
    ),
    _create(
        "asks for a token of a service account",
        f"{SYSTEM}/serviceaccounts/default/token",
        {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}},
        'cannot create resource "serviceaccounts/token"',
    ),
    _create(
        "asks for a client certificate",
        "/apis/certificates.k8s.io/v1/certificatesigningrequests",
        _object("CertificateSigningRequest", "certificates.k8s.io", spec={}),
    ),
    _change(
        "approves a client certificate",
        "/apis/certificates.k8s.io/v1/certificatesigningrequests/attempt/approval",
        {"status": {"conditions": []}},
    ),
)
_RIGHTS = (
    _create(
        "binds itself to cluster-admin",
        f"{RBAC_API}/clusterrolebindings",
        _bound("ClusterRoleBinding", "cluster-admin"),
    ),
    _create(
        "binds itself to cluster-admin in a team's namespace",
        f"{RBAC_API}/namespaces/payments-dev/rolebindings",
        _bound("RoleBinding", "cluster-admin"),
        "attempting to grant RBAC permissions not currently held",
    ),
    _create(
        "makes a ClusterRole of a new name",
        f"{RBAC_API}/clusterroles",
        _object("ClusterRole", RBAC, rules=ANYTHING),
    ),
    _create(
        "makes a Role that may do more than itself",
        f"{RBAC_API}/namespaces/payments-dev/roles",
        _object("Role", RBAC, rules=ANYTHING),
        "attempting to grant RBAC permissions not currently held",
    ),
    *(
        _change(f"changes the ClusterRole {name}", f"{RBAC_API}/clusterroles/{name}", {"rules": []})
        for name in ("argocd-hub", "cluster-admin", "edit", "system:node")
    ),
    _change(
        "changes its own ClusterRoleBinding",
        f"{RBAC_API}/clusterrolebindings/argocd-hub",
        {"subjects": []},
    ),
)


def _kind(what: str, kind: str, group: str, plural: str, **content: Any) -> Request:
    return _create(what, f"/apis/{group}/v1/{plural}", _object(kind, group, **content))


_WEBHOOKS: dict[str, list[object]] = {"webhooks": []}
_CLUSTER = (
    _kind(
        "lets a webhook see all that is written", "ValidatingWebhookConfiguration", ADMISSION,
        "validatingwebhookconfigurations", **_WEBHOOKS,
    ),
    _kind(
        "lets a webhook change all that is written", "MutatingWebhookConfiguration", ADMISSION,
        "mutatingwebhookconfigurations", **_WEBHOOKS,
    ),
    _kind(
        "defines a kind of its own", "CustomResourceDefinition", "apiextensions.k8s.io",
        "customresourcedefinitions", spec={},
    ),
    _kind(
        "takes an API group over", "APIService", "apiregistration.k8s.io", "apiservices", spec={}
    ),
    _kind(
        "lets its pods displace all others", "PriorityClass", "scheduling.k8s.io",
        "priorityclasses", value=1,
    ),
    _kind(
        "makes a storage class with a driver of its own", "StorageClass", "storage.k8s.io",
        "storageclasses", provisioner="example.com/mine",
    ),
    _kind(
        "registers a driver on nodes", "CSIDriver", "storage.k8s.io", "csidrivers", spec={}
    ),
    _kind(
        "makes a runtime of its own", "RuntimeClass", "node.k8s.io", "runtimeclasses",
        handler="mine",
    ),
    _create(
        "makes a volume of a node's files",
        f"{API}/persistentvolumes",
        _object("PersistentVolume", "", spec={"hostPath": {"path": "/"}}),
    ),
    Request(
        what="deletes kube-system",
        method="DELETE",
        path=f"{SYSTEM}?dryRun=All",
        refused_by="Kubernetes' admission",
        says="this namespace may not be deleted",
    ),
    Request(
        what="deletes all namespaces at once",
        method="DELETE",
        path=f"{API}/namespaces?dryRun=All",
        says='cannot deletecollection resource "namespaces"',
    ),
)  # fmt: skip
_ON_THE_HUB = tuple(
    replace(attempt, stack="hub", who="the hub's role on the hub")
    for attempt in (
        *(
            _delete(
                f"lifts the guard of cluster secrets by its {part}",
                f"/apis/{ADMISSION}/v1/{kind}/cluster-secrets.eks-hub-spoke",
            )
            for part, kind in (
                ("policy", "validatingadmissionpolicies"),
                ("binding", "validatingadmissionpolicybindings"),
            )
        ),
        _change(
            "changes what an Application is",
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/applications.argoproj.io",
            {"spec": {}},
        ),
        _create(
            "asks for a token of Argo CD's server",
            f"{API}/namespaces/argocd/serviceaccounts/argocd-server/token",
            {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}},
            'cannot create resource "serviceaccounts/token"',
        ),
    )
)
ATTEMPTS: tuple[Request, ...] = (
    *_NODES,
    *_PODS,
    *_IDENTITIES,
    *_RIGHTS,
    *_CLUSTER,
    *_ON_THE_HUB,
)
