"""How the findings of `team check` are shown: to a person, to a program, on a pull request.

Owns: the three forms. Not here: the wording of a finding (`mistakes.py`).
"""

import json
from dataclasses import asdict

from fleet.check import Report
from fleet.mistakes import Mistake


def text(report: Report) -> str:
    """A line for each mistake."""
    return "\n".join(str(mistake) for mistake in report.mistakes)


def github(report: Report) -> str:
    """Workflow commands, which GitHub shows beside the lines of the pull request.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    return "\n".join(_annotation(mistake) for mistake in report.mistakes)


def document(report: Report) -> str:
    """One JSON document."""
    return json.dumps(asdict(report), indent=2, ensure_ascii=False)


def summary(report: Report) -> str:
    """`2 teams, 3 environments, 5 services: no mistakes`."""
    looked_at = (
        _count(report.teams, "team"),
        _count(report.environments, "environment"),
        _count(report.services, "service"),
    )
    found = _count(len(report.mistakes), "mistake") if report.mistakes else "no mistakes"
    return f"{', '.join(looked_at)}: {found}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _annotation(mistake: Mistake) -> str:
    where = f"file={_property(mistake.file)},line={mistake.line}"
    return f"::error {where},title=team check::{_data(mistake.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
