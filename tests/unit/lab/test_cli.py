"""The command line's promises: exit codes, what goes to stdout, no traceback."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lab import cli
from lab.layout import Layout
from lab.record import Record
from lab.up import Up
from tests.unit.lab.lab_project import write_project


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_project(tmp_path / "a project")

    def here() -> Layout:
        return Layout(root=root)

    monkeypatch.setattr(cli, "Layout", here)
    return root


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli.app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("command", [["status"], ["preview"], ["env"], ["kubeconfig", "hub"]])
@pytest.mark.usefixtures("root")
def test_what_needs_a_lab_exits_with_3_where_there_is_none(command: list[str]) -> None:
    assert run(*command)[0] == 3


@pytest.mark.usefixtures("root")
def test_an_error_is_one_line_on_stderr_with_the_remedy() -> None:
    _, output, errors = run("env")

    assert (output, errors) == ("", "error: the lab is not up. Run: python -m lab up\n")


@pytest.mark.usefixtures("root")
def test_an_error_is_json_for_a_program() -> None:
    _, output, _ = run("env", "--json")

    assert json.loads(output) == {
        "error": {"message": "the lab is not up", "remedy": "Run: python -m lab up"}
    }


@pytest.mark.usefixtures("root")
def test_status_is_json_for_a_program_even_where_nothing_is_up() -> None:
    _, output, _ = run("status", "--json")

    assert json.loads(output)["up"] is False


def test_down_where_there_is_no_lab_is_fine(root: Path) -> None:
    assert run("down")[0] == 0
    assert not (root / ".lab").exists()


def test_a_mistake_in_a_stack_file_exits_with_2_before_anything_is_made(root: Path) -> None:
    (root / "Pulumi.hub.yaml").unlink()

    assert run("up")[0] == 2
    assert not (root / ".lab").exists()


@pytest.mark.parametrize("spokes", ["0", "-1"])
def test_a_lab_of_no_spokes_is_a_mistake_before_anything_is_made(root: Path, spokes: str) -> None:
    assert run("up", f"--spokes={spokes}")[0] == 2
    assert not (root / ".lab").exists()


def test_fewer_spokes_than_there_are_is_said_with_the_remedy(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Layout(root=root).make_folders()
    Record(spokes=2).save(Layout(root=root))
    asked: list[int | None] = []

    def noted(up: Up) -> Record:
        asked.append(up.spokes)
        return Record()

    monkeypatch.setattr(Up, "run", noted)

    _, _, errors = run("up", "--spokes", "1")

    assert "has 2 spokes" in errors
    assert "python -m lab down" in errors
    assert asked == [1]


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("command", [["onboard"], ["offboard", "shop"]])
def test_teams_need_a_lab_that_is_up(command: list[str]) -> None:
    assert run(*command)[0] == 3


@pytest.mark.usefixtures("root")
def test_an_unknown_stack_exits_with_2() -> None:
    assert run("kubeconfig", "nowhere")[0] == 2


@pytest.mark.usefixtures("root")
def test_ctrl_c_exits_with_130_and_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_layout: Layout) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lab.cli.status.collect", interrupted)
    code, _, errors = run("status")

    assert code == 130
    assert "python -m lab up" in errors


def test_a_fault_of_the_lab_goes_to_a_file_and_not_to_the_screen(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_layout: Layout) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("lab.cli.status.collect", broken)
    code, _, errors = run("status")

    (described,) = root.glob("lab-fault-*.log")
    assert code == 1
    assert "Traceback" not in errors
    assert str(described) in errors
    assert "ZeroDivisionError: oops" in described.read_text()


def test_the_exit_codes_are_documented() -> None:
    _, output, _ = run("--help")

    assert all(f"{code} " in output for code in (0, 1, 2, 3, 4, 130))
