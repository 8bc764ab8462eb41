"""A cluster secret holds no credential, is never deleted by accident, and says what is known."""

import json
from typing import Any

import pytest

from components.bridge import ClusterRegistration, ClusterRegistrationArgs
from components.config_argocd import ArgoCdMode
from components.contracts import Registration, RepositoryFacts
from tests.unit import committed
from tests.unit.engine import UNKNOWN, Engine, Node, Run, Secret, plain

CLUSTER_SECRET = "kubernetes:core/v1:Secret"
STACKS = committed.stack_names()


def secret(stack: str) -> Node:
    return committed.up("hub").node(f"hub-registration-{stack}-secret")


def config(stack: str) -> dict[str, Any]:
    return json.loads(plain(secret(stack).inputs)["stringData"]["config"])


MODES: tuple[ArgoCdMode, ...] = ("capability", "self-managed")
GIVEN: dict[str, Any] = {
    "cluster_name": "spoke",
    "cluster_arn": "arn",
    "endpoint": "https://spoke",
    "certificate_authority": "Q0E=",
    "access_role_arn": "arn:role",
    "labels": {"environment": "dev"},
    "annotations": {"aws_region": "eu-west-1"},
}


def registered(mode: ArgoCdMode = "self-managed", **changes: Any) -> Run:
    args = ClusterRegistrationArgs(
        namespace="argocd",
        registration=Registration(**{**GIVEN, **changes}),
        repository=RepositoryFacts(url="u", revision="r", base_path="gitops/"),
        mode=mode,
    )
    return Engine().run(lambda: ClusterRegistration("spoke", args))


def test_the_hub_registers_itself_and_every_spoke() -> None:
    spokes = committed.stack_config("hub")["spokes"]
    names = {node.name for node in committed.up("hub").of(CLUSTER_SECRET)}
    assert names == {f"hub-registration-{stack}-secret" for stack in ["hub", *spokes]}


def test_where_add_ons_come_from_is_not_for_a_spoke_to_say() -> None:
    node = registered(annotations={"addons_repo_url": "https://example.org"}).node("spoke-secret")
    assert plain(node.inputs)["metadata"]["annotations"]["addons_repo_url"] == "u"


@pytest.mark.parametrize("stack", STACKS)
def test_a_cluster_secret_is_protected_and_never_made_anew(stack: str) -> None:
    """While it is away, ApplicationSets drop the cluster and take every workload along."""
    node = secret(stack)
    assert node.options.protect
    assert node.options.delete_before_replace is None
    assert node.options.replace_on_changes == ()
    assert node.provider == "hub-cluster-kubernetes"
    provider = committed.up("hub").node(node.provider)
    assert provider.inputs["enableSecretMutable"] == "true"


@pytest.mark.parametrize("stack", STACKS)
def test_a_cluster_secrets_name_follows_from_the_clusters_alone(stack: str) -> None:
    metadata = plain(secret(stack).inputs)["metadata"]
    assert metadata["name"] == f"cluster-{stack}"
    assert metadata["namespace"] == "argocd"


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": "https://moved"},
        {"certificate_authority": "bmV3"},
        {"labels": {"environment": "prod"}},
        {"annotations": {"aws_region": "eu-central-1"}},
        {"access_role_arn": "arn:other"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_changes_of_a_cluster_does_not_change_the_secrets_identity(
    changes: dict[str, Any],
) -> None:
    before, after = registered().only(CLUSTER_SECRET), registered(**changes).only(CLUSTER_SECRET)
    assert before.urn == after.urn
    assert before.inputs["type"] == after.inputs["type"]
    for field in ("name", "namespace"):
        assert before.inputs["metadata"][field] == after.inputs["metadata"][field]
    assert before.inputs != after.inputs


@pytest.mark.parametrize("stack", STACKS)
def test_argo_cd_takes_it_for_a_cluster(stack: str) -> None:
    labels = plain(secret(stack).inputs)["metadata"]["labels"]
    assert labels["argocd.argoproj.io/secret-type"] == "cluster"


def test_no_label_of_a_stack_can_hide_that_it_is_a_cluster() -> None:
    labels = {"argocd.argoproj.io/secret-type": "repository"}
    metadata = registered(labels=labels).only(CLUSTER_SECRET).inputs["metadata"]
    assert metadata["labels"]["argocd.argoproj.io/secret-type"] == "cluster"


@pytest.mark.parametrize("stack", STACKS)
def test_the_login_is_a_role_and_a_certificate_and_no_credential(stack: str) -> None:
    assert set(config(stack)) == {"awsAuthConfig", "tlsClientConfig"}
    assert set(config(stack)["tlsClientConfig"]) == {"insecure", "caData"}
    assert config(stack)["tlsClientConfig"]["insecure"] is False


def test_a_spoke_is_entered_through_its_access_role_and_the_hub_without_one() -> None:
    spoke = {
        "clusterName": "spoke-dev",
        "roleARN": "arn:aws:iam::222222222222:role/eks-hub-spoke/argocd/spoke-dev-access",
    }
    assert config("spoke-dev")["awsAuthConfig"] == spoke
    assert config("hub")["awsAuthConfig"] == {"clusterName": "hub"}


def test_the_capability_is_told_the_clusters_arn_and_no_login() -> None:
    told = plain(registered("capability").only(CLUSTER_SECRET).inputs)["stringData"]
    assert told == {"name": "spoke", "server": "arn"}


def test_the_capability_knows_a_cluster_by_the_same_secret_as_a_self_managed_argo_cd() -> None:
    managed, own = (registered(mode).only(CLUSTER_SECRET) for mode in MODES)
    assert managed.urn == own.urn
    assert managed.inputs["metadata"] == own.inputs["metadata"]


def test_the_login_is_the_same_text_every_time() -> None:
    """Another order of keys would show as a change of every cluster secret."""
    texts = [registered().only(CLUSTER_SECRET).inputs["stringData"] for _ in range(2)]
    assert texts[0] == texts[1]


def test_what_comes_from_a_spoke_stays_secret_in_the_hubs_state() -> None:
    assert isinstance(secret("spoke-dev").inputs["stringData"], Secret)


def test_a_preview_leaves_open_what_it_does_not_know_and_shows_what_it_does() -> None:
    run = committed.up("hub", preview=True)
    itself = plain(run.node("hub-registration-hub-secret").inputs["stringData"])
    spoke = plain(run.node("hub-registration-spoke-dev-secret").inputs["stringData"])
    assert itself is UNKNOWN
    assert spoke == plain(secret("spoke-dev").inputs["stringData"])
