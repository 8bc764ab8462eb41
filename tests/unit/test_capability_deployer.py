"""What the deployer of a hub whose Argo CD is an EKS Capability may do beside any other.

That it is enough is shown in the lab (`tests/lab/test_capability_hub.py`).
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from lab.aws.policy import Decision, Request, condition_context, evaluate
from tests.unit.configs import brought_up

ACCOUNT = "111111111111"
POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
CAPABILITY = {"stacks.hub.argocd": "capability"}
DEPLOYER, PREVIEW = "eks-hub-spoke-deployer-hub", "eks-hub-spoke-preview-hub"
EKS, LOGS = f"arn:aws:eks:eu-west-1:{ACCOUNT}", f"arn:aws:logs:eu-west-1:{ACCOUNT}"
OURS, THEIRS = ({"eks-hub-spoke:cluster": name} for name in ("hub", "other"))
GROUP = f"{LOGS}:log-group:/aws/vendedlogs/eks/hub/argocd"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/eks-hub-spoke/hub-argocd-capability"
PASSED = {"iam:PassedToService": "capabilities.eks.amazonaws.com"}

NEEDED = [
    ("eks:CreateCapability", f"{EKS}:cluster/hub"),
    ("eks:DescribeCapability", f"{EKS}:capability/hub/argocd/argocd/1"),
    ("eks:DescribeUpdate", f"{EKS}:capability/hub/argocd/argocd/1"),
    ("eks:UpdateCapability", f"{EKS}:capability/hub/argocd/argocd/1"),
    ("eks:DeleteCapability", f"{EKS}:capability/hub/argocd/argocd/1"),
    ("eks:TagResource", f"{EKS}:capability/hub/argocd/argocd/1"),
    ("sso:CreateApplication", "arn:aws:sso:::instance/ssoins-1"),
    ("sso:CreateApplicationAssignment", f"arn:aws:sso::{ACCOUNT}:application/ssoins-1/apl-1"),
    ("sso:DeleteApplication", f"arn:aws:sso::{ACCOUNT}:application/ssoins-1/apl-1"),
    ("logs:CreateLogGroup", GROUP),
    ("logs:AssociateKmsKey", GROUP),
    ("logs:PutDeliveryDestination", f"{LOGS}:delivery-destination:hub-argocd-log-destination-1"),
    ("logs:PutDeliverySource", f"{LOGS}:delivery-source:hub-argocd-log-server-1"),
    ("logs:CreateDelivery", f"{LOGS}:delivery-source:hub-argocd-log-server-1"),
    ("logs:GetDelivery", f"{LOGS}:delivery:1"),
    ("logs:PutResourcePolicy", f"{LOGS}:*"),
    ("logs:DescribeResourcePolicies", f"{LOGS}:*"),
]


def allowed(
    action: str,
    resource: str,
    *,
    role: str = DEPLOYER,
    changes: Mapping[str, Any] = CAPABILITY,
    keys: Mapping[str, str] | None = None,
) -> bool:
    """Whether the role's policies of the hub's account allow it, under these condition keys."""
    run = brought_up("account-hub", dict(changes))
    arns = {n.inputs["policyArn"] for n in run.of(ATTACHMENT) if n.inputs["role"] == role}
    held = [json.loads(n.inputs["policy"]) for n in run.of(POLICY) if n.outputs["arn"] in arns]
    assert held
    request = Request(action=action, resource=resource, context=condition_context(keys or {}))
    return evaluate(held, request) is Decision.ALLOW


def tags(kind: str, values: Mapping[str, str]) -> dict[str, str]:
    return {f"aws:{kind}Tag/{key}": value for key, value in values.items()}


@pytest.mark.parametrize(("action", "resource"), NEEDED)
def test_the_deployer_of_a_capability_may(action: str, resource: str) -> None:
    assert allowed(action, resource)


@pytest.mark.parametrize(("action", "resource"), NEEDED)
def test_a_hub_that_runs_argocd_itself_has_no_such_deployer(action: str, resource: str) -> None:
    assert not allowed(action, resource, changes={})


@pytest.mark.parametrize(("action", "resource"), NEEDED)
def test_a_preview_reads_a_capability_and_changes_none(action: str, resource: str) -> None:
    read = action.split(":")[1].startswith(("Describe", "Get")) and "Policies" not in action
    assert allowed(action, resource, role=PREVIEW) is read


@pytest.mark.parametrize(
    ("action", "resource", "keys"),
    [
        ("logs:CreateDelivery", f"{LOGS}:delivery:new", tags("Request", OURS)),
        ("logs:TagResource", f"{LOGS}:delivery:new", tags("Request", OURS)),
        ("logs:TagResource", f"{LOGS}:delivery:1", tags("Resource", OURS)),
        ("logs:DeleteDelivery", f"{LOGS}:delivery:1", tags("Resource", OURS)),
        ("iam:PassRole", ROLE, PASSED),
    ],
)
def test_on_its_own_the_deployer_may(action: str, resource: str, keys: dict[str, str]) -> None:
    assert allowed(action, resource, keys=keys)


@pytest.mark.parametrize(
    ("action", "resource", "keys"),
    [
        ("eks:DeleteCapability", f"{EKS}:capability/other/argocd/argocd/1", {}),
        ("eks:CreateCapability", f"{EKS}:cluster/other", {}),
        ("logs:CreateDelivery", f"{LOGS}:delivery:new", {}),
        ("logs:CreateDelivery", f"{LOGS}:delivery:new", tags("Request", THEIRS)),
        ("logs:DeleteDelivery", f"{LOGS}:delivery:1", tags("Resource", THEIRS)),
        ("logs:DeleteDelivery", f"{LOGS}:delivery:1", {}),
        (
            "logs:TagResource",
            f"{LOGS}:delivery:1",
            {**tags("Request", OURS), **tags("Resource", THEIRS)},
        ),
        ("logs:PutDeliverySource", f"{LOGS}:delivery-source:other-argocd-log-server-1", {}),
        ("logs:DeleteLogGroup", f"{LOGS}:log-group:/aws/vendedlogs/eks/other/argocd", {}),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/eks-hub-spoke/hub-nodes", PASSED),
        ("sso:DeleteApplication", "arn:aws:sso::222222222222:application/ssoins-1/apl-1", {}),
        ("sso:CreateAccountAssignment", "arn:aws:sso:::instance/ssoins-1", {}),
    ],
)
def test_on_anything_else_it_may_not(action: str, resource: str, keys: dict[str, str]) -> None:
    assert not allowed(action, resource, keys=keys)
