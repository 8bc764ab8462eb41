"""What docs/deployments.md has people tell GitHub once: gates that the roles rely on."""

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from fleet import deployments
from tests.unit.deployments.workflows import ROOT, WORKFLOWS, read
from tests.workflows.runner import NEEDS_JQ, Runner

pytestmark = NEEDS_JQ

ONLY_PROTECTED = {"protected_branches": True, "custom_branch_policies": False}
STACKS = {each.stack: each for each in deployments.read(ROOT)[0]}


def documented_commands() -> str:
    """The block for GitHub, as a reader copies it."""
    text = (ROOT / "docs/deployments.md").read_text()
    (block,) = re.findall(r"^    gh variable set PULUMI_O.*\n(?:    .*\n)+", text, re.MULTILINE)
    return textwrap.dedent(block)


@pytest.fixture
def told(tmp_path: Path) -> dict[str, Any]:
    """What GitHub is sent, by the last part of its path."""
    runner = Runner(folder=tmp_path)
    runner.prepare()
    runner.answer("platform", {"id": 3})
    done = runner.run(documented_commands())
    assert done.returncode == 0, done.stderr
    paths = [call for call in runner.calls("gh") if "--input -" in call]
    decoder, text, found = json.JSONDecoder(), runner.kept("calls.input"), list[Any]()
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:]
    names = [path.split()[4].rpartition("/")[2] for path in paths]
    return dict(zip(names, found, strict=True))


def test_every_stack_has_an_environment_that_only_protected_branches_may_use(
    told: dict[str, Any],
) -> None:
    """Else the workflow of any branch could name it, and be the stack's deployer."""
    assert STACKS.keys() == told.keys() - {"protection"}
    assert all(told[stack]["deployment_branch_policy"] == ONLY_PROTECTED for stack in STACKS)


def test_gated_stacks_and_no_others_have_reviewers(told: dict[str, Any]) -> None:
    for stack, deployment in STACKS.items():
        assert bool(told[stack].get("reviewers")) == deployment.gated, stack
        assert told[stack].get("prevent_self_review", False) == deployment.gated


def test_main_takes_reviewed_pull_requests_only_and_from_administrators_too(
    told: dict[str, Any],
) -> None:
    protection = told["protection"]
    assert protection["enforce_admins"] is True
    assert protection["required_pull_request_reviews"] == {
        "require_code_owner_reviews": True,
        "required_approving_review_count": 1,
    }


def test_every_required_check_is_a_job_of_each_pull_request(told: dict[str, Any]) -> None:
    """One that does not run, or is called otherwise, would hold up every merge."""
    names = set[str]()
    for path in WORKFLOWS:
        workflow = read(path.name)
        trigger = workflow["on"].get("pull_request", {"paths": []})
        if "paths" in (trigger or {}):
            continue
        for job in workflow["jobs"].values():
            targets = job.get("strategy", {}).get("matrix", {}).get("target", [""])
            names |= {job.get("name", "").replace("${{ matrix.target }}", each) for each in targets}
    assert set(told["protection"]["required_status_checks"]["contexts"]) <= names
