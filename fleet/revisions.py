"""The project's files at another revision, out of Git, in a folder of their own.

Owns: which commit a change is compared with, and what to fetch when it is not here. Not
here: what is in the files.
"""

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fleet.errors import FleetError


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A commit's files."""

    name: str
    """As it was asked for."""
    commit: str
    root: Path


@contextmanager
def checked_out(repository: Path, base: str) -> Generator[Revision]:
    """The files that `base` and the current commit last had in common, in a temporary folder.

    What others merged since then is no part of the change. A branch that only the remote has is
    found by its plain name.

    Raises:
        FleetError: no repository, no such revision, or a clone too shallow to know.
    """
    top = _git(repository, "rev-parse", "--show-toplevel")
    if top is None:
        remedy = "run it in a clone of the repository"
        raise FleetError(f"{repository} is in no Git repository", remedy)
    commit = _common_commit(repository, base)
    # Files are found from where the project is, which need not be where the repository is.
    prefix = (_git(repository, "rev-parse", "--show-prefix") or b"").decode().strip()
    archive = _git(Path(top.decode().strip()), "archive", "--format=tar", f"{commit}:{prefix}")
    if archive is None:
        raise FleetError(f"{base} has no folder {prefix}", "name a base that has the project")
    with tempfile.TemporaryDirectory(prefix="fleet-base-") as folder:
        try:
            with tarfile.open(fileobj=io.BytesIO(archive)) as files:
                files.extractall(folder, filter="data")
        except tarfile.FilterError as error:
            remedy = "take the link out of the base"
            raise FleetError(f"{base} holds what is not unpacked: {error}", remedy) from None
        yield Revision(name=base, commit=commit[:12], root=Path(folder))


def changed(repository: Path, base: str) -> list[str]:
    """The files that differ from what `base` and the current commit last had in common.

    Paths are relative to `repository`; what differs outside of it is left out.

    Raises:
        FleetError: no repository, no such revision, or a clone too shallow to know.
    """
    commit = _common_commit(repository, base)
    arguments = ("diff", "--name-only", "--no-renames", "--relative", "-z", commit, "HEAD")
    found = _git(repository, *arguments)
    if found is None:
        raise FleetError(f"{base} and the current commit cannot be compared", "fetch both")
    return [path for path in found.decode(errors="surrogateescape").split("\0") if path]


def _common_commit(repository: Path, base: str) -> str:
    if base.startswith("-"):
        raise FleetError(f"{base} is no revision", "name a branch, a tag or a commit")
    tips = (
        _git(repository, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        for name in (base, f"origin/{base}")
    )
    tip = next((found.decode().strip() for found in tips if found), "")
    branch = base.removeprefix("origin/")
    if not tip:
        raise FleetError(f"there is no revision {base} here", f"run: git fetch origin {branch}")
    common = _git(repository, "merge-base", tip, "HEAD")
    if not common:
        remedy = "run: git fetch --unshallow origin"
        raise FleetError(f"{base} and the current commit have no common commit here", remedy)
    return common.decode().strip()


def _git(repository: Path, *arguments: str) -> bytes | None:
    """What git prints; None where it fails."""
    try:
        done = subprocess.run(  # noqa: S603  # a list of arguments; a name that looks like an option is refused
            ["git", "-C", str(repository), *arguments],  # noqa: S607  # git is found on PATH
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise FleetError("git is not a program that runs here", "install Git") from None
    return None if done.returncode else done.stdout
