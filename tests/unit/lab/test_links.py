"""Links and scripts are replaced as a whole."""

import subprocess
from pathlib import Path

from lab.links import replace_symlink, write_script


def test_a_link_that_points_elsewhere_is_replaced(tmp_path: Path) -> None:
    link = tmp_path / "kubectl"
    replace_symlink(link, tmp_path / "old")

    replace_symlink(link, tmp_path / "new")

    assert link.readlink() == tmp_path / "new"
    assert list(tmp_path.iterdir()) == [link]


def test_a_file_in_the_way_is_replaced_by_the_link(tmp_path: Path) -> None:
    """What was a script may be a real program the next time."""
    path = tmp_path / "kustomize"
    write_script(path, "exit 1")

    replace_symlink(path, tmp_path / "real")

    assert path.is_symlink()


def test_a_link_in_the_way_is_replaced_and_its_target_stays(tmp_path: Path) -> None:
    target = tmp_path / "real"
    target.write_text("a program")
    replace_symlink(tmp_path / "kustomize", target)

    write_script(tmp_path / "kustomize", "echo script")

    ran = subprocess.run([str(tmp_path / "kustomize")], capture_output=True, check=True)  # noqa: S603  # the script under test
    assert (ran.stdout, target.read_text()) == (b"script\n", "a program")
