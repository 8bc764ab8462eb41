"""Asking an executable for its version, by its own command."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

# A cold start of a 100 MB program from a slow disk takes seconds; none needs half a minute.
PROBE_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A version command, and the words in its output that stand before the version."""

    arguments: tuple[str, ...]
    before: str = ""

    def confirms(self, executable: Path, version: str) -> bool:
        """Whether this file runs here and calls itself exactly `version`.

        Build metadata may follow ("3.6.1+4c1b2d0" is 3.6.1); a pre-release or a vendor's suffix
        ("1.32.4-dispatcher") is another version.
        """
        pattern = rf"^{re.escape(self.before)}v?{re.escape(version)}(?![\w.-])"
        return re.search(pattern, self._output(executable), re.MULTILINE) is not None

    def _output(self, executable: Path) -> str:
        try:
            done = subprocess.run(  # noqa: S603  # a program of the recipe table, no shell
                [executable, *self.arguments],
                env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=PROBE_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return done.stdout if done.returncode == 0 else ""
