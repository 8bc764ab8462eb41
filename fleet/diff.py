"""`team diff`: what a change would do to the fleet, as a comment for its pull request.

Owns: expanding both sides, and only what can differ. Not here: comparing (`comparison.py`) and the
words (`markdown.py`).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from os import cpu_count
from pathlib import Path
from typing import Annotated

import typer

from fleet import documents, markdown, revisions, teams
from fleet.comparison import TeamChange, compare
from fleet.departures import departures, renames
from fleet.errors import FleetError
from fleet.expansion import Application, Tree
from fleet.failures import failures
from fleet.helm import Helm, digest
from fleet.markdown import Report
from fleet.render import HelmOption
from fleet.revisions import Revision

_CHARTS = ("team", "team-cluster", "guardrails")


def command(
    context: typer.Context,
    base: Annotated[str, typer.Option(help="What the change is to be merged into.")] = "main",
    head: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, help="A clone with the change; by default this."
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Everything, also what no comment has room for.")
    ] = False,
    helm: HelmOption = "helm",
) -> None:
    """What the change adds, changes and removes per team and cluster, as Markdown."""
    with failures():
        found = report(head or context.obj, base, Helm.find(helm))
    text = markdown.write(found, limit=None) if full else markdown.write(found)
    typer.echo(text, nl=False)


def report(root: Path, base: str, helm: Helm) -> Report:
    """What the files at `root` do to the fleet that `base` describes.

    Raises:
        FleetError: there is no such base, or the files describe no fleet.
    """
    after = Tree.read(root, helm)
    with revisions.checked_out(root, base) as revision:
        try:
            before = Tree.read(revision.root, helm)
        except FleetError as error:
            return _without_base(after, revision, error)
        names = sorted({*before.teams(), *after.teams()})
        with ThreadPoolExecutor(max_workers=cpu_count()) as pool:
            compared = pool.map(_change, names, repeat(before), repeat(after))
            changes = [change for change in compared if change is not None]
    return Report(
        base=revision.name,
        commit=revision.commit,
        changes=changes,
        departures=departures(before.fleet, after.fleet, changes),
        renames=renames(changes),
    )


def _without_base(after: Tree, revision: Revision, error: FleetError) -> Report:
    """Everything is new where nothing can be known of before."""
    compared = (
        compare(name, (), after.expand(name), hub=after.fleet.hub.name) for name in after.teams()
    )
    return Report(
        base=revision.name,
        commit=revision.commit,
        changes=[change for change in compared if change is not None],
        notes=[f"Before this change {error.message}; so everything is shown as new."],
    )


def _change(team: str, before: Tree, after: Tree) -> TeamChange | None:
    if _inputs(team, before) == _inputs(team, after):
        return None
    old, new = _expanded(team, before), _expanded(team, after)
    return compare(team, old, new, hub=after.fleet.hub.name)


def _expanded(team: str, tree: Tree) -> tuple[Application, ...]:
    return tree.expand(team) if team in tree.teams() else ()


def _inputs(team: str, tree: Tree) -> object:
    """All that the team's Applications follow from; helm takes a tenth of a second for each."""
    base = tree.fleet.repository.base_path
    folders = [tree.root / f"{base}charts/{chart}" for chart in _CHARTS]
    folders += [tree.root / teams.FOLDER / team, *sorted(set(_folders(team, tree)))]
    return tree.fleet, [digest(folder) for folder in folders]


def _folders(team: str, tree: Tree) -> Iterator[Path]:
    """The folders of the repository that the team's services come from."""
    root = tree.root.resolve()
    file = tree.root / teams.FOLDER / team / teams.TEAM_FILE
    document, _ = documents.load(file, tree.root)
    if document is not None:
        for _, environment in document.root["environments"].items():
            for _, service in environment["services"].items():
                folder = (root / service["path"].text).resolve()
                if folder != root and folder.is_relative_to(root):
                    yield folder
