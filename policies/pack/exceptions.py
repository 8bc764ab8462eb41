"""`exceptions.yaml`: which findings are excused, why, and until when; pure but for reading it.

Owns: the file's schema and what is wrong with it. Not here: what an exception excuses (`judge.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

import yaml

from .rule import Resource

LONGEST = timedelta(days=400)
"""From today: a year and a month, so that each exception is looked at once a year."""

_KEYS = ("rule", "resource", "reason", "until", "stacks")


@dataclass(frozen=True, kw_only=True)
class Excused:
    """One entry: a rule that a resource need not keep, in some stacks, until a day."""

    rule: str
    resource: str
    """Name or URN, either as a pattern with `*`."""
    reason: str
    until: date
    """The last day on which it holds."""
    stacks: tuple[str, ...]
    """Names, or patterns with `*`."""

    def holds_in(self, stack: str) -> bool:
        """Whether the entry is about this stack at all."""
        return any(fnmatchcase(stack, pattern) for pattern in self.stacks)

    def is_about(self, rule: str, resource: Resource) -> bool:
        """Whether it names this rule and this resource, in its stack."""
        named = (resource.name, resource.urn)
        return (
            self.rule == rule
            and self.holds_in(resource.stack)
            and any(fnmatchcase(name, self.resource) for name in named)
        )

    def __str__(self) -> str:
        return f"{self.rule} of {self.resource}"


@dataclass(frozen=True, kw_only=True)
class Exceptions:
    """The file's good entries, and a line for each mistake."""

    entries: tuple[Excused, ...] = ()
    mistakes: tuple[str, ...] = ()


def read(path: Path, *, rules: frozenset[str], today: date) -> Exceptions:
    """The file at `path`; it has to exist. `rules` are the names that there are."""
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return Exceptions(mistakes=(f"{path.name} cannot be read: {' '.join(str(error).split())}",))
    if not isinstance(content, list):
        return Exceptions(
            mistakes=(f"{path.name}: a list of entries is wanted; write [] for none",)
        )
    entries: list[Excused] = []
    mistakes: list[str] = []
    for number, entry in enumerate(cast("list[Any]", content), start=1):
        wrong = list(_wrong(entry, rules, today))
        mistakes += [f"{path.name}, entry {number}: {mistake}" for mistake in wrong]
        if not wrong:
            entries.append(_entry(entry))
    return Exceptions(entries=tuple(entries), mistakes=tuple(mistakes))


def _entry(found: Any) -> Excused:
    stacks: tuple[Any, ...] = tuple(found["stacks"])
    return Excused(
        rule=found["rule"],
        resource=found["resource"],
        reason=found["reason"],
        until=found["until"],
        stacks=stacks,
    )


def _wrong(entry: Any, rules: frozenset[str], today: date) -> list[str]:
    if not isinstance(entry, dict):
        return [f"not a mapping of {', '.join(_KEYS)}"]
    found = cast("dict[Any, Any]", entry)
    wrong = [f"the key {key} is missing" for key in _KEYS if key not in found]
    wrong += [f"the key {key!r} is not known" for key in found if key not in _KEYS]
    if wrong:
        return wrong
    return [
        *(
            f"{key} is {found[key]!r}, not a text"
            for key in ("rule", "resource", "reason")
            if not _is_text(found[key])
        ),
        *_wrong_values(found, rules, today),
    ]


def _wrong_values(found: Mapping[str, Any], rules: frozenset[str], today: date) -> list[str]:
    wrong: list[str] = []
    if found["rule"] not in rules:
        wrong.append(f"there is no rule {found['rule']!r}")
    if found["resource"] in ("*", "**"):
        wrong.append("resource is '*': name what is excused")
    # A datetime is a date too, and says a moment where a day is wanted.
    if type(found["until"]) is not date:
        wrong.append(f"until is {found['until']!r}, not a day as 2027-01-31")
    elif found["until"] > today + LONGEST:
        wrong.append(f"until is {found['until']}, more than {LONGEST.days} days from now")
    stacks = found["stacks"]
    if (
        not isinstance(stacks, list)
        or not stacks
        or not all(map(_is_text, cast("list[Any]", stacks)))
    ):
        wrong.append(f"stacks is {stacks!r}, not a list of names")
    return wrong


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
