"""What a team may not do is refused by its project, where a person sees it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.onboarding.team_file import path_of
from tests.lab.fleet_lab import DEV, HUB, PROD, SERVICE, FleetLab

TEAM = "intruders"
FOLDER = f"gitops/workloads/{TEAM}"
TRIED: dict[str, tuple[dict[str, Any], str]] = {
    "another team's namespace": (
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "intruder", "namespace": "payments-dev"},
        },
        "namespace payments-dev is not permitted in project",
    ),
    "a kind that is the platform's": (
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "intruder"},
            "spec": {"podSelector": {}},
        },
        "is not permitted in project",
    ),
    "a kind of the whole cluster": (
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "intruder"},
        },
        "is not permitted in project",
    ),
}


@pytest.fixture(scope="module")
def team(fleet: FleetLab) -> Iterator[FleetLab]:
    """A team with one service, on one cluster."""
    fleet.onboard(TEAM, {"environment": "dev"})
    yield fleet
    fleet.terminate_sync(f"{TEAM}-dev-{DEV}-intruder")
    ran = fleet.lab.run("offboard", TEAM)
    assert ran.code == 0, ran.stderr


@pytest.mark.parametrize("what", TRIED)
def test_a_team_cannot_deploy_to_or_make(what: str, team: FleetLab) -> None:
    manifest, why = TRIED[what]

    def edit(clone: Path) -> None:
        (clone / FOLDER).mkdir(parents=True, exist_ok=True)
        (clone / FOLDER / "intruder.yaml").write_text(yaml.safe_dump(manifest))
        path = clone / path_of(TEAM)
        content = yaml.safe_load(path.read_text())
        content["environments"]["dev"]["services"]["intruder"] = {"path": FOLDER}
        path.write_text(yaml.safe_dump(content))

    team.push(f"try {what}", edit)

    team.wait_until_refused(f"{TEAM}-dev-{DEV}-intruder", why)
    assert "intruder" not in team.names(DEV, str(manifest["kind"]), "--all-namespaces")


@pytest.mark.parametrize(
    "destination",
    [{"name": PROD, "namespace": f"{TEAM}-dev"}, {"name": "hub", "namespace": "argocd"}],
    ids=["another spoke", "the hub"],
)
def test_an_application_made_past_git_is_refused(
    destination: dict[str, str], team: FleetLab
) -> None:
    spec = team.application(f"{TEAM}-dev-{DEV}-{SERVICE}")["spec"]
    name = f"past-git-{destination['name']}"
    applied = team.apply(
        HUB,
        {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": {"name": name, "namespace": "argocd"},
            "spec": {**spec, "destination": destination},
        },
    )
    assert applied.code == 0, applied.stderr

    team.wait_until_refused(name, "do not match any of the allowed destinations")
    team.kubectl(HUB, "delete", "application", name, "--namespace", "argocd")


def test_a_repository_that_the_platform_does_not_allow_is_refused(team: FleetLab) -> None:
    def change(content: dict[str, Any]) -> None:
        content["environments"]["dev"]["services"] = {
            "stranger": {"path": "x", "repository": "https://git.example.org/stranger.git"}
        }

    team.edit_team(TEAM, change)

    team.wait_until_refused(f"{TEAM}-dev-{DEV}", "is not one that the platform allows")
    assert f"{TEAM}-dev-{DEV}-stranger" not in team.applications()
