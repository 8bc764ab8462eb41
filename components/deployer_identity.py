"""What a deployer may do to IAM: make roles, always bounded, and hand them to services; pure.

Owns: the actions of IAM that the AWS provider calls for roles and their policies, and what no
deployer may touch. Not here: what bounds the roles (`boundaries.py`).

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from collections.abc import Mapping

from components import conventions, iam, managed_policies
from components.deployer_tags import asked, owned
from components.place import Place

_READS = (
    "GetRole GetRolePolicy ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies"
)
_CHANGES = "DeleteRole TagRole UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription"
_SERVICES = (
    "ec2.amazonaws.com",
    "eks.amazonaws.com",
    "pods.eks.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
)
"""To whom a role may be handed."""

_LINKED_ROLES: Mapping[str, str] = {
    "eks.amazonaws.com": "AWSServiceRoleForAmazonEKS",
    "eks-nodegroup.amazonaws.com": "AWSServiceRoleForAmazonEKSNodegroup",
}
"""Roles of AWS itself, which it makes for the account's first cluster and first node group."""


def reads(place: Place) -> list[iam.Statement]:
    """The program's roles."""
    return [iam.allow(_iam(_READS), _roles(place))]


def writes(place: Place) -> list[iam.Statement]:
    """Makes roles of this cluster with a boundary and never without; AWS's own policies by name."""
    bounded = {"iam:PermissionsBoundary": boundaries(place)}
    ours = owned(place)["StringEquals"]
    named = [iam.managed_policy_arn(place.region, name) for name in managed_policies.ALL]
    attached: iam.Conditions = {
        "StringEquals": {**ours, **bounded},
        "ArnEquals": {"iam:PolicyARN": named},
    }
    roles = _roles(place)
    return [
        iam.allow(
            ["iam:CreateRole"], roles, {"StringEquals": {**asked(place)["StringEquals"], **bounded}}
        ),
        iam.allow(["iam:TagRole"], roles, {**asked(place), "StringEqualsIfExists": ours}),
        iam.allow(_iam(_CHANGES), roles, owned(place)),
        iam.allow(
            _iam("DeleteRolePolicy PutRolePermissionsBoundary PutRolePolicy"),
            roles,
            {"StringEquals": {**ours, **bounded}},
        ),
        iam.allow(_iam("AttachRolePolicy DetachRolePolicy"), roles, attached),
        iam.allow(
            ["iam:PassRole"], roles, {"StringEquals": {"iam:PassedToService": list(_SERVICES)}}
        ),
        *_linked_roles(place),
    ]


def denials(place: Place) -> list[iam.Statement]:
    """What no deployer may change, whatever else is allowed one day: what it is held by."""
    changes = ["Add", "Attach", "Create", "Delete", "Detach", "Put", "Remove", "Set", "Tag"]
    changes += ["Untag", "Update"]
    own = (conventions.deployer_role_name("*"), conventions.preview_role_name("*"))
    held = [
        *(place.global_arn("iam", f"role/{name}") for name in own),
        place.global_arn("iam", f"policy{conventions.ROLE_PATH}*"),
        place.global_arn("iam", "oidc-provider/*"),
    ]
    return [
        {"Effect": "Deny", "Action": [f"iam:{verb}*" for verb in changes], "Resource": held},
        {"Effect": "Deny", "Action": ["iam:DeleteRolePermissionsBoundary"], "Resource": ["*"]},
    ]


def boundaries(place: Place) -> list[str]:
    """ARNs of the two policies of which every role has one."""
    names = (conventions.PLATFORM_BOUNDARY, conventions.WORKLOAD_BOUNDARY)
    return [conventions.boundary_arn(place.account, place.region, name) for name in names]


def _linked_roles(place: Place) -> list[iam.Statement]:
    return [
        iam.allow(
            ["iam:CreateServiceLinkedRole"],
            [place.global_arn("iam", f"role/aws-service-role/{service}/{name}")],
            {"StringEquals": {"iam:AWSServiceName": service}},
        )
        for service, name in _LINKED_ROLES.items()
    ]


def _roles(place: Place) -> list[str]:
    """By the cluster's name, which workloads' have not; whose role it is, its tag says for sure."""
    paths = [
        f"{conventions.ROLE_PATH}{place.cluster}-*",
        f"{conventions.ACCESS_ROLE_PATH}{place.cluster}-*",
        f"{conventions.WORKLOAD_ROLE_PATH}*",
    ]
    return [place.global_arn("iam", f"role{path}") for path in paths]


def _iam(actions: str) -> list[str]:
    return [f"iam:{action}" for action in actions.split()]
