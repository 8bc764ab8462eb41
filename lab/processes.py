"""Daemons of the lab: started in sessions of their own, found by records in a folder, stopped.

A record outlives the process that wrote it, so a later command finds and stops what an earlier one
started. Not here: which programs run and in which order (`lab.cluster`, `lab.aws`, `lab.up`).
"""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import randbelow
from typing import Final, cast

from lab.errors import LabError

_POLL_SECONDS: Final = 0.03
_TAIL_LINES: Final = 8
_TAIL_BYTES: Final = 16_384
_TAIL_LINE_LENGTH: Final = 400
_LOWEST_PORT: Final = 20_000
_EPHEMERAL_RANGE: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")

# Popen objects of this process's own children: polling one reaps it, which no other process can.
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class ProcessRecord:
    """One started daemon: enough to find it again, and to know that its pid was not reused."""

    name: str
    pid: int
    started: int
    """The kernel's start time of the process: clock ticks since boot (proc(5), stat field 22)."""
    command: tuple[str, ...]
    log: Path

    def running(self) -> bool:
        """Say whether this very process still runs; a zombie does not."""
        child = _children.get(self.pid)
        if child is not None and child.poll() is not None:
            _children.pop(self.pid, None)
        return _start_time(self.pid) == self.started

    def log_tail(self) -> str:
        """Return the last lines that the daemon wrote, each cut to a readable length."""
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL_BYTES))
                lines = log.read().decode(errors="replace").splitlines()[-_TAIL_LINES:]
        except OSError:
            return "(no log)"
        return "\n".join(line[:_TAIL_LINE_LENGTH] for line in lines) or "(the log is empty)"


