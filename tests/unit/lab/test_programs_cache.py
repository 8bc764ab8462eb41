"""A folder of the cache counts when it is complete, and never otherwise."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lab.programs.cache import MANIFEST, Slot, cache_root


@pytest.fixture
def slot(tmp_path: Path) -> Slot:
    return Slot(root=tmp_path, name="tool-1.2.3")


def fill(slot: Slot, content: str = "content") -> None:
    with slot.staged() as (folder, _):
        (folder / "tool").write_text(content)


def test_a_finished_install_counts(slot: Slot) -> None:
    fill(slot)
    assert slot.complete(["tool"])


def test_a_finished_install_leaves_nothing_but_its_folder(slot: Slot) -> None:
    fill(slot)
    assert list(slot.root.iterdir()) == [slot.folder]


def test_an_empty_cache_holds_nothing(slot: Slot) -> None:
    assert not slot.complete(["tool"])


def test_an_interrupted_install_leaves_nothing(slot: Slot) -> None:
    def interrupted() -> None:
        with slot.staged() as (folder, _):
            (folder / "tool").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(slot.root.iterdir()) == []


def test_a_killed_install_does_not_count(slot: Slot) -> None:
    kill_amid_install(slot)
    assert not slot.complete(["tool"])


def test_what_a_killed_install_left_behind_is_swept_away_by_the_next(slot: Slot) -> None:
    kill_amid_install(slot)
    fill(slot)
    assert list(slot.root.iterdir()) == [slot.folder]


def test_sweeping_leaves_another_recipes_work_alone(slot: Slot) -> None:
    """Another process may be at it: locks are per recipe."""
    other = Slot(root=slot.root, name="tool-1.2.3-more")
    with other.staged() as (folder, _):
        fill(slot)
        (folder / "more").write_text("content")
    assert other.complete(["more"])


def test_a_folder_without_a_manifest_does_not_count(slot: Slot) -> None:
    slot.folder.mkdir()
    (slot.folder / "tool").write_text("content")
    assert not slot.complete(["tool"])


def test_a_folder_that_does_not_count_is_replaced(slot: Slot) -> None:
    slot.folder.mkdir()
    (slot.folder / "stale").write_text("content")
    fill(slot)
    assert sorted(path.name for path in slot.folder.iterdir()) == [MANIFEST, "tool"]


@pytest.mark.parametrize("manifest", ["", "not json", "[]", '{"other": 1}', '{"files": 1}'])
def test_a_broken_manifest_does_not_count(slot: Slot, manifest: str) -> None:
    fill(slot)
    (slot.folder / MANIFEST).write_text(manifest)
    assert not slot.complete(["tool"])


def test_a_file_cut_short_does_not_count(slot: Slot) -> None:
    fill(slot)
    (slot.folder / "tool").write_text("")
    assert not slot.complete(["tool"])


def test_a_removed_file_does_not_count(slot: Slot) -> None:
    fill(slot)
    (slot.folder / "tool").unlink()
    assert not slot.complete([])


def test_an_install_of_less_than_is_required_does_not_count(slot: Slot) -> None:
    fill(slot)
    assert not slot.complete(["tool", "companion"])


def test_files_in_folders_and_behind_links_are_part_of_an_install(slot: Slot) -> None:
    with slot.staged() as (folder, _):
        (folder / "sub").mkdir()
        (folder / "sub" / "file").write_text("content")
        (folder / "link").symlink_to("sub/file")
    assert slot.complete(["sub/file", "link"])


def test_a_lock_keeps_a_second_install_waiting_and_says_so(slot: Slot) -> None:
    order: list[str] = []
    waiting = threading.Event()

    def second() -> None:
        with slot.locked(waiting.set):
            order.append("second")

    with slot.locked(lambda: None):
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(10)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_the_cache_is_where_xdg_cache_home_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_root() == tmp_path / "eks-hub-spoke"


@pytest.mark.parametrize("value", ["", "relative/folder"])
def test_an_xdg_cache_home_that_is_no_absolute_path_is_ignored(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", value)
    assert cache_root() == Path.home() / ".cache" / "eks-hub-spoke"


def kill_amid_install(slot: Slot) -> None:
    code = f"""
import os, signal
from pathlib import Path
from lab.programs.cache import Slot
with Slot(root=Path({str(slot.root)!r}), name={slot.name!r}).staged() as (folder, _):
    (folder / "tool").write_text("content")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603  # our own code
    assert list(slot.root.iterdir()), "the process was not killed amid its work"
