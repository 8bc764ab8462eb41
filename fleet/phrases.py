"""Pieces of Markdown: names that stay names whatever they hold, lists, numbers of things; pure.

Owns: that nothing out of a pull request's files becomes markup or mentions anybody. Not here: what
is said (`summaries.py`, `removals.py`).
"""

import html
from collections.abc import Iterable

from fleet.mistakes import printable

_MOST = 12
"""Names in one sentence; the folded part has every one."""


def code(text: str) -> str:
    """A name or value as code."""
    return f"`{printable(text).replace('`', chr(39))}`" if text else "`-`"


def summary(text: str) -> str:
    """A text inside an HTML element."""
    return f"<code>{html.escape(printable(text))}</code>"


def listed(names: Iterable[str]) -> str:
    """Names as code, in order, cut where there are many."""
    every = sorted(set(names))
    more = f" and {len(every) - _MOST} more" if len(every) > _MOST else ""
    return ", ".join(code(name) for name in every[:_MOST]) + more


def several(thing: str, names: Iterable[str]) -> str:
    """`namespace a`, or `namespaces a, b`."""
    every = sorted(set(names))
    return f"{thing}{'s' if len(every) > 1 else ''} {listed(every)}"


def from_to(before: str, after: str) -> str:
    """A value and the one that it becomes."""
    return f"{code(before)} → {code(after)}"
