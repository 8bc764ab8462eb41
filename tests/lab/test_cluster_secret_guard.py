"""What the hub's guard refuses and lets through, on a real API server with the program's policy."""

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from components import conventions, guard
from lab.cluster import ControlPlane
from tests.lab.planes import DEAD_WEBHOOKS, Kubectl, lab_binaries
from tests.unit import committed
from tests.unit.engine import plain

NAMESPACE = "--namespace=argocd"
SECRET = "cluster-spoke-dev"
REMEDY = "python -m fleet drain spoke-dev"
MARK = conventions.DRAINED_ANNOTATION
GUARDS = {
    "ValidatingAdmissionPolicy": "the policy",
    "ValidatingAdmissionPolicyBinding": "its binding",
}


@pytest.fixture(scope="module")
def kubectl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubectl]:
    """A hub with the guard as `pulumi up` would make it, already in force."""
    folder = tmp_path_factory.mktemp("planes") / "hub"
    plane = ControlPlane(folder, name="hub", binaries=lab_binaries(), webhooks=DEAD_WEBHOOKS)
    plane.start()
    try:
        kubectl = Kubectl(plane)
        kubectl("create", "namespace", "argocd")
        for policy in (guard.POLICY, guard.BOOTSTRAP_POLICY):
            for kind in GUARDS:
                type_ = f"kubernetes:admissionregistration.k8s.io/v1:{kind}"
                apply(kubectl, declared(type_, policy))
        wait_until_in_force(kubectl)
        yield kubectl
    finally:
        plane.delete()


@pytest.fixture
def secret(kubectl: Kubectl) -> Iterator[dict[str, Any]]:
    """The secret of the committed spoke, new for each test."""
    apply(kubectl, cluster_secret())
    yield found(kubectl)
    mark(kubectl)
    kubectl("delete", "secret", SECRET, NAMESPACE, "--ignore-not-found")


def declared(type_: str, policy: str = guard.POLICY) -> dict[str, Any]:
    made = [plain(node.inputs) for node in committed.up("hub").of(type_)]
    (inputs,) = [each for each in made if each["metadata"]["name"] == policy]
    return {"apiVersion": inputs["apiVersion"], "kind": inputs["kind"], **inputs}


def cluster_secret() -> dict[str, Any]:
    inputs = plain(committed.up("hub").node("hub-registration-spoke-dev-secret").inputs)
    return {"apiVersion": "v1", "kind": "Secret", **inputs}


def apply(kubectl: Kubectl, manifest: dict[str, Any]) -> None:
    kubectl("apply", "--server-side", "--filename=-", stdin=json.dumps(manifest))


def found(kubectl: Kubectl) -> dict[str, Any]:
    return json.loads(kubectl("get", "secret", SECRET, NAMESPACE, "--output=json"))


def mark(kubectl: Kubectl, name: str = SECRET) -> None:
    kubectl.attempt("annotate", "secret", name, NAMESPACE, f"{MARK}=true", "--overwrite")


def wait_until_in_force(kubectl: Kubectl) -> None:
    """The API server takes a moment to act by a new policy."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        apply(kubectl, cluster_secret())
        if kubectl.attempt("delete", "secret", SECRET, NAMESPACE).returncode != 0:
            return
        time.sleep(0.2)
    raise AssertionError("the guard is not in force after 30 seconds")


def refused(kubectl: Kubectl, *arguments: str, stdin: str = "") -> str:
    """Why a command is refused; it must be, in the guard's words, with nothing changed."""
    before = found(kubectl)
    result = kubectl.attempt(*arguments, stdin=stdin)
    assert result.returncode != 0
    assert found(kubectl) == before
    assert REMEDY in result.stderr
    return result.stderr


def with_data(secret: dict[str, Any], key: str, value: str) -> str:
    data = {**secret["data"], key: base64.b64encode(value.encode()).decode()}
    return json.dumps({**secret, "data": data})


