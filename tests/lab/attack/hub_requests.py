"""Requests to an API server that want more than the hub's role has; dry runs where there are any.

Not here: which are sent (`hub_role.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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


def an_object(kind: str, group: str, **content: Any) -> dict[str, Any]:
    version = f"{group}/v1" if group else "v1"
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "attempt"}, **content}


def bound(kind: str, role: str) -> dict[str, Any]:
    return an_object(
        kind,
        RBAC,
        roleRef={"apiGroup": RBAC, "kind": "ClusterRole", "name": role},
        subjects=[{"apiGroup": RBAC, "kind": "Group", "name": "argocd-hub"}],
    )


def create(what: str, path: str, body: Mapping[str, Any], says: str = "") -> Request:
    """`says` where it is not the last part of the path that is refused."""
    kind = path.rpartition("/")[2]
    return Request(
        what=what,
        method="POST",
        path=f"{path}?dryRun=All",
        body=body,
        says=says or f'cannot create resource "{kind}"',
    )


def change(what: str, path: str, body: Mapping[str, Any]) -> Request:
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


def delete(what: str, path: str) -> Request:
    kind = path.split("/")[-2]
    said = f'cannot delete resource "{kind}"'
    return Request(what=what, method="DELETE", path=f"{path}?dryRun=All", says=said)


def impersonate(whom: str, header: str, value: str) -> Request:
    return Request(
        what=f"impersonates {whom}",
        method="GET",
        path=f"{API}/namespaces",
        headers={"Impersonate-User": "somebody", header: value},
        says="cannot impersonate",
    )


def of_kind(what: str, kind: str, group: str, plural: str, **content: Any) -> Request:
    return create(what, f"/apis/{group}/v1/{plural}", an_object(kind, group, **content))
