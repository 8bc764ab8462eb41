"""What the teams' files give people and workloads on one cluster; pure.

Owns: which environments a cluster has, who gets which groups of it, and that a team whose file is
wrong keeps what it had: one team's mistake takes nothing away, and stops nobody else's update. Not
here: reading the files (`team_files.py`), and the resources (`team_access.py`,
`workload_roles.py`).
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from components import conventions, team_files
from components.team_files import Allowed, Context, Environment, Team, TeamFiles, TeamRefusedError
from components.team_rules import TeamPolicy


@dataclass(frozen=True, kw_only=True)
class Here:
    """A cluster, as far as teams' files speak of it."""

    labels: Mapping[str, str]
    administrators: Set[str]
    """Principals that have an access entry of the platform's: EKS allows no second one."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A service account whose pods work as a role."""

    namespace: str
    service_account: str
    allow: tuple[Allowed, ...]


@dataclass(frozen=True, kw_only=True)
class Grants:
    """What the cluster is to have."""

    groups: Mapping[str, list[str]]
    """Principal → its Kubernetes groups, of all teams: EKS allows it one access entry."""
    workloads: list[Workload]
    record: Mapping[str, Any]
    """What was granted, by team: for the next update, should the team's file be wrong then."""
    warnings: list[str]


def grants(files: TeamFiles, here: Here, rules: TeamPolicy, before: Mapping[str, Any]) -> Grants:
    """What to grant on a cluster.

    Args:
        files: of all teams.
        here: the cluster.
        rules: the platform's policy, which what was granted before must keep, too.
        before: `record` of the last update; needed only where files have mistakes.
    """
    teams = dict(files.teams)
    everybody = frozenset({*files.teams, *files.mistakes})
    warnings = [line for lines in files.mistakes.values() for line in lines]
    for name in files.mistakes:
        kept, told = _kept(before.get(name), Context(policy=rules, team=name, teams=everybody))
        warnings.append(told)
        teams |= {name: kept} if kept else {}
    chosen = {name: _on(team, here) for name, team in sorted(teams.items())}
    groups = _groups(chosen)
    taken = sorted(groups.keys() & here.administrators)
    warnings += [f"{arn}: administers the cluster; no team's file changes that" for arn in taken]
    return Grants(
        groups={arn: given for arn, given in groups.items() if arn not in taken},
        workloads=[
            Workload(
                namespace=conventions.namespace(name, environment),
                service_account=account,
                allow=tuple(role.allow),
            )
            for name, environments in chosen.items()
            for environment, content in environments.items()
            for account, role in sorted(content.workload_roles.items())
        ],
        record={
            name: teams[name]
            .model_copy(update={"environments": environments})
            .model_dump(mode="json", exclude_defaults=True)
            for name, environments in chosen.items()
            if environments
        },
        warnings=warnings,
    )


def _kept(before: object, context: Context) -> tuple[Team | None, str]:
    """The team as it was granted last, and what is said of it."""
    if before is None:
        return None, f"{context.team}: gets nothing until its file is mended"
    try:
        team = team_files.parse(before, context)
    except TeamRefusedError as error:
        return None, f"{context.team}: loses what it had, which is refused by now: {error}"
    return team, f"{context.team}: keeps what it had until its file is mended"


def _on(team: Team, here: Here) -> dict[str, Environment]:
    return {
        name: content
        for name, content in sorted(team.environments.items())
        if content.is_on(here.labels)
    }


def _principals(environment: Environment) -> Iterator[tuple[str, str]]:
    for role in team_files.ROLES:
        for arn in getattr(environment.access, role):
            yield role, arn


def _groups(chosen: Mapping[str, Mapping[str, Environment]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, environments in chosen.items():
        for environment, content in environments.items():
            for role, arn in _principals(content):
                group = conventions.team_group(name, environment, role)
                groups.setdefault(arn, []).append(group)
    return {arn: sorted(given) for arn, given in sorted(groups.items())}
