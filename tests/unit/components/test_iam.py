"""Policies and roles: how narrow they are, and who waits for whom."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components import iam
from components.iam_unscoped import UNSCOPED_ACTIONS
from tests.unit.engine import Engine, Node, Reference, Run

ACCOUNT = "111111111111"
CLUSTER_ARN = f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/hub"
ROLE = "aws:iam/role:Role"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
INLINE = "aws:iam/rolePolicy:RolePolicy"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
POLICIES = ["AmazonEKSClusterPolicy", "service-role/AmazonEBSCSIDriverPolicy"]


def arns(node: Node, _run: Run) -> dict[str, Any]:
    return {"arn": f"arn:aws:iam::{ACCOUNT}:role/{node.name}", "name": node.name}


def key_policy(key: aws.kms.Key) -> iam.PolicyDocument:
    return iam.policy(iam.allow(["kms:Decrypt"], [key.arn]))


def service_role() -> iam.ServiceRole:
    return iam.ServiceRole(
        "control-plane",
        iam.ServiceRoleArgs(
            trust=iam.service_trust("eks.amazonaws.com", tag_session=True),
            permissions=iam.Permissions(
                managed_policy_arns=[iam.managed_policy_arn("eu-west-1", p) for p in POLICIES]
            ),
        ),
    )


def pod_identity_role() -> iam.PodIdentityRole:
    key = aws.kms.Key("key")
    return iam.PodIdentityRole(
        "argocd",
        iam.PodIdentityRoleArgs(
            account_id=ACCOUNT,
            cluster_name=pulumi.Output.from_input("hub"),
            cluster_arn=pulumi.Output.from_input(CLUSTER_ARN),
            namespace="argocd",
            service_accounts=["controller", "server"],
            permissions=iam.Permissions(policy=key_policy(key)),
            role_name="hub-argocd",
        ),
    )


def run(program: Any) -> Run:
    return Engine(answers=arns).run(program)


@pytest.fixture(scope="module")
def pods() -> Run:
    return run(pod_identity_role)


@pytest.fixture(scope="module")
def service() -> Run:
    def program() -> None:
        role = service_role()
        pulumi.export("arn", role.role_arn)
        aws.eks.NodeGroup(
            "consumer",
            cluster_name="hub",
            node_role_arn=role.role_arn,
            scaling_config={"desired_size": 1, "min_size": 1, "max_size": 1},
            subnet_ids=["subnet-1"],
        )
        eks.Cluster("remote", service_role=role.role)

    return run(program)


def trust_of(found: Run) -> dict[str, Any]:
    (statement,) = json.loads(found.only(ROLE).inputs["assumeRolePolicy"])["Statement"]
    return statement


def test_a_pod_role_trusts_pod_identity_and_no_one_else(pods: Run) -> None:
    assert trust_of(pods)["Principal"] == {"Service": "pods.eks.amazonaws.com"}


def test_pod_identity_may_assume_and_tag(pods: Run) -> None:
    """Without sts:TagSession every request of a pod for credentials is refused."""
    assert trust_of(pods)["Action"] == ["sts:AssumeRole", "sts:TagSession"]


def test_a_pod_role_is_for_one_cluster_one_namespace_and_named_service_accounts(pods: Run) -> None:
    assert trust_of(pods)["Condition"] == {
        "StringEquals": {
            "aws:SourceAccount": ACCOUNT,
            "aws:RequestTag/kubernetes-namespace": "argocd",
            "aws:RequestTag/kubernetes-service-account": ["controller", "server"],
        },
        "ArnEquals": {"aws:SourceArn": CLUSTER_ARN},
    }


def test_each_service_account_has_its_association(pods: Run) -> None:
    associations = {
        node.name: (node.inputs["namespace"], node.inputs["serviceAccount"])
        for node in pods.of(ASSOCIATION)
    }
    assert associations == {
        "argocd-association-controller": ("argocd", "controller"),
        "argocd-association-server": ("argocd", "server"),
    }


def test_an_association_waits_for_the_policy(pods: Run) -> None:
    """A pod that starts in between would hold a role that may do nothing."""
    assert {"argocd-role", "argocd-policy"} <= pods.node("argocd-association-server").depends_on


def test_a_policy_may_hold_outputs(pods: Run) -> None:
    (statement,) = json.loads(pods.only(INLINE).inputs["policy"])["Statement"]
    assert statement["Resource"] == [f"arn:aws:iam::{ACCOUNT}:role/key"]


def test_a_fixed_role_name_is_taken_as_it_is(pods: Run) -> None:
    assert pods.only(ROLE).inputs["name"] == "hub-argocd"


def test_a_role_name_is_left_to_pulumi_by_default(service: Run) -> None:
    assert "name" not in service.only(ROLE).inputs


@pytest.mark.parametrize("component", ["pods", "service"])
def test_every_role_lies_under_the_projects_path(
    component: str, request: pytest.FixtureRequest
) -> None:
    found: Run = request.getfixturevalue(component)
    assert found.only(ROLE).inputs["path"] == "/eks-hub-spoke/"


@pytest.mark.parametrize(
    ("component", "name", "children"),
    [
        (
            "pods",
            "argocd",
            {
                "argocd-role",
                "argocd-policy",
                "argocd-association-controller",
                "argocd-association-server",
            },
        ),
        (
            "service",
            "control-plane",
            {
                "control-plane-role",
                "control-plane-AmazonEKSClusterPolicy",
                "control-plane-AmazonEBSCSIDriverPolicy",
            },
        ),
    ],
)
def test_children_have_the_component_as_parent_and_stable_names(
    component: str, name: str, children: set[str], request: pytest.FixtureRequest
) -> None:
    found: Run = request.getfixturevalue(component)
    assert {node.name for node in found.children(name)} == children


def test_managed_policies_are_attached_by_their_arns(service: Run) -> None:
    assert {node.inputs["policyArn"] for node in service.of(ATTACHMENT)} == {
        "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
        "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy",
    }


def test_whoever_uses_the_arn_waits_for_the_attachments(service: Run) -> None:
    assert service.node("consumer").depends_on == {
        "control-plane-role",
        "control-plane-AmazonEKSClusterPolicy",
        "control-plane-AmazonEBSCSIDriverPolicy",
    }


def test_a_remote_component_gets_the_role_itself_and_waits_for_the_attachments(
    service: Run,
) -> None:
    remote = service.node("remote")
    assert remote.inputs["serviceRole"] == Reference(service.only(ROLE).urn)
    assert {
        "control-plane-AmazonEKSClusterPolicy",
        "control-plane-AmazonEBSCSIDriverPolicy",
    } <= remote.depends_on


def test_the_arn_is_the_roles(service: Run) -> None:
    assert service.exports["arn"] == f"arn:aws:iam::{ACCOUNT}:role/control-plane-role"


def test_a_role_without_permissions_has_a_known_arn_too() -> None:
    def program() -> None:
        trust = iam.service_trust("ec2.amazonaws.com")
        role = iam.ServiceRole(
            "bare", iam.ServiceRoleArgs(trust=trust, permissions=iam.Permissions())
        )
        pulumi.export("arn", role.role_arn)

    assert run(program).exports["arn"] == f"arn:aws:iam::{ACCOUNT}:role/bare-role"


def test_a_service_may_not_tag_sessions_unless_it_has_to() -> None:
    (statement,) = iam.service_trust("ec2.amazonaws.com")["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Action": ["sts:AssumeRole"],
        "Principal": {"Service": "ec2.amazonaws.com"},
    }


@pytest.mark.parametrize(
    ("region", "arn"),
    [
        ("eu-west-1", "arn:aws:iam::aws:policy/P"),
        ("us-gov-west-1", "arn:aws-us-gov:iam::aws:policy/P"),
        ("cn-north-1", "arn:aws-cn:iam::aws:policy/P"),
    ],
)
def test_a_managed_policy_is_of_the_regions_partition(region: str, arn: str) -> None:
    assert iam.managed_policy_arn(region, "P") == arn


@settings(deadline=None)
@given(action=st.from_regex(r"[a-z]{2,9}:[A-Z][A-Za-z]{2,20}", fullmatch=True))
def test_nothing_is_granted_on_every_resource_that_could_be_limited(action: str) -> None:
    """One such action is enough, even among others that AWS cannot limit."""
    unlimited = sorted(UNSCOPED_ACTIONS)[0]
    if action not in UNSCOPED_ACTIONS:
        with pytest.raises(ValueError, match=f"{action} on every resource; name the ARNs"):
            iam.allow([unlimited, action], ["arn:aws:s3:::bucket", "*"])


def test_what_aws_cannot_limit_is_granted_on_every_resource() -> None:
    assert iam.allow(sorted(UNSCOPED_ACTIONS), ["*"])["Effect"] == "Allow"


def test_a_statement_keeps_its_conditions() -> None:
    conditions = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    statement = iam.allow(["s3:GetObject"], ["arn:aws:s3:::bucket/*"], conditions)
    assert statement == {
        "Effect": "Allow",
        "Action": ["s3:GetObject"],
        "Resource": ["arn:aws:s3:::bucket/*"],
        "Condition": conditions,
    }
