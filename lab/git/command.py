"""Runs `git` the same on every machine: no settings of the person's, no hooks, one author.

Not here: what is run (`repository.py`, `lab.onboarding.change`).
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lab.errors import LabError

AUTHOR = "lab"
# Nobody's address: example.com is kept for documentation (RFC 2606).
EMAIL = "lab@example.com"
_SETTINGS = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.autocrlf=false"),
    *("-c", "commit.gpgSign=false"),
    # A collection in the background would outlive `lab down`.
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    # As in an archive that was unpacked by another user.
    *("-c", "safe.directory=*"),
)


def program() -> str:
    """Where git lies. Raises LabError when the machine has none."""
    found = shutil.which("git")
    if found is None:
        raise LabError("git is not on PATH", "Install Git")
    return found


def environment(base: Mapping[str, str] | None = None) -> dict[str, str]:
    """All that git sees of the environment `base` (this process's): no settings, no questions."""
    source = os.environ if base is None else base
    kept = {name: source[name] for name in ("PATH", "TMPDIR") if name in source}
    return kept | {
        "LC_ALL": "C",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        # Before 2.32 git looks for the person's settings there, whatever is said above.
        "HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": AUTHOR,
        "GIT_AUTHOR_EMAIL": EMAIL,
        "GIT_COMMITTER_NAME": AUTHOR,
        "GIT_COMMITTER_EMAIL": EMAIL,
    }


@dataclass(frozen=True, kw_only=True)
class Git:
    """Git in one folder; `variables` say more, as GIT_DIR and GIT_INDEX_FILE do."""

    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict[str, str])

    def run(self, *arguments: str, standard_input: str = "") -> str:
        """Run a git command; returns what it prints, as it is.

        Raises LabError, with git's own words, when it fails.
        """
        ran = self._execute(arguments, standard_input)
        if ran.returncode != 0:
            problem = " ".join((ran.stderr or ran.stdout).split())
            raise LabError(f"git {arguments[0]} failed in {self.folder}: {problem}")
        return ran.stdout

    def line(self, *arguments: str, standard_input: str = "") -> str:
        """The one line that a command prints."""
        return self.run(*arguments, standard_input=standard_input).strip()

    def names(self, *arguments: str) -> list[str]:
        """The paths that a command prints, which is given -z."""
        return [name for name in self.run(*arguments).split("\0") if name]

    def commit_of(self, revision: str) -> str:
        """The commit that a name stands for; empty when there is none."""
        arguments = ("rev-parse", "--verify", "--quiet", revision)
        return self._execute(arguments, "").stdout.strip()

    def succeeds(self, *arguments: str) -> bool:
        """Whether a command that answers by its exit code says yes."""
        return self._execute(arguments, "").returncode == 0

    def _execute(
        self, arguments: Sequence[str], standard_input: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  # git of this machine, the arguments are ours
            [program(), *_SETTINGS, *arguments],
            cwd=self.folder,
            env=environment() | dict(self.variables),
            input=standard_input,
            capture_output=True,
            text=True,
            encoding="utf-8",
            # File names are bytes, and come back as they were.
            errors="surrogateescape",
            check=False,
        )
