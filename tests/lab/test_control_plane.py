"""Rules of a started control plane: pods run, and everybody is who they should be."""

import json
from collections.abc import Iterator

import pytest

from lab.cluster import ControlPlane
from lab.programs.install import ensure
from tests.lab.planes import (
    ADA,
    ADAS_TOKEN,
    MEMBERS,
    Kubectl,
    WebhookServer,
    lab_binaries,
    serving_webhooks,
)


@pytest.fixture(scope="module")
def webhooks() -> Iterator[WebhookServer]:
    with serving_webhooks() as server:
        yield server


@pytest.fixture(scope="module")
def plane(
    tmp_path_factory: pytest.TempPathFactory, webhooks: WebhookServer
) -> Iterator[ControlPlane]:
    folder = tmp_path_factory.mktemp("planes") / "spoke-dev"
    plane = ControlPlane(folder, name="spoke-dev", binaries=lab_binaries(), webhooks=webhooks.urls)
    plane.start()
    yield plane
    plane.delete()


@pytest.fixture
def kubectl(plane: ControlPlane) -> Kubectl:
    return Kubectl(plane)


def _token_review(token: str, audience: str) -> str:
    return json.dumps(
        {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenReview",
            "spec": {"token": token, "audiences": [audience]},
        }
    )


def test_two_nodes_are_ready_once_started(kubectl: Kubectl) -> None:
    ready = '{.items[*].status.conditions[?(@.type=="Ready")].status}'
    assert kubectl("get", "nodes", f"--output=jsonpath={ready}") == "True True"


def test_the_pods_of_a_deployment_run(kubectl: Kubectl) -> None:
    kubectl("create", "deployment", "web", "--image=example.invalid/web", "--replicas=3")
    kubectl("rollout", "status", "deployment/web", "--timeout=30s")
    phases = kubectl(
        "get", "pods", "--selector=app=web", "--output=jsonpath={.items[*].status.phase}"
    )
    assert phases == "Running Running Running"


def test_a_pod_is_given_its_service_account_as_on_eks(kubectl: Kubectl) -> None:
    kubectl("run", "one", "--image=example.invalid/one")
    volumes = kubectl("get", "pod", "one", "--output=jsonpath={.spec.volumes[*].projected.sources}")
    assert "serviceAccountToken" in volumes


def test_a_service_account_authenticates_by_a_token_it_requests(kubectl: Kubectl) -> None:
    token = kubectl("create", "token", "default")
    assert kubectl.whoami(token)["username"] == "system:serviceaccount:default:default"


@pytest.mark.parametrize(
    ("audience", "accepted"), [("pods.eks.amazonaws.com", True), ("sts.amazonaws.com", False)]
)
def test_a_pod_identity_token_is_good_for_its_audience_alone(
    kubectl: Kubectl, audience: str, accepted: bool
) -> None:
    token = kubectl("create", "token", "default", "--audience=pods.eks.amazonaws.com")
    review = kubectl(
        "create", "--filename=-", "--output=json", stdin=_token_review(token, audience)
    )
    assert json.loads(review)["status"].get("authenticated", False) is accepted


def test_a_pod_identity_token_is_no_login_to_the_api(kubectl: Kubectl) -> None:
    token = kubectl("create", "token", "default", "--audience=pods.eks.amazonaws.com")
    assert "Unauthorized" in kubectl.attempt("get", "configmaps", token=token).stderr


def test_tokens_name_the_issuer_of_the_endpoint(kubectl: Kubectl, plane: ControlPlane) -> None:
    discovery = json.loads(kubectl("get", "--raw=/.well-known/openid-configuration"))
    assert discovery["issuer"] == plane.endpoint.issuer


def test_a_token_is_whoever_the_authentication_webhook_says(kubectl: Kubectl) -> None:
    user = kubectl.whoami(ADAS_TOKEN)
    assert (user["username"], user["groups"]) == (ADA, ["viewers", "system:authenticated"])


def test_a_token_that_the_webhook_does_not_know_is_unauthorized(kubectl: Kubectl) -> None:
    assert "Unauthorized" in kubectl.attempt("get", "configmaps", token="unknown").stderr


@pytest.mark.parametrize(("resource", "allowed"), [("configmaps", True), ("secrets", False)])
def test_the_authorization_webhook_decides_what_rbac_does_not_grant(
    kubectl: Kubectl, resource: str, allowed: bool
) -> None:
    result = kubectl.attempt("get", resource, token=ADAS_TOKEN)
    assert (result.returncode == 0, "Forbidden" in result.stderr) == (allowed, not allowed)


def test_what_rbac_grants_a_group_of_the_webhook_is_allowed(kubectl: Kubectl) -> None:
    kubectl("create", "clusterrole", "read-nodes", "--verb=list", "--resource=nodes")
    kubectl("create", "clusterrolebinding", "v", "--clusterrole=read-nodes", "--group=viewers")
    assert "spoke-dev-node-1" in kubectl("get", "nodes", "--output=name", token=ADAS_TOKEN)


def test_the_authorization_webhook_is_never_asked_about_the_clusters_own_identities(
    kubectl: Kubectl, webhooks: WebhookServer
) -> None:
    token = kubectl("create", "token", "default")
    refused = kubectl.attempt("get", "secrets", token=token)
    kubectl.attempt("get", "secrets", token=ADAS_TOKEN)
    assert ("Forbidden" in refused.stderr, webhooks.asked_about) == (True, {ADA})


def test_the_version_is_that_of_the_programs(plane: ControlPlane) -> None:
    assert plane.version() == f"v{ensure(['kube-apiserver'])['kube-apiserver'].version}"


def test_each_member_weighs_something_and_all_of_them_less_than_a_gigabyte(
    plane: ControlPlane,
) -> None:
    memory = plane.memory_bytes()
    assert (set(memory), min(memory.values()) > 0, sum(memory.values()) < 1 << 30) == (
        MEMBERS,
        True,
        True,
    )


def test_nobody_else_may_read_a_file_of_the_control_plane(plane: ControlPlane) -> None:
    folder = plane.admin_kubeconfig.parent
    readable = [path for path in (folder, *folder.rglob("*")) if path.lstat().st_mode & 0o077]
    assert readable == []