class ProcessFolder:
    """The daemons of one folder: `<name>.json` is a record, `<name>.log` what the daemon wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> ProcessRecord:
        """Start a daemon that outlives this process; its output is appended to its log.

        It gets a session of its own (a terminal's Ctrl-C never reaches it), no input, and a umask
        that keeps what it writes private. `env` replaces the whole environment when given.
        Raises LabError when the name already runs or the program cannot be started.
        """
        if self.alive(name) is not None:
            raise LabError(f"{name} already runs", "Stop it before it is started again")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = self.folder / f"{name}.log"
        try:
            with open(log, "ab", opener=_open_private) as output:
                child = subprocess.Popen(  # noqa: S603  # commands are the lab's own
                    list(command),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    umask=0o077,
                    env=env,
                    cwd=cwd,
                )
        except OSError as error:
            raise LabError(
                f"{name} cannot be started: {error}", f"Check the program {command[0]}"
            ) from error
        return self._remember(child, name=name, command=tuple(command), log=log)

    def alive(self, name: str) -> ProcessRecord | None:
        """Return the record of a daemon that runs, whoever started it; None when it does not."""
        record = self._record(name)
        return record if record is not None and record.running() else None

    def stop(self, name: str, grace_seconds: float = 10) -> None:
        """End a daemon by TERM, then by KILL (with its process group) after the grace period.

        Returns when the process is gone; its record goes, its log stays. Does nothing when the
        name does not run. Raises LabError when even KILL did not end it.
        """
        record = self._record(name)
        if record is None:
            return
        if record.running():
            _end(record, grace_seconds)
        self._path(name).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """List the names that have a record, running or not, in alphabetical order."""
        return sorted(path.stem for path in self.folder.glob("*.json"))

    def memory_bytes(self, name: str) -> int:
        """Return a daemon's share of the machine's memory (PSS; RSS where forbidden), 0 if dead."""
        record = self.alive(name)
        if record is None:
            return 0
        proc = Path("/proc", str(record.pid))
        return _kilobytes(proc / "smaps_rollup", "Pss:") or _kilobytes(proc / "status", "VmRSS:")

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _remember(
        self,
        child: subprocess.Popen[bytes],
        *,
        name: str,
        command: tuple[str, ...],
        log: Path,
    ) -> ProcessRecord:
        """Write the record of a new child; a child that could not be recorded does not survive."""
        try:
            record = ProcessRecord(
                name=name,
                pid=child.pid,
                # A child stays at least a zombie until it is polled, so its stat can be read.
                started=_stat(child.pid)[2],
                command=command,
                log=log,
            )
            path = self._path(name)
            draft = path.with_suffix(f".{os.getpid()}.draft")
            with open(draft, "w", opener=_open_private) as file:
                json.dump(asdict(record) | {"log": str(log)}, file, indent=2)
            draft.replace(path)
        except BaseException:
            child.kill()
            child.wait()
            raise
        _children[child.pid] = child
        return record

    def _record(self, name: str) -> ProcessRecord | None:
        path = self._path(name)
        try:
            fields = cast("dict[str, object]", json.loads(path.read_text()))
            return ProcessRecord(
                name=str(fields["name"]),
                pid=int(str(fields["pid"])),
                started=int(str(fields["started"])),
                command=tuple(str(part) for part in cast("list[object]", fields["command"])),
                log=Path(str(fields["log"])),
            )
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise LabError(
                f"The process record {path} cannot be read: {error!r}",
                "End that process by hand if it runs, then remove the file",
            ) from error


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on now.

    Taken from below the kernel's range for outgoing connections, so that a port which is remembered
    and used again after a restart was not given to somebody's connection meanwhile.
    """
    ceiling = int(_EPHEMERAL_RANGE.read_text().split()[0])
    for _ in range(1000 if ceiling > _LOWEST_PORT else 0):
        port = _LOWEST_PORT + randbelow(ceiling - _LOWEST_PORT)
        if port_is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Say whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        # Servers set this too; without it the closed connections of a past server count as use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_until(
    condition: Callable[[], bool],
    *,
    what: str,
    timeout_seconds: float,
    process: ProcessRecord | Iterable[ProcessRecord] = (),
) -> None:
    """Return as soon as the condition holds.

    `what` completes the sentence "waiting for …". Raises LabError when the time is over, or at
    once when a process that the condition depends on has ended; both with the end of its log.
    """
    watched = (process,) if isinstance(process, ProcessRecord) else tuple(process)
    deadline = time.monotonic() + timeout_seconds
    while True:
        # Looked at before the condition: a process that ends right after fulfilling it is fine.
        ended = next((record for record in watched if not record.running()), None)
        if condition():
            return
        if ended is not None:
            raise LabError(
                f"{ended.name} ended while waiting for {what}; its log ends:\n{ended.log_tail()}\n",
                f"The whole log is {ended.log}",
            )
        if time.monotonic() > deadline:
            tails = "".join(
                f"\nThe log {record.log} ends:\n{record.log_tail()}" for record in watched
            )
            raise LabError(f"Waiting for {what} took more than {timeout_seconds:g} s{tails}")
        time.sleep(_POLL_SECONDS)


def _end(record: ProcessRecord, grace_seconds: float) -> None:
    with suppress(ProcessLookupError):
        os.kill(record.pid, signal.SIGTERM)
    if _gone_within(record, grace_seconds):
        return
    with suppress(ProcessLookupError):
        # The group's number is the daemon's pid (a session of its own), still taken by it here.
        os.killpg(record.pid, signal.SIGKILL)
    if not _gone_within(record, 10):
        raise LabError(f"{record.name} (pid {record.pid}) does not end", f"See {record.log}")


def _gone_within(record: ProcessRecord, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while record.running():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _start_time(pid: int) -> int | None:
    """Return the start time of a process that runs, None for one that is gone or a zombie."""
    try:
        state, threads, started = _stat(pid)
    except (FileNotFoundError, ProcessLookupError):
        return None
    # A killed program's first thread is a zombie while others still hold its ports and files.
    return None if state in "ZX" and threads <= 1 else started


def _stat(pid: int) -> tuple[str, int, int]:
    """Read a process's state, number of threads and start time from proc(5)'s stat."""
    text = Path("/proc", str(pid), "stat").read_text(errors="replace")
    # The second field is the program's name in brackets, and may itself hold blanks and brackets.
    fields = text.rpartition(")")[2].split()
    return fields[0], int(fields[17]), int(fields[19])


def _kilobytes(path: Path, key: str) -> int:
    """Read one "key: N kB" line of a file under /proc, in bytes; 0 where it cannot be read."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(key)), 0)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
