"""A team's file that was merged unchecked is refused where a person sees it, and does nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.attack.merged import ATTEMPTS, Merged
from tests.lab.fleet_lab import DEV, HUB, PROD, FleetLab, said


@pytest.fixture(scope="module")
def before(fleet: FleetLab) -> dict[str, set[str]]:
    """The namespaces of the spokes."""
    return {spoke: fleet.namespaces(spoke) for spoke in (DEV, PROD)}


@pytest.fixture(scope="module")
def merged(fleet: FleetLab, before: dict[str, set[str]]) -> Iterator[FleetLab]:
    """All of them, in one push."""
    assert before

    def add(clone: Path) -> None:
        for attempt in ATTEMPTS:
            folder = clone / "gitops" / "teams" / attempt.folder
            folder.mkdir()
            (folder / "team.yaml").write_text(attempt.text)

    def remove(clone: Path) -> None:
        for attempt in ATTEMPTS:
            (clone / "gitops" / "teams" / attempt.folder / "team.yaml").unlink()

    fleet.push("teams, unchecked", add)
    yield fleet
    fleet.push("the teams go", remove)


def _said(fleet: FleetLab, name: str) -> str:
    sets = {
        item["metadata"]["name"]: item
        for item in fleet.items(HUB, "applicationsets", "-n", "argocd")
    }
    return said(fleet.application(name)) + said(sets.get(name, {}))


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_is_refused(attempt: Merged, merged: FleetLab) -> None:
    merged.wait(
        lambda: attempt.says in _said(merged, attempt.shows),
        f"{attempt.shows} to say: {attempt.says}",
    )


def test_no_namespace_came_of_it(merged: FleetLab, before: dict[str, set[str]]) -> None:
    assert {spoke: merged.namespaces(spoke) for spoke in (DEV, PROD)} == before


def test_an_add_on_keeps_its_applicationset(merged: FleetLab) -> None:
    found = merged.lab.kubectl(
        HUB, "get", "applicationset", "metrics-server", "--namespace", "argocd"
    )
    assert found["spec"]["template"]["spec"]["project"] == "platform"
