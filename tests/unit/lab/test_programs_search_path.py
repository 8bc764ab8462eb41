"""What the person has already is used when it is whole and of the pinned version."""

from pathlib import Path

import pytest

from lab.programs.probe import Probe
from lab.programs.recipe import Program
from lab.programs.search_path import find_on_path
from tests.unit.lab.programs_fakes import executable, recipe, script

PROBE = Probe(arguments=("--version",), before="tool version ")


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{tmp_path / 'later'}:/usr/bin:/bin")
    return tmp_path / "bin"


def test_the_right_version_on_path_is_used(bin_folder: Path) -> None:
    tool = executable(bin_folder / "tool", "1.2.3")
    assert find_on_path(recipe(), ()) == {"tool": tool}


@pytest.mark.parametrize("version", ["1.2.4", "1.2.30", "11.2.3", "1.2.3-rc.1", "1.2.3-dispatcher"])
def test_another_version_on_path_is_passed_over(bin_folder: Path, version: str) -> None:
    executable(bin_folder / "tool", version)
    assert find_on_path(recipe(), ()) is None


@pytest.mark.parametrize("version", ["1.2.3", "v1.2.3", "v1.2.3+4c1b2d0", "1.2.3 linux/amd64"])
def test_build_metadata_and_a_v_do_not_make_another_version(bin_folder: Path, version: str) -> None:
    executable(bin_folder / "tool", version)
    assert find_on_path(recipe(), ()) is not None


def test_the_right_version_behind_a_wrong_one_is_found(bin_folder: Path, tmp_path: Path) -> None:
    executable(bin_folder / "tool", "1.0.0")
    tool = executable(tmp_path / "later" / "tool", "1.2.3")
    assert find_on_path(recipe(), ()) == {"tool": tool}


@pytest.mark.usefixtures("bin_folder")
def test_what_is_not_on_path_is_not_found() -> None:
    assert find_on_path(recipe(), ()) is None


def test_a_program_that_fails_is_passed_over(bin_folder: Path) -> None:
    script(bin_folder / "tool", "echo tool version 1.2.3; exit 1")
    assert find_on_path(recipe(), ()) is None


def test_a_program_made_for_another_machine_is_passed_over(bin_folder: Path) -> None:
    executable(bin_folder / "tool", "1.2.3").write_bytes(b"\x7fELF")
    assert find_on_path(recipe(), ()) is None


def test_a_program_that_says_nothing_in_time_is_passed_over(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lab.programs.probe.PROBE_SECONDS", 0.05)
    script(bin_folder / "tool", "exec sleep 10")
    assert find_on_path(recipe(), ()) is None


def test_the_labs_own_folders_on_path_do_not_count(bin_folder: Path, tmp_path: Path) -> None:
    executable(bin_folder / "tool", "1.2.3")
    assert find_on_path(recipe(), (tmp_path,)) is None


def test_the_links_of_another_clones_lab_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}/clone/.lab/bin:/usr/bin:/bin")
    executable(tmp_path / "clone" / ".lab" / "bin" / "tool", "1.2.3")
    assert find_on_path(recipe(), ()) is None


def test_a_program_without_its_companion_beside_it_is_passed_over(bin_folder: Path) -> None:
    executable(bin_folder / "tool", "1.2.3")
    assert find_on_path(recipe(links={"tool-other-name": "tool"}), ()) is None


def test_a_companion_may_be_a_link_beside_the_program(bin_folder: Path) -> None:
    executable(bin_folder / "tool", "1.2.3")
    (bin_folder / "tool-other-name").symlink_to("tool")
    assert find_on_path(recipe(links={"tool-other-name": "tool"}), ()) is not None


def test_programs_of_one_recipe_are_found_all_or_none(bin_folder: Path) -> None:
    executable(bin_folder / "tool", "1.2.3")
    executable(bin_folder / "second", "1.0.0")
    both = recipe()
    both = type(both)(
        name="both",
        version="1.2.3",
        programs=(*both.programs, Program(name="second", file="second", probe=PROBE)),
        sources=(),
    )
    assert find_on_path(both, ()) is None


def test_a_folder_that_belongs_to_a_program_is_the_one_it_lies_in(bin_folder: Path) -> None:
    executable(bin_folder / "tool", "1.2.3")
    tool = recipe()
    with_folder = type(tool)(
        name="tool",
        version="1.2.3",
        programs=(*tool.programs, Program(name="tool-folder", file=".")),
        sources=(),
    )
    assert (find_on_path(with_folder, ()) or {})["tool-folder"] == bin_folder


def test_data_is_never_taken_from_path(bin_folder: Path) -> None:
    executable(bin_folder / "stages.yaml", "1.2.3")
    data = recipe()
    data = type(data)(
        name="data",
        version="1.2.3",
        programs=(Program(name="data", file="stages.yaml"),),
        sources=(),
    )
    assert find_on_path(data, ()) is None
