"""Add-ons are data: a row of the catalogue is a role, facts and a label, and nothing more."""

import json
import re

import pytest

from components import addon_catalogue, conventions, iam
from components.addon_catalogue import CHARTS, EKS, Place
from tests.unit import committed
from tests.unit.configs import CLOSED_SPOKE, brought_up
from tests.unit.engine import Run, plain

PLACE = Place(account="222222222222", region="eu-west-1", cluster="spoke-dev")
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
WITH_ROLE = sorted(name for name, row in CHARTS.items() if row.permissions)
WITHOUT_ROLE = sorted(name for name, row in CHARTS.items() if not row.permissions)


@pytest.fixture(scope="module")
def run() -> Run:
    given = committed.stack_config("spoke-dev")["addons"]
    return brought_up("spoke-dev", {} if set(given) == set(CHARTS) else {"addons": list(CHARTS)})


def facts(run: Run) -> dict[str, str]:
    return plain(run.exports["registration"])["annotations"]


@pytest.mark.parametrize("name", CHARTS)
def test_names_are_what_annotations_and_labels_take(name: str) -> None:
    """`enable_<name>` and `<name>_namespace`: the community's keys are in snake case."""
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name)


@pytest.mark.parametrize("name", CHARTS)
def test_an_add_on_has_its_label_and_its_place_among_the_facts(run: Run, name: str) -> None:
    labels = plain(run.exports["registration"])["labels"]
    assert labels[f"enable_{name}"] == "true"
    assert facts(run)[f"{name}_namespace"] == CHARTS[name].namespace
    assert facts(run)[f"{name}_service_account"] == CHARTS[name].service_account


@pytest.mark.parametrize("name", WITH_ROLE)
def test_the_role_of_the_facts_is_the_one_its_service_account_holds(run: Run, name: str) -> None:
    row = CHARTS[name]
    (held,) = (
        node.inputs
        for node in run.of(ASSOCIATION)
        if (node.inputs["namespace"], node.inputs["serviceAccount"])
        == (row.namespace, row.service_account)
    )
    assert held["roleArn"] == facts(run)[f"{name}_iam_role_arn"]


@pytest.mark.parametrize("name", WITHOUT_ROLE)
def test_an_add_on_that_does_not_talk_to_aws_has_no_role(run: Run, name: str) -> None:
    assert f"{name}_iam_role_arn" not in facts(run)
    accounts = {node.inputs["serviceAccount"] for node in run.of(ASSOCIATION)}
    assert CHARTS[name].service_account not in accounts


def test_what_is_not_turned_on_leaves_no_trace() -> None:
    run = brought_up("spoke-dev", CLOSED_SPOKE)
    registration = plain(run.exports["registration"])
    assert run.of(ASSOCIATION) == []
    assert not [label for label in registration["labels"] if label.startswith("enable_")]
    assert not [fact for fact in registration["annotations"] if fact.endswith("_iam_role_arn")]


@pytest.mark.parametrize("name", WITH_ROLE)
def test_permissions_are_of_this_cluster_account_and_region(name: str) -> None:
    statement = _permissions(name)
    for arn in statement["Resource"]:
        assert PLACE.account in arn
        assert PLACE.region in arn
        assert PLACE.cluster in arn


def _permissions(name: str) -> dict[str, list[str]]:
    permissions = CHARTS[name].permissions
    assert permissions is not None
    return json.loads(json.dumps(permissions(PLACE)))


def test_external_secrets_reads_the_clusters_own_secrets_and_writes_none() -> None:
    statement = _permissions("external_secrets")
    prefix = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:eks-hub-spoke/spoke-dev/*"
    assert statement["Resource"] == [prefix]
    assert {action.split(":")[1][:3] for action in statement["Action"]} <= {"Get", "Des", "Lis"}


def test_two_clusters_whose_names_begin_alike_do_not_share_secrets() -> None:
    (arn,) = _permissions("external_secrets")["Resource"]
    assert arn.endswith(f"/{PLACE.cluster}/*")


@pytest.mark.parametrize("name", EKS)
def test_an_eks_add_on_is_pinned_to_an_exact_build(name: str) -> None:
    assert re.fullmatch(r"v\d+\.\d+\.\d+-eksbuild\.\d+", EKS[name].version)


def test_kube_proxy_is_of_the_clusters_own_minor_version() -> None:
    minor = committed.up("hub").only("eks:index:Cluster").inputs["version"]
    assert EKS["kube-proxy"].version.startswith(f"v{minor}.")


@pytest.mark.parametrize("name", EKS)
def test_an_eks_add_on_with_a_policy_names_whose_it_is(name: str) -> None:
    assert bool(EKS[name].managed_policy) == bool(EKS[name].service_account)


def test_an_arn_is_of_the_regions_partition() -> None:
    place = Place(account="1" * 12, region="cn-north-1", cluster="c")
    assert place.arn("sqs", "queue").startswith(f"arn:{conventions.partition('cn-north-1')}:sqs:")


def test_the_catalogue_cannot_grant_on_everything() -> None:
    with pytest.raises(ValueError, match="name the ARNs"):
        iam.allow(["secretsmanager:GetSecretValue"], ["*"])


def test_the_committed_stacks_turn_on_only_what_the_catalogue_has() -> None:
    for stack in committed.stack_names():
        assert set(committed.stack_config(stack)["addons"]) <= set(addon_catalogue.CHARTS)
