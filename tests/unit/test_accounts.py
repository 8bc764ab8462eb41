"""The stacks of accounts, whole: whom they trust, and what bounds every role.

What the deployers' policies allow is in `test_deployers.py`.
"""

import json
from typing import Any

import pytest

from components import boundaries, conventions, deployer_policy, managed_policies, team_files
from lab.aws.policy import Decision, Request, evaluate
from tests.unit import committed
from tests.unit.addon_stacks import WITH_ALL_ADDONS
from tests.unit.configs import MISSING, brought_up
from tests.unit.engine import Run

ACCOUNT = "222222222222"
ROLE, POLICY = "aws:iam/role:Role", "aws:iam/policy:Policy"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
PLATFORM = f"arn:aws:iam::{ACCOUNT}:policy/eks-hub-spoke/platform-boundary"
WORKLOAD = f"arn:aws:iam::{ACCOUNT}:policy/eks-hub-spoke/workload-boundary"
OWN_ROLE = f"arn:aws:iam::{ACCOUNT}:role/eks-hub-spoke/spoke-dev-x"


def document(run: Run, name: str, key: str = "policy") -> Any:
    kind = ROLE if key == "assumeRolePolicy" else POLICY
    return json.loads(run.node(name, kind).inputs[key])


@pytest.mark.parametrize("stack", committed.account_names())
def test_an_account_shows_the_same_resources_in_a_preview(stack: str) -> None:
    assert set(committed.up(stack, preview=True).nodes) == set(committed.up(stack).nodes)


@pytest.mark.parametrize("variant", WITH_ALL_ADDONS)
def test_every_role_has_a_boundary_of_its_account(variant: str) -> None:
    stack, changes = WITH_ALL_ADDONS[variant]
    run = brought_up(stack, changes)
    account = committed.stack_config(stack)["account"]["id"]
    names = (conventions.PLATFORM_BOUNDARY, conventions.WORKLOAD_BOUNDARY)
    known = {conventions.boundary_arn(account, "eu-west-1", name) for name in names}
    assert {node.inputs.get("permissionsBoundary") for node in run.of(ROLE)} <= known


def test_a_stack_can_do_without_a_boundary_where_no_account_stack_makes_one() -> None:
    run = brought_up("spoke-dev", {"account.boundary": False})
    bounds = {node.inputs.get("permissionsBoundary") for node in run.of(ROLE)}
    assert None in bounds
    assert PLATFORM not in bounds


def test_the_boundaries_are_where_the_other_stacks_expect_them() -> None:
    made = {node.outputs["arn"] for node in committed.up("account-dev").of(POLICY)}
    assert {PLATFORM, WORKLOAD} <= made


def test_nobody_holds_a_boundary_as_a_permission() -> None:
    held = {node.inputs["policyArn"] for node in committed.up("account-dev").of(ATTACHMENT)}
    assert not {PLATFORM, WORKLOAD} & held


@pytest.mark.parametrize("variant", WITH_ALL_ADDONS)
def test_the_platforms_boundary_covers_whatever_the_program_gives_a_role(variant: str) -> None:
    run = brought_up(*WITH_ALL_ADDONS[variant])
    workloads = {
        n.outputs["name"] for n in run.of(ROLE) if "/workloads/" in n.inputs.get("path", "")
    }
    boundary = platform_boundary()
    lacking = {
        action
        for node in run.of(ROLE_POLICY)
        if node.inputs["role"] not in workloads
        for statement in json.loads(node.inputs["policy"])["Statement"]
        for action in statement["Action"]
        if not covers(boundary, action)
    }
    assert lacking == set()


def platform_boundary() -> Any:
    return document(committed.up("account-dev"), "eks-hub-spoke-boundaries-platform-boundary")


def covers(boundary: Any, action: str) -> bool:
    resources = (
        f"arn:aws:iam::{ACCOUNT}:role/eks-hub-spoke/x",
        f"arn:aws:iam::{ACCOUNT}:role/eks-hub-spoke/argocd/x",
    )
    return any(
        evaluate([boundary], Request(action=action, resource=resource)) is Decision.ALLOW
        for resource in resources
    )


