"""Teams' files as the stacks read them: who gets access, and what workloads may do in AWS; pure.

Owns: reading `gitops/teams/<team>/team.yaml` and the platform's policy for teams, as far as AWS is
concerned, and saying what is wrong, team by team. Not here: the rules on principals and ARNs
(`team_rules.py`), the rest of the file (Argo CD's; its schema is the chart's), and what becomes of
a team whose file is wrong (`team_grants.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, cast

import pulumi
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)
from pydantic.alias_generators import to_camel

from components import config_errors, strict_yaml, team_rules
from components.config_types import matching, unique
from components.strict_yaml import YamlRefusedError
from components.team_rules import Claim, TeamPolicy

GITOPS = Path(__file__).resolve().parent.parent / "gitops"
"""The folder that comes with the program: one commit says what Argo CD and what AWS gets."""

POLICY_FILE = "charts/team-cluster/policy.yaml"
TEAMS, TEAM_FILE = "teams", "team.yaml"
ROLES = ("edit", "view")
"""What people may be given: Kubernetes' own roles of these names."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a team's file is held against."""

    policy: TeamPolicy
    team: str
    """The folder's name."""
    teams: frozenset[str]
    """Every team there is."""


class TeamRefusedError(Exception):
    """A team's content is wrong; `lines` are all mistakes."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


class PolicyError(pulumi.RunError):
    """The platform's policy for teams is wrong: every mistake, one a line."""


class _Part(BaseModel):
    """What parts of the file have in common; what is Argo CD's business is passed over."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        strict=True,
        alias_generator=to_camel,
        validate_by_alias=True,
        serialize_by_alias=True,
    )


class _Whole(_Part):
    """A part that is all this program's: no key passes unseen."""

    model_config = ConfigDict(extra="forbid")


def _kept(finding: team_rules.Finding | None, value: str) -> str:
    if finding:
        raise ValueError("; ".join(finding))
    return value


def _principal(value: str, info: ValidationInfo) -> str:
    return _kept(team_rules.principal(value, _context(info).policy), value)


def _action(value: str, info: ValidationInfo) -> str:
    return _kept(team_rules.action(value, _context(info).policy), value)


def _resource(value: str, info: ValidationInfo) -> str:
    context = _context(info)
    actions = cast("list[str]", info.data.get("actions", []))
    services = frozenset(action.partition(":")[0] for action in actions)
    claim = Claim(arn=value, services=services, team=context.team, teams=context.teams)
    return _kept(team_rules.resource(claim, context.policy), value)


_Principal = Annotated[str, AfterValidator(_principal)]
_Action = Annotated[str, AfterValidator(_action)]
_Resource = Annotated[str, AfterValidator(_resource)]
_Text = Annotated[str, Field(min_length=1)]


class Access(_Whole):
    """Roles of people that may use kubectl in the environment's namespace."""

    edit: Annotated[list[_Principal], AfterValidator(unique)] = Field(default=[])
    view: Annotated[list[_Principal], AfterValidator(unique)] = Field(default=[])


class Allowed(_Whole):
    """Actions on ARNs, which may hold `{region}` and `{account}`; all of one service."""

    actions: Annotated[list[_Action], Field(min_length=1), AfterValidator(unique)]
    resources: Annotated[list[_Resource], Field(min_length=1), AfterValidator(unique)]


def _short(value: list[Allowed]) -> list[Allowed]:
    _kept(team_rules.length([[*part.actions, *part.resources] for part in value]), "")
    return value


class WorkloadRole(_Whole):
    """What pods of one service account may do in AWS."""

    allow: Annotated[
        list[Allowed],
        Field(min_length=1, max_length=team_rules.MOST_STATEMENTS),
        AfterValidator(_short),
    ]


_ServiceAccount = Annotated[
    str,
    matching(
        team_rules.SERVICE_ACCOUNT, "take lower-case letters, digits, hyphens and dots, 63 at most"
    ),
]


class Environment(_Part):
    """One environment, as far as AWS is concerned."""

    clusters: Annotated[dict[_Text, str], Field(min_length=1)]
    access: Access = Access()
    workload_roles: dict[_ServiceAccount, WorkloadRole] = Field(default={})

    def is_on(self, labels: Mapping[str, str]) -> bool:
        """Whether a cluster with these labels is one of its clusters."""
        return all(labels.get(key) == value for key, value in self.clusters.items())


