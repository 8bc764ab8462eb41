"""What add-ons may do in AWS: their own cluster's things, and nothing of anybody else's."""

import json
from fnmatch import fnmatchcase
from typing import Any

import pulumi
import pytest

from components import deployer_policy, iam
from components.addon_catalogue import CHARTS
from components.addon_settings import AddonSettings
from components.argocd_capability import repository_reads
from components.config_argocd import RepositoryAccessConfig
from components.iam_unscoped import UNSCOPED_ACTIONS
from components.place import Place
from tests.unit.addon_stacks import PLACE, ZONE, settings
from tests.unit.engine import Engine

ZONE_ARN = f"arn:aws:route53:::hostedzone/{ZONE}"
REGISTRY = "arn:aws:ecr:eu-west-1:111111111111:repository/charts/web"
BUCKET = "arn:aws:s3:::backups-of-example"
TAGGED = "aws:ResourceTag/kubernetes.io/cluster/spoke-dev"
WITH_ROLE = sorted(name for name, row in CHARTS.items() if row.permissions)
INLINE_POLICY_CHARACTERS = 10_240
"""IAM's limit for the inline policies of a role, white space not counted."""


def statements(
    name: str, given: AddonSettings | None = None, place: Place = PLACE
) -> list[dict[str, Any]]:
    """The statements of an add-on's policy, with what is an Output resolved."""
    permissions = CHARTS[name].permissions
    assert permissions is not None

    def program() -> None:
        document = iam.policy(*permissions(place, given or settings()))
        pulumi.export("policy", iam.document_json(document))

    return json.loads(Engine().run(program).exports["policy"])["Statement"]


def allowing(name: str, action: str, **given: Any) -> list[dict[str, Any]]:
    return [found for found in statements(name, **given) if action in found["Action"]]


@pytest.mark.parametrize("name", WITH_ROLE)
def test_a_policy_fits_into_a_role(name: str) -> None:
    text = json.dumps(iam.policy(), separators=(",", ":")) + json.dumps(
        statements(name, place=Place(**{**vars(PLACE), "cluster": "c" * 26})),
        separators=(",", ":"),
    )
    assert len(text) <= INLINE_POLICY_CHARACTERS


@pytest.mark.parametrize("name", WITH_ROLE)
@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("eu-west-1", "aws")])
def test_every_arn_is_of_the_regions_partition(name: str, region: str, partition: str) -> None:
    place = Place(**{**vars(PLACE), "region": region})
    arns = {arn for found in statements(name, place=place) for arn in found["Resource"]} - {"*"}
    assert {arn.split(":")[1] for arn in arns} <= {partition}


def test_every_action_without_resources_is_used_and_has_its_reason() -> None:
    by_deployers = deployer_policy.reads(PLACE, "self-managed")["Statement"]
    registry = RepositoryAccessConfig.model_validate({"ecrRepositories": [REGISTRY]})
    policies = [by_deployers, *(statements(name) for name in WITH_ROLE), repository_reads(registry)]
    used = {
        action
        for found in [statement for policy in policies for statement in policy]
        if found.get("Resource") == ["*"]
        for action in found["Action"]
    }
    assert used == set(UNSCOPED_ACTIONS)
    assert all(len(reason) > 20 for reason in UNSCOPED_ACTIONS.values())


def test_the_catalogue_cannot_grant_on_everything() -> None:
    with pytest.raises(ValueError, match="name the ARNs"):
        iam.allow(["secretsmanager:GetSecretValue"], ["*"])


