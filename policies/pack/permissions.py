"""Rules on permissions: what a role may do in AWS."""

import re
from collections.abc import Iterator, Sequence

from .documents import PERMISSIONS, Statement, permissions
from .rule import Resource, resource_rule, stack_rule

ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/policy:Policy"
ATTACHMENTS = (
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
)
BOUNDARY_CONDITION = "iam:PermissionsBoundary"
BOUNDARY_SUFFIX = "-boundary"
"""Of the name of a policy that is made to be a permissions boundary."""
PROJECT_PATH = "/eks-hub-spoke/"
"""Where the program's deployers may make roles."""
_ATTACHED = ("policyArn", "managedPolicyArns")

_READS = re.compile(r"[a-z0-9-]+:(Describe|Get|List)\w*\*?")
_BROAD = re.compile(r"/(AdministratorAccess|PowerUserAccess|IAMFullAccess|\w+FullAccess)$")
# Conditions that hold a statement on every resource to some of them.
_NARROWING = (
    "aws:RequestTag/",
    "aws:ResourceAccount",
    "aws:ResourceTag/",
    "aws:SourceVpc",
    "ec2:ResourceTag/",
    "eks:clusterName",
    "iam:AWSServiceName",
    "iam:PassedToService",
    BOUNDARY_CONDITION,
    "kms:ViaService",
    "kms:ResourceAliases",
)
_MAKES_IDENTITIES = frozenset(
    {
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
    }
)
"""With one of these a role gives itself, by another role, what it likes; all of them know the
condition. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"""


def _allowed(policy: Resource) -> Iterator[Statement]:
    return (found for found in permissions(policy) if found.allows)


def _granted(policy: Resource) -> Iterator[Statement]:
    """A boundary grants nothing: it is the edge of what may be granted, and has to be wide."""
    return iter(()) if _is_boundary(policy) else _allowed(policy)


def _is_boundary(policy: Resource) -> bool:
    return policy.type == POLICY and str(policy.value("name")).endswith(BOUNDARY_SUFFIX)


@stack_rule(level="mandatory", remedy="Set it as permissionsBoundary, and attach what is needed")
def boundaries_are_not_attached(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """A permissions boundary is attached to nobody: there it would grant all that it bounds."""
    boundaries = {resource.urn for resource in resources if _is_boundary(resource)}
    for holder in resources:
        if holder.type not in (ROLE, *ATTACHMENTS):
            continue
        for path in _ATTACHED:
            named = any(str(arn).endswith(BOUNDARY_SUFFIX) for arn in holder.items(path))
            if named or boundaries & holder.links.get(path, frozenset()):
                yield holder, f"{path}: a boundary"


@resource_rule(ROLE, *PERMISSIONS, level="mandatory", remedy="Name the actions that are needed")
def actions_are_named(policy: Resource) -> Iterator[str]:
    """No action is a wildcard, but for reading."""
    for statement in _granted(policy):
        wild = [a for a in statement.actions if "*" in a and not _READS.fullmatch(a)]
        if wild:
            yield f"{statement.where}: allows {', '.join(wild)}"


@resource_rule(
    ROLE, *PERMISSIONS, level="mandatory", remedy="Name what is allowed instead of what is not"
)
def nothing_is_allowed_by_exclusion(policy: Resource) -> Iterator[str]:
    """NotAction and NotResource allow what AWS will only invent tomorrow."""
    for statement in _allowed(policy):
        excluding = sorted({"NotAction", "NotResource"} & statement.keys)
        if excluding:
            yield f"{statement.where}: {', '.join(excluding)}"


@resource_rule(
    ROLE,
    *PERMISSIONS,
    level="mandatory",
    remedy="Name the ARNs, or add a condition on a tag of the resource",
)
def changes_are_held_to_named_resources(policy: Resource) -> Iterator[str]:
    """What changes something is allowed on named resources; only reading may be on all."""
    for statement in _granted(policy):
        if "*" not in statement.resources or statement.narrowed_by(*_NARROWING):
            continue
        changing = [a for a in statement.actions if not _READS.fullmatch(a)]
        if changing:
            yield f"{statement.where}: allows {', '.join(changing)} on *"


@resource_rule(
    ROLE, *PERMISSIONS, level="mandatory", remedy="Name the roles, by ARN or by the project's path"
)
def roles_are_passed_by_name(policy: Resource) -> Iterator[str]:
    """Who may pass any role to a service has the rights of the strongest one."""
    for statement in _allowed(policy):
        if "iam:PassRole" not in statement.actions:
            continue
        wide = [arn for arn in statement.resources if arn == "*" or arn.endswith(":role/*")]
        if wide:
            yield f"{statement.where}: iam:PassRole on {', '.join(wide)}"


@resource_rule(
    ROLE,
    *PERMISSIONS,
    level="mandatory",
    remedy=f"Add a condition on {BOUNDARY_CONDITION}, so that what it makes stays below a boundary",
)
def makers_of_roles_are_bounded(policy: Resource) -> Iterator[str]:
    """Who may make roles, or widen them, may do so only under a permissions boundary."""
    found = list(permissions(policy))
    denied = {
        action
        for statement in found
        if not statement.allows and statement.narrowed_by(BOUNDARY_CONDITION)
        for action in statement.actions
    }
    for statement in found:
        free = sorted(_MAKES_IDENTITIES & set(statement.actions) - denied)
        if statement.allows and free and not statement.narrowed_by(BOUNDARY_CONDITION):
            yield f"{statement.where}: {', '.join(free)} without a boundary"


@resource_rule(
    ROLE, level="mandatory", remedy="Set permissionsBoundary to one of the account's boundaries"
)
def roles_of_the_project_are_bounded(role: Resource) -> Iterator[str]:
    """A role under the project's path has a permissions boundary: no deployer made it free."""
    under = str(role.value("path")).startswith(PROJECT_PATH)
    if under and not role.value("permissionsBoundary"):
        yield f"path: {role.value('path')} without a permissionsBoundary"


@resource_rule(
    ROLE, *ATTACHMENTS, level="mandatory", remedy="Attach a policy with what is really needed"
)
def no_policy_for_everything_is_attached(holder: Resource) -> Iterator[str]:
    """AWS's policies for administrators and of full access are nobody's."""
    for path in _ATTACHED:
        for arn in holder.items(path):
            if isinstance(arn, str) and _BROAD.search(arn):
                yield f"{path}: {arn}"


@resource_rule(
    "aws:iam/accessKey:AccessKey",
    "aws:iam/user:User",
    "aws:iam/userLoginProfile:UserLoginProfile",
    level="mandatory",
    remedy="Let people come by Identity Center and programs by a role",
)
def nobody_has_a_key_that_stays(identity: Resource) -> Iterator[str]:
    """No IAM users: their keys are valid until somebody thinks of them."""
    yield f"{identity.type.rpartition(':')[2]}: a credential without an end"