_EnvironmentName = Annotated[
    str, matching(r"[a-z0-9]{1,12}", "take lower-case letters and digits, 12 at most")
]


class Team(_Part):
    """One team's file, as far as AWS is concerned."""

    team: Annotated[
        str,
        matching(
            r"[a-z]([a-z0-9-]{0,28}[a-z0-9])?",
            "take lower-case letters, digits and hyphens, 30 at most",
        ),
    ]
    environments: dict[_EnvironmentName, Environment]


class _PolicyFile(_Part):
    principals: list[_Text] = Field(default=[])
    workload_actions: list[_Text] = Field(default=[])
    workload_accounts: list[_Text] = Field(default=[])
    workload_resources: dict[_Text, list[_Text]] = Field(default={})


@dataclass(frozen=True, kw_only=True)
class TeamFiles:
    """What the folder says."""

    teams: Mapping[str, Team]
    """Those whose file can be relied on, by their folder."""
    mistakes: Mapping[str, list[str]]
    """The others: each mistake in a line, with the file."""


def policy(gitops: Path = GITOPS) -> TeamPolicy:
    """The platform's policy for teams, as far as it speaks of AWS.

    Raises:
        PolicyError: the file is wrong; teams cannot be held to it.
    """
    shown = f"gitops/{POLICY_FILE}"
    try:
        found = _PolicyFile.model_validate(strict_yaml.load(gitops / POLICY_FILE))
    except YamlRefusedError as error:
        raise PolicyError(f"{shown}: {error}") from None
    except ValidationError as error:
        lines = config_errors.lines(error, _PolicyFile)
        raise PolicyError("\n".join(f"{shown}: {line}" for line in lines)) from None
    rules = TeamPolicy(
        principals=found.principals,
        workload_actions=frozenset(found.workload_actions),
        workload_accounts=found.workload_accounts,
        workload_resources=found.workload_resources,
    )
    if wrong := list(team_rules.policy_findings(rules)):
        raise PolicyError("\n".join(f"{shown}: {at}: {what}; {how}" for at, what, how in wrong))
    return rules


def workload_actions(gitops: Path = GITOPS) -> list[str]:
    """The AWS actions that workloads may have, and their permissions boundary allows; sorted.

    Raises:
        PolicyError: the platform's policy is wrong.
    """
    return sorted(policy(gitops).workload_actions)


def read(rules: TeamPolicy, gitops: Path = GITOPS) -> TeamFiles:
    """Every team's file, held to the platform's policy; a wrong one is no other team's trouble."""
    folders = {path.name: path for path in _folders(gitops / TEAMS)}
    teams: dict[str, Team] = {}
    mistakes: dict[str, list[str]] = {}
    for name, folder in folders.items():
        shown = f"gitops/{TEAMS}/{name}/{TEAM_FILE}"
        context = Context(policy=rules, team=name, teams=frozenset(folders))
        try:
            teams[name] = parse(strict_yaml.load(folder / TEAM_FILE), context)
        except YamlRefusedError as error:
            mistakes[name] = [f"{shown}: {error}"]
        except TeamRefusedError as error:
            mistakes[name] = [f"{shown}: {line}" for line in error.lines]
    return TeamFiles(teams=teams, mistakes=mistakes)


def parse(content: object, context: Context) -> Team:
    """The content of a team's file, typed.

    Raises:
        TeamRefusedError: with all mistakes, not just the first.
    """
    try:
        team = Team.model_validate(content, context=context)
    except ValidationError as error:
        raise TeamRefusedError(config_errors.lines(error, Team)) from None
    if team.team != context.team:
        raise TeamRefusedError([f"team: {team.team!r} is not the folder's name; write that"])
    return team


def _folders(teams: Path) -> Iterator[Path]:
    """As Argo CD sees them: no hidden ones, no links. Git keeps no empty folder."""
    for path in sorted(teams.iterdir()) if teams.is_dir() else ():
        if path.is_dir() and not path.is_symlink() and not path.name.startswith("."):
            yield path


def _context(info: ValidationInfo) -> Context:
    context: Any = info.context
    return cast(Context, context)
