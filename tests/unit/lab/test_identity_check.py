"""The identity check says what it found and fails where it must.

kubectl and Argo CD's program are scripts, and the cluster answers by a table: the real way is
walked by tests/lab.
"""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lab import identity_check
from lab.api_request import Answer, ApiServer
from lab.argocd.identities import identity
from lab.argocd.kubectl import Kubectl
from lab.argocd.pod_identity import PodIdentity
from lab.errors import LabError
from lab.record import Check

REFUSED = Answer(code=403, body={"message": 'nodes "n" is forbidden: User "x" cannot'})
BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings?dryRun=All"
REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
GOOD: dict[str, Answer] = {
    "/apis/authentication.k8s.io/v1/selfsubjectreviews": Answer(
        code=201, body={"status": {"userInfo": {"username": "role", "groups": ["argocd-hub"]}}}
    ),
    "/api/v1/namespaces": Answer(code=200, body={"items": [{"metadata": {"name": "kube-system"}}]}),
    "/api/v1/nodes": Answer(code=200, body={"items": [{"metadata": {"name": "n"}}]}),
    "/api/v1/nodes/n?dryRun=All": REFUSED,
    BINDINGS: REFUSED,
    REVIEW: Answer(code=201, body={"status": {"allowed": False}}),
}


def cluster_secret(name: str) -> dict[str, Any]:
    config = {
        "awsAuthConfig": {"clusterName": name, "roleARN": f"arn:aws:iam::2:role/{name}"},
        "tlsClientConfig": {"insecure": False, "caData": base64.b64encode(b"PEM").decode()},
    }
    data = {"name": name, "server": f"https://{name}", "config": json.dumps(config)}
    return {"data": {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}}


def script(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> identity_check.Hub:
    (tmp_path / "secrets.json").write_text(json.dumps({"items": [cluster_secret("spoke")]}))
    controller = identity(tmp_path, identity_check.SERVICE_ACCOUNT)
    controller.folder.mkdir()
    controller.aws_token.write_text("sa-token")
    kubectl = script(tmp_path / "kubectl", f"cat '{tmp_path}/secrets.json'")
    login = """[ "$(cat "$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")" = sa-token ] || exit 1
echo "{\\"status\\": {\\"token\\": \\"$*\\"}}\""""

    def credentials(url: str, *, headers: Mapping[str, str]) -> dict[str, Any]:
        assert headers == {"Authorization": "sa-token"}
        assert url.endswith("/_eks/pod-identity/1/eu-west-1/hub/v1/credentials")
        return {"AccountId": "1", "Token": "t"}

    monkeypatch.setattr(identity_check, "request", credentials)
    return identity_check.Hub(
        kubectl=Kubectl(program=kubectl, kubeconfig=tmp_path / "kubeconfig"),
        k8s_auth=script(tmp_path / "argocd-k8s-auth", login),
        pod_identity=PodIdentity(
            aws_endpoint="http://127.0.0.1:1", account="1", region="eu-west-1", cluster="hub"
        ),
        controller=controller,
    )


def answer_with(monkeypatch: pytest.MonkeyPatch, changed: Mapping[str, Answer]) -> list[ApiServer]:
    asked: list[ApiServer] = []

    def ask(server: ApiServer, _method: str, path: str, _body: object = None) -> Answer:
        asked.append(server)
        return {**GOOD, **changed}[path]

    monkeypatch.setattr(ApiServer, "ask", ask)
    return asked


def failed(checks: list[Check]) -> list[tuple[str, str]]:
    return [(check.cluster, check.what) for check in checks if not check.passed]


def test_an_identity_that_may_what_it_must_passes(
    hub: identity_check.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, {})

    assert failed(identity_check.run(hub, {"spoke"})) == []


def test_the_login_is_what_the_registered_secret_says(
    hub: identity_check.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer_with(monkeypatch, {})

    identity_check.run(hub, {"spoke"})

    assert (asked[0].server, asked[0].ca_pem) == ("https://spoke", "PEM")
    assert asked[0].token == "aws --cluster-name spoke --role-arn arn:aws:iam::2:role/spoke"


@pytest.mark.parametrize(
    ("path", "answer", "what"),
    [
        ("/api/v1/namespaces", REFUSED, "lists namespaces"),
        (BINDINGS, Answer(code=201, body={}), "is refused to create a ClusterRoleBinding"),
        ("/api/v1/nodes/n?dryRun=All", Answer(code=200, body={}), "is refused to delete node n"),
        (
            REVIEW,
            Answer(code=201, body={"status": {"allowed": True}}),
            "has no right to bind cluster roles",
        ),
    ],
)
def test_a_right_too_few_or_too_many_fails(
    hub: identity_check.Hub,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    answer: Answer,
    what: str,
) -> None:
    answer_with(monkeypatch, {path: answer})

    assert failed(identity_check.run(hub, {"spoke"})) == [("spoke", what)]


def test_a_cluster_that_is_not_registered_fails(
    hub: identity_check.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, {})

    assert failed(identity_check.run(hub, {"spoke", "other"})) == [("other", "is registered")]


def test_a_login_that_fails_is_a_failed_check_and_not_an_error(
    hub: identity_check.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, {})
    script(hub.k8s_auth, "echo AccessDenied >&2; exit 20")

    checks = identity_check.run(hub, {"spoke"})

    assert failed(checks) == [("spoke", "the registered identity reaches the cluster")]
    assert "AccessDenied" in checks[-1].found


def test_a_login_that_never_ends_is_a_failed_check_and_not_a_fault(
    hub: identity_check.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, {})
    script(hub.k8s_auth, "exec sleep 60")
    monkeypatch.setattr(identity_check, "PROGRAM_SECONDS", 0.5)

    checks = identity_check.run(hub, {"spoke"})

    assert failed(checks) == [("spoke", "the registered identity reaches the cluster")]


def test_a_hub_that_cannot_be_asked_is_an_error(hub: identity_check.Hub) -> None:
    script(hub.kubectl.program, "echo no route to host >&2; exit 1")

    with pytest.raises(LabError, match="no route to host"):
        identity_check.run(hub, {"spoke"})


def test_a_controller_without_a_token_is_a_failed_check(
    hub: identity_check.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, {})
    hub.controller.aws_token.unlink()

    assert ("hub", identity_check.run(hub, set())[0].what) in failed(
        identity_check.run(hub, {"spoke"})
    )
