"""IAM: policy documents as typed dicts, and the two kinds of role that the program makes.

Owns the shape of policies and trust, and that roles lie under `conventions.ROLE_PATH`. Not here:
what a given workload may do (its own component says so), EKS access entries (access.py), the
actions that may be allowed on everything (iam_unscoped.py), and the names of roles that hub and
spoke must agree on (conventions.py).

Anyone who uses a role's `role_arn` waits for its policies, and is destroyed before they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NotRequired, TypeAlias, TypedDict

import pulumi
import pulumi_aws as aws

from components import conventions
from components.iam_unscoped import UNSCOPED_ACTIONS, UNSCOPED_IF_TAGGED
from components.ordering import after

Values: TypeAlias = pulumi.Input[str] | Sequence[pulumi.Input[str]]
Conditions: TypeAlias = Mapping[str, Mapping[str, Values]]
"""Operator → condition key → accepted values, as {"StringEquals": {"aws:SourceAccount": "…"}}."""

POD_IDENTITY_SERVICE = "pods.eks.amazonaws.com"


class Statement(TypedDict):
    """One statement of a policy; any value may be an Output."""

    Effect: Literal["Allow", "Deny"]
    Action: Sequence[str]
    Principal: NotRequired[Mapping[str, Values]]
    Resource: NotRequired[Values]
    Condition: NotRequired[Conditions]


class PolicyDocument(TypedDict):
    """A policy or a trust, ready for `document_json`."""

    Version: Literal["2012-10-17"]
    Statement: Sequence[Statement]


def policy(*statements: Statement) -> PolicyDocument:
    """A document of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(
    actions: Sequence[str],
    resources: Sequence[pulumi.Input[str]],
    conditions: Conditions | None = None,
) -> Statement:
    """A statement of an identity's policy: these actions on these ARNs, and nothing wider.

    Raises ValueError for "*" as a resource, unless AWS offers nothing narrower for every action.
    """
    known = {*UNSCOPED_ACTIONS, *(UNSCOPED_IF_TAGGED if _tagged(conditions) else ())}
    unscoped = sorted(set(actions) - known)
    if unscoped and any(isinstance(resource, str) and resource == "*" for resource in resources):
        raise ValueError(f"{', '.join(unscoped)} on every resource; name the ARNs")
    statement: Statement = {
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": list(resources),
    }
    if conditions:
        statement["Condition"] = conditions
    return statement


def _tagged(conditions: Conditions | None) -> bool:
    equals = (conditions or {}).get("StringEquals", {})
    return f"aws:RequestTag/{conventions.CLUSTER_TAG}" in equals


def service_trust(
    service: str, conditions: Conditions | None = None, *, tag_session: bool = False
) -> PolicyDocument:
    """Trust in one AWS service, as "ec2.amazonaws.com", under all of the conditions.

    `tag_session` also lets it tag the session: EKS does so for Auto Mode and for Pod Identity.
    """
    statement: Statement = {
        "Effect": "Allow",
        "Action": ["sts:AssumeRole", "sts:TagSession"] if tag_session else ["sts:AssumeRole"],
        "Principal": {"Service": service},
    }
    if conditions:
        statement["Condition"] = conditions
    return policy(statement)


def pod_identity_trust(
    *,
    account_id: str,
    cluster_arn: pulumi.Input[str],
    namespace: str,
    service_accounts: Sequence[str],
) -> PolicyDocument:
    """Trust in EKS Pod Identity for these service accounts of one namespace of one cluster.

    The service's own name would let every association in the account use the role.
    https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
    """
    return service_trust(
        POD_IDENTITY_SERVICE,
        {
            "StringEquals": {
                "aws:SourceAccount": account_id,
                "aws:RequestTag/kubernetes-namespace": namespace,
                "aws:RequestTag/kubernetes-service-account": list(service_accounts),
            },
            "ArnEquals": {"aws:SourceArn": cluster_arn},
        },
        tag_session=True,
    )


def managed_policy_arn(region: str, policy_name: str) -> str:
    """ARN of one of AWS's own policies, by its name with path, as "AmazonEKSClusterPolicy"."""
    return f"arn:{conventions.partition(region)}:iam::aws:policy/{policy_name}"


