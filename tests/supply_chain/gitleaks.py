"""Runs gitleaks, of the lab's toolchain, over files and over a repository's history.

Owns: the command, and what git counts as a working tree. Not here: what is no secret
(`.gitleaks.toml`).
"""

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.programs.install import ensure

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Gitleaks:
    """The program, and the repository's rules for it."""

    program: Path
    config: Path = ROOT / ".gitleaks.toml"

    def files(self, folder: Path) -> list[str]:
        """`file: rule` for every secret in a folder's files. Never the secret."""
        return self._run("dir", folder)

    def history(self, repository: Path) -> list[str]:
        """The same in every commit of every branch, as far back as the clone goes."""
        return self._run("git", repository, "--log-opts=--all")

    def _run(self, command: str, target: Path, *flags: str) -> list[str]:
        with tempfile.TemporaryDirectory() as scratch:
            report = Path(scratch) / "report.json"
            done = subprocess.run(  # noqa: S603  # a program of the toolchain, no shell
                [
                    *(self.program, command, target, *flags),
                    *("--config", self.config, "--gitleaks-ignore-path", scratch),
                    *("--ignore-gitleaks-allow", "--redact", "--no-banner", "--exit-code", "0"),
                    *("--report-format", "json", "--report-path", report),
                ],
                env={"PATH": os.environ["PATH"], "HOME": scratch},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            found: list[dict[str, Any]] = json.loads(report.read_text())
        return [f"{Path(each['File']).name}: {each['RuleID']}" for each in found]


def find_gitleaks() -> Gitleaks:
    """The lab's gitleaks."""
    return Gitleaks(program=ensure(["gitleaks"])["gitleaks"].path)


def copy_working_tree(target: Path) -> None:
    """What would be committed by `git add --all`: neither `.venv` nor `.lab`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607  # git of the PATH
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        source = ROOT / name
        # A file that is deleted and not yet committed is listed all the same.
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / name)
