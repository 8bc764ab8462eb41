"""Who may do what, over whole stacks: every policy and every trust.

Hub and spoke are held against each other: what one trusts is what the other really is. The shapes
of single documents are in `components/test_iam.py`, Kubernetes rights in
`components/test_access.py`, access entries in `test_entries.py`.
"""

import fnmatch
import json
from collections.abc import Iterator
from typing import Any

import pytest

from components.iam_unscoped import UNSCOPED_ACTIONS
from tests.unit import committed
from tests.unit.addon_stacks import WITH_ALL_ADDONS
from tests.unit.configs import MANAGED_HUB, brought_up
from tests.unit.engine import Node, Run

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
KEY = "aws:kms/key:Key"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
DOCUMENTS = {
    ROLE: "assumeRolePolicy",
    ROLE_POLICY: "policy",
    "aws:iam/policy:Policy": "policy",
    KEY: "policy",
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "policy",
}
OF_NOBODY = {
    "ec2:*::image/*": "AWS writes no owner into the ARN of an image",
    "ec2:*::snapshot/*": "nor of a snapshot",
    "ssm:*::parameter/aws/service/*": "AWS's own parameters",
    "route53:::hostedzone/Z*": "one zone; its id is unique in the world",
    "route53:::change/*": "whether a change has arrived, by an id that only its maker knows",
}
"""ARNs without an account, after `arn:<partition>:`, and why that is no opening."""

HUB_ROLE = "arn:aws:iam::111111111111:role/eks-hub-spoke/hub-argocd"
ACCESS_ROLE = "arn:aws:iam::222222222222:role/eks-hub-spoke/argocd/spoke-dev-access"


@pytest.fixture(params=WITH_ALL_ADDONS)
def run(request: pytest.FixtureRequest) -> Run:
    stack, changes = WITH_ALL_ADDONS[request.param]
    return brought_up(stack, changes)


def documents(run: Run) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Type, name and document of everything that carries one."""
    for node in run.nodes.values():
        text = node.inputs.get(DOCUMENTS.get(node.type, ""))
        if text:
            yield node.type, node.name, json.loads(text)


def statements(run: Run) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for kind, name, document in documents(run):
        assert document["Version"] == "2012-10-17", name
        for statement in document["Statement"]:
            yield kind, name, statement


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def trust(run: Run, name: str) -> dict[str, Any]:
    (statement,) = json.loads(run.node(name, ROLE).inputs["assumeRolePolicy"])["Statement"]
    return statement


def granted(run: Run, role_arn: str) -> list[Node]:
    """Inline policies and attachments of a role."""
    (role,) = (node for node in run.of(ROLE) if node.outputs["arn"] == role_arn)
    kinds = (*run.of(ROLE_POLICY), *run.of(ATTACHMENT))
    return [node for node in kinds if node.inputs["role"] == role.outputs["name"]]


def test_no_action_is_a_wildcard(run: Run) -> None:
    for _, name, statement in statements(run):
        assert [a for a in listed(statement["Action"]) if "*" in a] == [], name


def test_nothing_is_allowed_by_exclusion(run: Run) -> None:
    for _, name, statement in statements(run):
        assert not {"NotAction", "NotResource", "NotPrincipal"} & set(statement), name


def test_every_resource_is_named_except_where_aws_offers_nothing_narrower(run: Run) -> None:
    for kind, name, statement in statements(run):
        if kind not in (ROLE, KEY) and "*" in listed(statement["Resource"]):
            assert set(listed(statement["Action"])) <= set(UNSCOPED_ACTIONS), name


def test_what_is_allowed_on_everything_changes_nothing(run: Run) -> None:
    for kind, name, statement in statements(run):
        if kind not in (ROLE, KEY) and "*" in listed(statement["Resource"]):
            verbs = [action.split(":")[1] for action in listed(statement["Action"])]
            assert [v for v in verbs if not v.startswith(("Describe", "Get", "List"))] == [], name


def test_every_resource_is_held_to_an_account_or_to_our_path(run: Run) -> None:
    """By its ARN; a bucket's has no account, so there it is a condition."""
    own = committed.stack_config(run.stack)["account"]["id"]
    for kind, name, statement in statements(run):
        if kind in (ROLE, KEY):
            continue
        conditions = statement.get("Condition", {}).get("StringEquals", {})
        for arn in listed(statement["Resource"]):
            named = f":{own}:" in arn or ":role/eks-hub-spoke/" in arn
            held = ":s3:::" in arn and listed(conditions.get("aws:ResourceAccount", ())) == [own]
            after_partition = arn.partition(":")[2].partition(":")[2]
            nobodys = any(fnmatch.fnmatchcase(after_partition, known) for known in OF_NOBODY)
            assert named or held or nobodys or arn == "*", (name, arn)


def test_nobody_is_everybody(run: Run) -> None:
    for _, name, statement in statements(run):
        for principals in statement.get("Principal", {}).values():
            assert "*" not in listed(principals), name


