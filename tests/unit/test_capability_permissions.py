"""What Argo CD may do as an EKS Capability, in AWS and on clusters, over whole stacks.

The rules for every role and entry, whoever has it, are in `test_permissions.py`.
"""

import json
from typing import Any

import pytest

from tests.unit.configs import (
    CAPABILITY_HUB,
    CAPABILITY_SPOKE,
    PLAIN_CAPABILITY_HUB,
    brought_up,
)
from tests.unit.test_entries import ENTRY, ENTRY_POLICY
from tests.unit.test_permissions import ROLE, granted, listed, trust

CAPABILITY_ROLE = "arn:aws:iam::111111111111:role/eks-hub-spoke/hub-argocd-capability"


def test_the_capabilitys_role_is_for_eks_in_this_account_alone() -> None:
    run = brought_up("hub", CAPABILITY_HUB)
    assert run.node("hub-argocd-identity-role").outputs["arn"] == CAPABILITY_ROLE
    assert trust(run, "hub-argocd-identity-role") == {
        "Effect": "Allow",
        "Principal": {"Service": "capabilities.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"}},
    }


def test_the_capability_reads_the_repositories_that_are_listed_and_assumes_nothing() -> None:
    (policy,) = granted(brought_up("hub", CAPABILITY_HUB), CAPABILITY_ROLE)
    allowed = {
        (action, *listed(statement["Resource"]))
        for statement in json.loads(policy.inputs["policy"])["Statement"]
        for action in statement["Action"]
    }
    connection = "arn:aws:codeconnections:eu-west-1:111111111111:connection/1-2"
    registry = "arn:aws:ecr:eu-west-1:111111111111:repository/charts/web"
    secret = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:git/org-AbCdEf"
    assert allowed == {
        ("codeconnections:GetConnection", connection),
        ("codeconnections:UseConnection", connection),
        ("ecr:BatchCheckLayerAvailability", registry),
        ("ecr:BatchGetImage", registry),
        ("ecr:GetAuthorizationToken", "*"),
        ("ecr:GetDownloadUrlForLayer", registry),
        ("secretsmanager:DescribeSecret", secret),
        ("secretsmanager:GetSecretValue", secret),
    }


def test_a_capability_that_reads_public_repositories_has_no_permission_in_aws() -> None:
    assert granted(brought_up("hub", PLAIN_CAPABILITY_HUB), CAPABILITY_ROLE) == []


@pytest.mark.parametrize(
    ("stack", "changes"), [("hub", CAPABILITY_HUB), ("spoke-dev", CAPABILITY_SPOKE)]
)
def test_the_capability_enters_hub_and_spoke_as_its_own_role_and_as_a_group(
    stack: str, changes: dict[str, Any]
) -> None:
    run = brought_up(stack, changes)
    entries = [n.inputs for n in run.of(ENTRY) if n.inputs["principalArn"] == CAPABILITY_ROLE]
    assert [entry["kubernetesGroups"] for entry in entries] == [["argocd-hub"]]


def test_the_capabilitys_access_policies_are_those_that_eks_itself_would_give_it() -> None:
    policies = {
        (
            n.inputs["policyArn"].rpartition("/")[2],
            json.dumps(n.inputs["accessScope"], sort_keys=True),
        )
        for n in brought_up("hub", CAPABILITY_HUB).of(ENTRY_POLICY)
        if n.inputs["principalArn"] == CAPABILITY_ROLE
    }
    assert policies == {
        ("AmazonEKSArgoCDClusterPolicy", '{"type": "cluster"}'),
        ("AmazonEKSArgoCDPolicy", '{"namespaces": ["argocd"], "type": "namespace"}'),
    }


def test_on_a_spoke_the_capability_has_no_access_policy_and_no_role_to_assume() -> None:
    run = brought_up("spoke-dev", CAPABILITY_SPOKE)
    assert CAPABILITY_ROLE not in {n.inputs["principalArn"] for n in run.of(ENTRY_POLICY)}
    assert [n.name for n in run.of(ROLE) if "access" in n.name] == []
