"""Rules of the lab's daemons: found again, never mistaken for another, always ended."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.processes import ProcessFolder, ProcessRecord, wait_until

_ROOT = Path(__file__).resolve().parents[3]
_SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
_READY = "print('ready', flush=True)"
_IGNORES_TERM = f"import signal, time; signal.signal(15, signal.SIG_IGN); {_READY}; time.sleep(600)"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[ProcessFolder]:
    folder = ProcessFolder(tmp_path / "processes")
    yield folder
    for name in folder.names():
        folder.stop(name, grace_seconds=0)


def _await_log(record: ProcessRecord, text: str) -> None:
    wait_until(
        lambda: text in record.log.read_text(), what=text, timeout_seconds=10, process=record
    )


def _await_end(record: ProcessRecord) -> None:
    wait_until(lambda: not record.running(), what="its end", timeout_seconds=10)


def _record_of(folder: ProcessFolder, process: subprocess.Popen[bytes], *, started: int) -> None:
    fields: dict[str, object] = {
        "name": "other",
        "pid": process.pid,
        "started": started,
        "command": ["sleep"],
        "log": str(folder.folder / "other.log"),
    }
    folder.folder.mkdir()
    (folder.folder / "other.json").write_text(json.dumps(fields))


def _start_time(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


def test_a_daemon_is_found_through_another_object_on_the_same_folder(folder: ProcessFolder) -> None:
    record = folder.start("one", _SLEEP)
    assert ProcessFolder(folder.folder).alive("one") == record


def test_a_daemon_whose_parent_died_is_found_and_stopped(folder: ProcessFolder) -> None:
    script = (
        "import sys; from pathlib import Path; from lab.processes import ProcessFolder;"
        "ProcessFolder(Path(sys.argv[1])).start('one', sys.argv[2:])"
    )
    subprocess.run(  # noqa: S603  # the test's own script
        [sys.executable, "-c", script, str(folder.folder), *_SLEEP], check=True, cwd=_ROOT
    )
    record = folder.alive("one")
    assert record is not None
    folder.stop("one")
    assert not record.running()


def test_a_reused_pid_is_neither_taken_for_the_daemon_nor_signalled(folder: ProcessFolder) -> None:
    with subprocess.Popen(_SLEEP) as other:  # noqa: S603  # a bystander
        _record_of(folder, other, started=_start_time(other.pid) - 1)
        found = folder.alive("other")
        folder.stop("other")
        survived = other.poll() is None
        other.kill()
    assert (found, survived) == (None, True)


def test_a_zombie_is_not_alive(folder: ProcessFolder) -> None:
    with subprocess.Popen(_SLEEP) as other:  # noqa: S603  # its parent does not wait for it
        _record_of(folder, other, started=_start_time(other.pid))
        assert folder.alive("other") is not None
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert folder.alive("other") is None


def test_a_daemon_that_ended_by_itself_is_not_alive(folder: ProcessFolder) -> None:
    record = folder.start("one", [sys.executable, "-c", ""])
    _await_end(record)
    assert folder.alive("one") is None


def test_a_program_named_to_confuse_readers_of_proc_is_found(
    folder: ProcessFolder, tmp_path: Path
) -> None:
    program = tmp_path / "a) Z (b"
    program.write_text(f"#!{sys.executable}\n{_READY}\nimport time; time.sleep(600)\n")
    program.chmod(0o700)
    record = folder.start("one", [str(program)])
    _await_log(record, "ready")
    assert folder.alive("one") == record


def test_stop_gives_a_daemon_the_time_to_clean_up(folder: ProcessFolder) -> None:
    script = (
        "import signal, sys, time\n"
        "def end(*_): print('cleaned up', flush=True); sys.exit()\n"
        f"signal.signal(signal.SIGTERM, end); {_READY}; time.sleep(600)"
    )
    record = folder.start("one", [sys.executable, "-c", script])
    _await_log(record, "ready")
    folder.stop("one")
    assert record.log_tail().endswith("cleaned up")


def test_stop_kills_a_daemon_that_ignores_term(folder: ProcessFolder) -> None:
    record = folder.start("one", [sys.executable, "-c", _IGNORES_TERM])
    _await_log(record, "ready")
    folder.stop("one", grace_seconds=0.1)
    assert not record.running()


def test_killing_a_daemon_takes_its_children_along(folder: ProcessFolder) -> None:
    script = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {_IGNORES_TERM!r}], stdout=-1)\n"
        "child.stdout.readline(); import signal; signal.signal(15, signal.SIG_IGN)\n"
        "print(f'child {child.pid}.', flush=True); child.wait()"
    )
    record = folder.start("one", [sys.executable, "-c", script])
    _await_log(record, ".")
    child = int(record.log.read_text().split()[1].rstrip("."))
    folder.stop("one", grace_seconds=0.1)
    state = Path(f"/proc/{child}/stat")
    wait_until(
        lambda: not state.exists() or ") Z " in state.read_text(),
        what="the child's end",
        timeout_seconds=10,
    )


def test_a_stopped_daemon_leaves_its_log_and_no_record(folder: ProcessFolder) -> None:
    folder.start("one", _SLEEP)
    folder.stop("one")
    assert sorted(path.name for path in folder.folder.iterdir()) == ["one.log"]


def test_stopping_what_never_ran_does_nothing(folder: ProcessFolder) -> None:
    folder.stop("nobody")
    assert folder.names() == []


def test_a_name_that_runs_is_not_started_twice(folder: ProcessFolder) -> None:
    folder.start("one", _SLEEP)
    with pytest.raises(LabError, match="one already runs"):
        folder.start("one", _SLEEP)


def test_a_missing_program_is_named_and_leaves_no_record(folder: ProcessFolder) -> None:
    with pytest.raises(LabError, match="one cannot be started"):
        folder.start("one", ["/nowhere/program"])
    assert folder.names() == []


def test_a_daemon_that_could_not_be_recorded_does_not_survive(
    folder: ProcessFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = str(tmp_path)

    def interrupt(*_: object, **__: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("lab.processes.json.dump", interrupt)
    with pytest.raises(KeyboardInterrupt):
        folder.start("one", [*_SLEEP, mark])
    assert not any(mark in _command_line(pid) for pid in os.listdir("/proc") if pid.isdigit())


def _command_line(pid: str) -> str:
    try:
        return Path("/proc", pid, "cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_a_daemon_has_a_session_of_its_own(folder: ProcessFolder) -> None:
    record = folder.start("one", _SLEEP)
    assert os.getsid(record.pid) == record.pid


def test_what_a_daemon_writes_is_private(folder: ProcessFolder, tmp_path: Path) -> None:
    written = tmp_path / "written"
    record = folder.start("one", [sys.executable, "-c", f"open({str(written)!r}, 'w')"])
    _await_end(record)
    assert [path.stat().st_mode & 0o077 for path in (written, record.log)] == [0, 0]


def test_an_environment_that_is_given_is_the_whole_environment(
    folder: ProcessFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_CALLER", "x")
    script = "import os; print(sorted(set(os.environ) - {'LC_CTYPE'}))"
    record = folder.start("one", [sys.executable, "-c", script], env={"GIVEN": "1"})
    _await_end(record)
    assert record.log_tail() == "['GIVEN']"


def test_a_second_start_keeps_the_log_of_the_first(folder: ProcessFolder) -> None:
    for word in ("first", "second"):
        _await_end(folder.start("one", [sys.executable, "-c", f"print({word!r})"]))
    assert (folder.folder / "one.log").read_text().split() == ["first", "second"]


def test_a_broken_record_is_named(folder: ProcessFolder) -> None:
    folder.folder.mkdir()
    (folder.folder / "one.json").write_text("{}")
    with pytest.raises(LabError, match=r"one\.json cannot be read"):
        folder.alive("one")
    (folder.folder / "one.json").unlink()


def test_memory_is_that_of_a_python_while_it_runs(folder: ProcessFolder) -> None:
    record = folder.start("one", [sys.executable, "-c", f"{_READY}; import time; time.sleep(600)"])
    _await_log(record, "ready")
    assert 1_000_000 < folder.memory_bytes("one") < 100_000_000


def test_memory_is_nothing_when_the_daemon_is_gone(folder: ProcessFolder) -> None:
    record = folder.start("one", _SLEEP)
    os.kill(record.pid, signal.SIGKILL)
    _await_end(record)
    assert folder.memory_bytes("one") == 0


def test_waiting_ends_as_soon_as_the_condition_holds() -> None:
    event = threading.Event()
    threading.Timer(0.1, event.set).start()
    wait_until(event.is_set, what="the event", timeout_seconds=10)
    assert event.is_set()


def test_waiting_too_long_says_for_what_and_how_long() -> None:
    with pytest.raises(LabError, match=r"Waiting for rain took more than 0\.1 s"):
        wait_until(lambda: False, what="rain", timeout_seconds=0.1)


def test_waiting_for_a_daemon_that_ended_shows_the_end_of_its_log(folder: ProcessFolder) -> None:
    record = folder.start("one", [sys.executable, "-c", "print('no such flag')"])
    with pytest.raises(LabError, match=r"(?s)one ended while waiting for rain.*no such flag"):
        wait_until(lambda: False, what="rain", timeout_seconds=10, process=record)


def test_a_condition_fulfilled_by_a_daemon_that_then_ended_holds(folder: ProcessFolder) -> None:
    record = folder.start("one", [sys.executable, "-c", "print('done')"])
    _await_end(record)
    wait_until(
        lambda: "done" in record.log.read_text(), what="it", timeout_seconds=10, process=record
    )
