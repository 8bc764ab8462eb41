"""`python -m lab.programs`: folders for a pipeline's PATH."""

import subprocess
import sys
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.layout import PROJECT_ROOT
from lab.programs import __main__ as command
from lab.programs.installed import Installed, Origin


def installed(name: str, folder: str) -> Installed:
    return Installed(name=name, version="1", path=Path(folder, name), origin=Origin.CACHE)


def test_each_folder_is_printed_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {
        "one": installed("one", "/a"),
        "two": installed("two", "/a"),
        "x": installed("x", "/b"),
    }

    def find(_names: list[str], **_: object) -> dict[str, Installed]:
        return found

    monkeypatch.setattr(command, "ensure", find)
    assert command.main([*found]) == 0
    assert capsys.readouterr().out == "/a\n/b\n"


def test_a_program_that_cannot_be_had_is_one_line_and_nothing_for_the_path(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_names: list[str], **_: object) -> None:
        raise LabError("pulumi cannot be had", "Go online")

    monkeypatch.setattr(command, "ensure", refuse)
    assert command.main(["pulumi"]) == 1
    assert capsys.readouterr() == ("", "error: pulumi cannot be had. Go online\n")


def test_it_needs_nothing_but_python() -> None:
    """Pipelines ask for Pulumi before they install anything; -S leaves packages out."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "lab.programs", "nothing-of-this-name"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.startswith("error: the lab knows no program nothing-of-this-name")
