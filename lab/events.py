"""What the engine reports of a run, read from its event log (one JSON object a line); pure.

The shapes are those of the SDK's `apitype.EngineEvent`. A log may be cut short by a crash, so a
last line that is no JSON is left out, and counts come from the resources where there is no summary.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Operations that leave everything as it was: what a look-up reads, or forgets, is another stack's.
NO_CHANGE = frozenset({"same", "read", "refresh", "discard"})
# The program's own end says nothing beside what it printed before.
EMPTY_WORDS = ("an unhandled error occurred", "update failed", "preview failed", "destroy failed")
# What follows from another failure: plugins that are ended, calls that are cut off, and the
# program's own surprise at that. News only where there is nothing else.
CONSEQUENCES = (
    "Detected that ",
    "the client connection is closing",
    "Traceback (most recent call last)",
)
PLUGIN_FAILED = "could not read plugin"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One resource that a run changes: the operation, whose it is and by which properties."""

    operation: str
    urn: str
    properties: tuple[str, ...]

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return self.urn.rpartition("::")[2]

    @property
    def type(self) -> str:
        """The resource's own type, without its parents'."""
        return self.urn.split("::")[2].rpartition("$")[2]


@dataclass(frozen=True, kw_only=True)
class Report:
    """One run of the engine. `counts` is by operation: `create`, `update`, `same` …"""

    counts: Mapping[str, int]
    changes: tuple[Change, ...]
    problems: tuple[str, ...]
    """What went wrong, a message each; one message may have several lines."""

    @property
    def changed(self) -> dict[str, int]:
        """The counts of what is not as it was."""
        return {kind: n for kind, n in self.counts.items() if kind not in NO_CHANGE and n}

    def summary(self) -> str:
        """`3 create, 1 update, 40 same`."""
        parts = sorted(self.counts.items(), key=lambda item: (item[0] in NO_CHANGE, item[0]))
        return ", ".join(f"{n} {kind}" for kind, n in parts if n) or "nothing to do"


def read(lines: Iterable[str]) -> Report:
    """The report of a whole event log."""
    events = list(_events(lines))
    changes = [
        _change(event["resourcePreEvent"]) for event in events if "resourcePreEvent" in event
    ]
    summaries = [event["summaryEvent"] for event in events if "summaryEvent" in event]
    counts: Mapping[str, int] = (
        summaries[-1].get("resourceChanges") or {}
        if summaries
        else Counter(change.operation for change in changes)
    )
    return Report(
        counts=dict(counts),
        changes=tuple(change for change in changes if change.operation not in NO_CHANGE),
        problems=_problems(events),
    )


def finished_resources(lines: Iterable[str]) -> list[str]:
    """Names of the resources that a running log reports as done, in order."""
    return [
        str(event["resOutputsEvent"]["metadata"]["urn"]).rpartition("::")[2]
        for event in _events(lines)
        if "resOutputsEvent" in event
    ]


def _events(lines: Iterable[str]) -> Iterable[dict[str, Any]]:
    for line in lines:
        try:
            event: object = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event  # pyright: ignore[reportUnknownVariableType]  # JSON: keys are texts


def _change(event: Mapping[str, Any]) -> Change:
    metadata: Mapping[str, Any] = event["metadata"]
    detailed: Mapping[str, Any] = metadata.get("detailedDiff") or {}
    return Change(
        operation=metadata["op"],
        urn=metadata["urn"],
        properties=tuple(sorted(detailed or metadata.get("diffs") or [])),
    )


def _problems(events: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    diagnostics = [event["diagnosticEvent"] for event in events if "diagnosticEvent" in event]
    errors = _unique(_message(found) for found in diagnostics if found.get("severity") == "error")
    telling = tuple(error for error in errors if not error.startswith(EMPTY_WORDS))
    causes = tuple(error for error in telling if not any(sign in error for sign in CONSEQUENCES))
    if causes and not any(PLUGIN_FAILED in cause for cause in causes):
        return causes
    if telling:
        return telling
    printed = _unique(
        _message(found) for found in diagnostics if found.get("severity") == "info#err"
    )
    return (*printed, *errors)


def _message(diagnostic: Mapping[str, Any]) -> str:
    urn = str(diagnostic.get("urn", ""))
    name = "" if "pulumi:pulumi:Stack" in urn else urn.rpartition("::")[2]
    text = str(diagnostic.get("message", "")).strip()
    return f"{name}: {text}" if name and text else text


def _unique(messages: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(message for message in messages if message))
