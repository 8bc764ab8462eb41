"""What a spoke's stack makes of the teams' files: access entries, roles, and what it keeps."""

import json
from pathlib import Path
from typing import Any

import pytest

from components import team_files
from components.team_files import TeamFiles
from components.team_rules import TeamPolicy
from tests.unit import committed
from tests.unit.components.teams import PEOPLE, POLICY, content, folder
from tests.unit.engine import Node, Run

ENTRY = "aws:eks/accessEntry:AccessEntry"
ROLE = "aws:iam/role:Role"
SPOKE = "spoke-dev"
READ = team_files.read
FULL = f"{committed.ORGANIZATION}/{committed.PROJECT}/{SPOKE}"


class Teams:
    """The program with these teams' files instead of the committed ones."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self._root, self._patch = root, patch
        self._runs = 0

    def up(self, *, before: dict[str, Any] | None = None, **teams: dict[str, Any] | str) -> Run:
        """Brought up; `before` is what the stack's outputs were, None where none can be read."""
        self._runs += 1
        read = READ(POLICY, folder(self._root / str(self._runs), **teams))

        def found(_rules: TeamPolicy) -> TeamFiles:
            return read

        self._patch.setattr(team_files, "read", found)
        self._patch.setattr(team_files, "policy", lambda: POLICY)
        stacks = {} if before is None else {FULL: before}
        config = committed.stack_config(SPOKE)
        return committed.engine(SPOKE, config, stacks=stacks).run(committed.program)


@pytest.fixture
def teams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Teams:
    return Teams(tmp_path, monkeypatch)


def of_teams(run: Run) -> list[Node]:
    return [node for node in run.of(ENTRY) if node.name.startswith("spoke-dev-teams-")]


def workload(run: Run) -> Node:
    (role,) = [node for node in run.of(ROLE) if node.inputs["path"].endswith("/workloads/")]
    return role


def test_an_entry_gives_groups_and_no_policy_of_eks(teams: Teams) -> None:
    run = teams.up(shop=content("shop"))
    (entry,) = of_teams(run)
    assert entry.name == "spoke-dev-teams-entry-222222222222-people"
    assert entry.inputs["principalArn"] == PEOPLE
    assert entry.inputs["kubernetesGroups"] == ["eks-hub-spoke:shop-dev:edit"]
    policies = run.of("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
    assert PEOPLE not in {node.inputs["principalArn"] for node in policies}


def test_a_workloads_role_is_for_its_service_account_alone(teams: Teams) -> None:
    role = workload(teams.up(shop=content("shop")))
    (statement,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {
            "aws:SourceAccount": "222222222222",
            "aws:RequestTag/kubernetes-namespace": "shop-dev",
            "aws:RequestTag/kubernetes-service-account": ["web"],
        },
        "ArnEquals": {"aws:SourceArn": "arn:aws:eks:eu-west-1:222222222222:cluster/spoke-dev"},
    }


def test_a_workloads_role_is_bounded_and_lies_under_its_path(teams: Teams) -> None:
    role = workload(teams.up(shop=content("shop")))
    assert role.inputs["path"] == "/eks-hub-spoke/workloads/"
    boundary = "arn:aws:iam::222222222222:policy/eks-hub-spoke/workload-boundary"
    assert role.inputs["permissionsBoundary"] == boundary


def test_a_service_account_is_associated_with_its_role(teams: Teams) -> None:
    run = teams.up(shop=content("shop"))
    (association,) = [
        node.inputs
        for node in run.of("aws:eks/podIdentityAssociation:PodIdentityAssociation")
        if node.inputs["namespace"] == "shop-dev"
    ]
    assert association["serviceAccount"] == "web"
    assert association["roleArn"] == workload(run).outputs["arn"]


@pytest.mark.parametrize(
    ("actions", "arn", "statement"),
    [
        (
            ["s3:GetObject"],
            "arn:aws:s3:::shop-data/*",
            {
                "Resource": ["arn:aws:s3:::shop-data/*"],
                "Condition": {
                    "StringEquals": {"aws:ResourceAccount": ["222222222222", "999999999999"]}
                },
            },
        ),
        (
            ["sqs:SendMessage"],
            "arn:aws:sqs:{region}:{account}:shop-orders",
            {"Resource": ["arn:aws:sqs:eu-west-1:222222222222:shop-orders"]},
        ),
    ],
    ids=["bucket", "queue"],
)
def test_a_policy_names_what_the_file_names_in_the_clusters_place(
    teams: Teams, actions: list[str], arn: str, statement: dict[str, Any]
) -> None:
    run = teams.up(shop=content("shop", actions=actions, resources=[arn]))
    policy = run.node("spoke-dev-workloads-shop-dev.web-policy").inputs["policy"]
    assert json.loads(policy)["Statement"] == [{"Effect": "Allow", "Action": actions, **statement}]


def test_each_role_has_a_name_of_its_own_that_iam_takes(teams: Teams) -> None:
    run = teams.up(shop=content("shop"), bees=content("bees"))
    names = [n.inputs["name"] for n in run.of(ROLE) if n.inputs["path"].endswith("/workloads/")]
    assert len(set(names)) == 2
    assert all(len(name) <= 64 for name in names)


def test_a_file_that_breaks_takes_nothing_away_and_is_told(teams: Teams) -> None:
    good = teams.up(shop=content("shop"))
    broken = teams.up(before=good.exports, shop="team: [")
    assert {node.urn for node in broken.nodes.values()} == {n.urn for n in good.nodes.values()}
    assert broken.exports["teams"] == good.exports["teams"]
    assert [log.message for log in broken.logs] == [
        "gitops/teams/shop/team.yaml: line 2: is not plain YAML (did not find expected node "
        "content); mind quotes, indentation, keys and tags",
        "shop: keeps what it had until its file is mended",
    ]


def test_a_file_that_is_wrong_from_the_first_stops_no_cluster(teams: Teams) -> None:
    run = teams.up(before={}, shop="team: [", bees=content("bees"))
    assert [node.inputs["kubernetesGroups"] for node in of_teams(run)] == [
        ["eks-hub-spoke:bees-dev:edit"]
    ]


def test_where_nobody_can_tell_what_a_team_had_nothing_is_taken_away(teams: Teams) -> None:
    with pytest.raises(Exception, match="its outputs cannot be read") as error:
        teams.up(shop="team: [")
    assert "gitops/teams/shop/team.yaml: line 2" in str(error.value)


def test_the_hub_gives_teams_nothing() -> None:
    run = committed.up("hub")
    assert of_teams(run) == []
    assert "teams" not in run.exports
