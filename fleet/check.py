"""`team check`: every mistake of every file, found in one go.

Owns: which rules there are and how findings of several become one list. Not here: the rules
(`checks/`, `schema.py`), reading the files (`project.py`) and showing the list (`report.py`).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from fleet import schema, teams
from fleet.checks import (
    contents,
    links,
    names,
    network,
    people,
    placement,
    quotas,
    sources,
    windows,
    workloads,
)
from fleet.errors import FleetError
from fleet.mistakes import Mistake
from fleet.project import Project, read

SCHEMA_FILE = "gitops/charts/team/values.schema.json"

CHECKS: tuple[Callable[[Project], Iterator[Mistake]], ...] = (
    names.check,
    placement.check,
    quotas.check,
    quotas.capacity,
    people.check,
    workloads.check,
    network.check,
    windows.check,
    sources.check,
    contents.check,
    links.check,
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was looked at, and what was found."""

    teams: int
    environments: int
    services: int
    mistakes: tuple[Mistake, ...]


def run(root: Path, chosen: Sequence[str] = ()) -> Report:
    """Check the teams `chosen`, or all, of the project at `root`.

    Rules that hold between teams look at all of them in any case.

    Raises:
        FleetError: there is no project, no schema or no such team.
    """
    project = read(root, chosen)
    rules = _schema(project.root)
    by_rules = [mistake for check in CHECKS for mistake in check(project)]
    by_schema = [
        mistake
        for team in project.teams
        if team.node is not None
        for mistake in schema.mistakes(rules, team.node, words=schema.TEAM_WORDS)
    ]
    mistakes = _said_once(project.mistakes, by_rules, by_schema)
    checked = [team for team in project.teams if team.name in project.chosen]
    environments = [environment for team in checked for environment in team.environments]
    return Report(
        teams=len(checked),
        environments=len(environments),
        services=sum(len(list(environment.services())) for environment in environments),
        mistakes=tuple(sorted(found for found in mistakes if _is_asked_for(found, project))),
    )


def _schema(root: Path) -> schema.Schema:
    try:
        return cast(schema.Schema, json.loads((root / SCHEMA_FILE).read_text()))
    except (OSError, ValueError) as error:
        raise FleetError(f"{SCHEMA_FILE} cannot be read ({error})", "restore it") from None


def _said_once(*sources: Sequence[Mistake]) -> set[Mistake]:
    """Of each place what the first source says: reading, rules that know what is meant, form."""
    said: set[Mistake] = set()
    for mistakes in sources:
        places = {(mistake.file, mistake.place) for mistake in said if mistake.place}
        said |= {found for found in mistakes if (found.file, found.place) not in places}
    return said


def _is_asked_for(mistake: Mistake, project: Project) -> bool:
    """Whether it concerns a chosen team, or what is everybody's."""
    folder, _, rest = mistake.file.removeprefix(f"{teams.FOLDER}/").partition("/")
    of_a_team = mistake.file.startswith(f"{teams.FOLDER}/") and rest
    return not of_a_team or folder in project.chosen
