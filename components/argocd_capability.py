"""Argo CD on the hub as an EKS Capability: AWS runs its controllers, outside of every cluster.

Owns: the role that they work as, the capability with what it needs on its cluster, and the settings
that it reads there. Not here: the root Application (`argocd.py`), the rights by which the role
deploys (`access.py`), the logs (`capability_logs.py`) and the private endpoint
(`capability_endpoint.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as k8s

from components import conventions, iam, retries
from components.argocd import HEALTH
from components.config_argocd import CapabilityConfig, IdentitiesConfig, RepositoryAccessConfig
from components.ordering import after

NAME = "argocd"
"""Of the capability; part of its address."""

ROLE_TOO_NEW = "trust policy for the provided role is invalid"
"""What EKS says of a role that IAM has not told it of yet, for up to half a minute."""

_ARGOCD_OWN = "AmazonEKSArgoCDPolicy"
_ARGOCD_CLUSTER = "AmazonEKSArgoCDClusterPolicy"


def capability_role_args(
    config: CapabilityConfig,
    *,
    account_id: str,
    cluster_name: str,
    permissions_boundary: str | None = None,
) -> iam.ServiceRoleArgs:
    """The role of the capability: it reads repositories that AWS holds the key to, if any.

    It assumes no other role: every cluster knows this one by an access entry.
    """
    reads = repository_reads(config.repository_access)
    return iam.ServiceRoleArgs(
        role_name=conventions.capability_role_name(cluster_name),
        # Without the account, another customer's capability could use the role. The capability's
        # own ARN is documented nowhere as aws:SourceArn, and does not exist yet.
        trust=iam.service_trust(
            conventions.CAPABILITY_SERVICE,
            {"StringEquals": {"aws:SourceAccount": account_id}},
            tag_session=True,
        ),
        permissions=iam.Permissions(policy=iam.policy(*reads) if reads else None),
        permissions_boundary=permissions_boundary,
    )


def repository_reads(access: RepositoryAccessConfig) -> list[iam.Statement]:
    """One statement for each kind of repository; none for public ones.

    https://docs.aws.amazon.com/eks/latest/userguide/capability-role.html
    """
    reads: list[iam.Statement] = []
    if access.code_connections:
        actions = ["codeconnections:GetConnection", "codeconnections:UseConnection"]
        reads.append(iam.allow(actions, access.code_connections))
    if access.ecr_repositories:
        reads.append(iam.allow(["ecr:GetAuthorizationToken"], ["*"]))
        actions = ["BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"]
        reads.append(iam.allow([f"ecr:{action}" for action in actions], access.ecr_repositories))
    if access.secrets:
        actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
        reads.append(iam.allow(actions, access.secrets))
    return reads


@dataclass(frozen=True, kw_only=True)
class ArgoCdCapabilityArgs:
    """The capability's configuration, the cluster it belongs to, and who it is there."""

    config: CapabilityConfig
    region: str
    cluster_name: pulumi.Input[str]
    principal_arn: pulumi.Input[str]
    """Its role, which has an access entry already: the one that EKS would make by itself has no
    Kubernetes group, and could not be given one in the same `pulumi up`."""
    endpoint_ids: Sequence[pulumi.Input[str]]
    """VPC endpoints that alone lead to Argo CD; none: the internet does."""


