"""Pull requests are checked without any right to write, and each folder has its owner."""

import re
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from fleet.markdown import MARK

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
TEAMS = sorted(path for path in (ROOT / "gitops/teams").iterdir() if path.is_dir())
PLATFORM = "@example/platform"
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def read(name: str) -> dict[str, Any]:
    """A workflow, its keys as they are written: YAML takes a bare `on` for true."""
    text = (ROOT / ".github/workflows" / name).read_text()
    return cast("dict[str, Any]", yaml.load(text, yaml.BaseLoader))  # noqa: S506  # knows nothing but texts


def commands(workflow: dict[str, Any]) -> str:
    """All that its steps run."""
    jobs = workflow["jobs"].values()
    return "\n".join(step.get("run", "") for job in jobs for step in job["steps"])


def owners(path: str) -> list[str]:
    """Who owns a file, as GitHub reads CODEOWNERS: the last line that matches."""
    found: list[str] = []
    for line in (ROOT / "CODEOWNERS").read_text().splitlines():
        pattern, *names = line.split() or ["#"]
        if pattern == "*" or f"/{path}".startswith(pattern):
            found = names
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit(path: Path) -> None:
    used = [line.strip() for line in path.read_text().splitlines() if "uses:" in line]
    assert [line for line in used if not PINNED.search(line)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_no_rights_but_those_that_its_jobs_name(path: Path) -> None:
    workflow = read(path.name)
    assert workflow["permissions"] == {}
    assert all("permissions" in job for job in workflow["jobs"].values())


def test_what_runs_the_code_of_a_pull_request_can_only_read() -> None:
    workflow = read("teams.yml")
    assert workflow["on"].keys() == {"pull_request"}
    for job in workflow["jobs"].values():
        assert job["permissions"] == {"contents": "read"}
        checkout = job["steps"][0]
        assert checkout["uses"].startswith("actions/checkout@")
        assert checkout["with"] == {"fetch-depth": "0", "persist-credentials": "false"}


def test_what_may_write_runs_no_code_of_a_pull_request() -> None:
    workflow = read("teams-comment.yml")
    assert workflow["on"]["workflow_run"]["workflows"] == [read("teams.yml")["name"]]
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"actions": "read", "pull-requests": "write"}
    assert not any("uses" in step for step in job["steps"])
    assert "python" not in commands(workflow)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_that_a_pull_request_says_becomes_part_of_a_command(path: Path) -> None:
    assert "${{" not in commands(read(path.name))


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


def test_the_comment_is_found_again_by_its_mark() -> None:
    assert f'startswith("{MARK}")' in commands(read("teams-comment.yml"))


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
