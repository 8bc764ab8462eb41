"""Who may assume a role: its trust policy and the caller's own policies together.

Owns the rule of sts:AssumeRole and sts:TagSession for users, role sessions and AWS services. Opens
no session by itself other than through `assume`, and speaks no protocol (`sts`, `pod_identity`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lab.aws.permissions import identity_decision
from lab.aws.policy import Decision, Request, condition_context, evaluate
from lab.aws.principals import PARTITION, Credentials, Principal, Sessions, find_role

ASSUME_ROLE = "sts:AssumeRole"
TAG_SESSION = "sts:TagSession"


@dataclass(frozen=True, kw_only=True)
class Service:
    """An AWS service that assumes a role for somebody's resource."""

    name: str
    """For example pods.eks.amazonaws.com."""
    source_account: str
    source_arn: str


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """A wish to become a role."""

    role_arn: str
    session_name: str
    external_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    transitive_tags: frozenset[str] = frozenset()
    session_policy: str | None = None


class DeniedError(Exception):
    """The caller may not do `action` on the role; a role that does not exist reads the same."""

    def __init__(self, caller: Principal | Service, action: str, role_arn: str) -> None:
        who = caller.name if isinstance(caller, Service) else caller.arn
        super().__init__(
            f"User: {who} is not authorized to perform: {action} on resource: {role_arn}"
        )
        self.action = action


def assume(
    sessions: Sessions, caller: Principal | Service, wish: Assumption, lifetime: timedelta
) -> Credentials:
    """Credentials of a new session of the role, or DeniedError.

    Transitive tags of the caller's session come along, as AWS hands them from role to role.
    """
    inherited: dict[str, str] = {}
    if isinstance(caller, Principal):
        inherited = {k: v for k, v in caller.session_tags.items() if k in caller.transitive_tags}
    tags = {**wish.tags, **inherited}
    role = find_role(wish.role_arn)
    for action in (ASSUME_ROLE, TAG_SESSION) if tags else (ASSUME_ROLE,):
        if role is None or not _allowed(caller, action, role, wish, tags):
            raise DeniedError(caller, action, wish.role_arn)
    assert role is not None  # noqa: S101  # the loop has at least one turn; for the type checker
    principal = Principal(
        account=role.account_id,
        arn=f"arn:{PARTITION}:sts::{role.account_id}:assumed-role/{role.name}/{wish.session_name}",
        iam_arn=role.arn,
        unique_id=role.id,
        session_name=wish.session_name,
        session_tags=tags,
        transitive_tags=wish.transitive_tags | inherited.keys(),
        session_policy=wish.session_policy,
    )
    return sessions.open(principal, lifetime)


def trusts(role_arn: str, service: Service, action: str = ASSUME_ROLE) -> bool:
    """Whether a role exists and its trust policy lets an AWS service do this."""
    role = find_role(role_arn)
    wish = Assumption(role_arn=role_arn, session_name=service.name)
    return role is not None and _allowed(service, action, role, wish, {})


def _allowed(
    caller: Principal | Service, action: str, role: Any, wish: Assumption, tags: Mapping[str, str]
) -> bool:
    context = _context(caller, wish, tags)
    document = role.assume_role_policy_document
    names = _names(caller)
    trusted = _trust(document, action, role.arn, names, context)
    if isinstance(caller, Service) or trusted is Decision.DENY:
        return trusted is Decision.ALLOW
    identity = identity_decision(caller, action, role.arn, context)
    if identity is Decision.DENY or trusted is not Decision.ALLOW:
        return False
    if identity is Decision.ALLOW:
        return True
    # In its own account, a principal that the trust policy names needs no policy of its own.
    direct = names - {("AWS", caller.account), ("AWS", _root(caller.account))}
    by_name = _trust(document, action, role.arn, direct, context)
    return caller.account == role.account_id and by_name is Decision.ALLOW


def _trust(
    document: str,
    action: str,
    role_arn: str,
    names: frozenset[tuple[str, str]],
    context: Mapping[str, str],
) -> Decision:
    return evaluate(
        [document], Request(action=action, resource=role_arn, principals=names, context=context)
    )


def _root(account: str) -> str:
    return f"arn:{PARTITION}:iam::{account}:root"


def _names(caller: Principal | Service) -> frozenset[tuple[str, str]]:
    """Every name by which a trust policy may mean the caller."""
    if isinstance(caller, Service):
        return frozenset({("Service", caller.name)})
    aws = {"*", caller.account, _root(caller.account), caller.iam_arn, caller.arn}
    return frozenset(("AWS", name) for name in aws)


def _context(
    caller: Principal | Service, wish: Assumption, tags: Mapping[str, str]
) -> dict[str, str]:
    values: dict[str, str | None] = {
        "sts:ExternalId": wish.external_id,
        "sts:RoleSessionName": wish.session_name,
        **{f"aws:RequestTag/{key}": value for key, value in tags.items()},
    }
    if isinstance(caller, Service):
        values |= {"aws:SourceAccount": caller.source_account, "aws:SourceArn": caller.source_arn}
    else:
        values |= {
            "aws:PrincipalArn": caller.iam_arn,
            "aws:PrincipalAccount": caller.account,
            "aws:userid": caller.user_id,
            **{f"aws:PrincipalTag/{key}": value for key, value in caller.session_tags.items()},
        }
    return condition_context(values)
