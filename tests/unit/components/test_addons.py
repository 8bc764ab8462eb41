"""Add-ons are data: a row of the catalogue is a role, facts and a label, and nothing more."""

import json
import re

import pytest

from components import addon_catalogue, addon_rights
from components.addon_catalogue import CHARTS, EKS
from components.addon_settings import AddonSettings
from tests.unit import committed
from tests.unit.addon_stacks import ON_AUTO_MODE, ON_MANAGED_NODES
from tests.unit.configs import CLOSED_SPOKE, brought_up
from tests.unit.engine import Run, plain

ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ROLE = "aws:iam/role:Role"
INLINE = "aws:iam/rolePolicy:RolePolicy"
WITH_ROLE = sorted(name for name, row in CHARTS.items() if row.permissions)
WITHOUT_ROLE = sorted(name for name, row in CHARTS.items() if not row.permissions)
REPLACED = {"aws_load_balancer_controller", "karpenter"}
# What a chart reads of its cluster besides namespace, service account and role, as the community's
# ApplicationSets name it; the retention and the node role are ours.
FACTS = {
    "external_dns": {"domain_filters": "a.example.com,b.example.com", "policy": "upsert-only"},
    "velero": {
        "backup_s3_bucket_name": "backups-of-example",
        "backup_s3_bucket_prefix": "spoke-dev",
    },
    "aws_for_fluentbit": {
        "log_group_name": "/aws/eks/spoke-dev/workloads",
        "log_retention_days": "90",
    },
}


@pytest.fixture(scope="module")
def run() -> Run:
    return brought_up("spoke-dev", ON_MANAGED_NODES)


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


@pytest.mark.parametrize("name", FACTS)
def test_what_a_stack_sets_of_an_add_on_is_among_the_facts(run: Run, name: str) -> None:
    found = {key.removeprefix(f"{name}_"): value for key, value in facts(run).items()}
    assert FACTS[name].items() <= found.items()


def test_karpenter_is_told_the_role_of_the_clusters_own_nodes(run: Run) -> None:
    assert facts(run)["karpenter_node_iam_role_name"] == facts(run)["aws_node_role_name"]


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


@pytest.mark.parametrize("name", WITH_ROLE)
def test_the_role_of_an_add_on_may_do_what_its_row_says(run: Run, name: str) -> None:
    role = run.node(f"spoke-dev-addon-{name.replace('_', '-')}-role", ROLE)
    (policy,) = (n for n in run.of(INLINE) if n.inputs["role"] == role.outputs["name"])
    allowed = {a for s in json.loads(policy.inputs["policy"])["Statement"] for a in s["Action"]}
    own = {
        "aws_load_balancer_controller": "elasticloadbalancing:CreateLoadBalancer",
        "external_dns": "route53:ChangeResourceRecordSets",
        "external_secrets": "secretsmanager:GetSecretValue",
        "cert_manager": "route53:ChangeResourceRecordSets",
        "karpenter": "ec2:RunInstances",
        "velero": "s3:PutObject",
        "aws_for_fluentbit": "logs:PutLogEvents",
    }
    assert own[name] in allowed


@pytest.mark.parametrize("name", WITHOUT_ROLE)
def test_an_add_on_that_does_not_talk_to_aws_has_no_role(run: Run, name: str) -> None:
    assert f"{name}_iam_role_arn" not in facts(run)
    accounts = {node.inputs["serviceAccount"] for node in run.of(ASSOCIATION)}
    assert CHARTS[name].service_account not in accounts


def test_what_is_not_turned_on_leaves_no_trace() -> None:
    run = brought_up("spoke-dev", CLOSED_SPOKE)
    registration = plain(run.exports["registration"])
    assert [node.name for node in run.of(ASSOCIATION) if "-addon-" in node.name] == []
    assert not [label for label in registration["labels"] if label.startswith("enable_")]
    assert not [fact for fact in registration["annotations"] if fact.startswith(tuple(CHARTS))]


def test_auto_mode_runs_every_add_on_but_those_that_it_has_itself() -> None:
    labels = plain(brought_up("spoke-dev", ON_AUTO_MODE).exports["registration"])["labels"]
    enabled = {label.removeprefix("enable_") for label in labels if label.startswith("enable_")}
    assert set(CHARTS) - enabled == REPLACED


def test_the_catalogue_is_complete() -> None:
    """docs and `gitops/addons/` speak of these eleven."""
    assert len(CHARTS) == 11
    assert set(addon_rights.RIGHTS) == set(CHARTS)


@pytest.mark.parametrize("name", CHARTS)
def test_an_add_on_has_a_section_of_settings_exactly_if_its_row_says_so(name: str) -> None:
    assert (CHARTS[name].settings != "none") == (name in AddonSettings.model_fields)


def test_a_section_of_settings_is_spelled_as_its_add_on() -> None:
    sections = AddonSettings.model_fields
    assert {name: field.alias for name, field in sections.items()} == {n: n for n in sections}
    assert set(sections) <= set(CHARTS)


def test_what_an_add_on_requires_is_in_the_catalogue() -> None:
    assert {other for row in CHARTS.values() for other in row.requires} <= set(CHARTS)


def test_add_ons_that_keep_what_cannot_be_made_anew_are_marked() -> None:
    bearing = {name for name, row in CHARTS.items() if row.data_bearing}
    assert bearing == {"kube_prometheus_stack", "velero"}


def test_no_two_add_ons_are_the_same_service_account() -> None:
    """A role's trust names namespace and service account; shared, each would have both roles."""
    identities = [(row.namespace, row.service_account) for row in CHARTS.values()]
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize("name", EKS)
def test_an_eks_add_on_is_pinned_to_an_exact_build(name: str) -> None:
    assert re.fullmatch(r"v\d+\.\d+\.\d+-eksbuild\.\d+", EKS[name].version)


def test_kube_proxy_is_of_the_clusters_own_minor_version() -> None:
    minor = committed.up("hub").only("eks:index:Cluster").inputs["version"]
    assert EKS["kube-proxy"].version.startswith(f"v{minor}.")


@pytest.mark.parametrize("name", EKS)
def test_an_eks_add_on_with_a_policy_names_whose_it_is(name: str) -> None:
    assert bool(EKS[name].managed_policy) == bool(EKS[name].service_account)


def test_the_committed_stacks_turn_on_only_what_the_catalogue_has() -> None:
    for stack in committed.stack_names():
        assert set(committed.stack_config(stack)["addons"]) <= set(addon_catalogue.CHARTS)