def test_a_cluster_secret_cannot_be_deleted(kubectl: Kubectl, secret: dict[str, Any]) -> None:
    why = refused(kubectl, "delete", "secret", secret["metadata"]["name"], NAMESPACE)
    assert "deleting it would take" in why


def test_a_cluster_secret_cannot_be_deleted_along_with_all_others(
    kubectl: Kubectl, secret: dict[str, Any]
) -> None:
    uid = secret["metadata"]["uid"]
    path = "/api/v1/namespaces/argocd/secrets"
    assert REMEDY in kubectl.attempt("delete", f"--raw={path}").stderr
    assert found(kubectl)["metadata"]["uid"] == uid


def test_a_cluster_secret_cannot_be_made_anew(kubectl: Kubectl, secret: dict[str, Any]) -> None:
    """What Pulumi does to a secret whose data changed, unless it is told otherwise."""
    changed = with_data(secret, "server", "https://moved.example")
    refused(kubectl, "replace", "--force", "--filename=-", stdin=changed)


@pytest.mark.parametrize(
    "change",
    [
        f"{conventions.CLUSTER_LABEL}-",
        f"{conventions.CLUSTER_LABEL}=repository",
        "team-clusters-",
        "environment-",
        "environment=prod",
        "environment=",
        "tenant=other",
    ],
)
def test_a_label_that_applications_may_be_chosen_by_stays(
    kubectl: Kubectl, secret: dict[str, Any], change: str
) -> None:
    assert secret["metadata"]["labels"]["environment"] == "dev"
    why = refused(kubectl, "label", "secret", SECRET, NAMESPACE, "--overwrite", change)
    assert f"a change of its label {change.rstrip('-').partition('=')[0]} would" in why


def test_all_labels_at_once_stay_too(kubectl: Kubectl, secret: dict[str, Any]) -> None:
    bare = {k: v for k, v in secret["metadata"].items() if k not in ("labels", "managedFields")}
    manifest = json.dumps({**secret, "metadata": bare})
    refused(kubectl, "replace", "--filename=-", stdin=manifest)


def test_a_label_with_an_empty_value_stays(kubectl: Kubectl, secret: dict[str, Any]) -> None:
    assert "empty" not in secret["metadata"]["labels"]
    kubectl("label", "secret", SECRET, NAMESPACE, "empty=")
    refused(kubectl, "label", "secret", SECRET, NAMESPACE, "empty-")


def test_the_name_that_applications_have_for_the_cluster_stays(
    kubectl: Kubectl, secret: dict[str, Any]
) -> None:
    changed = with_data(secret, "name", "other")
    why = refused(kubectl, "replace", "--filename=-", stdin=changed)
    assert "renaming it would take" in why


@pytest.mark.parametrize("value", [None, {}])
def test_the_name_cannot_go_with_its_data(
    kubectl: Kubectl, secret: dict[str, Any], value: dict[str, str] | None
) -> None:
    refused(kubectl, "replace", "--filename=-", stdin=json.dumps({**secret, "data": value}))


@pytest.mark.parametrize(
    "change",
    [
        "enable_metrics_server-",
        "enable_metrics_server=false",
        "kubernetes_version=1.37",
        "new-label=yes",
    ],
)
def test_everyday_changes_of_labels_pass(
    kubectl: Kubectl, secret: dict[str, Any], change: str
) -> None:
    before = secret["metadata"]["labels"]
    kubectl("label", "secret", SECRET, NAMESPACE, "--overwrite", change)
    assert found(kubectl)["metadata"]["labels"] != before


@pytest.mark.parametrize("key", ["server", "config"])
def test_a_new_endpoint_or_login_passes(kubectl: Kubectl, secret: dict[str, Any], key: str) -> None:
    kubectl("replace", "--filename=-", stdin=with_data(secret, key, "moved"))
    assert base64.b64decode(found(kubectl)["data"][key]) == b"moved"