def test_the_platforms_boundary_covers_awss_own_policies() -> None:
    moto = pytest.importorskip("moto.iam.aws_managed_policies")
    data = json.loads(moto.aws_managed_policies_data)
    boundary = platform_boundary()
    lacking = {
        action
        for name in managed_policies.ALL
        for statement in data[name.rpartition("/")[2]]["Document"]["Statement"]
        if statement["Effect"] == "Allow"
        for action in listed(statement["Action"])
        if not covers(boundary, action)
    }
    assert lacking == set()


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:CreateRole", "*"),
        ("iam:PutRolePolicy", OWN_ROLE),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
        ("kms:Decrypt", "*"),
        ("organizations:LeaveOrganization", "*"),
    ],
)
def test_the_platforms_boundary_ends_what_no_role_of_it_needs(action: str, resource: str) -> None:
    boundary = platform_boundary()
    asked = Request(action=action, resource=resource)
    assert evaluate([boundary], asked) is Decision.NOTHING


def test_the_workloads_boundary_is_the_platforms_table() -> None:
    bound = document(committed.up("account-dev"), "eks-hub-spoke-boundaries-workload-boundary")
    (statement,) = bound["Statement"]
    assert statement["Action"] == team_files.workload_actions()


def test_a_platform_that_lets_workloads_do_nothing_bounds_them_to_nothing() -> None:
    bound: Any = boundaries.workload([])
    asked = Request(action="s3:GetObject", resource="*")
    assert evaluate([bound], asked) is Decision.DENY


def test_the_boundaries_are_no_longer_than_iam_takes() -> None:
    for node in committed.up("account-dev").of(POLICY):
        text = json.dumps(json.loads(node.inputs["policy"]), separators=(",", ":"))
        assert len(text) <= deployer_policy.POLICY_CHARACTERS, node.name


def test_pipelines_are_trusted_by_exact_audience_and_subject() -> None:
    trust = document(
        committed.up("account-dev"), "eks-hub-spoke-spoke-dev-deployer-role", "assumeRolePolicy"
    )
    deployments = "pulumi:deploy:org:example:project:eks-hub-spoke:stack:spoke-dev:operation"
    operations = ("update", "refresh", "destroy")
    assert [s["Condition"] for s in trust["Statement"] if "Federated" in s["Principal"]] == [
        {
            "StringEquals": {
                "api.pulumi.com/oidc:aud": "example",
                "api.pulumi.com/oidc:sub": [f"{deployments}:{o}:scope:write" for o in operations],
            }
        },
        {
            "StringEquals": {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "token.actions.githubusercontent.com:sub": [
                    "repo:example/eks-hub-spoke:environment:spoke-dev"
                ],
            }
        },
    ]


def test_a_pull_request_becomes_the_preview_role_and_not_the_deployer() -> None:
    run = committed.up("account-dev")
    subject = "repo:example/eks-hub-spoke:pull_request"
    deployer, preview = (
        run.node(f"eks-hub-spoke-spoke-dev-{kind}-role", ROLE).inputs["assumeRolePolicy"]
        for kind in ("deployer", "preview")
    )
    assert subject not in deployer
    assert subject in preview


def test_an_issuers_audience_is_the_one_that_the_roles_ask_for() -> None:
    run = committed.up("account-dev")
    providers = run.of("aws:iam/openIdConnectProvider:OpenIdConnectProvider")
    assert {n.inputs["url"]: n.inputs["clientIdLists"] for n in providers} == {
        "https://api.pulumi.com/oidc": ["example"],
        "https://token.actions.githubusercontent.com": ["sts.amazonaws.com"],
    }


def test_people_are_trusted_by_their_roles_and_no_pipeline_is_where_none_is_named() -> None:
    run = brought_up("account-dev", {"pulumi": MISSING, "github": MISSING})
    trust = document(run, "eks-hub-spoke-spoke-dev-deployer-role", "assumeRolePolicy")
    assert trust["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {
                "ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/platform-engineers"}
            },
        }
    ]
    assert run.of("aws:iam/openIdConnectProvider:OpenIdConnectProvider") == []
