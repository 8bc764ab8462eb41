"""One command at a time changes a lab."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab import lock
from lab.errors import LabError


def test_a_second_command_is_refused_with_the_first_ones_process_id(tmp_path: Path) -> None:
    with (
        lock.held(tmp_path / "lock"),
        pytest.raises(LabError, match=rf"process {os.getpid()}\)"),
        lock.held(tmp_path / "lock"),
    ):
        pass


def test_the_next_command_gets_the_lock(tmp_path: Path) -> None:
    with lock.held(tmp_path / "lock"):
        pass

    with lock.held(tmp_path / "lock"):
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def test_a_killed_command_leaves_no_lock(tmp_path: Path) -> None:
    script = (
        "import os, pathlib; from lab import lock\n"
        f"with lock.held(pathlib.Path({str(tmp_path / 'lock')!r})): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script], check=False)  # noqa: S603  # the test's own script

    with lock.held(tmp_path / "lock"):
        pass


def test_a_lock_on_a_removed_file_is_not_a_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"

    with lock.held(path):
        path.unlink()
        with lock.held(path):
            assert path.exists()


def test_a_child_process_does_not_keep_the_lock(tmp_path: Path) -> None:
    with lock.held(tmp_path / "lock"):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)

    with lock.held(tmp_path / "lock"):
        pass
    child.communicate()