def test_every_role_lies_under_the_projects_path(run: Run) -> None:
    assert {node.inputs["path"].startswith("/eks-hub-spoke/") for node in run.of(ROLE)} == {True}


def test_a_service_that_works_for_others_is_held_to_this_account(run: Run) -> None:
    """Without aws:SourceAccount another customer's cluster or flow log could use the role."""
    own = committed.stack_config(run.stack)["account"]["id"]
    for _, name, statement in statements(run):
        service = statement.get("Principal", {}).get("Service")
        if not service or service in ("eks.amazonaws.com", "ec2.amazonaws.com"):
            continue
        if service.startswith("logs."):
            # It says whose log group it works for by the group's ARN.
            (asked_for,) = statement["Condition"]["ArnLike"].values()
            assert [arn for arn in asked_for if arn.split(":")[4] != own] == [], name
        else:
            assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == own, name


def test_the_hubs_role_is_for_argo_cds_service_accounts_of_this_cluster_only() -> None:
    assert trust(committed.up("hub"), "hub-argocd-identity-role") == {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {
            "StringEquals": {
                "aws:SourceAccount": "111111111111",
                "aws:RequestTag/kubernetes-namespace": "argocd",
                "aws:RequestTag/kubernetes-service-account": [
                    "argocd-application-controller",
                    "argocd-server",
                ],
            },
            "ArnEquals": {"aws:SourceArn": "arn:aws:eks:eu-west-1:111111111111:cluster/hub"},
        },
    }


def test_the_hub_may_assume_access_roles_and_nothing_else() -> None:
    run = committed.up("hub")
    policies = [json.loads(node.inputs["policy"]) for node in granted(run, HUB_ROLE)]
    assert policies == [
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["sts:AssumeRole", "sts:TagSession"],
                    "Resource": ["arn:aws:iam::*:role/eks-hub-spoke/argocd/*"],
                }
            ],
        }
    ]


def test_a_spoke_trusts_the_hubs_role_and_no_other_of_its_account() -> None:
    assert trust(committed.up("spoke-dev"), "spoke-dev-access-role") == {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {"ArnEquals": {"aws:PrincipalArn": HUB_ROLE}},
    }


def test_the_role_that_a_spoke_trusts_is_the_one_that_the_hub_has() -> None:
    assert committed.up("hub").node("hub-argocd-identity-role").outputs["arn"] == HUB_ROLE


def test_the_hub_may_assume_the_access_role_that_the_spoke_has() -> None:
    assert committed.up("spoke-dev").node("spoke-dev-access-role").outputs["arn"] == ACCESS_ROLE
    assert fnmatch.fnmatchcase(ACCESS_ROLE, "arn:aws:iam::*:role/eks-hub-spoke/argocd/*")


def test_an_access_role_has_no_permission_in_aws() -> None:
    """It is only a name that the cluster knows."""
    run = committed.up("spoke-dev")
    role = run.node("spoke-dev-access-role")
    assert granted(run, ACCESS_ROLE) == []
    assert "managedPolicyArns" not in role.inputs
    assert "inlinePolicies" not in role.inputs


@pytest.mark.parametrize(
    ("changes", "policies"),
    [
        (
            {},
            {
                "AmazonEKSClusterPolicy",
                "AmazonEKSComputePolicy",
                "AmazonEKSBlockStoragePolicy",
                "AmazonEKSLoadBalancingPolicy",
                "AmazonEKSNetworkingPolicy",
                "AmazonEKSWorkerNodeMinimalPolicy",
                "AmazonEC2ContainerRegistryPullOnly",
            },
        ),
        (
            MANAGED_HUB,
            {
                "AmazonEKSClusterPolicy",
                "AmazonEKSWorkerNodePolicy",
                "AmazonEC2ContainerRegistryPullOnly",
                "AmazonEKS_CNI_Policy",
                "service-role/AmazonEBSCSIDriverPolicy",
            },
        ),
    ],
    ids=["auto", "managed"],
)
def test_aws_managed_policies_are_the_documented_ones(
    changes: dict[str, Any], policies: set[str]
) -> None:
    attached = {n.inputs["policyArn"] for n in brought_up("hub", changes).of(ATTACHMENT)}
    assert attached == {f"arn:aws:iam::aws:policy/{policy}" for policy in policies}


def test_another_partition_has_its_own_arns() -> None:
    changes = {
        "region": "cn-north-1",
        "network.availabilityZones": ["cn-north-1a", "cn-north-1b"],
        "account.deployerRoleArn": "arn:aws-cn:iam::222222222222:role/deployer",
    }
    run = brought_up("spoke-dev", changes)
    principal = trust(run, "spoke-dev-access-role")["Principal"]["AWS"]
    assert principal == "arn:aws-cn:iam::111111111111:root"
    attached = {n.inputs["policyArn"].split(":")[1] for n in run.of(ATTACHMENT)}
    assert attached == {"aws-cn"}
