"""A mistake in a file: where it is, what is wrong and what to write instead, in one line; pure.

Owns: how values and places are shown to a person. Not here: what is a mistake.
"""

import datetime
import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass

Place = tuple[str | int, ...]
"""Keys and indexes from the top of a document to a value."""

_LONGEST = 60
_MOST = 12


@dataclass(frozen=True, kw_only=True, order=True)
class Mistake:
    """One finding. `file` is relative to the project; `place` is empty for the file as a whole."""

    file: str
    line: int
    place: str
    problem: str
    remedy: str

    @property
    def message(self) -> str:
        """The line without the file: `environments.dev.quota.cpu: "4x" is no quantity; write …`."""
        place = f"{self.place}: " if self.place else ""
        return printable(f"{place}{self.problem}; {self.remedy}")

    def __str__(self) -> str:
        return f"{printable(self.file)}:{self.line}: {self.message}"


def path_of(place: Place) -> str:
    """`environments.dev.syncWindows[0].kind`, as a person would point at it."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            plain = all(c.isalnum() or c in "_-/" for c in part) and part
            text += ("." if text else "") + (shortened(part) if plain else shown(part))
    return text


def shown(value: object) -> str:
    """A value as the file writes it, cut where it is long."""
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case None:
            return "nothing"
        case datetime.date():
            return value.isoformat()
        case bool() | int() | float() | str():
            return shortened(json.dumps(value, ensure_ascii=False))
        case _:
            return type(value).__name__


def shortened(text: str) -> str:
    """The text, cut where it is longer than a person reads."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def printable(text: str) -> str:
    """The text on one line: what a terminal would obey is spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def listed(names: Iterable[str]) -> str:
    """Names in a sentence, the first few where there are many."""
    every = sorted(names)
    more = f" and {len(every) - _MOST} more" if len(every) > _MOST else ""
    return ", ".join(every[:_MOST]) + more


def nearest(name: str, known: Iterable[str]) -> str:
    """The remedy for an unknown name: the nearest known one, or all of them."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"known here: {listed(names)}" if names else "remove it"
