"""The provider's arguments, checked and read. Credentials and the endpoint: the environment's."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from lab.errors import LabError
from lab.plugins import wire
from lab.plugins.aws.schema import Kind, Property, failures, listed, section

_ARGUMENTS = (
    Property("region"),
    Property("allowedAccountIds", Kind.LIST),
    Property(
        "assumeRoles",
        Kind.OBJECTS,
        fields=(Property("roleArn", required=True), Property("sessionName")),
    ),
    Property("defaultTags", Kind.OBJECT, fields=(Property("tags", Kind.MAP),)),
)
_SDK_ARGUMENTS = frozenset(
    {"version", "skipCredentialsValidation", "skipMetadataApiCheck", "skipRegionValidation"}
)
"""What the SDK sends unasked, and what means nothing without the internet."""


@dataclass(frozen=True)
class AssumedRole:
    """One link of a provider's chain of roles."""

    arn: str
    session_name: str = "pulumi"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A provider's arguments."""

    region: str
    allowed_accounts: Sequence[str] = ()
    roles: Sequence[AssumedRole] = ()
    default_tags: Mapping[str, str] = field(default_factory=dict[str, str])


def flaws(args: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with a provider's arguments: (path, reason) pairs."""
    return failures(_ARGUMENTS, _plain(args))


def settings(args: Mapping[str, Any]) -> Settings:
    """The settings in a provider's checked arguments; LabError without a region."""
    values = _plain(args)
    region = values.get("region") or os.environ.get("AWS_REGION")
    if not region:
        raise LabError("the aws provider has no region", "Set its region or AWS_REGION")
    roles = listed(values, "assumeRoles")
    return Settings(
        region=region,
        allowed_accounts=listed(values, "allowedAccountIds"),
        roles=[AssumedRole(role["roleArn"], role.get("sessionName") or "pulumi") for role in roles],
        default_tags=section(section(values, "defaultTags"), "tags"),
    )


def _plain(args: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments in their own types: the engine passes everything but text as JSON text."""
    texts = {item.name for item in _ARGUMENTS if item.kind is Kind.TEXT}
    result: dict[str, Any] = {}
    for name, given in args.items():
        value = wire.reveal(given)
        if isinstance(value, str) and name not in texts | _SDK_ARGUMENTS:
            with suppress(ValueError):  # what is no JSON is refused for its kind
                value = wire.reveal(wire.decode_json(value))
        if name not in _SDK_ARGUMENTS:
            result[name] = value
    return result
