"""Who signs a request: access keys, the users and role sessions behind them.

Owns the sessions that the lab's STS and Pod Identity hand out and the look-up of any access key. It
decides nothing: `trust` says who may become whom, `signature` whether a key really signed.
"""

import secrets
import string
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.iam.models import iam_backends

# moto keeps its global services under the partition's name; the lab emulates the commercial one.
PARTITION = "aws"
# Key ids are 20 characters on AWS; ASIA marks temporary ones.
_TEMPORARY_KEY_PREFIX = "ASIA"
# An expired key must still be told from one that never was.
_KEPT_AFTER_EXPIRY = timedelta(hours=1)
_KEY_LETTERS = string.ascii_uppercase + "234567"


@dataclass(frozen=True, kw_only=True)
class Principal:
    """An identity: an IAM user, or a session of an IAM role."""

    account: str
    arn: str
    """As GetCallerIdentity words it: the user's ARN, or the session's (…:assumed-role/…)."""
    iam_arn: str
    """The user's or role's ARN with its path: what policies and access entries name."""
    unique_id: str
    """AIDA… or AROA…, new whenever a user or role is made again under the same name."""
    session_name: str = ""
    session_tags: Mapping[str, str] = field(default_factory=dict[str, str])
    transitive_tags: frozenset[str] = frozenset()
    session_policy: str | None = None

    @property
    def is_session(self) -> bool:
        """Whether this is a role's session, not a user."""
        return bool(self.session_name)

    @property
    def user_id(self) -> str:
        """UserId as GetCallerIdentity words it."""
        return f"{self.unique_id}:{self.session_name}" if self.is_session else self.unique_id


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """An access key with its secret, and the principal that it speaks for."""

    access_key_id: str
    secret_access_key: str
    principal: Principal
    session_token: str = ""
    expiration: datetime | None = None

    @property
    def expired(self) -> bool:
        """Whether a temporary key has run out."""
        return self.expiration is not None and datetime.now(UTC) >= self.expiration


class Sessions:
    """Every temporary key that was handed out, by its id; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_key: dict[str, Credentials] = {}

    def open(self, principal: Principal, lifetime: timedelta) -> Credentials:
        """New credentials for a role's session."""
        credentials = Credentials(
            access_key_id=_TEMPORARY_KEY_PREFIX
            + "".join(secrets.choice(_KEY_LETTERS) for _ in range(16)),
            secret_access_key=secrets.token_urlsafe(30),
            session_token=secrets.token_urlsafe(96),
            principal=principal,
            expiration=datetime.now(UTC).replace(microsecond=0) + lifetime,
        )
        long_ago = datetime.now(UTC) - _KEPT_AFTER_EXPIRY
        with self._lock:
            self._by_key = {
                key: old
                for key, old in self._by_key.items()
                if old.expiration is None or old.expiration > long_ago
            }
            self._by_key[credentials.access_key_id] = credentials
        return credentials

    def saved(self) -> list[Credentials]:
        """All sessions, to be restored later."""
        with self._lock:
            return list(self._by_key.values())

    def restore(self, sessions: list[Credentials]) -> None:
        """Takes over what `saved` gave."""
        with self._lock:
            self._by_key = {one.access_key_id: one for one in sessions}

    def find(self, access_key_id: str) -> Credentials | None:
        """The session of a key that this STS handed out and that has not been swept since."""
        with self._lock:
            return self._by_key.get(access_key_id)


class AccessKeys:
    """Looks up any access key: role sessions first, then the keys of IAM users in all accounts."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions

    def find(self, access_key_id: str) -> Credentials | None:
        """The credentials behind a key; None when nobody was ever given it."""
        return self.sessions.find(access_key_id) or _user_credentials(access_key_id)


def iam(account: str) -> Any:
    """moto's IAM of one account."""
    return iam_backends[account][PARTITION]


def known_accounts() -> list[str]:
    """Accounts in which anything of IAM exists."""
    return list(iam_backends)


def find_role(role_arn: str) -> Any | None:
    """moto's role with this very ARN (path included), in whichever account; None if absent."""
    return _find(role_arn, "roles")


def find_principal(arn: str) -> Any | None:
    """moto's role or user with this very ARN; None if absent."""
    return _find(arn, "roles") or _find(arn, "users")


def _find(arn: str, kind: str) -> Any | None:
    fields = arn.split(":", 5)
    if len(fields) != 6 or fields[:3] != ["arn", PARTITION, "iam"] or not fields[4].isdigit():
        return None
    return next((x for x in list(getattr(iam(fields[4]), kind).values()) if x.arn == arn), None)


def _user_credentials(access_key_id: str) -> Credentials | None:
    for account in known_accounts():
        key = iam(account).access_keys.get(access_key_id)
        if key is None or not key.user_name or key.status != "Active":
            continue
        user = iam(account).users[key.user_name]
        return Credentials(
            access_key_id=access_key_id,
            secret_access_key=key.secret_access_key,
            principal=Principal(account=account, arn=user.arn, iam_arn=user.arn, unique_id=user.id),
        )
    return None
