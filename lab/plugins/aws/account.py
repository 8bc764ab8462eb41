"""One configured provider: its credentials, identity and boto3 clients.

Owns assuming roles and turning AWS errors into one line. Knows no resource type; the provider's
arguments are read in settings.py. boto3 is imported on first use: the engine waits for a plugin's
port before anything else, and the import takes a third of a second.
"""

import json
import os
import re
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any, cast

from lab.errors import LabError
from lab.plugins.aws.settings import AssumedRole, Settings

_GONE = re.compile(r"NotFound|NoSuch|NonExistent|DoesNotExist")


def is_gone(error: Exception) -> bool:
    """Whether an AWS error says that what was asked for does not exist."""
    return _GONE.search(error_code(error)) is not None


def error_code(error: Exception) -> str:
    """The code of a botocore ClientError, "" for any other exception."""
    response = cast("dict[str, Any]", getattr(error, "response", {}))
    return str(response.get("Error", {}).get("Code", ""))


@contextmanager
def explained() -> Generator[None, None, None]:
    """AWS errors as one line: operation, code, message."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # startup time

    try:
        yield
    except ClientError as error:
        details = cast("dict[str, Any]", error.response)["Error"]
        message = f"{error.operation_name}: {details.get('Code')}: {details.get('Message')}"
        raise LabError(message) from error
    except BotoCoreError as error:
        url = os.environ.get("AWS_ENDPOINT_URL", "AWS")
        raise LabError(f"calling {url}: {error}", "Is the lab up?") from error


class Account:
    """AWS as one provider instance sees it. Safe for threads."""

    def __init__(self, chosen: Settings) -> None:
        self.settings = chosen
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.RLock()

    def client(self, service: str, region: str) -> Any:
        """The boto3 client of a service in a region; made once."""
        from botocore.config import Config  # noqa: PLC0415  # startup time

        with self._lock:
            key = service, region
            if key not in self._clients:
                # 64 calls run at once, each needs a connection of its own.
                config = Config(
                    retries={"max_attempts": 3, "mode": "standard"}, max_pool_connections=64
                )
                self._clients[key] = self._session.client(
                    service, region_name=region, config=config
                )
            return self._clients[key]

    def verify(self) -> None:
        """LabError unless the credentials work and belong to an account that is allowed."""
        allowed = self.settings.allowed_accounts
        if allowed and self.identity["Account"] not in allowed:
            raise LabError(
                f"the AWS credentials are those of account {self.identity['Account']}, "
                f"but allowedAccountIds has only {', '.join(allowed)}",
                "Check the credentials, assumeRoles and the stack",
            )

    @cached_property
    def identity(self) -> Mapping[str, str]:
        """GetCallerIdentity: Account, Arn, UserId."""
        with explained():
            return self.client("sts", self.settings.region).get_caller_identity()

    @property
    def partition(self) -> str:
        return self.identity["Arn"].split(":")[1]

    @cached_property
    def _session(self) -> Any:
        import boto3  # noqa: PLC0415  # startup time

        session: Any = boto3.Session(region_name=self.settings.region)
        for role in self.settings.roles:
            session = self._assumed(session, role)
        return session

    def _assumed(self, base: Any, role: AssumedRole) -> Any:
        """A session with a role's credentials, renewed before they expire."""
        import boto3  # noqa: PLC0415  # startup time
        from botocore.credentials import RefreshableCredentials  # noqa: PLC0415  # startup time
        from botocore.session import Session  # noqa: PLC0415  # startup time

        sts: Any = base.client("sts", region_name=self.settings.region)

        def fresh() -> dict[str, str]:
            try:
                with explained():
                    answer = sts.assume_role(RoleArn=role.arn, RoleSessionName=role.session_name)[
                        "Credentials"
                    ]
            except LabError as error:
                raise LabError(f"cannot assume the role {role.arn}: {error}") from error
            return {
                "access_key": answer["AccessKeyId"],
                "secret_key": answer["SecretAccessKey"],
                "token": answer["SessionToken"],
                "expiry_time": answer["Expiration"].isoformat(),
            }

        inner = cast("Any", Session())
        # botocore offers no public way to hand a session refreshable credentials.
        inner._credentials = cast("Any", RefreshableCredentials).create_from_metadata(
            metadata=fresh(), refresh_using=fresh, method="sts-assume-role"
        )
        return boto3.Session(botocore_session=inner, region_name=self.settings.region)


def policy_text(document: Any) -> str:
    """A policy document as text, whichever way boto3 returned it."""
    return document if isinstance(document, str) else json.dumps(document)
