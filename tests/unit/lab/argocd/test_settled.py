"""`up` ends when nothing is to come any more, and says what keeps it when that does not happen."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lab.argocd import settled
from lab.argocd.applications import Application, ApplicationSet, Snapshot
from lab.errors import LabError
from lab.processes import ProcessRecord

COMMIT = "c" * 40


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Looks cost no time, and the clock goes on by itself."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(settled.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(settled.time, "sleep", sleep)
    return now


def application(name: str, health: str = "Healthy", commit: str = COMMIT) -> Application:
    return Application(
        name=name,
        project="p",
        cluster="hub",
        namespace="argocd",
        sync="Synced",
        health=health,
        revisions=[commit],
    )


def snapshot(*found: Application, pending: str = "") -> Snapshot:
    return Snapshot(
        applications=found, application_sets=(ApplicationSet(name="set", pending=pending),)
    )


def looks(*snapshots: Snapshot) -> Callable[[], Snapshot]:
    """Each in turn, the last one for ever."""
    left = list(snapshots)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


ROOT = application("root")
DONE = snapshot(ROOT, application("web"))


def test_everything_synced_and_healthy_twice_is_the_end() -> None:
    assert settled.wait(looks(snapshot(ROOT), DONE), commit=COMMIT) == DONE


@pytest.mark.parametrize(
    "unfinished",
    [
        snapshot(ROOT),
        snapshot(ROOT, application("web", health="Progressing")),
        snapshot(ROOT, application("web"), pending="ResourcesUpToDate is not true yet"),
        snapshot(application("root", commit="old"), application("web")),
        snapshot(application("web")),
    ],
)
def test_one_good_look_after_an_unfinished_one_is_not_enough(unfinished: Snapshot) -> None:
    """An Application that a set has just made is there from the next look on."""
    seen: list[Snapshot] = []
    following = looks(unfinished, DONE, DONE)

    def look() -> Snapshot:
        seen.append(following())
        return seen[-1]

    settled.wait(look, commit=COMMIT)

    assert seen == [unfinished, DONE, DONE]


@pytest.mark.parametrize(
    ("stuck", "said"),
    [
        (snapshot(ROOT, application("web", health="Degraded")), "web .*Degraded"),
        (snapshot(ROOT, pending="no such fact"), "ApplicationSet set: no such fact"),
        (snapshot(application("root", commit="old")), f"root has not seen commit {COMMIT[:12]}"),
        (snapshot(application("web")), "there is no Application root"),
    ],
)
def test_what_does_not_get_there_is_named_with_its_reason(stuck: Snapshot, said: str) -> None:
    with pytest.raises(LabError, match=said):
        settled.wait(looks(stuck), commit=COMMIT)


def test_where_nothing_changes_any_more_it_is_given_up_early(clock: list[float]) -> None:
    stuck = snapshot(ROOT, application("web", health="Degraded"))

    with pytest.raises(LabError, match=f"nothing changed for {settled.STALL_SECONDS} s"):
        settled.wait(looks(stuck))

    assert clock[0] < settled.STALL_SECONDS + 10 < settled.TIMEOUT_SECONDS


def test_what_goes_on_for_ever_is_given_up_too() -> None:
    number = 0

    def look() -> Snapshot:
        nonlocal number
        number += 1
        return snapshot(ROOT, application(f"web-{number}", health="Progressing"))

    with pytest.raises(LabError, match=f"takes more than {settled.TIMEOUT_SECONDS} s"):
        settled.wait(look)


def test_a_process_that_ended_is_not_waited_for(tmp_path: Path) -> None:
    log = tmp_path / "argocd-server.log"
    log.write_text("out of memory\n")
    # No process of this machine started before it.
    ended = ProcessRecord(name="argocd-server", pid=1, started=-1, command=(), log=log)

    with pytest.raises(LabError, match="argocd-server ended; its log ends:\nout of memory"):
        settled.wait(looks(snapshot(ROOT, application("web", "Missing"))), processes=[ended])


def test_how_far_it_is_is_told() -> None:
    told: list[str] = []
    halfway = snapshot(ROOT, application("web", health="Progressing"))

    settled.wait(looks(halfway, DONE), note=told.append)

    assert told[0] == "1 of 2 Applications are Synced and Healthy"
