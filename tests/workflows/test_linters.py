"""Workflows and their scripts, by the linters of the field; only actionlint is fetched, once."""

import os
import subprocess
from pathlib import Path

import pytest

from lab.programs.install import ensure
from tests.unit.deployments.workflows import ROOT, WORKFLOWS

# Of the virtual environment, whether or not it is active.
BIN = Path(ROOT, ".venv/bin")
SCRIPTS = sorted(path for path in (ROOT / ".ci").iterdir() if path.is_file())

BROKEN = """\
on: pull_request
permissions: write-all
jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - run: echo ${{ github.event.pull_request.title }} $UNQUOTED
"""


def run(*command: str | Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A linter, on a PATH that has the one that actionlint asks about scripts."""
    return subprocess.run(  # noqa: S603  # programs of ours
        command,
        cwd=folder,
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def actionlint(folder: Path = ROOT) -> str:
    """What it finds, with what shellcheck finds in steps."""
    done = run(ensure(["actionlint"])["actionlint"].path, "-no-color", "-oneline", folder=folder)
    return done.stdout + done.stderr


def zizmor(folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Its audits that need no network, of the persona that reports the most usual ones."""
    return run(BIN / "zizmor", "--offline", "--no-progress", folder / ".github", folder=folder)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A repository whose one workflow is wrong in ways that each of them knows."""
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    (folder / "broken.yml").write_text(BROKEN)
    subprocess.run(["git", "-C", tmp_path, "init", "--quiet"], check=True)  # noqa: S603, S607  # git is found on PATH
    return tmp_path


def test_actionlint_finds_nothing() -> None:
    assert actionlint() == ""


def test_zizmor_finds_nothing() -> None:
    done = zizmor()
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_shellcheck_finds_nothing(script: Path) -> None:
    assert run(BIN / "shellcheck", script).stdout == ""


def test_actionlint_would_find_what_is_wrong_in_workflows_and_their_scripts(broken: Path) -> None:
    found = actionlint(broken)
    assert "is potentially untrusted" in found
    assert "SC2086" in found


def test_zizmor_would_find_that_a_title_becomes_a_command(broken: Path) -> None:
    done = zizmor(broken)
    assert done.returncode != 0
    assert "template-injection" in done.stdout


def test_every_workflow_is_looked_at() -> None:
    assert {path.suffix for path in (ROOT / ".github/workflows").iterdir()} == {".yml"}
    assert WORKFLOWS
