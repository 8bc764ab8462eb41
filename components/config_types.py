"""What the configuration is built of: scalars with their rules, and what sections share; pure.

Owns: syntax that AWS, Kubernetes or Pulumi ask for, each with the remedy it names. Not here: the
keys (`config.py`, `addon_settings.py`).
"""

import re
from ipaddress import IPv4Network
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationInfo,
)
from pydantic.alias_generators import to_camel

from components import conventions

T = TypeVar("T")

_REGION = r"[a-z]{2}(-[a-z]+)+-\d"
_RFC_1918 = tuple(IPv4Network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_NARROWEST_OF_NOBODY = 8
"""No organisation holds more than a /8: what is wider can only mean everybody."""

LOG_RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827)
"""The retentions that CloudWatch Logs takes (PutRetentionPolicy), up to five years."""


class Section(BaseModel):
    """What every part of the file has in common: no unknown key, no change after reading."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, validate_by_alias=True
    )


def matching(pattern: str, remedy: str) -> AfterValidator:
    """A text that matches `pattern` from end to end; the remedy says what to write instead."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"is not valid; {remedy}")
        return value

    return AfterValidator(check)


def arn_of(service: str, resource: str) -> AfterValidator:
    """The ARN of a regional resource of a service, the part behind the account by a pattern."""
    return matching(
        rf"arn:aws[a-z-]*:{service}:{_REGION}:\d{{12}}:{resource}",
        f"write an ARN, arn:aws:{service}:<region>:<account>:…",
    )


def _written_out(value: object) -> object:
    """Python also takes a number, or true, for a network; nobody means that."""
    if not isinstance(value, str):
        raise ValueError("is not a network; write one such as 10.0.0.0/16")
    return value


def _vpc_cidr(value: IPv4Network) -> IPv4Network:
    if not any(value.subnet_of(net) for net in _RFC_1918):
        raise ValueError("is not private; take a network of 10/8, 172.16/12 or 192.168/16")
    if not 16 <= value.prefixlen <= 20:
        raise ValueError("has the wrong size; take a prefix from /16 to /20")
    return value


def _not_everywhere(value: IPv4Network) -> IPv4Network:
    if value.prefixlen < _NARROWEST_OF_NOBODY:
        raise ValueError("is the internet at large; write publicAccess: internet if that is meant")
    return value


def _somebodys(value: IPv4Network) -> IPv4Network:
    if value.prefixlen < _NARROWEST_OF_NOBODY:
        raise ValueError("is the internet at large; name networks of yours")
    return value


def _retention(value: int) -> int:
    if value not in LOG_RETENTION_DAYS:
        raise ValueError(f"is no retention of CloudWatch; take one of {LOG_RETENTION_DAYS}")
    return value


def unique(values: list[T]) -> list[T]:
    """A list that names nothing twice."""
    if twice := sorted({str(v) for v in values if values.count(v) > 1}):
        raise ValueError(f"names {', '.join(twice)} twice; name each once")
    return values


def _of_the_region(value: str, info: ValidationInfo) -> str:
    """The stack's region comes as context: a sibling's mistake must not hide this one."""
    context: dict[str, Any] = info.context or {}
    region = context.get("region")
    known = isinstance(region, str) and re.fullmatch(_REGION, region)
    if known and value[:-1] != region:
        raise ValueError(f"does not lie in {region}; name a zone such as {region}a")
    return value


AccountId = Annotated[str, matching(r"\d{12}", "write the 12 digits in quotes")]
RoleArn = Annotated[
    str,
    matching(
        r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+",
        "write a role's ARN, arn:aws:iam::<account>:role/<name>",
    ),
]
PrincipalArn = Annotated[
    str,
    matching(
        r"arn:aws[a-z-]*:iam::\d{12}:(role|user)/[\w+=,.@/-]+",
        "write an IAM role's or user's ARN",
    ),
]
Region = Annotated[str, matching(_REGION, "write a region such as eu-west-1")]
ClusterName = Annotated[
    str,
    matching(
        rf"[a-z]([a-z0-9-]{{0,{conventions.CLUSTER_NAME_LENGTH - 2}}}[a-z0-9])?",
        f"take lower-case letters, digits and hyphens, {conventions.CLUSTER_NAME_LENGTH} at most",
    ),
]
Environment = Annotated[
    str, matching(r"[a-z0-9][a-z0-9-]{0,30}", "write a short lower-case name such as dev")
]
"""Also the name of a folder of values, so narrower than a label."""
LabelValue = Annotated[
    str,
    matching(r"([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?", "see the syntax of Kubernetes labels"),
]
LabelKey = Annotated[
    str,
    matching(
        r"([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?",
        "see the syntax of Kubernetes labels",
    ),
]
StackName = Annotated[
    str,
    matching(r"([\w.-]+/){0,2}[\w.-]+", "write <stack>, <project>/<stack> or all with <org>/"),
]
ShortStackName = Annotated[str, matching(r"[\w.-]{1,40}", "write the name of a stack alone")]
"""Part of a role's name, which IAM ends at 64 characters."""
Zone = Annotated[
    str,
    matching(r"[a-z]{2}(-[a-z]+)+-\d[a-z]", "write a zone such as eu-west-1a"),
    AfterValidator(_of_the_region),
]
VpcCidr = Annotated[IPv4Network, BeforeValidator(_written_out), AfterValidator(_vpc_cidr)]
_PublicCidr = Annotated[IPv4Network, BeforeValidator(_written_out), AfterValidator(_not_everywhere)]
PublicAccess = Annotated[
    Annotated[Literal["none", "internet"], Tag("word")]
    | Annotated[list[_PublicCidr], Field(min_length=1), Tag("networks")],
    Discriminator(lambda value: "networks" if isinstance(value, list) else "word"),
]
"""Who reaches the public endpoint; a tagged union, so that a mistake is told of one branch only."""
UNION_BRANCHES = frozenset({"word", "networks"})
"""What pydantic puts into a mistake's place to name the branch of a union."""
Networks = Annotated[
    list[Annotated[IPv4Network, BeforeValidator(_written_out), AfterValidator(_somebodys)]],
    AfterValidator(unique),
]
"""Networks that reach something; never everybody."""
RetentionDays = Annotated[int, AfterValidator(_retention)]
Text = Annotated[str, StringConstraints(min_length=1)]
IdentityCenterArn = Annotated[
    str,
    matching(
        r"arn:aws[a-z-]*:sso:::instance/(sso)?ins-[\w.-]{16}",
        "write the ARN of an instance of IAM Identity Center, arn:aws:sso:::instance/ssoins-…",
    ),
]
IdentityId = Annotated[
    str,
    matching(
        r"([0-9a-f]{10}-)?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
        "write the id of a group or user in Identity Center's identity store, not its name",
    ),
]
HostedZone = Annotated[
    str, matching(r"Z[A-Z0-9]{5,31}", "write the id of a hosted zone of Route 53, as Z0123456789AB")
]
Domain = Annotated[
    str,
    matching(
        r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", "write a domain such as example.com"
    ),
]
BucketName = Annotated[
    str,
    matching(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "write the name of an S3 bucket, not its ARN"),
]
BucketPrefix = Annotated[
    str,
    matching(r"[\w.-]+(/[\w.-]+)*", "write a folder of the bucket, without a slash at its ends"),
]
