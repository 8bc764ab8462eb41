"""What the platform lets a team's file say of people and of AWS; pure.

Owns: the rules on principals, actions and ARNs, for the stacks, which keep them, and for
`python -m fleet team check`, which says so before the merge. Not here: the files
(`team_files.py`), the words of the platform's policy in them, and the schema of `team.yaml`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from components import conventions

MOST_STATEMENTS = 10
"""Of one workload: a longer role is read by nobody."""

_MOST_CHARACTERS = 8_000
"""Of one workload's actions and ARNs: IAM takes 10,240 for all inline policies of a role, and what
stands round these is about 100 for a statement.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

OWN_REGION, OWN_ACCOUNT = "{region}", "{account}"
"""In an ARN of a team's file: those of the cluster that the workload runs on."""

ACTION = r"[a-z0-9-]+:[A-Za-z]+"
"""A service of AWS and one action of it; no wildcard."""

SERVICE_ACCOUNT = r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?"
"""Shorter than Kubernetes allows: a name is also a label of services."""

_ROLE = r"arn:aws[a-z-]*:iam::\d{12}:role/((?:[\w+=,.@-]+/)*)([\w+=,.@-]+)"
_ARN = (
    r"arn:aws[a-z-]*:(?P<service>[a-z0-9-]+):(?P<region>\{region\}|[a-z0-9-]*)"
    r":(?P<account>\{account\}|\d*):(?P<resource>[\w.+=,@/:*?#-]+)"
)
_SEPARATORS = "-_./"

NAMES: Mapping[str, str] = {
    "dynamodb": r"table/(.+)",
    "events": r"event-bus/(.+)",
    "firehose": r"deliverystream/(.+)",
    "kinesis": r"stream/(.+)",
    "kms": r"key/(.+)",
    "lambda": r"function:(.+)",
    "rds-db": r"dbuser:[A-Za-z0-9*-]+/(.+)",
    "s3": r"(.+)",
    "secretsmanager": r"secret:(.+)",
    "sns": r"(.+)",
    "sqs": r"(.+)",
    "ssm": r"parameter/(.+)",
    "states": r"stateMachine:(.+)",
}
"""Service → its resources, as ARNs write them behind the account, and where their name begins.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

Finding = tuple[str, str]
"""What is wrong, and what to write instead."""


@dataclass(frozen=True, kw_only=True)
class TeamPolicy:
    """The platform's policy for teams, as far as it speaks of AWS."""

    principals: Sequence[str] = ()
    """ARNs that may be given access; `*` stands for any text."""
    workload_actions: frozenset[str] = frozenset()
    workload_accounts: Sequence[str] = ()
    """Accounts besides a cluster's own."""
    workload_resources: Mapping[str, Sequence[str]] = field(
        default_factory=dict[str, Sequence[str]]
    )
    """Team → ARNs beyond those that bear its name; `*` stands for any text."""


def principal(arn: str, policy: TeamPolicy) -> Finding | None:
    """Who may be given access to a namespace: a role of people that the platform allows."""
    # In ASCII: letters of other alphabets look like these, and are letters to a pattern, too.
    found = re.fullmatch(_ROLE, arn, re.ASCII)
    if found is None:
        return "is not the ARN of a role", "write arn:aws:iam::<account>:role/<path/name>"
    path, name = found.groups()
    project = conventions.PROJECT
    if f"/{path}".lower().startswith(f"/{project}") or name.lower().startswith(project):
        return "is a role of the platform's own", "name a role of the team's people"
    if not any(matches(glob, arn) for glob in policy.principals):
        return "is not one that the platform allows", _ask("principals")
    return None


def action(name: str, policy: TeamPolicy) -> Finding | None:
    """What a workload may do."""
    if not re.fullmatch(ACTION, name):
        return "is no single action", "write one as s3:GetObject, without wildcards"
    if name not in policy.workload_actions:
        return "is not one that the platform allows", _ask("workloadActions")
    return None


@dataclass(frozen=True, kw_only=True)
class Claim:
    """An ARN that a team's file names for a workload, and whose file it is."""

    arn: str
    services: frozenset[str]
    """Of the actions beside it."""
    team: str
    teams: frozenset[str]
    """Every team there is."""


