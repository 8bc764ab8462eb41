"""Pull requests check what decides about teams, and each folder has its owner."""

import re
from pathlib import Path

import pytest
import yaml

from tests.unit.deployments.workflows import ROOT, commands, read

TEAMS = sorted(path for path in (ROOT / "gitops/teams").iterdir() if path.is_dir())
PLATFORM = "@example/platform"


def owners(path: str) -> list[str]:
    """Who owns a file, as GitHub reads CODEOWNERS: the last line that matches."""
    found: list[str] = []
    for line in (ROOT / "CODEOWNERS").read_text().splitlines():
        pattern, *names = line.split() or ["#"]
        if pattern == "*" or f"/{path}".startswith(pattern):
            found = names
    return found


def test_check_and_diff_run_on_what_decides_about_teams() -> None:
    workflow = read("teams.yml")
    assert {"gitops/**", "fleet/**", "Pulumi.*.yaml"} <= set(
        workflow["on"]["pull_request"]["paths"]
    )
    run = commands(workflow)
    assert "python -m fleet team check --format github" in run
    assert 'python -m fleet team diff --base "origin/$BASE" > team-diff.md' in run


def test_the_requirements_that_the_workflow_installs_are_here() -> None:
    (file,) = set(re.findall(r"--requirement (\S+)", commands(read("teams.yml"))))
    assert (ROOT / file).is_file()


@pytest.mark.parametrize("team", TEAMS, ids=lambda path: path.name)
def test_a_team_owns_its_folder_by_its_leads(team: Path) -> None:
    leads = yaml.safe_load((team / "team.yaml").read_text())["owners"]["lead"]
    found = owners(f"gitops/teams/{team.name}/team.yaml")
    assert found == [f"@example/{lead}" for lead in leads]


def test_every_line_of_the_owners_names_a_folder_that_is_there() -> None:
    lines = [line.split()[0] for line in (ROOT / "CODEOWNERS").read_text().splitlines() if line]
    folders = [pattern for pattern in lines if pattern.startswith("/")]
    assert [folder for folder in folders if not (ROOT / folder[1:]).is_dir()] == []


@pytest.mark.parametrize(
    "path",
    [
        "CODEOWNERS",
        "Pulumi.spoke-prod.yaml",
        ".github/workflows/teams.yml",
        "fleet/check.py",
        "gitops/bootstrap/Chart.yaml",
        "gitops/charts/guardrails/values.yaml",
        "gitops/charts/team-cluster/policy.yaml",
        "gitops/charts/team/values.schema.json",
        "gitops/charts/web-service/Chart.yaml",
        "gitops/projects/templates/platform.yaml",
        "gitops/teams/another/team.yaml",
    ],
)
def test_what_binds_teams_is_the_platforms(path: str) -> None:
    assert owners(path) == [PLATFORM]
