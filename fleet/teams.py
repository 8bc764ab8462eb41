"""The teams of the project, as far as their files can be read, and what lies in their folders.

Owns: which files are whose, and the names that follow from a team's and an environment's. Not
here: what is wrong inside a file (`schema.py`, `checks/`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fleet import documents
from fleet.clusters import Cluster, Fleet
from fleet.mistakes import Mistake
from fleet.nodes import Node

FOLDER = "gitops/teams"
TEAM_FILE = "team.yaml"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """A team's slice of some clusters; whatever is malformed in the file is left out here."""

    team: str
    name: str
    node: Node

    @property
    def namespace(self) -> str:
        """Also the name of its AppProject and of its ApplicationSet."""
        return f"{self.team}-{self.name}"

    @property
    def selector(self) -> Mapping[str, str]:
        """The labels that its clusters must have; empty where none are written."""
        return {key: value.text for key, value in self.node["clusters"].items()}

    def on(self, fleet: Fleet | None) -> tuple[Cluster, ...]:
        """The spokes that it lands on; none where it names no labels or the fleet is unknown."""
        return fleet.matching(self.selector) if fleet and self.selector else ()

    def services(self) -> Iterator[tuple[str, Node]]:
        """What runs in it, by name."""
        return self.node["services"].items()


@dataclass(frozen=True, kw_only=True)
class Team:
    """A folder of teams; `name` is the folder's, whatever the file says."""

    name: str
    node: Node | None
    """The file's content; None where it cannot be read."""

    @property
    def environments(self) -> tuple[Environment, ...]:
        """Its environments, in the order of the file."""
        if self.node is None:
            return ()
        entries = self.node["environments"].items()
        return tuple(Environment(team=self.name, name=name, node=node) for name, node in entries)


def read(root: Path) -> tuple[list[Team], list[Mistake]]:
    """Every team, and what is wrong with folders and with YAML."""
    teams: list[Team] = []
    mistakes: list[Mistake] = []
    folder = root / FOLDER
    # Git keeps no empty folder: without teams there is none. Argo CD passes over hidden ones.
    paths = [path for path in folder.iterdir() if path.name[0] != "."] if folder.is_dir() else []
    for path in sorted(paths):
        if path.is_dir():
            team, found = _team(path, root)
            teams.append(team)
            mistakes += found
        elif path.suffix in {".yaml", ".yml"}:
            target = f"{FOLDER}/{path.stem}/{TEAM_FILE}"
            mistakes.append(_of(path, root, "lies in no team's folder", f"move it to {target}"))
    return teams, mistakes


def _team(folder: Path, root: Path) -> tuple[Team, list[Mistake]]:
    names = sorted(path.name for path in folder.iterdir())
    mistakes = [
        _of(folder / name, root, *_stray(name, names)) for name in names if name != TEAM_FILE
    ]
    file = folder / TEAM_FILE
    if TEAM_FILE not in names:
        if not mistakes:
            remedy = "write one with `python -m fleet team new`, or remove the folder"
            mistakes = [_of(file, root, "is missing", remedy)]
        return Team(name=folder.name, node=None), mistakes
    if file.is_symlink():
        remedy = "write the file itself; Argo CD follows no links"
        return Team(name=folder.name, node=None), [*mistakes, _of(file, root, "is a link", remedy)]
    document, found = documents.load(file, root)
    mistakes += found
    if document is None:
        return Team(name=folder.name, node=None), mistakes
    if not isinstance(document.value, dict):
        mistakes.append(_of(file, root, "is no mapping", "write keys and values, as team: shop"))
        return Team(name=folder.name, node=None), mistakes
    return Team(name=folder.name, node=document.root), mistakes


def _stray(name: str, names: list[str]) -> tuple[str, str]:
    if TEAM_FILE not in names and Path(name).suffix in {".yaml", ".yml"}:
        return "has the wrong name", f"rename it to {TEAM_FILE}"
    return f"is no {TEAM_FILE}", "move it out of the team's folder, which holds that file alone"


def _of(path: Path, root: Path, problem: str, remedy: str) -> Mistake:
    file = documents.shown_path(path, root)
    return Mistake(file=file, line=1, place="", problem=problem, remedy=remedy)
