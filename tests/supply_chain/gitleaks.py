"""Runs gitleaks, of the lab's toolchain, over files and over a repository's history.

Owns: the command. Not here: what is no secret (`.gitleaks.toml`).
"""

import json
import os
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
