"""Every call is held against its caller's policies: actions, resources, tags, what comes along."""

import json
from typing import Any

import pytest
from moto.ec2.models import ec2_backends
from moto.logs.models import logs_backends

from lab.aws.errors import ServiceError
from lab.aws.judgement import Judge
from lab.aws.requests import AwsRequest
from lab.aws.targets import targets

from .accounts import REGION, Account, policy, trust

TAGGED_VPC = {
    "TagSpecification.1.ResourceType": "vpc",
    "TagSpecification.1.Tag.1.Key": "cluster",
    "TagSpecification.1.Tag.1.Value": "a",
}


def call(service: str, operation: str, **params: Any) -> AwsRequest:
    return AwsRequest(service=service, operation=operation, region=REGION, params=params)


def query(service: str, operation: str, params: dict[str, str]) -> AwsRequest:
    return AwsRequest(service=service, operation=operation, region=REGION, params=params)


def refused(account: Account, request: AwsRequest, *policies: str) -> str:
    """The action that was missing; "" when the call is allowed."""
    role = account.role("caller", trust({"AWS": account.root}), *policies)
    try:
        Judge().judge(account.session(role), request)
    except ServiceError as refusal:
        return refusal.message.partition("is not authorized to perform: ")[2].partition(" on ")[0]
    return ""


def if_tagged(kind: str, actions: str | list[str]) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": actions,
                    "Resource": "*",
                    "Condition": {"StringEquals": {f"aws:{kind}Tag/cluster": "a"}},
                }
            ],
        }
    )


@pytest.fixture(scope="module")
def account() -> Account:
    return Account()


def test_what_no_policy_allows_is_refused_by_name(account: Account) -> None:
    assert refused(account, call("eks", "ListClusters")) == "eks:ListClusters"
    assert not refused(account, call("eks", "ListClusters"), policy("eks:ListClusters", "*"))


def test_who_one_is_may_always_be_asked(account: Account) -> None:
    assert not refused(account, call("sts", "GetCallerIdentity"))


def test_a_service_without_rules_needs_its_action_on_everything(account: Account) -> None:
    request = call("sqs", "CreateQueue", QueueName="q")
    assert refused(account, request, policy("sqs:CreateQueue", "arn:aws:sqs:*:*:q"))
    assert not refused(account, request, policy("sqs:CreateQueue", "*"))


@pytest.mark.parametrize(("cluster", "action"), [("mine", ""), ("other", "eks:DeleteCluster")])
def test_a_cluster_is_known_by_its_name(account: Account, cluster: str, action: str) -> None:
    mine = policy("eks:DeleteCluster", f"arn:aws:eks:{REGION}:{account.id}:cluster/mine")
    assert refused(account, call("eks", "DeleteCluster", name=cluster), mine) == action


def test_a_role_that_is_handed_to_a_service_must_be_the_callers_to_pass(account: Account) -> None:
    role_arn = f"arn:aws:iam::{account.id}:role/control-plane"
    request = call("eks", "CreateCluster", name="a", roleArn=role_arn)
    create = policy("eks:CreateCluster", "*")
    assert refused(account, request, create) == "iam:PassRole"
    assert not refused(account, request, create, policy("iam:PassRole", role_arn))


def test_tags_at_creation_are_a_right_of_their_own(account: Account) -> None:
    request = query("ec2", "CreateVpc", TAGGED_VPC)
    create = if_tagged("Request", "ec2:CreateVpc")
    assert refused(account, request, create) == "ec2:CreateTags"
    assert not refused(account, request, create, if_tagged("Request", "ec2:CreateTags"))


def test_a_creation_without_the_tag_is_refused(account: Account) -> None:
    request = query("ec2", "CreateVpc", {"CidrBlock": "10.0.0.0/16"})
    assert refused(account, request, if_tagged("Request", "ec2:*")) == "ec2:CreateVpc"


def test_what_a_call_changes_is_judged_by_its_own_tags(account: Account) -> None:
    backend: Any = ec2_backends[account.id][REGION]
    ours, theirs = (backend.create_vpc("10.0.0.0/16").id for _ in range(2))
    backend.create_tags([ours], {"cluster": "a"})
    own = if_tagged("Resource", "ec2:DeleteVpc")
    assert not refused(account, query("ec2", "DeleteVpc", {"VpcId": ours}), own)
    assert refused(account, query("ec2", "DeleteVpc", {"VpcId": theirs}), own) == "ec2:DeleteVpc"


