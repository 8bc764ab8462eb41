"""A spoke, or the hub's Argo CD, that was away for a while; the tests run in order."""

import os
import signal
from collections.abc import Iterator

import pytest

from lab.argocd.servers import Servers
from lab.cluster.files import Files
from lab.processes import ProcessFolder
from tests.lab.copied_lab import UP_SECONDS
from tests.lab.fleet_lab import DEV, IMAGE, PROD, SERVICE, FleetLab

TEAM = "gamma"


@pytest.fixture(scope="module")
def team(fleet: FleetLab) -> Iterator[FleetLab]:
    """A team with one service, on both clusters."""
    fleet.onboard(TEAM, {"team-clusters": "true"})
    yield fleet
    ran = fleet.lab.run("offboard", TEAM)
    assert ran.code == 0, ran.stderr


def kill(processes: ProcessFolder, name: str) -> None:
    record = processes.alive(name)
    assert record is not None, f"{name} does not run"
    os.kill(record.pid, signal.SIGKILL)


def up_again(fleet: FleetLab) -> None:
    ran = fleet.lab.run("up", seconds=UP_SECONDS)
    assert ran.code == 0, ran.stderr


def test_a_spoke_that_is_down_holds_nobody_up_and_catches_up(team: FleetLab) -> None:
    (folder,) = (team.lab.state / "aws" / "clusters").glob(f"*/*/{PROD}")
    kill(ProcessFolder(Files(folder).processes), "kube-apiserver")

    team.set_image(TEAM, f"{IMAGE}-a")
    team.wait_for_image(DEV, f"{TEAM}-dev", f"{IMAGE}-a")

    up_again(team)
    team.wait_for_image(PROD, f"{TEAM}-dev", f"{IMAGE}-a")


def test_argo_cd_goes_on_after_it_was_killed(team: FleetLab) -> None:
    before = team.uid(DEV, "deployment", SERVICE, f"{TEAM}-dev")
    servers = Servers(folder=team.layout.argocd)
    for record in servers.records():
        kill(servers.processes, record.name)

    up_again(team)
    team.set_image(TEAM, f"{IMAGE}-b")

    team.wait_for_image(DEV, f"{TEAM}-dev", f"{IMAGE}-b")
    assert team.uid(DEV, "deployment", SERVICE, f"{TEAM}-dev") == before
