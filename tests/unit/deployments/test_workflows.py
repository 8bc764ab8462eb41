"""Workflows have the rights that their jobs need, and what others wrote has none of them."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.unit.deployments.workflows import ROOT, WORKFLOWS, commands, read, steps

PINNED = re.compile(r"uses: (\./[\w./-]+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$")
ACTIONS = {"actions/checkout", "actions/setup-python", "actions/upload-artifact"}
MAY_ASK_WHO_IT_IS = {
    ("infrastructure.yml", "preview"),
    ("infrastructure.yml", "spokes"),
    ("infrastructure.yml", "gated"),
    ("infrastructure.yml", "hubs"),
    ("drift.yml", "compare"),
    ("stack.yml", "run"),
}
UPDATES = ("spokes", "gated", "hubs")
TRIGGERS_OF_A_STRANGER = {"pull_request_target", "issue_comment", "issues", "workflow_run"}


def name(path: Path) -> str:
    return path.name


def jobs() -> list[tuple[str, str, dict[str, Any]]]:
    """Every job with its workflow."""
    return [
        (path.name, key, job) for path in WORKFLOWS for key, job in read(path.name)["jobs"].items()
    ]


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_every_action_is_pinned_by_its_commit(path: Path) -> None:
    used = [line.strip() for line in path.read_text().splitlines() if "uses:" in line]
    assert [line for line in used if not PINNED.search(line)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_actions_are_githubs_own_and_of_one_version(path: Path) -> None:
    """Of everybody else's code, a pin says which, and not what it does with a token."""
    used = {step["uses"] for step in steps(read(path.name)) if "uses" in step}
    assert {each.partition("@")[0] for each in used} <= ACTIONS
    everywhere = {
        step["uses"] for each in WORKFLOWS for step in steps(read(each.name)) if "uses" in step
    }
    assert len(everywhere) == len(ACTIONS)


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_a_workflow_has_no_rights_but_those_that_its_jobs_name(path: Path) -> None:
    workflow = read(path.name)
    assert workflow["permissions"] == {}
    assert all("permissions" in job for job in workflow["jobs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_nothing_that_somebody_wrote_becomes_part_of_a_command(path: Path) -> None:
    assert "${{" not in commands(read(path.name))


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_no_clone_keeps_a_token_and_no_secret_is_read(path: Path) -> None:
    for step in steps(read(path.name)):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"
    assert "secrets." not in path.read_text()


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_every_job_ends(path: Path) -> None:
    for job in read(path.name)["jobs"].values():
        assert "timeout-minutes" in job or job["uses"] == "./.github/workflows/stack.yml"


def test_what_runs_the_code_of_a_pull_request_can_only_read() -> None:
    running = {path.name for path in WORKFLOWS if "pull_request" in read(path.name)["on"]}
    assert {"checks.yml", "infrastructure.yml", "teams.yml"} <= running
    for file, key, job in jobs():
        if file in running and (file, key) not in MAY_ASK_WHO_IT_IS:
            assert job["permissions"].items() <= {"contents": "read"}.items(), f"{file}: {key}"


def test_who_may_ask_for_credentials_is_known_by_name_and_may_write_nothing_to_github() -> None:
    asking = {(file, key) for file, key, job in jobs() if "id-token" in job["permissions"]}
    assert asking == MAY_ASK_WHO_IT_IS
    for file, key, job in jobs():
        if (file, key) in asking:
            assert job["permissions"] == {"contents": "read", "id-token": "write"}


def test_what_may_write_runs_no_code_of_the_repository() -> None:
    writing = [
        (file, job)
        for file, _, job in jobs()
        if "write" in {right for key, right in job["permissions"].items() if key != "id-token"}
    ]
    assert {file for file, _ in writing} == {"comment.yml", "drift.yml"}
    for file, job in writing:
        assert not any("uses" in step for step in job["steps"]), file
        run = "\n".join(step["run"] for step in job["steps"])
        assert not re.search(r"python|\.ci/|make ", run), file


def test_only_the_comment_is_started_by_what_strangers_do() -> None:
    found = {
        path.name for path in WORKFLOWS if TRIGGERS_OF_A_STRANGER & read(path.name)["on"].keys()
    }
    assert found == {"comment.yml"}


def test_comments_are_of_the_workflows_whose_artifacts_they_are() -> None:
    posted = read("comment.yml")["on"]["workflow_run"]["workflows"]
    assert posted == [read(file)["name"] for file in ("teams.yml", "infrastructure.yml")]
    for file in ("teams.yml", "infrastructure.yml"):
        workflow = read(file)
        uploads = [
            step["with"]["name"] for step in steps(workflow) if "upload" in step.get("uses", "")
        ]
        called = [job["with"]["artifact"] for job in workflow["jobs"].values() if "with" in job]
        assert any(each.startswith("comment-") for each in [*uploads, *called])


def test_a_preview_that_fails_fails_the_one_check_that_can_be_required() -> None:
    job = read("infrastructure.yml")["jobs"]["passed"]
    assert (job["needs"], job["if"]) == (
        ["plan", "preview"],
        "always() && github.event_name == 'pull_request'",
    )
    (step,) = job["steps"]
    for results, code in ("success skipped", 0), ("success failure", 1), ("cancelled success", 1):
        done = subprocess.run(["bash", "-c", step["run"]], env={"RESULTS": results}, check=False)  # noqa: S603, S607  # the workflow's own step
        assert done.returncode == code, results


def test_a_fork_gets_no_credentials() -> None:
    condition = read("infrastructure.yml")["jobs"]["preview"]["if"]
    assert "github.event.pull_request.head.repo.full_name == github.repository" in condition


@pytest.mark.parametrize("key", UPDATES)
def test_an_update_is_of_main_and_in_the_environment_that_its_role_trusts(key: str) -> None:
    job = read("infrastructure.yml")["jobs"][key]
    assert "github.event_name != 'pull_request' && github.ref == 'refs/heads/main'" in job["if"]
    assert (job["with"]["command"], job["with"]["environment"]) == ("up", "${{ matrix.stack }}")


def test_updates_wait_for_each_other_spokes_then_gated_then_hubs() -> None:
    found = read("infrastructure.yml")["jobs"]
    assert [found[key]["needs"] for key in UPDATES] == [
        "plan",
        ["plan", "spokes"],
        ["plan", "spokes", "gated"],
    ]
    for key in ("gated", "hubs"):
        assert "!cancelled() && !failure()" in found[key]["if"]


def test_an_update_is_never_stopped_and_never_twice_at_a_time() -> None:
    assert read("infrastructure.yml")["concurrency"]["cancel-in-progress"] == (
        "${{ github.event_name == 'pull_request' }}"
    )
    one = read("stack.yml")["jobs"]["run"]["concurrency"]
    assert "cancel-in-progress" not in one
    assert one["group"].startswith("stack-${{ inputs.stack }}-${{ inputs.command == 'up' && 'up'")


def test_each_wave_takes_its_stacks_from_the_plan() -> None:
    for key, job in read("infrastructure.yml")["jobs"].items():
        if "strategy" in job:
            wanted = f"${{{{ fromJSON(needs.plan.outputs.plan).{key} }}}}"
            assert job["strategy"]["matrix"]["include"] == wanted


@pytest.mark.parametrize("file", ["infrastructure.yml", "drift.yml"])
def test_without_its_variable_github_deploys_nothing(file: str) -> None:
    """How one of the two ways is turned off."""
    assert "vars.PULUMI_ORGANIZATION != ''" in read(file)["jobs"]["plan"]["if"]


def test_drift_is_looked_for_every_night_with_roles_that_only_read() -> None:
    workflow = read("drift.yml")
    assert len(workflow["on"]["schedule"]) == 1
    compare = workflow["jobs"]["compare"]
    assert compare["with"]["command"] == "drift"
    assert compare["strategy"]["matrix"]["include"].endswith(".preview }}")
    assert "environment" not in compare["with"]


def test_checks_make_targets_that_there_are() -> None:
    (job,) = read("checks.yml")["jobs"].values()
    makefile = (ROOT / "Makefile").read_text()
    for target in job["strategy"]["matrix"]["target"]:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_requirements_that_workflows_install_are_here() -> None:
    for path in WORKFLOWS:
        for file in re.findall(r"--requirement (\S+)", commands(read(path.name))):
            assert (ROOT / file).is_file()
