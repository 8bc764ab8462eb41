"""The whole project as `check` sees it: clusters, policy, schema and teams, each read once.

Owns: putting them together, and going on with the rest where one of them cannot be read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fleet import clusters, policy, teams
from fleet.clusters import Fleet
from fleet.errors import FleetError
from fleet.mistakes import Mistake, listed
from fleet.policy import Policy
from fleet.teams import Environment, Team

GITOPS = "gitops"


@dataclass(frozen=True, kw_only=True)
class Project:
    """What the files at `root` say; `mistakes` are those of reading them."""

    root: Path
    fleet: Fleet | None
    policy: Policy | None
    teams: tuple[Team, ...]
    chosen: frozenset[str]
    """Names of the teams that were asked for; rules between teams look at all."""
    mistakes: tuple[Mistake, ...]

    def environments(self) -> Iterator[Environment]:
        """Every environment of every team."""
        for team in self.teams:
            yield from team.environments


def read(root: Path, chosen: Sequence[str] = ()) -> Project:
    """Read the project at `root`; no team chosen means all.

    Raises:
        FleetError: there is no project there, or no such team.
    """
    if not (root / GITOPS).is_dir():
        remedy = "run it in the project, or name the project with --root"
        raise FleetError(f"{root} has no folder {GITOPS}", remedy)
    # Links are followed once, so that paths below compare.
    root = root.resolve()
    fleet, of_stacks = clusters.read(root)
    rules, of_policy = policy.read(root)
    found, of_teams = teams.read(root)
    known = frozenset(team.name for team in found)
    if unknown := set(chosen) - known:
        raise FleetError(f"there is no team {listed(unknown)}", f"teams are: {listed(known)}")
    return Project(
        root=root,
        fleet=fleet,
        policy=rules,
        teams=tuple(found),
        chosen=frozenset(chosen) or known,
        mistakes=(*of_stacks, *of_policy, *of_teams),
    )
