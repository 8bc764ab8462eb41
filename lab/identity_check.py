"""Proves the way from the hub's Argo CD to every registered cluster, with Argo CD's own program.

Service account token → Pod Identity → the hub's role → `argocd-k8s-auth` as the registered cluster
secret says → the registered server: namespaces are listed, and what the role does not grant is
refused. Everything is read from the hub's secrets; nothing is known from elsewhere but the names of
the clusters that must be registered.
"""

import base64
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.api_request import Answer, ApiServer
from lab.errors import LabError
from lab.record import Check
from lab.services import request

NAMESPACE = "argocd"
SERVICE_ACCOUNT = "argocd-application-controller"
# What the EKS Pod Identity agent asks of a token.
AUDIENCE = "pods.eks.amazonaws.com"
CLUSTER_SECRETS = "argocd.argoproj.io/secret-type=cluster"
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
    """Where the check starts: the hub's cluster, the programs, and a person's environment."""

    account: str
    region: str
    cluster: str
    kubeconfig: Path
    kubectl: Path
    k8s_auth: Path
    aws_endpoint: str
    env: Mapping[str, str] = field(repr=False)

    @property
    def credentials_uri(self) -> str:
        """The Pod Identity endpoint of the hub's cluster."""
        place = f"{self.account}/{self.region}/{self.cluster}"
        return f"{self.aws_endpoint}/_eks/pod-identity/{place}/v1/credentials"


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
    token = _service_account_token(hub)
    checks = [_pod_identity(hub, token)]
    clusters = list(_registered(hub))
    missing = expected - {cluster.cluster_name for cluster in clusters}
    checks += [
        Check(cluster=name, what="is registered", passed=False, found="no cluster secret")
        for name in sorted(missing)
    ]
    for cluster in clusters:
        checks += _cluster(hub, token, cluster)
    return checks


def _pod_identity(hub: Hub, token: str) -> Check:
    what = f"Pod Identity gives {NAMESPACE}/{SERVICE_ACCOUNT} the hub's role"
    try:
        answer = request(hub.credentials_uri, headers={"Authorization": token})
    except LabError as error:
        return Check(cluster=hub.cluster, what=what, passed=False, found=str(error))
    account = str(answer.get("AccountId", "no account"))
    return Check(
        cluster=hub.cluster,
        what=what,
        passed=account == hub.account and bool(answer.get("Token")),
        found=f"temporary credentials of account {account}",
    )


def _cluster(hub: Hub, token: str, cluster: Registered) -> Iterator[Check]:
    def check(what: str, passed: bool, found: str) -> Check:
        return Check(cluster=cluster.cluster_name, what=what, passed=passed, found=found)

    try:
        login = _login(hub, token, cluster)
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


def _service_account_token(hub: Hub) -> str:
    return _kubectl(
        hub, "create", "token", SERVICE_ACCOUNT, "--audience", AUDIENCE, "--duration", "15m"
    ).strip()


def _registered(hub: Hub) -> Iterator[Registered]:
    listed = json.loads(
        _kubectl(hub, "get", "secrets", "--selector", CLUSTER_SECRETS, "--output", "json")
    )
    for secret in listed["items"]:
        data = {key: base64.b64decode(value).decode() for key, value in secret["data"].items()}
        config: dict[str, Any] = json.loads(data["config"])
        yield Registered(
            name=data["name"],
            server=data["server"],
            cluster_name=config["awsAuthConfig"]["clusterName"],
            role_arn=config["awsAuthConfig"].get("roleARN", ""),
            ca_pem=base64.b64decode(config["tlsClientConfig"]["caData"]).decode(),
        )


def _login(hub: Hub, token: str, cluster: Registered) -> str:
    """A bearer token, made as Argo CD makes it: its own program, in a pod's environment."""
    command = [str(hub.k8s_auth), "aws", "--cluster-name", cluster.cluster_name]
    if cluster.role_arn:
        command += ["--role-arn", cluster.role_arn]
    environment = {
        "PATH": hub.env.get("PATH", ""),
        "HOME": str(hub.kubeconfig.parent),
        "AWS_REGION": hub.region,
        "AWS_ENDPOINT_URL": hub.aws_endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": hub.credentials_uri,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": token,
    }
    printed = _run(command, environment)
    return str(json.loads(printed)["status"]["token"])


def _kubectl(hub: Hub, *arguments: str) -> str:
    command = [str(hub.kubectl), *arguments, "--namespace", NAMESPACE]
    return _run(command, {**hub.env, "KUBECONFIG": str(hub.kubeconfig)})


def _run(command: list[str], env: Mapping[str, str]) -> str:
    shown = " ".join([Path(command[0]).name, *command[1:3]])
    try:
        ran = subprocess.run(  # noqa: S603  # programs of the toolchain, arguments of ours
            command,
            env=dict(env),
            capture_output=True,
            text=True,
            check=False,
            timeout=PROGRAM_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise LabError(f"{shown} did not end within {PROGRAM_SECONDS} s") from None
    if ran.returncode != 0:
        raise LabError(f"{shown} failed: {' '.join(ran.stderr.split())}")
    return ran.stdout
