"""`fleet deployments`: what pipelines are told to preview and to update, and in which order."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from fleet.cli import app
from tests.unit.fleet import repositories
from tests.unit.fleet.repositories import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """The committed stacks, with one change to come on top of branch main."""
    repository = repositories.make(tmp_path)
    repository.git("switch", "--quiet", "--create", "change")
    return repository


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--root", str(root), "deployments", *arguments])


def plan(root: Path, *arguments: str) -> dict[str, Any]:
    """What the command prints."""
    result = run(root, "plan", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def stacks(steps: Sequence[dict[str, str]]) -> list[str]:
    return [step["stack"] for step in steps]


def changing(repository: Repository, path: str) -> dict[str, list[str]]:
    """The plan after one file has changed, as names of stacks."""
    repository.write({path: "config: {}\n" if path.endswith(".yaml") else "changed\n"})
    repository.commit()
    found = plan(repository.root, "--base", "main")
    return {wave: stacks(steps) for wave, steps in found.items()}


def test_without_a_base_it_is_every_stack_with_its_roles(repository: Repository) -> None:
    found = plan(repository.root)
    assert found["preview"][0] == {
        "stack": "hub",
        "role": "arn:aws:iam::111111111111:role/eks-hub-spoke-preview-hub",
        "region": "eu-west-1",
    }
    assert stacks(found["preview"]) == ["hub", "spoke-dev", "spoke-prod"]
    roles = {
        step["role"].rpartition("/")[2]
        for wave in ("spokes", "gated", "hubs")
        for step in found[wave]
    }
    assert roles == {
        f"eks-hub-spoke-deployer-{each}" for each in ("hub", "spoke-dev", "spoke-prod")
    }


def test_the_program_updates_spokes_then_production_then_the_hub(repository: Repository) -> None:
    assert changing(repository, "components/spoke.py") == {
        "preview": ["hub", "spoke-dev", "spoke-prod"],
        "spokes": ["spoke-dev"],
        "gated": ["spoke-prod"],
        "hubs": ["hub"],
    }


def test_a_spoke_that_changes_takes_the_hub_along_but_previews_alone(
    repository: Repository,
) -> None:
    repository.stack("spoke-prod", "tenant", "other")
    repository.commit()
    found = plan(repository.root, "--base", "main")
    assert {wave: stacks(steps) for wave, steps in found.items()} == {
        "preview": ["spoke-prod"],
        "spokes": [],
        "gated": ["spoke-prod"],
        "hubs": ["hub"],
    }


def test_a_team_updates_the_spokes_and_so_the_hub(repository: Repository) -> None:
    found = changing(repository, "gitops/teams/new/team.yaml")
    assert found["preview"] == ["spoke-dev", "spoke-prod"]
    assert (found["spokes"], found["gated"], found["hubs"]) == (
        ["spoke-dev"],
        ["spoke-prod"],
        ["hub"],
    )


def test_a_change_that_no_stack_reads_plans_nothing(repository: Repository) -> None:
    found = changing(repository, "docs/teams.md")
    assert not any(found.values())


def test_a_file_that_is_deleted_or_moved_away_counts(repository: Repository) -> None:
    repository.write({"components/old.py": ""})
    repository.commit()
    repository.git("branch", "--force", "main")
    (repository.root / "components/old.py").rename(repository.root / "old.py")
    repository.commit()
    assert stacks(plan(repository.root, "--base", "main")["spokes"]) == ["spoke-dev"]


def test_what_others_merged_since_is_no_part_of_the_change(repository: Repository) -> None:
    repository.write({"docs/mine.md": ""})
    repository.commit()
    repository.git("switch", "--quiet", "main")
    repository.write({"components/theirs.py": ""})
    repository.commit()
    repository.git("switch", "--quiet", "change")
    assert plan(repository.root, "--base", "main")["preview"] == []


def test_a_name_that_is_no_revision_is_said_in_one_line(repository: Repository) -> None:
    result = run(repository.root, "plan", "--base", "--output=x")
    assert result.exit_code == 2
    assert result.stderr == "error: --output=x is no revision; name a branch, a tag or a commit\n"


def test_settings_are_printed_as_pulumi_cloud_takes_them(repository: Repository) -> None:
    result = run(repository.root, "settings", "spoke-dev")
    written = yaml.safe_load((repository.root / "Pulumi.spoke-dev.deploy.yaml").read_text())
    assert json.loads(result.stdout) == written["settings"]


def test_a_mistake_in_one_file_stops_both_commands(repository: Repository) -> None:
    repository.replace("Pulumi.hub.deploy.yaml", "deployCommits", "deployComits")
    for command in (["plan"], ["settings", "spoke-dev"]):
        result = run(repository.root, *command)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "did you mean deployCommits?" in result.stderr