def test_facts_change_freely(kubectl: Kubectl, secret: dict[str, Any]) -> None:
    assert secret["metadata"]["annotations"]["aws_region"] == "eu-west-1"
    kubectl("annotate", "secret", SECRET, NAMESPACE, "--overwrite", "aws_region=eu-west-2")
    assert found(kubectl)["metadata"]["annotations"]["aws_region"] == "eu-west-2"


def test_a_drained_cluster_may_be_relabelled_and_then_go(
    kubectl: Kubectl, secret: dict[str, Any]
) -> None:
    mark(kubectl, secret["metadata"]["name"])
    kubectl("label", "secret", SECRET, NAMESPACE, "--overwrite", "environment=prod", "tenant-")
    kubectl("delete", "secret", SECRET, NAMESPACE)


@pytest.mark.parametrize("value", ["false", "yes", "True"])
def test_only_the_mark_itself_lifts_the_guard(
    kubectl: Kubectl, secret: dict[str, Any], value: str
) -> None:
    name = secret["metadata"]["name"]
    kubectl("annotate", "secret", name, NAMESPACE, f"{MARK}={value}")
    refused(kubectl, "delete", "secret", name, NAMESPACE)


def test_the_mark_and_the_damage_cannot_come_in_one_step(
    kubectl: Kubectl, secret: dict[str, Any]
) -> None:
    """Whoever drains sees first what will go."""
    metadata = secret["metadata"]
    both = {
        **metadata,
        "annotations": {**metadata["annotations"], MARK: "true"},
        "labels": {**metadata["labels"], "environment": "prod"},
    }
    both.pop("managedFields", None)
    refused(kubectl, "replace", "--filename=-", stdin=json.dumps({**secret, "metadata": both}))


def test_a_drained_cluster_that_stays_is_guarded_again(
    kubectl: Kubectl, secret: dict[str, Any]
) -> None:
    mark(kubectl, secret["metadata"]["name"])
    kubectl("annotate", "secret", SECRET, NAMESPACE, f"{MARK}-")
    refused(kubectl, "delete", "secret", SECRET, NAMESPACE)


def test_other_secrets_of_argo_cd_are_none_of_the_guards_business(kubectl: Kubectl) -> None:
    kubectl("create", "secret", "generic", "repo", NAMESPACE, "--from-literal=name=a")
    label = f"{conventions.CLUSTER_LABEL}="
    kubectl("label", "secret", "repo", NAMESPACE, f"{label}repository")
    kubectl("label", "secret", "repo", NAMESPACE, f"{label}repo-creds", "--overwrite")
    kubectl("delete", "secret", "repo", NAMESPACE)


def test_what_is_no_cluster_yet_may_become_one_and_is_guarded_then(kubectl: Kubectl) -> None:
    kubectl("create", "secret", "generic", "later", NAMESPACE, "--from-literal=name=a")
    kubectl("label", "secret", "later", NAMESPACE, f"{conventions.CLUSTER_LABEL}=repository")
    cluster = f"{conventions.CLUSTER_LABEL}=cluster"
    kubectl("label", "secret", "later", NAMESPACE, cluster, "--overwrite")
    assert "fleet drain later" in kubectl.attempt("delete", "secret", "later", NAMESPACE).stderr
    mark(kubectl, "later")
    kubectl("delete", "secret", "later", NAMESPACE)


def test_secrets_of_other_namespaces_are_none_of_the_guards_business(kubectl: Kubectl) -> None:
    kubectl("create", "secret", "generic", "elsewhere", "--from-literal=name=a")
    kubectl("label", "secret", "elsewhere", f"{conventions.CLUSTER_LABEL}=cluster")
    kubectl("delete", "secret", "elsewhere")


def test_argo_cds_namespace_cannot_be_deleted(kubectl: Kubectl) -> None:
    """Last in this file: what is annotated here is no longer guarded."""
    deleted = kubectl.attempt("delete", "namespace", "argocd")
    assert "deleting namespaces argocd would take every Application of the fleet" in deleted.stderr
    kubectl("annotate", "namespace", "argocd", f"{MARK}=true")
    kubectl("delete", "namespace", "argocd", "--wait=false")
