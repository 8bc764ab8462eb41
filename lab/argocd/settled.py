"""Waits until Argo CD has done what Git says: every Application Synced and Healthy, and staying so.

An Application is missed as long as an ApplicationSet or a parent will still make it; so the sets
must say that they are up to date, and two looks in a row must see the same.
"""

import time
from collections.abc import Callable, Sequence

from lab.argocd.applications import REFRESH, REFRESH_SET, Snapshot
from lab.argocd.kubectl import Kubectl
from lab.errors import LabError
from lab.processes import ProcessRecord

ROOT = "root"
LOOK_SECONDS = 1.0
# Of a fleet with every add-on on two cores; and the longest pause between two tries of a sync.
TIMEOUT_SECONDS = 900
STALL_SECONDS = 240
_LISTED = 30


def wait(
    look: Callable[[], Snapshot],
    *,
    commit: str = "",
    processes: Sequence[ProcessRecord] = (),
    note: Callable[[str], None] = lambda _text: None,
) -> Snapshot:
    """Return when everything under the root Application is Synced and Healthy.

    Args:
        look: reads the hub.
        commit: what the root Application must have compared with; any when empty.
        processes: Argo CD's; when one ends, waiting is in vain.
        note: told how far it is.

    Raises LabError with who is not and why: when a process ends, when nothing changed for
    STALL_SECONDS, or after TIMEOUT_SECONDS.
    """
    started = changed = time.monotonic()
    before: Snapshot | None = None
    while True:
        now = look()
        if now != before:
            changed = time.monotonic()
        left = _left(now, commit)
        if not left and now == before:
            return now
        done = sum(application.settled for application in now.applications)
        note(f"{done} of {len(now.applications)} Applications are Synced and Healthy")
        ended = next((record for record in processes if not record.running()), None)
        if ended is not None:
            raise LabError(
                f"{ended.name} ended; its log ends:\n{ended.log_tail()}\n",
                f"The whole log is {ended.log}",
            )
        if left:
            clock = time.monotonic()
            _give_up(left, unchanged=clock - changed, waited=clock - started)
        before = now
        time.sleep(LOOK_SECONDS)


def refresh(kubectl: Kubectl) -> None:
    """Have everything compared with Git at once, and not when its time comes."""
    kubectl.annotate("applications", f"{REFRESH}=normal")
    kubectl.annotate("applicationsets", f"{REFRESH_SET}=true")


def _left(now: Snapshot, commit: str) -> list[str]:
    root = now.named(ROOT)
    if root is None:
        return [f"there is no Application {ROOT}"]
    left = now.unsettled()
    if commit and commit not in root.revisions:
        left.append(f"{ROOT} has not seen commit {commit[:12]} yet")
    return left


def _give_up(left: Sequence[str], *, unchanged: float, waited: float) -> None:
    if unchanged < STALL_SECONDS and waited < TIMEOUT_SECONDS:
        return
    why = (
        f"nothing changed for {STALL_SECONDS} s"
        if unchanged >= STALL_SECONDS
        else f"it takes more than {TIMEOUT_SECONDS} s"
    )
    listed = "".join(f"\n  {line}" for line in left[:_LISTED])
    more = f"\n  and {len(left) - _LISTED} more" if len(left) > _LISTED else ""
    raise LabError(
        f"not everything is Synced and Healthy, and {why}:{listed}{more}\n",
        "Mend it in Git or in the lab, then run: python -m lab up",
    )
