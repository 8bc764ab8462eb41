"""What the hub's role tries on a cluster beyond its rights."""

from dataclasses import replace

from tests.lab.attack.hub_requests import (
    ADMISSION,
    ANYTHING,
    API,
    CONTAINER,
    RBAC,
    RBAC_API,
    SOCKET,
    SYSTEM,
    TEAM,
    Request,
    an_object,
    bound,
    change,
    create,
    delete,
    impersonate,
    of_kind,
)

_NODES = (
    delete("deletes a node", f"{API}/nodes/{{node}}"),
    change("taints a node", f"{API}/nodes/{{node}}", {"spec": {"unschedulable": True}}),
    change(
        "says that a node is ready",
        f"{API}/nodes/{{node}}/status",
        {"status": {"conditions": []}},
    ),
    change(
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
    create(
        "runs a privileged pod in kube-system",
        f"{SYSTEM}/pods",
        an_object(
            "Pod",
            "",
            spec={
                "hostPID": True,
                "containers": [{**CONTAINER, "securityContext": {"privileged": True}}],
            },
        ),
    ),
    delete("deletes a team's pod", f"{TEAM}/pods/{{pod}}"),
    create(
        "evicts a team's pod",
        f"{TEAM}/pods/{{pod}}/eviction",
        {**an_object("Eviction", "policy"), "metadata": {"name": "{pod}"}},
        'cannot create resource "pods/eviction"',
    ),
    change(
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
    impersonate("an administrator", "Impersonate-Group", "system:masters"),
    impersonate("a node", "Impersonate-User", "system:node:{node}"),
    impersonate(
        "a controller of Kubernetes",
        "Impersonate-User",
        "system:serviceaccount:kube-system:clusterrole-aggregation-controller",
    ),
    create(
        "asks for a token of a service account",
        f"{SYSTEM}/serviceaccounts/default/token",
        {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}},
        'cannot create resource "serviceaccounts/token"',
    ),
    create(
        "asks for a client certificate",
        "/apis/certificates.k8s.io/v1/certificatesigningrequests",
        an_object("CertificateSigningRequest", "certificates.k8s.io", spec={}),
    ),
    change(
        "approves a client certificate",
        "/apis/certificates.k8s.io/v1/certificatesigningrequests/attempt/approval",
        {"status": {"conditions": []}},
    ),
)
_RIGHTS = (
    create(
        "binds itself to cluster-admin",
        f"{RBAC_API}/clusterrolebindings",
        bound("ClusterRoleBinding", "cluster-admin"),
    ),
    create(
        "binds itself to cluster-admin in a team's namespace",
        f"{RBAC_API}/namespaces/payments-dev/rolebindings",
        bound("RoleBinding", "cluster-admin"),
        "attempting to grant RBAC permissions not currently held",
    ),
    create(
        "makes a ClusterRole of a new name",
        f"{RBAC_API}/clusterroles",
        an_object("ClusterRole", RBAC, rules=ANYTHING),
    ),
    create(
        "makes a Role that may do more than itself",
        f"{RBAC_API}/namespaces/payments-dev/roles",
        an_object("Role", RBAC, rules=ANYTHING),
        "attempting to grant RBAC permissions not currently held",
    ),
    *(
        change(f"changes the ClusterRole {name}", f"{RBAC_API}/clusterroles/{name}", {"rules": []})
        for name in ("argocd-hub", "cluster-admin", "edit", "system:node")
    ),
    change(
        "changes its own ClusterRoleBinding",
        f"{RBAC_API}/clusterrolebindings/argocd-hub",
        {"subjects": []},
    ),
)


_WEBHOOKS: dict[str, list[object]] = {"webhooks": []}
_CLUSTER = (
    of_kind(
        "lets a webhook see all that is written", "ValidatingWebhookConfiguration", ADMISSION,
        "validatingwebhookconfigurations", **_WEBHOOKS,
    ),
    of_kind(
        "lets a webhook change all that is written", "MutatingWebhookConfiguration", ADMISSION,
        "mutatingwebhookconfigurations", **_WEBHOOKS,
    ),
    of_kind(
        "defines a kind of its own", "CustomResourceDefinition", "apiextensions.k8s.io",
        "customresourcedefinitions", spec={},
    ),
    of_kind(
        "takes an API group over", "APIService", "apiregistration.k8s.io", "apiservices", spec={}
    ),
    of_kind(
        "lets its pods displace all others", "PriorityClass", "scheduling.k8s.io",
        "priorityclasses", value=1,
    ),
    of_kind(
        "makes a storage class with a driver of its own", "StorageClass", "storage.k8s.io",
        "storageclasses", provisioner="example.com/mine",
    ),
    of_kind(
        "registers a driver on nodes", "CSIDriver", "storage.k8s.io", "csidrivers", spec={}
    ),
    of_kind(
        "makes a runtime of its own", "RuntimeClass", "node.k8s.io", "runtimeclasses",
        handler="mine",
    ),
    create(
        "makes a volume of a node's files",
        f"{API}/persistentvolumes",
        an_object("PersistentVolume", "", spec={"hostPath": {"path": "/"}}),
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
            delete(
                f"lifts the guard of cluster secrets by its {part}",
                f"/apis/{ADMISSION}/v1/{kind}/cluster-secrets.eks-hub-spoke",
            )
            for part, kind in (
                ("policy", "validatingadmissionpolicies"),
                ("binding", "validatingadmissionpolicybindings"),
            )
        ),
        change(
            "changes what an Application is",
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/applications.argoproj.io",
            {"spec": {}},
        ),
        create(
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