def test_a_role_is_judged_by_path_boundary_and_tag(account: Account) -> None:
    request = query(
        "iam",
        "CreateRole",
        {
            "RoleName": "r",
            "Path": "/p/",
            "PermissionsBoundary": "arn:b",
            "Tags.member.1.Key": "cluster",
            "Tags.member.1.Value": "a",
        },
    )
    (create, tag) = targets(request, account.id)
    assert create.resource == tag.resource == f"arn:aws:iam::{account.id}:role/p/r"
    assert create.context["iam:PermissionsBoundary"] == "arn:b"
    assert create.context["aws:RequestTag/cluster"] == "a"
    assert tag.action == "iam:TagRole"


def test_a_role_that_exists_brings_its_own_boundary_and_path(account: Account) -> None:
    role = account.role("bounded", trust({"AWS": account.root}), path="/p/")
    role.permissions_boundary_arn = "arn:b"
    (target,) = targets(
        query("iam", "PutRolePolicy", {"RoleName": "bounded", "PolicyName": "x"}), account.id
    )
    assert target.resource == role.arn
    assert target.context["iam:PermissionsBoundary"] == "arn:b"


def test_what_was_allowed_is_remembered_by_role(account: Account) -> None:
    role = account.role("looker", trust({"AWS": account.root}), policy("eks:ListClusters", "*"))
    judge = Judge()
    judge.judge(account.session(role), call("eks", "ListClusters"))
    with pytest.raises(ServiceError):
        judge.judge(account.session(role), call("eks", "CreateCluster", name="a"))
    assert judge.used() == {role.arn: ["eks:ListClusters"]}


def test_a_delivery_is_judged_with_what_it_joins_and_what_lets_it_in(account: Account) -> None:
    where = f"arn:aws:logs:{REGION}:{account.id}"
    destination = f"{where}:delivery-destination:d"
    request = call(
        "logs",
        "CreateDelivery",
        deliverySourceName="s",
        deliveryDestinationArn=destination,
        tags={"cluster": "a"},
    )
    assert [(target.action, target.resource) for target in targets(request, account.id)] == [
        ("logs:CreateDelivery", f"{where}:delivery:new"),
        ("logs:CreateDelivery", f"{where}:delivery-source:s"),
        ("logs:CreateDelivery", destination),
        ("logs:TagResource", f"{where}:delivery:new"),
        ("logs:DescribeResourcePolicies", f"{where}:*"),
        ("logs:PutResourcePolicy", f"{where}:*"),
    ]


@pytest.mark.parametrize(
    ("operation", "params", "resource"),
    [
        ("PutDeliverySource", {"name": "s", "resourceArn": "arn:c"}, "delivery-source:s"),
        ("GetDeliveryDestination", {"name": "d"}, "delivery-destination:d"),
        ("DeleteDelivery", {"id": "1"}, "delivery:1"),
    ],
)
def test_a_delivery_is_known_by_its_own_name_and_tags(
    account: Account, operation: str, params: dict[str, str], resource: str
) -> None:
    arn = f"arn:aws:logs:{REGION}:{account.id}:{resource}"
    backend: Any = logs_backends[account.id][REGION]
    backend.tag_resource(arn, {"cluster": "a"})
    (target,) = targets(call("logs", operation, **params), account.id)
    assert (target.resource, target.context["aws:ResourceTag/cluster"]) == (arn, "a")


def test_a_capability_is_none_of_its_cluster_once_it_is_made(account: Account) -> None:
    names = {"clusterName": "a", "capabilityName": "argocd"}
    made, gone = (
        targets(call("eks", operation, **names), account.id)[0].resource
        for operation in ("CreateCapability", "DeleteCapability")
    )
    assert made.endswith(":cluster/a")
    assert ":capability/a/" in gone


def test_a_capability_is_made_with_an_application_in_identity_center(account: Account) -> None:
    center = {"idcInstanceArn": "arn:aws:sso:::instance/ssoins-1"}
    request = call(
        "eks", "CreateCapability", clusterName="a", configuration={"argoCd": {"awsIdc": center}}
    )
    create = policy("eks:CreateCapability", "*")
    assert refused(account, request, create) == "sso:CreateApplication"
    application = policy("sso:CreateApplication", center["idcInstanceArn"])
    assert refused(account, request, create, application) == "sso:CreateApplicationAssignment"
