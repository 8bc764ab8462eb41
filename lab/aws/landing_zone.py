"""What a company has before its first stack: an engineer, in each account an administrator, and
roles of teams' people.

Laid out directly in moto's IAM, as an organization's own tooling would have done before.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from lab.aws.principals import PARTITION, find_role, iam
from lab.errors import LabError

_ROLE = re.compile(rf"arn:{PARTITION}:iam::(\d{{12}}):role(/.*/|/)([\w+=,.@-]+)")
_ADMINISTRATOR = f"arn:{PARTITION}:iam::aws:policy/AdministratorAccess"
_POLICY_NAME = "assume-deployers"
_ROLE_DESCRIPTION = "Administers the account (the lab's landing zone)."
_PEOPLE_DESCRIPTION = "Of a team's people, without a permission in AWS (the lab's landing zone)."
# A working day, as companies allow their administrators; AWS's own default is an hour.
_SESSION_SECONDS = "28800"


def lay_out(wanted: Mapping[str, Any]) -> dict[str, str]:
    """The engineer's access key; users, roles and keys that exist already are kept.

    `wanted` is {"engineer": {"account", "name"}, "administrators": [role ARNs], "people": [role
    ARNs], "deployers": [the roles that stacks of accounts will make]}; the engineer may become each
    of them.
    """
    engineer, administrators = wanted["engineer"], list(wanted["administrators"])
    people = list(wanted.get("people", []))
    user = _user(engineer["account"], engineer["name"])
    for arn in administrators:
        _role(arn, user.arn, _ROLE_DESCRIPTION, [_ADMINISTRATOR])
    for arn in people:
        _role(arn, user.arn, _PEOPLE_DESCRIPTION, [])
    may_become = [*administrators, *wanted["deployers"], *people]
    iam(engineer["account"]).put_user_policy(
        user.name, _POLICY_NAME, _document(_allow_assuming(may_become))
    )
    key = user.access_keys[0]
    return {"access_key_id": key.access_key_id, "secret_access_key": key.secret_access_key}


def owns_role(role: Any) -> bool:
    """Whether a role of moto's was laid out here."""
    return role.description in {_ROLE_DESCRIPTION, _PEOPLE_DESCRIPTION}


def owns_user(user: Any) -> bool:
    """Whether a user of moto's is the engineer."""
    return _POLICY_NAME in user.policies


def _user(account: str, name: str) -> Any:
    backend = iam(account)
    user = backend.users.get(name) or backend.create_user(region_name="us-east-1", user_name=name)
    if not user.access_keys:
        backend.create_access_key(name)
    return user


def _role(arn: str, engineer_arn: str, description: str, policies: Sequence[str]) -> None:
    match = _ROLE.fullmatch(arn)
    if not match:
        raise LabError(f"{arn} is not the ARN of a role")
    account, path, name = match.groups()
    trust = _document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": engineer_arn},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    )
    role = find_role(arn)
    if role is not None:
        role.assume_role_policy_document = trust
        return
    iam(account).create_role(
        role_name=name,
        assume_role_policy_document=trust,
        path=path,
        permissions_boundary=None,
        description=description,
        tags=[],
        max_session_duration=_SESSION_SECONDS,
    )
    for policy in policies:
        iam(account).attach_role_policy(policy, name)


def _allow_assuming(roles: list[str]) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Resource": roles,
    }


def _document(statement: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
