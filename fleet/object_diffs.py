"""Unified diffs of objects as folded Markdown, the same one only once; pure.

Owns: what of an object is shown, and what is not: values of Secrets. Not here: how much of it fits
into a comment (`markdown.py`).
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from fleet import manifests
from fleet.comparison import ClusterChange, ObjectChange
from fleet.consequences import TOLD_BY_NAME
from fleet.manifests import Manifest
from fleet.phrases import summary

_HIDDEN = "++++++++"


@dataclass(frozen=True, kw_only=True)
class Fold:
    """A folded part of the comment: one line that is always seen, and what opens."""

    title: str
    body: str

    def __str__(self) -> str:
        title = summary(self.title)
        if not self.body:
            return title
        return f"<details><summary>{title}</summary>\n\n{self.body}\n\n</details>"


def folds(clusters: Iterable[ClusterChange]) -> Iterator[Fold]:
    """A fold for each object that differs."""
    seen: dict[str, str] = {}
    for change in clusters:
        for one in change.objects:
            if one.state == "changed" or one.identity.kind not in TOLD_BY_NAME:
                yield _fold(one, change.cluster, seen)


def _fold(one: ObjectChange, cluster: str, seen: dict[str, str]) -> Fold:
    inside = f"in {one.identity.namespace} " if one.identity.namespace else ""
    place = f"{inside}on {cluster}"
    title = f"{one.identity} {place}: {one.state}"
    text = diff(one.before, one.after)
    first = seen.setdefault(f"{one.identity}{text}", place)
    if first != place:
        return Fold(title=f"{title}, as {first}", body="")
    return Fold(title=title, body=_fenced(text))


def diff(before: Manifest | None, after: Manifest | None) -> str:
    """The two objects line by line; of a Secret only which values differ."""
    old, new = _shown(before, after, "before"), _shown(after, before, "after")
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=3))
    return "\n".join(lines[2:])


def _shown(manifest: Manifest | None, other: Manifest | None, side: str) -> str:
    if manifest is None:
        return ""
    if manifest["kind"] == "Secret":
        manifest = _without_values(manifest, other or {}, side)
    return manifests.dump(manifest)


def _without_values(manifest: Manifest, other: Manifest, side: str) -> Manifest:
    """The secret without what it holds; a length, too, would say something."""
    hidden = dict(manifest)
    for key in ("data", "stringData"):
        values = cast("Mapping[str, object]", manifest.get(key) or {})
        others = cast("Mapping[str, object]", other.get(key) or {})
        hidden[key] = {
            name: f"{_HIDDEN} {side}" if name in others and others[name] != value else _HIDDEN
            for name, value in values.items()
        }
    return hidden


def _fenced(text: str) -> str:
    """A code block whose fence is longer than any in the text."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}diff\n{text}\n{fence}"
