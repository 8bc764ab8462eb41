"""What deployers and previews may do: enough for their stack, and not a step further.

Asked of the policy language itself (`lab/aws/policy.py`). That it is enough is shown in the lab,
where every call is judged.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from components import deployer_policy
from components.place import Place
from lab.aws.policy import Decision, Request, condition_context, evaluate
from tests.unit import committed

ACCOUNT = "222222222222"
POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
PLATFORM = f"arn:aws:iam::{ACCOUNT}:policy/eks-hub-spoke/platform-boundary"
WORKLOAD = f"arn:aws:iam::{ACCOUNT}:policy/eks-hub-spoke/workload-boundary"
OURS, THEIRS = {"eks-hub-spoke:cluster": "spoke-dev"}, {"eks-hub-spoke:cluster": "other"}
LONGEST = Place(account=ACCOUNT, region="us-gov-northwest-1", cluster="c" * 26, node_role_name="")
OWN_ROLE = f"arn:aws:iam::{ACCOUNT}:role/eks-hub-spoke/spoke-dev-x"
VPC = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc/vpc-1"


def held_by(role: str) -> list[Any]:
    """The documents that a role of the account's stack holds."""
    run = committed.up("account-dev")
    arns = {n.inputs["policyArn"] for n in run.of(ATTACHMENT) if n.inputs["role"] == role}
    return [json.loads(n.inputs["policy"]) for n in run.of(POLICY) if n.outputs["arn"] in arns]


def decision(
    action: str,
    resource: str,
    *,
    asked: dict[str, str] | None = None,
    tagged: dict[str, str] | None = None,
    role: str = "eks-hub-spoke-deployer-spoke-dev",
    **keys: str,
) -> Decision:
    """What a role's policies say; other condition keys by their names, `__` for a colon."""
    context = condition_context(
        {
            **{f"aws:RequestTag/{key}": value for key, value in (asked or {}).items()},
            **{f"aws:ResourceTag/{key}": value for key, value in (tagged or {}).items()},
            **{key.replace("__", ":"): value for key, value in keys.items()},
        }
    )
    return evaluate(held_by(role), Request(action=action, resource=resource, context=context))


def allowed(action: str, resource: str, **request: Any) -> bool:
    return decision(action, resource, **request) is Decision.ALLOW


def policies() -> Iterator[tuple[str, Any]]:
    """Every policy of every account's stack that somebody holds."""
    for account in committed.account_names():
        run = committed.up(account)
        for node in run.of(POLICY):
            if not node.name.endswith("-boundary"):
                yield node.name, json.loads(node.inputs["policy"])


@pytest.mark.parametrize("part", ["reads", *deployer_policy.writes(LONGEST, "capability")])
def test_a_policy_is_no_longer_than_iam_takes(part: str) -> None:
    parts = {
        "reads": deployer_policy.reads(LONGEST, "capability"),
        **deployer_policy.writes(LONGEST, "capability"),
    }
    text = json.dumps(parts[part], separators=(",", ":"))
    assert len(text) <= deployer_policy.POLICY_CHARACTERS


def test_no_deployer_is_allowed_an_action_by_a_wildcard() -> None:
    for name, held in policies():
        for statement in held["Statement"]:
            wild = [action for action in statement["Action"] if "*" in action]
            assert statement["Effect"] == "Deny" or wild == [], name


def test_a_preview_reads_and_changes_nothing() -> None:
    actions = [
        action.partition(":")[2]
        for held in held_by("eks-hub-spoke-preview-spoke-dev")
        for statement in held["Statement"]
        for action in statement["Action"]
    ]
    assert actions
    assert [a for a in actions if not a.startswith(("Describe", "Get", "List"))] == []


@pytest.mark.parametrize("boundary", [PLATFORM, WORKLOAD])
def test_a_deployer_makes_bounded_roles_of_its_cluster(boundary: str) -> None:
    bound = {"iam__PermissionsBoundary": boundary}
    assert allowed("iam:CreateRole", OWN_ROLE, asked=OURS, **bound)
    assert allowed("iam:PutRolePolicy", OWN_ROLE, tagged=OURS, **bound)


@pytest.mark.parametrize(
    ("action", "resource", "request_"),
    [
        ("iam:CreateRole", OWN_ROLE, {"asked": OURS}),
        ("iam:CreateRole", OWN_ROLE, {"iam__PermissionsBoundary": PLATFORM}),
        (
            "iam:CreateRole",
            f"arn:aws:iam::{ACCOUNT}:role/admin",
            {"asked": OURS, "iam__PermissionsBoundary": PLATFORM},
        ),
        ("iam:PutRolePolicy", OWN_ROLE, {"tagged": OURS}),
        ("iam:PutRolePolicy", OWN_ROLE, {"tagged": THEIRS, "iam__PermissionsBoundary": PLATFORM}),
        (
            "iam:AttachRolePolicy",
            OWN_ROLE,
            {
                "tagged": OURS,
                "iam__PermissionsBoundary": PLATFORM,
                "iam__PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess",
            },
        ),
        ("iam:DeleteRolePermissionsBoundary", OWN_ROLE, {"tagged": OURS}),
        ("iam:CreatePolicyVersion", PLATFORM, {}),
        ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/eks-hub-spoke-deployer-hub", {}),
        (
            "iam:UpdateOpenIDConnectProviderThumbprint",
            f"arn:aws:iam::{ACCOUNT}:oidc-provider/api.pulumi.com/oidc",
            {},
        ),
        ("iam:PassRole", OWN_ROLE, {"iam__PassedToService": "lambda.amazonaws.com"}),
        ("ec2:DeleteVpc", VPC, {"tagged": THEIRS}),
        ("ec2:DeleteVpc", VPC, {}),
        ("ec2:CreateSubnet", VPC, {"asked": OURS, "tagged": THEIRS}),
        ("ec2:CreateTags", VPC, {"asked": OURS, "tagged": THEIRS}),
        ("ec2:CreateTags", VPC, {"asked": OURS}),
        ("eks:DeleteCluster", f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/other", {}),
        ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1", {"tagged": OURS}),
        ("kms:CreateKey", "*", {"asked": THEIRS}),
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin", {}),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/x", {}),
    ],
)
def test_a_deployer_gets_no_further(action: str, resource: str, request_: dict[str, Any]) -> None:
    assert not allowed(action, resource, **request_)


@pytest.mark.parametrize(
    "held", [PLATFORM, f"arn:aws:iam::{ACCOUNT}:role/eks-hub-spoke-deployer-hub"]
)
def test_what_holds_a_deployer_is_denied_and_not_only_not_allowed(held: str) -> None:
    """So that a policy that is added one day does not open it."""
    assert decision("iam:DeleteRolePolicy", held) is Decision.DENY
