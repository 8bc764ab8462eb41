"""Sync windows: schedules, durations and time zones as Argo CD reads them; pure.

Argo CD takes a window whose schedule it cannot read for an error of the whole project, and an
unknown time zone for UTC in silence.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from fleet.mistakes import Mistake, nearest, shown
from fleet.nodes import Node

# Six digits: Go's durations end at 2.5 million hours.
_DURATION = re.compile(r"(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?")
_NUMBER = re.compile(r"[0-9]{1,4}")
_SCHEDULE_REMEDY = 'write five fields as cron has them, as "0 17 * * 5" for Fridays at 17:00'


@dataclass(frozen=True, kw_only=True)
class _Field:
    """One field of a schedule and what it may hold."""

    name: str
    least: int
    most: int
    names: Mapping[str, int]


def _numbered(names: str, first: int) -> dict[str, int]:
    return {name: number for number, name in enumerate(names.split(), start=first)}


_FIELDS = (
    _Field(name="minute", least=0, most=59, names={}),
    _Field(name="hour", least=0, most=23, names={}),
    _Field(name="day of the month", least=1, most=31, names={}),
    _Field(
        name="month",
        least=1,
        most=12,
        names=_numbered("jan feb mar apr may jun jul aug sep oct nov dec", 1),
    ),
    # Sunday is 0 and never 7 for the parser that Argo CD uses (robfig/cron).
    _Field(
        name="day of the week", least=0, most=6, names=_numbered("sun mon tue wed thu fri sat", 0)
    ),
)


def window_mistakes(window: Node) -> Iterator[Mistake]:
    """What is wrong with one window; a field that is missing or no text is not looked at."""
    schedule, duration, zone = window["schedule"], window["duration"], window["timeZone"]
    if schedule.text and (problem := _schedule_problem(schedule.text)):
        yield schedule.mistake(f"{shown(schedule.text)} {problem}", _SCHEDULE_REMEDY)
    if duration.text and not _lasts(duration.text):
        yield duration.mistake(
            f"{shown(duration.text)} is no duration", 'write hours and minutes like "8h" or "1h30m"'
        )
    # Where the machine has no table of zones, Python knows none.
    if zone.text and _zones() and zone.text not in _zones():
        near = nearest(zone.text, _zones())
        remedy = near if near.startswith("did") else "write a name like Europe/Berlin"
        yield zone.mistake(f"{shown(zone.text)} is no time zone", remedy)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _lasts(text: str) -> bool:
    found = _DURATION.fullmatch(text)
    return found is not None and any(int(part or 0) for part in found.groups())


def _schedule_problem(text: str) -> str:
    fields = text.split()
    if len(fields) != len(_FIELDS):
        return f"has {len(fields)} fields and not 5"
    problems = (
        _field_problem(part, field)
        for text, field in zip(fields, _FIELDS, strict=True)
        for part in text.split(",")
    )
    return next((problem for problem in problems if problem), "")


def _field_problem(part: str, field: _Field) -> str:
    """Why `part` is none of `*`, `*/5`, `3`, `1-5`, `1-5/2`, `mon-fri`; empty where it is one."""
    span, slash, step = part.partition("/")
    problem = f"has {shown(part)} as {field.name}, which takes {field.least} to {field.most}"
    if slash and not (_NUMBER.fullmatch(step) and int(step)):
        return problem
    if span in {"*", "?"}:
        return ""
    ends = [_number(end, field) for end in span.split("-")]
    numbers = [number for number in ends if number is not None]
    if len(ends) > 2 or len(numbers) < len(ends) or numbers != sorted(numbers):
        return problem
    return "" if field.least <= numbers[0] and numbers[-1] <= field.most else problem


def _number(text: str, field: _Field) -> int | None:
    named = field.names.get(text.lower())
    return int(text) if _NUMBER.fullmatch(text) else named
