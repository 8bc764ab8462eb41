"""Where plugins come from, and where they lie."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import nullcontext
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from lab import versions
from lab.plugins.install import InstalledPlugin, install, launcher

AWS = f"resource-aws-v{metadata.version('pulumi-aws')}"


class Machine:
    """A PULUMI_HOME, a `pulumi` that records what it is asked, and a download site or none."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.asked = 0
        self.offers = False
        self._pulumi('echo "error: no such plugin" >&2; exit 1')

    def _pulumi(self, script: str) -> None:
        program = self.bin / "pulumi"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def pulumi_downloads(self) -> None:
        """`pulumi plugin install resource NAME VERSION` puts a program where the engine looks."""
        folder = '"$PULUMI_HOME/plugins/resource-$4-v$5"'
        self._pulumi(
            f'[ -d {folder} ] && [ "$6" != --reinstall ] && exit 0\n'
            f'mkdir -p {folder}; echo official > {folder}/"pulumi-resource-$4"'
        )

    def answer(self, _request: Any, **_options: Any) -> Any:
        self.asked += 1
        if not self.offers:
            raise urllib.error.URLError("no such host")
        return nullcontext()

    def install(self) -> list[InstalledPlugin]:
        return install(
            self.home, self.bin, python=Path(sys.executable), exec_folder=Path("/the/executor")
        )

    def program(self, folder: str, name: str) -> Path:
        return self.home / "plugins" / folder / name


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    answer: Callable[..., Any] = made.answer
    monkeypatch.setattr(urllib.request, "urlopen", answer)
    return made


def test_without_a_download_site_stand_ins_of_the_sdks_versions_are_laid_down(
    machine: Machine,
) -> None:
    found = {(each.name, each.kind, each.version, each.official) for each in machine.install()}
    assert found == {
        ("python", "language", versions.PULUMI, False),
        ("aws", "resource", metadata.version("pulumi-aws"), False),
        ("eks", "resource", metadata.version("pulumi-eks"), False),
        ("kubernetes", "resource", metadata.version("pulumi-kubernetes"), False),
    }
    assert os.access(machine.program(AWS, "pulumi-resource-aws"), os.X_OK)


def test_the_language_host_is_given_the_executor(machine: Machine) -> None:
    machine.install()
    program = machine.program(f"language-python-v{versions.PULUMI}", "pulumi-language-python")
    assert "/the/executor/pulumi-language-python-exec" in program.read_text()


def test_a_refused_download_is_not_tried_again(machine: Machine) -> None:
    machine.install()
    asked = machine.asked
    machine.install()
    assert (asked, machine.asked) == (3, 3)


def test_an_installed_stand_in_is_not_written_again(machine: Machine) -> None:
    machine.install()
    program = machine.program(AWS, "pulumi-resource-aws")
    before = program.stat().st_ino
    machine.install()
    assert program.stat().st_ino == before


def test_a_stand_in_of_another_place_is_replaced(machine: Machine) -> None:
    machine.install()
    program = machine.program(AWS, "pulumi-resource-aws")
    text = program.read_text()
    program.write_text(text.replace(sys.executable, "/gone/python"))
    machine.install()
    assert program.read_text() == text


def test_official_plugins_win_where_they_can_be_had(machine: Machine) -> None:
    machine.offers = True
    machine.pulumi_downloads()
    found = {each.name: each.official for each in machine.install()}
    assert found == {"python": False, "aws": True, "eks": True, "kubernetes": True}
    assert machine.program(AWS, "pulumi-resource-aws").read_text() == "official\n"


def test_a_stand_in_makes_way_for_the_official_plugin(machine: Machine) -> None:
    machine.install()
    (machine.home / "official-plugins-refused.json").unlink()
    machine.offers = True
    machine.pulumi_downloads()
    assert [each.official for each in machine.install()] == [False, True, True, True]


def test_an_official_plugin_that_lies_there_is_kept(machine: Machine) -> None:
    program = machine.program(AWS, "pulumi-resource-aws")
    program.parent.mkdir(parents=True)
    program.write_bytes(b"\x7fELF")
    found = {each.name: each.official for each in machine.install()}
    assert found["aws"]
    assert program.read_bytes() == b"\x7fELF"


def test_a_download_that_fails_is_followed_by_the_stand_in(machine: Machine) -> None:
    machine.offers = True
    found = {each.name: each.official for each in machine.install()}
    assert not found["aws"]
    assert "no such plugin" in (machine.home / "official-plugins-refused.json").read_text()


def test_the_language_host_that_came_with_pulumi_is_used(machine: Machine) -> None:
    official = machine.bin / "pulumi-language-python"
    official.write_text("official")
    official.chmod(0o755)
    assert machine.install()[0] == InstalledPlugin(
        name="python", kind="language", version="", official=True
    )


def test_a_launcher_becomes_the_plugin_and_passes_its_arguments_on(tmp_path: Path) -> None:
    (tmp_path / "echoing.py").write_text("import sys; print(sys.argv[1:])")
    program = tmp_path / "plugin"
    program.write_text(launcher(Path(sys.executable), "echoing", "a b"))
    program.chmod(0o755)
    result = subprocess.run(  # noqa: S603  # a launcher of ours
        [program, "engine:1"],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == "['a b', 'engine:1']\n"
