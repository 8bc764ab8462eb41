"""Until a team is there, or gone: how long each of its parts took, or what keeps it.

Not here: what is looked at (`observed.py`) and what must be there (`team_file.py`).
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lab.argocd.kubectl import NAMESPACE
from lab.errors import LabError
from lab.onboarding.observed import Observer, Seen
from lab.onboarding.team_file import Expected

POLL_SECONDS = 0.2
# A service whose sync fails is tried for three minutes, and until then it cannot be removed.
TIMEOUT_SECONDS = 300.0
LONGEST_REASON = 300

Note = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something of a team that came, or went: where, what, and how long after the push."""

    cluster: str
    what: str
    namespace: str
    seconds: float
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """When the push was (`time.monotonic`), and how many seconds later it is too late."""

    since: float
    timeout_seconds: float = TIMEOUT_SECONDS

    @property
    def seconds(self) -> float:
        """Since the push."""
        return time.monotonic() - self.since

    def next(self) -> bool:
        """Wait for the next look; False when there is none."""
        time.sleep(POLL_SECONDS)
        return self.seconds < self.timeout_seconds


def until_ready(
    observer: Observer, team: str, expected: Sequence[Expected], clock: Clock, note: Note
) -> list[Event]:
    """Return when all that is expected, and all else of the team, is Synced and Healthy.

    The seconds are those after which an Application was so for good. Raises LabError, with each
    that is not and why, when the time is over.
    """
    ready_at: dict[str, float] = {}
    while True:
        found = {seen.application.name: seen for seen in observer.applications(team)}
        names = [one.name for one in expected] + sorted(found.keys() - {e.name for e in expected})
        waiting = [name for name in names if name not in found or not found[name].ready]
        seconds = clock.seconds
        for name in names:
            if name in waiting:
                ready_at.pop(name, None)
            else:
                ready_at.setdefault(name, seconds)
        if not waiting:
            return _arrivals(expected, found, ready_at)
        note(f"{len(names) - len(waiting)} of {len(names)} are Synced and Healthy")
        if not clock.next():
            raise LabError(
                f"{team} was not ready {clock.timeout_seconds:g} s after the push:\n  "
                + "\n  ".join(_complaint(name, found.get(name)) for name in waiting)
                + "\n",
                "See: kubectl --context hub --namespace argocd get applications",
            )


def until_gone(
    observer: Observer, team: str, namespaces: Iterable[tuple[str, str]], clock: Clock, note: Note
) -> list[Event]:
    """Return when the hub has nothing of the team, and the clusters none of these namespaces.

    `namespaces` are (cluster, name). Raises LabError, with what is left, when the time is over.
    """
    wanted = list(namespaces)
    left: dict[tuple[str, str, str], str] = {}
    gone: list[Event] = []
    while True:
        present = _present(observer, team, wanted)
        seconds = clock.seconds
        gone += [_event(thing, seconds) for thing in left if thing not in present]
        left = present
        if not left:
            return gone
        note(f"{len(left)} are left")
        if not clock.next():
            raise LabError(
                f"{team} was not gone {clock.timeout_seconds:g} s after the push:\n  "
                + "\n  ".join(
                    f"{what}: {why}" if why else what for (_, what, _), why in left.items()
                )
                + "\n",
                "See: kubectl --context hub --namespace argocd get applications",
            )


def _present(
    observer: Observer, team: str, namespaces: Iterable[tuple[str, str]]
) -> dict[tuple[str, str, str], str]:
    """Cluster, what and namespace of all there is, and what Argo CD says of it."""
    found = {
        (observer.hub, f"Application/{seen.application.name}", NAMESPACE): seen.why
        for seen in observer.applications(team)
    }
    found |= {
        (observer.hub, f"{kind}/{name}", NAMESPACE): "" for kind, name in observer.others(team)
    }
    found |= {
        (cluster, f"Namespace/{name}", ""): f"still on {cluster}"
        for cluster, name in namespaces
        if observer.namespace_exists(cluster, name)
    }
    return found


def _event(thing: tuple[str, str, str], seconds: float) -> Event:
    cluster, what, namespace = thing
    return Event(cluster=cluster, what=what, namespace=namespace, seconds=round(seconds, 2))


def _arrivals(
    expected: Iterable[Expected],
    found: Mapping[str, Seen],
    ready_at: Mapping[str, float],
) -> list[Event]:
    return [
        Event(
            cluster=one.cluster,
            what=f"Application/{one.name}",
            namespace=one.namespace,
            seconds=round(ready_at[one.name], 2),
            detail=_kinds(found[one.name].kinds),
        )
        for one in expected
    ]


def _kinds(kinds: Iterable[str]) -> str:
    """`Namespace, 2 NetworkPolicy`."""
    return ", ".join(
        kind if count == 1 else f"{count} {kind}" for kind, count in sorted(Counter(kinds).items())
    )


def _complaint(name: str, seen: Seen | None) -> str:
    if seen is None:
        return f"{name}: not there"
    reason = f", {seen.why[:LONGEST_REASON]}" if seen.why else ""
    return f"{name}: {seen.application.sync}, {seen.application.health}{reason}"
