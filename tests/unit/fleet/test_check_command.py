"""`team check` on the command line: what goes where, in which form, with which exit code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from fleet import report
from fleet.check import Report
from fleet.cli import app
from fleet.mistakes import Mistake
from tests.unit.fleet.sample import Sample, team

SHOP = "gitops/teams/shop/team.yaml"
SAYS = 'team: "other" is not the folder\'s name; write team: shop, or rename the folder'


def _check(project: Sample, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--root", str(project.root), "team", "check", *arguments])


def test_without_mistakes_it_says_what_it_looked_at(project: Sample) -> None:
    project.team("shop", team("shop", services="{web: {path: workloads/web}}"))
    result = _check(project)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "2 teams, 2 environments, 1 service: no mistakes\n"


def test_mistakes_are_the_output_and_their_number_goes_to_stderr(project: Sample) -> None:
    project.team("shop", team("other"))
    result = _check(project)
    assert result.exit_code == 1
    assert result.stdout == f"{SHOP}:1: {SAYS}\n"
    assert result.stderr == "2 teams, 2 environments, 0 services: 1 mistake\n"


def test_teams_can_be_chosen(project: Sample) -> None:
    project.team("shop", team("other"))
    assert _check(project, "payments").stdout == (
        "1 team, 1 environment, 0 services: no mistakes\n"
    )


def test_json_is_one_document(project: Sample) -> None:
    project.team("shop", team("other"))
    result = _check(project, "--json")
    assert (result.exit_code, result.stderr) == (1, "")
    assert json.loads(result.stdout) == {
        "teams": 2,
        "environments": 2,
        "services": 0,
        "mistakes": [
            {
                "file": SHOP,
                "line": 1,
                "place": "team",
                "problem": '"other" is not the folder\'s name',
                "remedy": "write team: shop, or rename the folder",
            }
        ],
    }


def test_github_gets_annotations(project: Sample) -> None:
    project.team("shop", team("other"))
    result = _check(project, "--format", "github")
    assert result.exit_code == 1
    assert result.stdout == f"::error file={SHOP},line=1,title=team check::{SAYS}\n"


def test_no_text_of_a_file_becomes_a_command_of_github() -> None:
    found = Mistake(file="a,b:c%.yaml", line=1, place="", problem="x\n::error::y", remedy="100%")
    text = report.github(Report(teams=0, environments=0, services=0, mistakes=(found,)))
    assert text == (
        "::error file=a%2Cb%3Ac%25.yaml,line=1,title=team check::x\\n::error::y; 100%25"
    )


def test_an_unknown_team_is_a_mistake_of_the_command(project: Sample) -> None:
    result = _check(project, "shop")
    assert result.exit_code == 2
    assert result.stderr == "error: there is no team shop; teams are: payments\n"


def test_a_folder_that_is_no_project_is_a_mistake_of_the_command(tmp_path: Path) -> None:
    result = _check(Sample(root=tmp_path))
    assert result.exit_code == 2
    assert "run it in the project, or name the project with --root" in result.stderr


def test_an_option_that_is_wrong_is_a_mistake_of_the_command(project: Sample) -> None:
    assert _check(project, "--format", "xml").exit_code == 2


def test_the_project_is_the_programs_own_wherever_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["team", "check"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith(": no mistakes\n")
