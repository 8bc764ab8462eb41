"""Links out of the repository: one of them, anywhere, and Argo CD renders nothing of all of it.

The repo-server refuses absolute targets and those that climb out:
https://pkg.go.dev/github.com/argoproj/argo-cd/v2/util/app/path#CheckOutOfBoundsSymlinks
"""

from collections.abc import Iterator
from pathlib import Path

from fleet.checks.sources import is_inside
from fleet.documents import shown_path
from fleet.mistakes import Mistake
from fleet.project import Project

_NOT_COMMITTED = {".git", ".lab", ".venv"}
"""Beside a working copy's own files, at its top."""


def check(project: Project) -> Iterator[Mistake]:
    """Every link of the working copy."""
    for path in sorted(_links(project.root)):
        if path.readlink().is_absolute() or not is_inside(path, project.root):
            yield Mistake(
                file=shown_path(path, project.root),
                line=1,
                place="",
                problem="is a link out of the repository, which stops Argo CD for every team",
                remedy="put the file itself there",
            )


def _links(root: Path) -> Iterator[Path]:
    for top in (top for top in root.iterdir() if top.name not in _NOT_COMMITTED):
        if top.is_symlink():
            yield top
        else:
            yield from (path for path in top.rglob("*") if path.is_symlink())
