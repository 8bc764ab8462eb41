"""Running the go command: is there one that is new enough, in which environment, logged where.

The person's settings of proxies and checksum databases stay; whatever would change what is built
(flags, targets, workspaces) is set here.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lab.errors import LabError

# From 1.21 on, the go command fetches a newer toolchain by itself where a module asks for one.
OLDEST_GO = (1, 21)
# The slowest step is the link of the largest program on a cold cache: 5 minutes on 2 cores.
STEP_SECONDS = 1800
_REMEDY = "Install Go 1.21 or newer (https://go.dev/dl), or allow the publishers' hosts"


def find_go() -> str:
    """The go command's path. LabError when it is missing or too old to fetch a newer one."""
    go = shutil.which("go")
    if go is None:
        raise LabError("Go is not installed", _REMEDY)
    version = _version(go)
    numbers = re.search(r"go(\d+)\.(\d+)", version)
    if numbers is None:
        raise LabError(f"{go} does not tell its version", _REMEDY)
    if (int(numbers[1]), int(numbers[2])) < OLDEST_GO:
        raise LabError(f"{version} ({go}) is too old", _REMEDY)
    return go


@dataclass(frozen=True, kw_only=True)
class GoCommand:
    """The go command in one folder, with one toolchain and one log."""

    program: str
    folder: Path
    log: Path
    toolchain: str = "auto"
    """GOTOOLCHAIN: "auto" takes a newer one when the module asks, "go1.27.3" exactly that."""

    def run(self, *arguments: str) -> str:
        """Run to the end and return what it printed; output and errors go to the log too.

        LabError, naming the log, when it fails.
        """
        with self.log.open("a") as log:
            log.write(f"$ go {' '.join(arguments)}\n")
            log.flush()
            try:
                done = subprocess.run(  # noqa: S603  # our own arguments, no shell
                    [self.program, *arguments],
                    cwd=self.folder,
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    timeout=STEP_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise self._failure(arguments, f"took over {STEP_SECONDS // 60} minutes") from None
            except OSError as error:
                raise self._failure(arguments, f"did not start: {error}") from None
            log.write(done.stdout)
        if done.returncode != 0:
            raise self._failure(arguments, f"failed: {_last_line(self.log)}")
        return done.stdout

    def _failure(self, arguments: tuple[str, ...], what: str) -> LabError:
        return LabError(f"`go {arguments[0]}` {what}", f"The whole log is {self.log}")

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key not in ("GOOS", "GOARCH")}
        return kept | {
            "CGO_ENABLED": "0",
            "GO111MODULE": "on",
            # Stamping a repository around the cache folder into programs is of no use, and fails
            # where git does not trust that repository.
            "GOFLAGS": "-buildvcs=false",
            "GOTOOLCHAIN": self.toolchain,
            "GOWORK": "off",
        }


def _version(go: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # the go command on PATH, no shell
            [go, "env", "GOVERSION"],
            env={**os.environ, "GOTOOLCHAIN": "local"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    # `go env GOVERSION` itself is younger than 1.16 and prints an empty line before.
    return done.stdout.strip()


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()]
    return next((line for line in reversed(lines) if line), "no output")
