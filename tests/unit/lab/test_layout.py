"""Where the lab's files lie, and who may read them."""

import stat
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.layout import Layout


def test_everything_of_the_lab_lies_in_its_state_folder(tmp_path: Path) -> None:
    layout = Layout(root=tmp_path)
    properties = [name for name, kind in vars(Layout).items() if isinstance(kind, property)]

    paths = [getattr(layout, name) for name in properties]

    assert [path for path in paths if not path.is_relative_to(tmp_path / ".lab")] == []


def test_the_state_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    Layout(root=tmp_path).make_folders()

    assert stat.S_IMODE((tmp_path / ".lab").stat().st_mode) == 0o700


def test_a_state_folder_that_others_may_read_is_closed(tmp_path: Path) -> None:
    (tmp_path / ".lab").mkdir()
    (tmp_path / ".lab").chmod(0o755)

    Layout(root=tmp_path).make_folders()

    assert stat.S_IMODE((tmp_path / ".lab").stat().st_mode) == 0o700


def test_folders_may_exist_already(tmp_path: Path) -> None:
    Layout(root=tmp_path).make_folders()
    Layout(root=tmp_path).make_folders()

    assert Layout(root=tmp_path).project.is_dir()


def test_a_state_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".lab").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(LabError, match="is not a folder"):
        Layout(root=tmp_path).make_folders()
