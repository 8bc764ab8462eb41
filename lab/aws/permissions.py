"""What an identity's own policies allow: inline, attached and group policies, boundary, session.

Reads moto's IAM. Not here: trust policies (`trust`) and the language itself (`policy`).
"""

from collections.abc import Mapping
from typing import Any

from lab.aws.policy import Decision, Request, evaluate
from lab.aws.principals import Principal, find_principal, iam


def identity_decision(
    principal: Principal, action: str, resource: str, context: Mapping[str, str]
) -> Decision:
    """What the principal's own policies say; a boundary or session policy can only take away."""
    owner = find_principal(principal.iam_arn)
    if owner is None or owner.id != principal.unique_id:
        return Decision.NOTHING  # removed, or made again by the same name: the session has nothing
    request = Request(action=action, resource=resource, context=context)
    decisions = [evaluate(_attached(owner), request)]
    boundary = _document(principal.account, getattr(owner, "permissions_boundary_arn", None))
    decisions += [
        evaluate([limit], request) for limit in (boundary, principal.session_policy) if limit
    ]
    if Decision.DENY in decisions:
        return Decision.DENY
    return Decision.NOTHING if Decision.NOTHING in decisions else Decision.ALLOW


def _attached(owner: Any) -> list[str]:
    """All policy documents of a role or user, as JSON text."""
    holders = [owner]
    if not hasattr(owner, "assume_role_policy_document"):
        holders += iam(owner.account_id).get_groups_for_user(owner.name)
    return [
        document
        for holder in holders
        for document in (
            *holder.policies.values(),
            *(_default_version(policy) for policy in holder.managed_policies.values()),
        )
    ]


def _document(account: str, policy_arn: str | None) -> str | None:
    policy = iam(account).managed_policies.get(policy_arn) if policy_arn else None
    return _default_version(policy) if policy is not None else None


def _default_version(policy: Any) -> str:
    return next(v.document for v in policy.versions if v.version_id == policy.default_version_id)
