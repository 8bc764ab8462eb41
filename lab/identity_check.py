"""Proves the way from the hub's Argo CD to every registered cluster, with Argo CD's own program.

Service account token → Pod Identity → the hub's role → `argocd-k8s-auth` as the registered cluster
secret says → the registered server: namespaces are listed, and what the role does not grant is
refused. Everything is read from the hub's secrets; nothing is known from elsewhere but the names of
the clusters that must be registered.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.api_request import Answer, ApiServer
from lab.argocd.identities import Identity
from lab.argocd.kubectl import CLUSTER_SECRETS, NAMESPACE, Kubectl, run_program
from lab.argocd.pod_identity import PodIdentity
from lab.errors import LabError
from lab.record import Check
from lab.services import request

SERVICE_ACCOUNT = "argocd-application-controller"
FORBIDDEN = 403
# argocd-k8s-auth tries for a minute, at five seconds' distance, before it says why it was refused.
PROGRAM_SECONDS = 90
# Rights nobody may get through a hub: a binding widens its own, a node is everybody's.
_BINDING = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "lab-identity-check"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit"},
}
_BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"


@dataclass(frozen=True, kw_only=True)
class Hub:
    """Where the check starts: kubectl on the hub, and what Argo CD's controller is given there."""

    kubectl: Kubectl
    k8s_auth: Path
    pod_identity: PodIdentity
    controller: Identity
    """Its token for AWS lies in a file, where the controller reads it too."""


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What a cluster secret says."""

    name: str
    server: str
    cluster_name: str
    role_arn: str
    ca_pem: str


def run(hub: Hub, expected: set[str]) -> list[Check]:
    """All checks, passed or not; `expected` are the clusters that must be registered.

    Raises LabError only when the hub itself cannot be asked.
    """
    checks = [_pod_identity(hub)]
    clusters = list(_registered(hub))
    missing = expected - {cluster.cluster_name for cluster in clusters}
    checks += [
        Check(cluster=name, what="is registered", passed=False, found="no cluster secret")
        for name in sorted(missing)
    ]
    for cluster in clusters:
        checks += _cluster(hub, cluster)
    return checks


def _pod_identity(hub: Hub) -> Check:
    agent = hub.pod_identity
    what = f"Pod Identity gives {NAMESPACE}/{SERVICE_ACCOUNT} the hub's role"
    try:
        token = hub.controller.aws_token.read_text()
        answer = request(agent.credentials_uri, headers={"Authorization": token})
    except (LabError, OSError) as error:
        return Check(cluster=agent.cluster, what=what, passed=False, found=str(error))
    account = str(answer.get("AccountId", "no account"))
    return Check(
        cluster=agent.cluster,
        what=what,
        passed=account == agent.account and bool(answer.get("Token")),
        found=f"temporary credentials of account {account}",
    )


def _cluster(hub: Hub, cluster: Registered) -> Iterator[Check]:
    def check(what: str, passed: bool, found: str) -> Check:
        return Check(cluster=cluster.cluster_name, what=what, passed=passed, found=found)

    try:
        login = _login(hub, cluster)
        api = ApiServer(server=cluster.server, ca_pem=cluster.ca_pem, token=login)
        who = api.post(
            "/apis/authentication.k8s.io/v1/selfsubjectreviews",
            {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"},
        )
        yield check("the registered identity logs in", who.code == 201, _identity(who))
        listed = api.get("/api/v1/namespaces")
        names = [item["metadata"]["name"] for item in listed.body.get("items", [])]
        yield check("lists namespaces", listed.code == 200 and bool(names), ", ".join(names))
        for what, answer in _refused(api):
            # After this the server repeats who asked, which the first line says already.
            said = answer.message.partition(": User")[0]
            yield check(f"is refused to {what}", answer.code == FORBIDDEN, f"{answer.code}, {said}")
        allowed = _may_bind(api)
        yield check("has no right to bind cluster roles", allowed is False, f"allowed: {allowed}")
    except LabError as error:
        yield check("the registered identity reaches the cluster", False, str(error))


def _refused(api: ApiServer) -> Iterator[tuple[str, Answer]]:
    """Real requests, as dry runs: were they granted, nothing would change."""
    yield "create a ClusterRoleBinding", api.post(f"{_BINDINGS}?dryRun=All", _BINDING)
    node = api.get("/api/v1/nodes").body.get("items", [{}])[0].get("metadata", {}).get("name", "x")
    yield f"delete node {node}", api.delete(f"/api/v1/nodes/{node}?dryRun=All")


def _may_bind(api: ApiServer) -> object:
    answer = api.post(
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {
                "resourceAttributes": {
                    "verb": "create",
                    "group": "rbac.authorization.k8s.io",
                    "resource": "clusterrolebindings",
                }
            },
        },
    )
    return answer.body.get("status", {}).get("allowed", answer.message)


def _identity(answer: Answer) -> str:
    user = answer.body.get("status", {}).get("userInfo", {})
    if not user:
        return answer.message
    return f"{user.get('username')}, groups {', '.join(user.get('groups', []))}"


def _registered(hub: Hub) -> Iterator[Registered]:
    for secret in hub.kubectl.items("secrets", "--selector", CLUSTER_SECRETS):
        data = {key: base64.b64decode(value).decode() for key, value in secret["data"].items()}
        config: dict[str, Any] = json.loads(data["config"])
        yield Registered(
            name=data["name"],
            server=data["server"],
            cluster_name=config["awsAuthConfig"]["clusterName"],
            role_arn=config["awsAuthConfig"].get("roleARN", ""),
            ca_pem=base64.b64decode(config["tlsClientConfig"]["caData"]).decode(),
        )


def _login(hub: Hub, cluster: Registered) -> str:
    """A bearer token, made as Argo CD makes it: its own program, in a pod's environment."""
    command = [str(hub.k8s_auth), "aws", "--cluster-name", cluster.cluster_name]
    if cluster.role_arn:
        command += ["--role-arn", cluster.role_arn]
    environment = {
        "HOME": str(hub.controller.folder),
        **hub.pod_identity.variables(hub.controller.aws_token),
    }
    printed = run_program(command, environment, PROGRAM_SECONDS)
    return str(json.loads(printed)["status"]["token"])
