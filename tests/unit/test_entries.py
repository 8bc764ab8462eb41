"""Who may enter a cluster, over whole stacks: every access entry.

What those who enter may do in AWS is in `test_permissions.py`.
"""

import re

import pytest

from tests.unit import committed
from tests.unit.addon_stacks import WITH_ALL_ADDONS
from tests.unit.configs import ADMIN, OPEN_SPOKE, brought_up
from tests.unit.engine import Run
from tests.unit.test_permissions import ACCESS_ROLE, HUB_ROLE

ENTRY = "aws:eks/accessEntry:AccessEntry"
ENTRY_POLICY = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"


@pytest.fixture(params=WITH_ALL_ADDONS)
def run(request: pytest.FixtureRequest) -> Run:
    stack, changes = WITH_ALL_ADDONS[request.param]
    return brought_up(stack, changes)


@pytest.mark.parametrize(("stack", "principal"), [("hub", HUB_ROLE), ("spoke-dev", ACCESS_ROLE)])
def test_argo_cd_enters_as_a_group_and_never_as_an_administrator(
    stack: str, principal: str
) -> None:
    run = committed.up(stack)
    entries = [n.inputs for n in run.of(ENTRY) if n.inputs["principalArn"] == principal]
    assert [entry["kubernetesGroups"] for entry in entries] == [["argocd-hub"]]
    assert principal not in {n.inputs["principalArn"] for n in run.of(ENTRY_POLICY)}


def test_only_argo_cd_previews_and_teams_enter_by_groups_each_by_its_own(run: Run) -> None:
    groups = {n.name: n.inputs.get("kubernetesGroups", []) for n in run.of(ENTRY)}
    of_teams = {name for name in groups if "-teams-entry-" in name}
    platforms = [g for name, given in groups.items() if name not in of_teams for g in given]
    assert sorted(platforms) == ["argocd-hub", "eks-hub-spoke:preview"]
    team = re.compile(r"eks-hub-spoke:[a-z][a-z0-9-]*-[a-z0-9]+:(edit|view)")
    assert [g for name in of_teams for g in groups[name] if not team.fullmatch(g)] == []


def test_administrators_are_the_deployer_and_those_who_are_listed() -> None:
    """The deployer is listed too in this variant, and still has one entry only."""
    run = brought_up("spoke-dev", OPEN_SPOKE)
    deployer = committed.stack_config("spoke-dev")["account"]["deployerRoleArn"]
    by_policy = sorted(
        (n.inputs["principalArn"], n.inputs["policyArn"]) for n in run.of(ENTRY_POLICY)
    )
    cluster_admin = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
    assert by_policy == sorted([(ADMIN, cluster_admin), (deployer, cluster_admin)])
    preview = committed.stack_config("spoke-dev")["account"]["previewRoleArn"]
    others = {n.inputs["principalArn"] for n in run.of(ENTRY) if "-teams-" not in n.name}
    assert others == {ADMIN, deployer, preview, ACCESS_ROLE}


def test_no_two_entries_of_a_cluster_have_the_same_principal(run: Run) -> None:
    principals = [n.inputs["principalArn"] for n in run.of(ENTRY)]
    assert len(principals) == len(set(principals))
