"""The comment on a pull request: what the change adds, changes and removes, per team and cluster.

Owns: the order of its parts and GitHub's limit on its length. Not here: what differs
(`comparison.py`) and the words for it (`summaries.py`, `removals.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fleet import object_diffs, removals, summaries
from fleet.comparison import Failure, TeamChange
from fleet.departures import Departure, Rename
from fleet.object_diffs import Fold
from fleet.phrases import code

LIMIT = 65_000
"""Characters: GitHub's 65,536 for a comment, less what the workflow puts before it."""
_ROOM = 300
"""For the note on what was left out."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that the comment tells."""

    base: str
    commit: str
    changes: Sequence[TeamChange]
    departures: Sequence[Departure] = ()
    renames: Sequence[Rename] = ()
    notes: Sequence[str] = ()
    """Sentences about the comparison itself."""


def write(report: Report, *, limit: int | None = LIMIT) -> str:
    """The comment. Over the limit, texts of objects are left out first, from the end.

    Args:
        report: what there is to tell.
        limit: the most characters; None prints everything.
    """
    blocks: list[str | Fold] = [
        "### What this changes in the fleet",
        f"Compared with {code(report.base)} ({code(report.commit)}).",
        *report.notes,
    ]
    lost = list(removals.lines(report.changes, report.departures))
    if lost:
        blocks.append(
            "\n".join(["> [!CAUTION]", "> **Removes**", ">", *(f"> - {x}" for x in lost)])
        )
    elif not report.changes:
        blocks.append("No team gets anything else than before.")
    blocks += [_renamed(rename) for rename in report.renames]
    for change in report.changes:
        blocks += _team(change)
    return _fitted(blocks, limit)


def _renamed(rename: Rename) -> str:
    return (
        f"**Not a rename:** {rename.what} {code(rename.after)} looks like {code(rename.before)}"
        " under another name. Nothing is carried over, volumes neither: the old one is removed, the"
        " new one is made from nothing."
    )


def _team(change: TeamChange) -> Iterator[str | Fold]:
    state = "" if change.before and change.after else " leaves" if change.before else " joins"
    yield f"#### {code(change.team)}{state}"
    if change.failures:
        yield "\n".join(_failure(failure) for failure in change.failures)
    for cluster in change.clusters:
        yield "\n".join([f"On {code(cluster.cluster)}:", "", *summaries.lines(cluster)])
    yield from object_diffs.folds(change.clusters)


def _failure(failure: Failure) -> str:
    which, what = code(failure.application), code(failure.message)
    if failure.side == "before":
        return f"- Before this change {which} does not render, so nothing is known of it: {what}"
    return f"- **Does not render**, so clusters keep what they have: {which}: {what}"


def _fitted(blocks: Sequence[str | Fold], limit: int | None) -> str:
    """The blocks, with as many folds as there is room for beside everything else."""
    if limit is None:
        return "\n\n".join(str(block) for block in blocks) + "\n"
    room = limit - _ROOM - sum(len(block) + 2 for block in blocks if isinstance(block, str))
    written: list[str] = []
    left_out = 0
    for block in blocks:
        if isinstance(block, str):
            written.append(block)
        elif left_out or len(str(block)) + 2 > room:
            left_out += 1
        else:
            room -= len(str(block)) + 2
            written.append(str(block))
    if left_out:
        written.append(_note(f"{left_out} texts of objects are", limit))
    text = "\n\n".join(written) + "\n"
    return text if len(text) <= limit else _cut(text, limit)


def _cut(text: str, limit: int) -> str:
    """What is too long even without diffs ends at the end of a line."""
    kept = text[: limit - _ROOM].rpartition("\n")[0]
    return f"{kept}\n\n{_note('The rest is', limit)}\n"


def _note(what: str, limit: int) -> str:
    return (
        f"*{what} left out: a comment has room for {limit:,} characters."
        " `python -m fleet team diff --full` prints everything.*"
    )
