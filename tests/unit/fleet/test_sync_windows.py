"""Schedules as the parser of Argo CD takes them (robfig/cron, five fields)."""

import pytest

from fleet.mistakes import Place
from fleet.nodes import Document
from fleet.sync_windows import window_mistakes


def _problems(**window: str) -> list[str]:
    lines: dict[Place, int] = {}
    document = Document(file="team.yaml", value=window, lines=lines)
    return [mistake.problem for mistake in window_mistakes(document.root)]


@pytest.mark.parametrize(
    "schedule",
    ["* * * * *", "0 17 * * 5", "*/15 0-23/2 1,15 jan-DEC ?", "59 23 31 12 6", "0 0 1 1 sun"],
)
def test_a_schedule_is_taken(schedule: str) -> None:
    assert _problems(schedule=schedule) == []


@pytest.mark.parametrize(
    ("schedule", "part"),
    [
        ("60 0 1 1 0", '"60" as minute'),
        ("0 24 1 1 0", '"24" as hour'),
        ("0 0 0 1 0", '"0" as day of the month'),
        ("0 0 1 13 0", '"13" as month'),
        ("0 0 1 1 7", '"7" as day of the week'),
        ("0 0 1 1 5-1", '"5-1" as day of the week'),
        ("0 0 1 1 mon-wed-fri", '"mon-wed-fri" as day of the week'),
        ("*/0 * * * *", '"*/0" as minute'),
        ("*/ * * * *", '"*/" as minute'),
        ("0,x * * * *", '"x" as minute'),
        ("0,,1 * * * *", '"" as minute'),
        ("² * * * *", '"²" as minute'),
        ("jan * * * *", '"jan" as minute'),
    ],
)
def test_a_field_that_is_out_of_its_range_is_named(schedule: str, part: str) -> None:
    assert part in _problems(schedule=schedule)[0]


@pytest.mark.parametrize("schedule", ["@daily", "0 17 * * 5 2026", " "])
def test_a_schedule_has_five_fields(schedule: str) -> None:
    assert "fields and not 5" in _problems(schedule=schedule)[0]


@pytest.mark.parametrize("duration", ["8h", "90m", "1h30m"])
def test_hours_and_minutes_are_a_duration(duration: str) -> None:
    assert _problems(duration=duration) == []


@pytest.mark.parametrize("duration", ["0h", "1d", "8", "30m1h", "1h ", "h"])
def test_anything_else_is_none(duration: str) -> None:
    assert len(_problems(duration=duration)) == 1


def test_every_field_of_a_window_is_looked_at() -> None:
    assert len(_problems(schedule="x", duration="x", timeZone="x")) == 3