def document_json(document: PolicyDocument) -> pulumi.Output[str]:
    """The document as IAM takes it; the same document always gives the same text."""
    return pulumi.Output.json_dumps(document, sort_keys=True)


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """What a role may do."""

    managed_policy_arns: Sequence[str] = ()
    policy: PolicyDocument | None = None


@dataclass(frozen=True, kw_only=True)
class ServiceRoleArgs:
    """What a ServiceRole needs."""

    trust: PolicyDocument
    permissions: Permissions
    role_name: str | None = None
    """Fixed only where another stack must know the name; otherwise Pulumi chooses one."""
    permissions_boundary: pulumi.Input[str] | None = None
    """ARN of the policy that bounds whatever the role is given."""


class ServiceRole(pulumi.ComponentResource):
    """A role that an AWS service works as: the role, its attachments and its inline policy."""

    role_arn: pulumi.Output[str]
    role_name: pulumi.Output[str]
    role: pulumi.Output[aws.iam.Role]
    """The role itself, because `pulumi_eks` takes no ARN; its users wait for the policies too."""

    def __init__(
        self, name: str, args: ServiceRoleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:ServiceRole", name, opts=opts)
        role = aws.iam.Role(
            f"{name}-role",
            name=args.role_name,
            path=conventions.ROLE_PATH,
            permissions_boundary=args.permissions_boundary,
            assume_role_policy=document_json(args.trust),
            opts=pulumi.ResourceOptions(parent=self),
        )
        granted = _grant(self, name, role, args.permissions)
        self.role_arn = after(role.arn, granted)
        self.role_name = after(role.name, granted)
        self.role = after(role, granted)
        self.register_outputs({"roleArn": self.role_arn, "roleName": self.role_name})


@dataclass(frozen=True, kw_only=True)
class PodIdentityRoleArgs:
    """What a PodIdentityRole needs."""

    account_id: str
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    namespace: str
    service_accounts: Sequence[str]
    permissions: Permissions
    role_name: str | None = None
    """Fixed only where another stack must know the name, or Pulumi's would be too long for IAM."""
    role_path: str = conventions.ROLE_PATH
    permissions_boundary: pulumi.Input[str] | None = None
    """ARN of the policy that bounds whatever the role is given."""


class PodIdentityRole(pulumi.ComponentResource):
    """A role that named service accounts of one cluster hold by EKS Pod Identity.

    Creates the role, its policies, and after them one association for each service account. Pods
    that run already get the role when they are restarted.
    """

    role_arn: pulumi.Output[str]
    role_name: pulumi.Output[str]
    associations: Sequence[pulumi.Resource]
    """What pods must wait for, or they start without the role."""

    def __init__(
        self, name: str, args: PodIdentityRoleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:PodIdentityRole", name, opts=opts)
        trust = pod_identity_trust(
            account_id=args.account_id,
            cluster_arn=args.cluster_arn,
            namespace=args.namespace,
            service_accounts=args.service_accounts,
        )
        role = aws.iam.Role(
            f"{name}-role",
            name=args.role_name,
            path=args.role_path,
            permissions_boundary=args.permissions_boundary,
            assume_role_policy=document_json(trust),
            opts=pulumi.ResourceOptions(parent=self),
        )
        granted = _grant(self, name, role, args.permissions)
        self.role_arn = after(role.arn, granted)
        self.role_name = after(role.name, granted)
        self.associations = [
            aws.eks.PodIdentityAssociation(
                f"{name}-association-{service_account}",
                cluster_name=args.cluster_name,
                namespace=args.namespace,
                service_account=service_account,
                role_arn=self.role_arn,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for service_account in args.service_accounts
        ]
        self.register_outputs({"roleArn": self.role_arn, "roleName": self.role_name})


def _grant(
    parent: pulumi.Resource, name: str, role: aws.iam.Role, permissions: Permissions
) -> list[pulumi.Resource]:
    opts = pulumi.ResourceOptions(parent=parent)
    granted: list[pulumi.Resource] = [
        aws.iam.RolePolicyAttachment(
            f"{name}-{arn.rpartition('/')[2]}", role=role.name, policy_arn=arn, opts=opts
        )
        for arn in permissions.managed_policy_arns
    ]
    if permissions.policy is not None:
        document = document_json(permissions.policy)
        granted.append(
            aws.iam.RolePolicy(f"{name}-policy", role=role.name, policy=document, opts=opts)
        )
    return granted
