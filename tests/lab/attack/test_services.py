"""What a team's service brings beyond its rights is refused, and where a person sees it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.lab.attack.services import ATTEMPTS, FOLDER, PEEPING, PEEPS, TEAM, Service
from tests.lab.fleet_lab import DEV, FleetLab

_PEEPS = "peeps"


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


@pytest.fixture(scope="module")
def team(fleet: FleetLab) -> FleetLab:
    """A team with every attempt as a service, all pushed at once."""
    fleet.onboard(TEAM, {"environment": "dev"})

    def intrude(content: dict[str, Any]) -> None:
        content["environments"]["dev"]["services"] |= {
            _PEEPS: {"path": f"{FOLDER}/{_PEEPS}"},
            **{attempt.key: attempt.source for attempt in ATTEMPTS},
        }

    def bring(clone: Path) -> None:
        _write(clone / FOLDER / _PEEPS, PEEPING)
        for attempt in ATTEMPTS:
            _write(clone / FOLDER / attempt.key, attempt.files)

    fleet.push("folders of intruders", bring)
    fleet.edit_team(TEAM, intrude)
    return fleet


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_is_refused(attempt: Service, team: FleetLab) -> None:
    team.wait_until_refused(f"{TEAM}-dev-{DEV}-{attempt.key}", attempt.says)


def test_nothing_of_it_reached_the_cluster(team: FleetLab) -> None:
    kinds = "clusterroles,clusterrolebindings,customresourcedefinitions,configmaps,secrets"
    assert "intruder" not in team.names(DEV, kinds, "--all-namespaces")


@pytest.mark.parametrize("key", PEEPS)
def test_a_chart_sees_nothing(key: str, team: FleetLab) -> None:
    team.wait_ready(f"{TEAM}-dev-{DEV}-{_PEEPS}")
    found = team.lab.kubectl(DEV, "get", "configmap", _PEEPS, "--namespace", f"{TEAM}-dev")
    assert found["data"][key] in {"", "[]", "map[]", "<nil>"}
