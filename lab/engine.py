"""Runs the Pulumi CLI for one stack at a time and reads what it did.

Every run leaves two files in the logs folder: what the CLI printed, and its events. Not here: what
the events mean (`events.py`), and which stacks run in which order (`up.py`, `down.py`).
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from lab import events
from lab.errors import LabError
from lab.exit_codes import MistakeError

POLL_SECONDS = 0.2
LONGEST_PROBLEM_LINES = 40
LONGEST_LINE = 400
# What the CLI itself finds wrong by Pulumi.yaml's config section, before the program runs.
ENGINE_REFUSES_CONFIG = "validating stack config"

Note = Callable[[str], None]


def _ignore(_text: str) -> None:
    """What is said of a run that nobody watches."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The CLI on the lab's project and backend. `env` is its whole environment."""

    pulumi: Path
    logs: Path
    backend: Path
    project: str
    env: Mapping[str, str]

    def prepare(self, stack: str) -> None:
        """Create the stack if it is missing, and take away the lock of a run that was killed."""
        if self.exists(stack):
            self._unlock(stack)
        else:
            self.command("stack", "init", stack)

    def exists(self, stack: str) -> bool:
        """Whether the backend has state of this stack."""
        return (self.backend / ".pulumi" / "stacks" / self.project / f"{stack}.json").exists()

    def stacks(self) -> list[str]:
        """Every stack that the backend has state of."""
        folder = self.backend / ".pulumi" / "stacks" / self.project
        return sorted(path.stem for path in folder.glob("*.json"))

    def up(self, stack: str, note: Note = _ignore, *, refresh: bool = False) -> events.Report:
        """Bring the stack up, its state compared with what exists before if `refresh`.

        Raises LabError with the engine's diagnostics when it fails.
        """
        flags = ["--refresh"] if refresh else []
        return self._run("up", stack, ["--yes", "--skip-preview", *flags], note)

    def preview(self, stack: str, note: Note = _ignore) -> events.Report:
        """What `up` would change."""
        return self._run("preview", stack, [], note)

    def destroy(self, stack: str, note: Note = _ignore) -> events.Report:
        """Delete every resource of the stack; its state stays until `remove`."""
        return self._run("destroy", stack, ["--yes", "--skip-preview"], note)

    def unprotect(self, stack: str) -> None:
        """Take the protection off every resource, as a person does before removing a cluster."""
        self.command("state", "unprotect", "--all", "--yes", "--stack", stack)

    def remove(self, stack: str) -> None:
        """Forget an empty stack."""
        self.command("stack", "rm", stack, "--yes", "--preserve-config")

    def outputs(self, stack: str) -> dict[str, object]:
        """What the stack exports; secret values are masked."""
        printed = self.command("stack", "output", "--json", "--stack", stack)
        return cast(dict[str, object], json.loads(printed))

    def command(self, *arguments: str) -> str:
        """Run a command that changes no resource; returns what it printed.

        Raises LabError when it fails.
        """
        ran = subprocess.run(  # noqa: S603  # the CLI is the toolchain's own
            [str(self.pulumi), *arguments, "--non-interactive", "--color", "never"],
            env=dict(self.env),
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode != 0:
            raise LabError(
                f"pulumi {' '.join(arguments)} failed: {' '.join(ran.stderr.split())}",
            )
        return ran.stdout

    def _run(self, action: str, stack: str, arguments: Sequence[str], note: Note) -> events.Report:
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
        name = f"{stamp}-{action}-{stack}-{os.getpid()}"
        printed, log = self.logs / f"{name}.log", self.logs / f"{name}.events"
        command = [str(self.pulumi), action, *arguments, "--stack", stack, "--non-interactive"]
        command += ["--color", "never", "--suppress-outputs", "--event-log", str(log)]
        with printed.open("wb") as output:
            child = subprocess.Popen(  # noqa: S603  # the CLI is the toolchain's own
                command,
                # The flag for an event log hides behind this, as the automation API knows.
                env={**self.env, "PULUMI_DEBUG_COMMANDS": "true"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C is ours to pass on: the terminal would also send it to the plugins.
                start_new_session=True,
            )
        _wait(child, lambda: note(_progress(log)))
        report = events.read(_lines(log))
        if child.returncode != 0:
            raise _failure(action, stack, report, printed, self._half_made(stack))
        return report

    def _half_made(self, stack: str) -> list[str]:
        """What a killed engine was making: it may exist, and then cannot be made again."""
        path = self.backend / ".pulumi" / "stacks" / self.project / f"{stack}.json"
        if not path.exists():
            return []
        latest: dict[str, Any] = json.loads(path.read_text())["checkpoint"].get("latest") or {}
        return [
            str(operation["resource"]["urn"]).rpartition("::")[2]
            for operation in latest.get("pending_operations", [])
            if operation["type"] == "creating"
        ]

    def _unlock(self, stack: str) -> None:
        folder = self.backend / ".pulumi" / "locks" / "organization" / self.project / stack
        for path in folder.glob("*.json"):
            holder: dict[str, Any] = json.loads(path.read_text())
            if Path("/proc", str(holder.get("pid"))).exists():
                raise LabError(
                    f"stack {stack} is locked by a pulumi that runs (process {holder['pid']})",
                    "Wait for it to end, then run the command again",
                )
            path.unlink()


def _wait(child: subprocess.Popen[bytes], watch: Callable[[], None]) -> None:
    """Wait for the CLI; the first Ctrl-C asks it to finish cleanly, the next to hurry."""
    interrupted = False
    while True:
        try:
            child.wait(POLL_SECONDS)
            break
        except subprocess.TimeoutExpired:
            watch()
        except KeyboardInterrupt:
            interrupted = True
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGINT)
    if interrupted:
        raise KeyboardInterrupt


def _progress(log: Path) -> str:
    done = events.finished_resources(_lines(log))
    return f"{len(done)} resources, last {done[-1]}" if done else "starting"


def _lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines() if log.exists() else []


def _failure(
    action: str, stack: str, report: events.Report, printed: Path, half_made: Sequence[str]
) -> LabError:
    """The diagnostics as an error; lines of the program about its stack file are the person's."""
    problems = [line for problem in report.problems for line in problem.splitlines()]
    if not problems:
        problems = printed.read_text(errors="replace").splitlines()[-LONGEST_PROBLEM_LINES:]
    said_of_stack_file = (f"Pulumi.{stack}.yaml: ", f"error: {ENGINE_REFUSES_CONFIG}")
    mistakes = [line.strip() for line in problems if line.strip().startswith(said_of_stack_file)]
    if mistakes:
        listed = "\n  ".join(mistakes)
        return MistakeError(f"the stack file is refused:\n  {listed}\n", "Mend it and run again")
    shown = [line[:LONGEST_LINE] for line in problems[:LONGEST_PROBLEM_LINES] if line.strip()]
    listed = "\n  ".join(shown)
    remedy = f"The whole log is {printed}"
    if half_made:
        remedy += (
            f". An engine was killed while it made {', '.join(half_made)}: if that is in the way, "
            "begin anew with `python -m lab down --force`"
        )
    return LabError(f"pulumi {action} of {stack} failed:\n  {listed}\n", remedy)
