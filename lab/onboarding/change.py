"""A change of the lab's remote as a pull request makes one: branch, commit, check, merge, push.

Owns: the private clone it happens in. Not here: what is changed, and what follows from it.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lab.exit_codes import MistakeError
from lab.git import repository
from lab.git.command import Git
from lab.layout import Layout

Edit = Callable[[Path], None]
Verify = Callable[[Path], None]
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Push:
    """What reached the remote's main."""

    before: str
    after: str
    added: tuple[str, ...]
    modified: tuple[str, ...]
    removed: tuple[str, ...]
    at: float
    """When the push began, by `time.monotonic`."""


def unverified(_clone: Path) -> None:
    """For changes that nobody reviews, as those of a measurement."""


def commit_and_push(
    layout: Layout, title: str, edit: Edit, verify: Verify = unverified, *, branch: str = "change"
) -> Push:
    """Let `edit` change the files of a fresh clone and `verify` look at the commit; merge, push.

    Raises MistakeError when the edit changes nothing, LabError when git refuses, and whatever
    `edit` and `verify` raise; the remote is then as it was.
    """
    remote = repository.bare(layout)
    with tempfile.TemporaryDirectory(dir=layout.git, prefix="clone-") as folder:
        clone = Path(folder)
        git = Git(folder=clone)
        git.run("clone", "--quiet", "--shared", "--branch", repository.MAIN, str(remote), ".")
        before = git.commit_of("HEAD")
        git.run("checkout", "--quiet", "-b", branch)
        edit(clone)
        git.run("add", "--all", "--force", ".")
        if git.succeeds("diff", "--cached", "--quiet"):
            raise MistakeError(f"{title}: nothing to change, the repository says so already")
        git.run("commit", "--quiet", "--message", title)
        verify(clone)
        git.run("checkout", "--quiet", repository.MAIN)
        message = f"Merge branch '{branch}'"
        git.run("merge", "--quiet", "--no-ff", "--message", message, branch)
        after = git.commit_of("HEAD")
        changes = {status: _changed(git, before, after, status) for status in "AMD"}
        started = time.monotonic()
        git.run("push", "--quiet", "origin", f"HEAD:refs/heads/{repository.MAIN}")
    return Push(
        before=before,
        after=after,
        added=changes["A"],
        modified=changes["M"],
        removed=changes["D"],
        at=started,
    )


def read(layout: Layout, path: str) -> str | None:
    """A file of the remote's main; None where there is none."""
    git = Git(folder=repository.bare(layout))
    place = f"{repository.MAIN}:{path}"
    return git.run("show", place) if git.succeeds("cat-file", "-e", place) else None


def fleet(layout: Layout, clone: Path, *arguments: str) -> str:
    """Run `python -m fleet` on the files of a clone; returns what it says.

    Raises MistakeError, with what it says, when it finds a mistake.
    """
    path = os.pathsep.join([str(layout.bin), os.environ.get("PATH", os.defpath)])
    ran = subprocess.run(  # noqa: S603  # this project's own program
        [sys.executable, "-m", "fleet", *arguments],
        cwd=clone,
        env={"PATH": path, "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    said = ran.stdout.strip()
    if ran.returncode != 0:
        raise MistakeError(f"fleet {' '.join(arguments)} refuses it:\n{said}\n", "Mend the file")
    return said


def _changed(git: Git, before: str, after: str, status: str) -> tuple[str, ...]:
    arguments = ("--name-only", "-z", "--no-renames", f"--diff-filter={status}", before, after)
    return tuple(git.names("diff", *arguments))
