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
        before: `record` of the last update; needed only where there are `mistakes`.
    """
    wrong = mistakes(files, here)
    teams = {name: team for name, team in files.teams.items() if name not in wrong}
    everybody = frozenset({*files.teams, *files.mistakes})
    warnings = [line for lines in wrong.values() for line in lines]
    for name in wrong:
        context = Context(policy=rules, team=name, teams=everybody)
        kept, told = _kept(before.get(name), context, here)
        warnings.append(told)
        teams |= {name: kept} if kept else {}
    chosen = {name: _on(team, here) for name, team in sorted(teams.items())}
    return Grants(
        groups=_groups(chosen),
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


def mistakes(files: TeamFiles, here: Here) -> dict[str, list[str]]:
    """By team: what is wrong with its file, and what of it this cluster cannot have."""
    found = {name: list(lines) for name, lines in files.mistakes.items()}
    for name, team in files.teams.items():
        file = f"gitops/{team_files.TEAMS}/{name}/{team_files.TEAM_FILE}"
        for environment, content in _on(team, here).items():
            taken = {arn for _, arn in _principals(content)} & here.administrators
            found.setdefault(name, []).extend(
                f"{file}: environments.{environment}.access: {arn} administers the cluster; "
                "take it out"
                for arn in sorted(taken)
            )
    return {name: lines for name, lines in found.items() if lines}


def _kept(before: object, context: Context, here: Here) -> tuple[Team | None, str]:
    """The team as it was granted last, and what is said of it."""
    if before is None:
        return None, f"{context.team}: gets nothing until its file is mended"
    try:
        team = team_files.parse(before, context)
    except TeamRefusedError as error:
        return None, f"{context.team}: loses what it had, which is refused by now: {error}"
    lost = {arn for content in team.environments.values() for _, arn in _principals(content)}
    if lost & here.administrators:
        return None, f"{context.team}: loses what it had: one of its people is an administrator"
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
