"""Which stacks of accounts a lab brings up, and which roles must be there before."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from lab import accounts
from lab.services import ENGINEER_ARN
from lab.stacks import read_fleet
from lab.workspace import Overlay, write
from tests.unit.lab.lab_project import SPOKE, write_project, write_stack

ADMIN = "arn:aws:iam::222222222222:role/OrganizationAccountAccessRole"
DEPLOYER = "arn:aws:iam::222222222222:role/eks-hub-spoke-deployer-spoke-dev"
ACCOUNT: dict[str, Any] = {
    "role": "account",
    "region": "eu-west-2",
    "account": {"id": "222222222222", "deployerRoleArn": ADMIN},
    "stacks": {"spoke-dev": {"clusterName": "one", "region": "eu-west-2"}},
    "deployers": ["arn:aws:iam::222222222222:role/people"],
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project = write_project(tmp_path / "a project")
    deployed = {"id": "222222222222", "deployerRoleArn": DEPLOYER}
    write_stack(project, "spoke-dev", {**SPOKE, "account": deployed})
    write_stack(project, "account-dev", ACCOUNT)
    elsewhere = {"id": "444444444444", "deployerRoleArn": ADMIN.replace("2", "4")}
    write_stack(project, "account-other", {**ACCOUNT, "account": elsewhere})
    return project


def test_the_accounts_of_the_fleet_come_up_before_it(root: Path) -> None:
    assert [s.name for s in read_fleet(root).all] == ["account-dev", "spoke-dev", "hub"]


def test_a_deployer_that_an_accounts_stack_makes_is_not_there_before(root: Path) -> None:
    fleet = read_fleet(root)
    assert accounts.deployers(fleet.accounts, fleet.stacks) == [
        DEPLOYER,
        DEPLOYER.replace("deployer", "preview"),
    ]
    # The hub's account has no stack: its deployer is somebody else's to make.
    hub = fleet.hub.text("account", "deployerRoleArn")
    assert accounts.administrators(fleet.accounts, fleet.stacks) == sorted([ADMIN, hub])


def test_a_made_up_spoke_has_a_deployer_of_its_own(root: Path) -> None:
    fleet = read_fleet(root, 2)
    made_up = fleet.spokes[1]
    assert made_up.text("account", "deployerRoleArn") == DEPLOYER.replace("spoke-dev", "spoke-2")
    assert fleet.accounts[0].config["stacks"] == {
        "spoke-dev": {"clusterName": "one", "region": "eu-west-2"},
        "spoke-2": {"clusterName": "spoke-2", "region": "eu-west-2"},
    }


def test_in_the_lab_the_deployers_are_the_engineers_to_work_as(root: Path) -> None:
    folder = root / ".lab" / "project"
    folder.mkdir(parents=True)
    write(root, folder, Overlay(chart_repository="x", platform_repository="y"))
    written = yaml.safe_load((folder / "Pulumi.account-dev.yaml").read_text())["config"]
    assert written["eks-hub-spoke:deployers"] == [ENGINEER_ARN]
    assert "eks-hub-spoke:cluster" not in written