def test_external_secrets_reads_the_clusters_own_secrets_and_writes_none() -> None:
    (only,) = statements("external_secrets")
    prefix = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:eks-hub-spoke/spoke-dev/*"
    assert only["Resource"] == [prefix]
    assert {action.split(":")[1][:3] for action in only["Action"]} <= {"Get", "Des", "Lis"}


def test_two_clusters_whose_names_begin_alike_do_not_share_secrets() -> None:
    (only,) = statements("external_secrets")
    other = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:eks-hub-spoke/spoke-dev2/x"
    assert not fnmatchcase(other, only["Resource"][0])


@pytest.mark.parametrize("name", ["external_dns", "cert_manager"])
def test_records_are_changed_in_the_stacks_zones_only(name: str) -> None:
    (change,) = allowing(name, "route53:ChangeResourceRecordSets")
    assert change["Resource"] == [ZONE_ARN]


def test_with_upsert_only_aws_itself_refuses_to_delete_a_record() -> None:
    (change,) = allowing("external_dns", "route53:ChangeResourceRecordSets")
    actions = {"route53:ChangeResourceRecordSetsActions": ["CREATE", "UPSERT"]}
    assert change["Condition"] == {"ForAllValues:StringEquals": actions}


def test_with_sync_records_may_be_deleted() -> None:
    given = settings(
        external_dns={"zones": [ZONE], "domainFilters": ["example.com"], "policy": "sync"}
    )
    (change,) = allowing("external_dns", "route53:ChangeResourceRecordSets", given=given)
    assert "Condition" not in change


def test_cert_manager_writes_challenges_and_no_other_record() -> None:
    (change,) = allowing("cert_manager", "route53:ChangeResourceRecordSets")
    assert change["Condition"] == {
        "ForAllValues:StringEquals": {"route53:ChangeResourceRecordSetsRecordTypes": ["TXT"]},
        "ForAllValues:StringLike": {
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["_acme-challenge.*"]
        },
    }


def test_velero_writes_below_its_prefix_of_its_bucket() -> None:
    (write,) = allowing("velero", "s3:PutObject")
    assert write["Resource"] == [f"{BUCKET}/spoke-dev/*"]


def test_clusters_that_share_a_bucket_do_not_share_backups() -> None:
    other = Place(**{**vars(PLACE), "cluster": "spoke-dev2"})
    (write,) = allowing("velero", "s3:PutObject", place=other)
    assert not fnmatchcase(f"{BUCKET}/spoke-dev/backups/one", write["Resource"][0])


def test_a_prefix_may_be_chosen() -> None:
    given = settings(velero={"bucket": "backups-of-example", "prefix": "team/a"})
    (write,) = allowing("velero", "s3:PutObject", given=given)
    assert write["Resource"] == [f"{BUCKET}/team/a/*"]


def test_backups_never_leave_the_account_even_if_the_bucket_does() -> None:
    """A bucket's name is free once it is deleted, for anybody in the world."""
    for found in statements("velero"):
        if any(action.startswith("s3:") for action in found["Action"]):
            assert found["Condition"]["StringEquals"]["aws:ResourceAccount"] == PLACE.account


def test_velero_takes_and_deletes_snapshots_of_its_cluster_only() -> None:
    source, _made = allowing("velero", "ec2:CreateSnapshot")
    (delete,) = allowing("velero", "ec2:DeleteSnapshot")
    assert source["Condition"] == {"StringEquals": {TAGGED: "owned"}}
    assert delete["Condition"] == {
        "StringEquals": {TAGGED: "owned"},
        "StringLike": {"aws:ResourceTag/velero.io/backup": "*"},
    }


def test_fluent_bit_writes_the_workloads_log_group_and_not_the_control_planes() -> None:
    (only,) = statements("aws_for_fluentbit")
    group = "arn:aws:logs:eu-west-1:222222222222:log-group:/aws/eks/spoke-dev/"
    for pattern in only["Resource"]:
        assert pattern.startswith(f"{group}workloads")
        assert not fnmatchcase(f"{group}cluster:log-stream:kube-apiserver-audit-1", pattern)


def test_karpenter_hands_instances_the_clusters_node_role_and_no_other() -> None:
    (passes,) = allowing("karpenter", "iam:PassRole")
    assert passes["Resource"] == ["arn:aws:iam::222222222222:role/eks-hub-spoke/nodes"]
    assert "ec2.amazonaws.com" in passes["Condition"]["StringEquals"]["iam:PassedToService"]


@pytest.mark.parametrize(
    "action",
    [
        "ec2:TerminateInstances",
        "ec2:DeleteLaunchTemplate",
        "iam:AddRoleToInstanceProfile",
        "iam:DeleteInstanceProfile",
        "iam:RemoveRoleFromInstanceProfile",
    ],
)
def test_karpenter_ends_and_changes_only_what_is_its_clusters(action: str) -> None:
    (found,) = allowing("karpenter", action)
    assert found["Condition"]["StringEquals"][TAGGED] == "owned"


def test_karpenter_starts_nothing_without_the_clusters_tag() -> None:
    asked = "aws:RequestTag/kubernetes.io/cluster/spoke-dev"
    for found in allowing("karpenter", "ec2:RunInstances"):
        if any("instance/*" in arn for arn in found["Resource"]):
            assert found["Condition"]["StringEquals"][asked] == "owned"


def test_load_balancers_of_other_clusters_are_out_of_reach() -> None:
    tag = "aws:ResourceTag/elbv2.k8s.aws/cluster"
    for action in ("DeleteLoadBalancer", "ModifyTargetGroup", "SetSecurityGroups"):
        (found,) = allowing("aws_load_balancer_controller", f"elasticloadbalancing:{action}")
        assert found["Condition"]["StringEquals"][tag] == "spoke-dev"


def test_security_groups_of_others_are_neither_opened_nor_deleted() -> None:
    opened = allowing("aws_load_balancer_controller", "ec2:AuthorizeSecurityGroupIngress")
    deleted = allowing("aws_load_balancer_controller", "ec2:DeleteSecurityGroup")
    own = {"aws:ResourceTag/elbv2.k8s.aws/cluster": "spoke-dev"}
    conditions = [found["Condition"]["StringEquals"] for found in (*opened, *deleted)]
    assert [c for c in conditions if c not in (own, {TAGGED: "owned"})] == []
    assert [found["Condition"]["StringEquals"] for found in deleted] == [own]


def test_the_clusters_tag_on_what_exists_is_not_the_controllers_to_move() -> None:
    """Who may set the tag makes another cluster's load balancer his own."""
    tag = "elbv2.k8s.aws/cluster"
    for action in ("ec2:CreateTags", "elasticloadbalancing:AddTags"):
        for found in allowing("aws_load_balancer_controller", action):
            if all(":listener" in arn for arn in found["Resource"]):
                continue
            condition = found["Condition"]
            at_creation = any(key.endswith(":CreateAction") for key in condition["StringEquals"])
            untouched = condition.get("Null") == {f"aws:RequestTag/{tag}": "true"}
            assert at_creation or untouched, found