class ArgoCdCapability(pulumi.ComponentResource):
    """The capability, after the two access policies that it runs by.

    EKS makes namespace and kinds on the cluster. They stay when the capability goes, which must be
    before its cluster does: it is no part of it, and EKS would refuse.
    """

    arn: pulumi.Output[str]
    address: pulumi.Output[str]
    """https URL of Argo CD; known once it runs."""
    namespace: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]
    """What brings Argo CD's own kinds."""

    def __init__(
        self, name: str, args: ArgoCdCapabilityArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:ArgoCdCapability", name, None, opts)
        policies = [
            self._policy(f"{name}-cluster-policy", _ARGOCD_CLUSTER, {"type": "cluster"}, args),
            self._policy(
                f"{name}-own-policy",
                _ARGOCD_OWN,
                {"type": "namespace", "namespaces": [conventions.ARGOCD_NAMESPACE]},
                args,
            ),
        ]
        capability = aws.eks.Capability(
            f"{name}-capability",
            cluster_name=args.cluster_name,
            capability_name=NAME,
            type="ARGOCD",
            role_arn=args.principal_arn,
            delete_propagation_policy="RETAIN",
            configuration={"argo_cd": configuration(args)},
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=policies,
                # A cluster has one of its type.
                delete_before_replace=True,
                hooks=retries.asked_again(f"{name}-role-too-new", when=[ROLE_TOO_NEW]),
            ),
        )
        self.arn = capability.arn
        self.address = capability.configuration.apply(_address)
        self.namespace = after(conventions.ARGOCD_NAMESPACE, [capability])
        self.ready = (capability,)
        self.register_outputs({"arn": self.arn, "address": self.address})

    def _policy(
        self,
        name: str,
        policy: str,
        scope: aws.eks.AccessPolicyAssociationAccessScopeArgsDict,
        args: ArgoCdCapabilityArgs,
    ) -> aws.eks.AccessPolicyAssociation:
        partition = conventions.partition(args.region)
        return aws.eks.AccessPolicyAssociation(
            name,
            cluster_name=args.cluster_name,
            principal_arn=args.principal_arn,
            policy_arn=f"arn:{partition}:eks::aws:cluster-access-policy/{policy}",
            access_scope=scope,
            # Known by what it is of: the old one's deletion would take the new one away.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )


def configuration(
    args: ArgoCdCapabilityArgs,
) -> aws.eks.CapabilityConfigurationArgoCdArgsDict:
    """What EKS is told of Argo CD: where it lives, who logs in as what, who reaches it."""
    center = args.config.identity_center
    told: aws.eks.CapabilityConfigurationArgoCdArgsDict = {
        "namespace": conventions.ARGOCD_NAMESPACE,
        "aws_idc": {"idc_instance_arn": center.instance_arn, "idc_region": center.region},
        "rbac_role_mappings": [
            {"role": role, "identities": identities(people)}
            for role, people in sorted(args.config.role_mappings.items())
        ],
    }
    if args.endpoint_ids:
        told["network_access"] = {"vpce_ids": list(args.endpoint_ids)}
    return told


def identities(
    people: IdentitiesConfig,
) -> list[aws.eks.CapabilityConfigurationArgoCdRbacRoleMappingIdentityArgsDict]:
    """Groups, then users, as EKS wants them."""
    return [
        *({"id": group, "type": "SSO_GROUP"} for group in people.groups),
        *({"id": user, "type": "SSO_USER"} for user in people.users),
    ]


@dataclass(frozen=True, kw_only=True)
class ArgoCdSettingsArgs:
    """Where the capability reads its settings."""

    namespace: pulumi.Input[str]


class ArgoCdSettings(pulumi.ComponentResource):
    """ConfigMap `argocd-cm` for the capability, which ignores in silence what it does not support.

    https://docs.aws.amazon.com/eks/latest/userguide/argocd-configure-settings.html
    """

    ready: Sequence[pulumi.Resource]
    """What the first sync must wait for: without it, waves wait for nothing."""

    def __init__(
        self, name: str, args: ArgoCdSettingsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:ArgoCdSettings", name, None, opts)
        settings = k8s.core.v1.ConfigMap(
            f"{name}-config-map",
            metadata={
                "name": "argocd-cm",
                "namespace": args.namespace,
                # Without the label it is not read.
                "labels": {"app.kubernetes.io/part-of": "argocd"},
            },
            data=HEALTH,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.ready = (settings,)
        self.register_outputs({})


def _address(found: aws.eks.outputs.CapabilityConfiguration | None) -> str:
    argocd = found.argo_cd if found else None
    return (argocd.server_url if argocd else None) or ""
