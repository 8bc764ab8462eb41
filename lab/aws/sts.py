"""STS: AssumeRole that checks, and GetCallerIdentity that knows its caller.

Replaces moto's, where any role of any account may be assumed, existing or not. Owns the protocol's
parameters and errors; the rule is in `trust`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from lab.aws.documents import Document, listed
from lab.aws.errors import ServiceError
from lab.aws.principals import AccessKeys, find_role
from lab.aws.response import LabResponse
from lab.aws.trust import Assumption, DeniedError, assume

_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
# AWS caps a role assumed with another role's credentials at one hour, whatever the role allows.
_CHAINED_LIMIT_SECONDS = 3600
_DEFAULT_SECONDS = 3600
_SHORTEST_SECONDS = 900


class StsResponse(LabResponse):
    """One request to STS; a subclass binds the keys that exist."""

    SERVICE = "sts"
    KEYS: ClassVar[AccessKeys]

    def operations(self) -> Mapping[str, Callable[[], Document]]:
        """What of STS the program, the aws command line and Argo CD call."""
        return {
            "AssumeRole": self._assume_role,
            "GetCallerIdentity": self._get_caller_identity,
        }

    def _get_caller_identity(self) -> Document:
        principal = self.credentials.principal
        return {
            "UserId": principal.user_id,
            "Account": principal.account,
            "Arn": principal.arn,
        }

    def _assume_role(self) -> Document:
        caller = self.credentials.principal
        params: Mapping[str, Any] = self.params
        if params.get("PolicyArns"):
            raise ServiceError(
                "ValidationError", "The lab does not emulate PolicyArns of sts:AssumeRole"
            )
        name, role_arn = str(params["RoleSessionName"]), str(params["RoleArn"])
        if not _SESSION_NAME.fullmatch(name):
            raise ServiceError(
                "ValidationError",
                f"1 validation error detected: Value '{name}' at 'roleSessionName' failed to"
                r" satisfy constraint: Member must satisfy regular expression pattern:"
                r" [\w+=,.@-]*",
            )
        seconds = int(params.get("DurationSeconds") or _DEFAULT_SECONDS)
        wish = Assumption(
            role_arn=role_arn,
            session_name=name,
            external_id=params.get("ExternalId"),
            tags={tag["Key"]: tag["Value"] for tag in listed(params, "Tags")},
            transitive_tags=frozenset(listed(params, "TransitiveTagKeys")),
            session_policy=params.get("Policy"),
        )
        try:
            new = assume(self.KEYS.sessions, caller, wish, timedelta(seconds=seconds))
        except DeniedError as denied:
            raise ServiceError("AccessDenied", str(denied), status=403) from None
        _check_duration(seconds, role_arn, chained=caller.is_session)
        return {
            "Credentials": {
                "AccessKeyId": new.access_key_id,
                "SecretAccessKey": new.secret_access_key,
                "SessionToken": new.session_token,
                "Expiration": new.expiration,
            },
            "AssumedRoleUser": {"AssumedRoleId": new.principal.user_id, "Arn": new.principal.arn},
        }


def _check_duration(seconds: int, role_arn: str, *, chained: bool) -> None:
    role = find_role(role_arn)
    longest = int((role and role.max_session_duration) or _DEFAULT_SECONDS)
    if seconds < _SHORTEST_SECONDS:
        message = f"DurationSeconds must be at least {_SHORTEST_SECONDS}"
    elif chained and seconds > _CHAINED_LIMIT_SECONDS:
        message = (
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by"
            " role chaining"
        )
    elif seconds > longest:
        message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    else:
        return
    raise ServiceError("ValidationError", message)