def resource(claim: Claim, policy: TeamPolicy) -> Finding | None:
    """What a workload may reach: what bears the team's name, and what the platform adds."""
    found = re.fullmatch(_ARN, claim.arn, re.ASCII)
    if found is None:
        return "is not an ARN", f"write arn:aws:sqs:{OWN_REGION}:{OWN_ACCOUNT}:<team>-<name>"
    service = found["service"]
    if service not in NAMES:
        return f"is of {service}", f"name resources of {', '.join(NAMES)}"
    if claim.services - {service}:
        actions = ", ".join(sorted(claim.services))
        return f"is of {service}, the actions of {actions}", "write one entry for each service"
    name = re.fullmatch(NAMES[service], found["resource"])
    if name is None:
        return f"has not the form of {service}'s resources", f"write {NAMES[service]}"
    place = _place(service, found["region"], found["account"], policy)
    return place or _owner(claim, name[1], policy)


def length(statements: Sequence[Sequence[str]]) -> Finding | None:
    """Whether IAM takes a role of these actions and ARNs."""
    # Two quotes and a comma each, and an account's digits instead of a word.
    found = sum(len(text) + 6 for texts in statements for text in texts)
    if found > _MOST_CHARACTERS:
        return f"is too long for IAM by {found - _MOST_CHARACTERS} characters", "allow less"
    return None


def could_be(owner: str, name: str) -> bool:
    """Whether a name with wildcards matches some name that bears `owner`."""
    written, *wildcard = re.split(r"[*?]", name, maxsplit=1)
    return _bears(owner, written) or (bool(wildcard) and owner.startswith(written))


def matches(glob: str, text: str) -> bool:
    """Whether a glob of the platform's policy covers a text; `*` stands for any text."""
    return re.fullmatch(re.escape(glob).replace(r"\*", ".*"), text) is not None


def policy_findings(policy: TeamPolicy) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the platform's own lists: key, problem, remedy."""
    key = "workloadActions"
    for name in sorted(policy.workload_actions):
        if not re.fullmatch(ACTION, name):
            yield key, f"{name!r} is no single action", "write one as s3:GetObject"
        elif name.partition(":")[0] not in NAMES:
            yield key, f"{name} is of no known service", f"take of {', '.join(NAMES)}"
    for account in policy.workload_accounts:
        if not re.fullmatch(r"[0-9]{12}", account):
            yield "workloadAccounts", f"{account!r} is no account", "write 12 digits, in quotes"


def _place(service: str, region: str, account: str, policy: TeamPolicy) -> Finding | None:
    if service == "s3":
        wrong = region or account
        return ("has a region or an account", "write arn:aws:s3:::<bucket>/*") if wrong else None
    if not region:
        return "has no region", f"write {OWN_REGION}, the cluster's own, or name one"
    if account == OWN_ACCOUNT or account in policy.workload_accounts:
        return None
    remedy = f"write {OWN_ACCOUNT}, the cluster's own, or {_ask('workloadAccounts')}"
    return (f"is of account {account or 'nobody'}", remedy)


def _owner(claim: Claim, name: str, policy: TeamPolicy) -> Finding | None:
    """Whose a resource of that name is, or could be where the name has a wildcard."""
    longer = "write more of the name before the wildcard"
    if could_be(conventions.PROJECT, name):
        return "could be the platform's own", longer
    if any(matches(glob, claim.arn) for glob in policy.workload_resources.get(claim.team, ())):
        return None
    if not _bears(claim.team, name):
        remedy = f"name what is called {claim.team}-…, or {_ask('workloadResources')}"
        return f"does not bear the name of team {claim.team}", remedy
    others = (other for other in sorted(claim.teams) if other.startswith(f"{claim.team}-"))
    others = (other for other in others if could_be(other, name))
    return next(((f"could be team {other}'s", longer) for other in others), None)


def _bears(owner: str, name: str) -> bool:
    return name == owner or (name.startswith(owner) and name[len(owner)] in _SEPARATORS)


def _ask(key: str) -> str:
    return f"ask the platform to add it to {key} in its policy"
