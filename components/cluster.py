"""The EKS control plane and who may enter it; the only file that knows `pulumi_eks`.

Owns: `pulumi_eks.Cluster` with every default explicit, its role, key and log group, the access
entries of people and of the deployer, and the Kubernetes provider. Not here: what computes
(`compute.py`) and what the hub may do (`access.py`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks
import pulumi_kubernetes as k8s

from components import conventions, iam, keys, managed_policies
from components.config import ClusterConfig
from components.config_account import AccountConfig
from components.key_policies import KeyOwner, secrets_policy

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
"""All five of EKS's control-plane logs."""

BuiltinPool: TypeAlias = Literal["general-purpose", "system"]
"""The node pools that EKS Auto Mode brings; they cannot be changed, only left out."""

_ADMIN_POLICY = "AmazonEKSClusterAdminPolicy"


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """The cluster's section of the file, and where it stands."""

    config: ClusterConfig
    account: AccountConfig
    region: str
    logs_key_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Input[list[str]]
    """Where EKS puts its network interfaces; with Auto Mode also where its own pools put nodes."""
    permissions_boundary: str | None = None
    """ARN of what bounds the roles."""
    builtin_pools: Sequence[BuiltinPool]
    """Of Auto Mode; at least one, for then EKS makes the nodes' access entry, which also holds for
    nodes of any other pool that work as the same role."""


class Cluster(pulumi.ComponentResource):
    """A private-by-default control plane with access entries only, and a provider that logs in."""

    cluster_name: pulumi.Output[str]
    cluster_arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    certificate_authority: pulumi.Output[str]
    node_role_name: pulumi.Output[str]
    """Of Auto Mode's nodes; empty where another component brings the nodes."""
    control_plane: pulumi.Resource
    """What in-cluster objects are deleted with, rather than one by one."""
    kubernetes: k8s.Provider
    """Logs in as the deployer. A resource, not a fact: nothing else may build a second one."""

    def __init__(
        self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:Cluster", name, None, opts)
        auto = args.config.compute == "auto"
        policies = managed_policies.CONTROL_PLANE
        policies += managed_policies.CONTROL_PLANE_OF_AUTO_MODE if auto else ()
        role = self._service_role(f"{name}-control-plane", "eks.amazonaws.com", policies, args)
        node_policies = managed_policies.NODES_OF_AUTO_MODE
        nodes = (
            self._service_role(f"{name}-nodes", "ec2.amazonaws.com", node_policies, args)
            if auto
            else None
        )
        self.control_plane = self._control_plane(name, args, role, nodes)
        created = self.control_plane.eks_cluster
        self.cluster_name = created.name
        self.cluster_arn = created.arn
        self.endpoint = created.endpoint
        self.certificate_authority = created.certificate_authority.apply(lambda ca: str(ca.data))
        self.node_role_name = nodes.role_name if nodes else pulumi.Output.from_input("")
        entry = self._administrators(name, args)
        self.kubernetes = k8s.Provider(
            f"{name}-kubernetes",
            kubeconfig=self._kubeconfig(args),
            # A new endpoint or certificate must not replace everything made through the provider.
            cluster_identifier=self.cluster_arn,
            # By default a changed Secret is deleted and made anew: for an Argo CD cluster secret,
            # an outage of every team on that cluster.
            enable_secret_mutable=True,
            enable_config_map_mutable=True,
            # Its objects can only be deleted while the deployer may still enter.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[entry]),
        )
        self.register_outputs(
            {
                "clusterName": self.cluster_name,
                "clusterArn": self.cluster_arn,
                "endpoint": self.endpoint,
                "certificateAuthority": self.certificate_authority,
                "nodeRoleName": self.node_role_name,
            }
        )

    def _service_role(
        self, name: str, service: str, policies: tuple[str, ...], args: ClusterArgs
    ) -> iam.ServiceRole:
        return iam.ServiceRole(
            name,
            iam.ServiceRoleArgs(
                trust=iam.service_trust(service, tag_session=service.startswith("eks.")),
                permissions=iam.Permissions(
                    managed_policy_arns=[iam.managed_policy_arn(args.region, p) for p in policies]
                ),
                permissions_boundary=args.permissions_boundary,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _control_plane(
        self, name: str, args: ClusterArgs, role: iam.ServiceRole, nodes: iam.ServiceRole | None
    ) -> eks.Cluster:
        config = args.config
        key = keys.encryption_key(
            f"{name}-secrets",
            f"Secrets of EKS cluster {config.name}",
            config.name,
            secrets_policy(KeyOwner.of(args.account, args.region), role.role_arn),
            pulumi.ResourceOptions(parent=self, protect=config.deletion_protection),
        )
        # EKS would make the group by itself, without a retention, and leave it behind.
        logs = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=log_group_name(config.name),
            retention_in_days=config.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return eks.Cluster(
            f"{name}-eks",
            name=config.name,
            version=config.version,
            vpc_id=args.vpc_id,
            private_subnet_ids=args.subnet_ids,
            service_role=role.role,
            **_compute(nodes, args.builtin_pools),
            authentication_mode=eks.AuthenticationMode.API,
            endpoint_private_access=True,
            endpoint_public_access=config.public_access != "none",
            public_access_cidrs=_public_cidrs(config),
            encryption_config_key_arn=key.arn,
            enabled_cluster_log_types=list(LOG_TYPES),
            deletion_protection=config.deletion_protection,
            upgrade_policy={"support_type": config.support_type},
            create_oidc_provider=False,
            skip_default_node_group=True,
            skip_default_security_groups=True,
            create_instance_role=False,
            coredns_addon_options={"enabled": False},
            kube_proxy_addon_options={"enabled": False},
            use_default_vpc_cni=True,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=config.deletion_protection,
                depends_on=[logs],
                transforms=[closing_gaps(config)],
            ),
        )

    def _administrators(self, name: str, args: ClusterArgs) -> pulumi.Resource:
        """Access entries of the deployer and of people; returns the deployer's right to enter."""
        deployer = args.account.deployer_role_arn
        for principal in args.config.admins:
            if principal != deployer:
                self._administrator(f"{name}-admin-{_key(principal)}", principal, args)
        return self._administrator(f"{name}-deployer", deployer, args)

    def _administrator(self, name: str, principal: str, args: ClusterArgs) -> pulumi.Resource:
        # Both are known by what they are of: the old one's deletion would take the new one away.
        own = pulumi.ResourceOptions(parent=self, delete_before_replace=True)
        entry = aws.eks.AccessEntry(
            f"{name}-entry",
            cluster_name=self.cluster_name,
            principal_arn=principal,
            type="STANDARD",
            opts=own,
        )
        partition = conventions.partition(args.region)
        return aws.eks.AccessPolicyAssociation(
            f"{name}-policy",
            cluster_name=self.cluster_name,
            principal_arn=entry.principal_arn,
            policy_arn=f"arn:{partition}:eks::aws:cluster-access-policy/{_ADMIN_POLICY}",
            access_scope={"type": "cluster"},
            opts=own,
        )

    def _kubeconfig(self, args: ClusterArgs) -> pulumi.Output[str]:
        """Holds no credential: a token is made when needed, as the deployer."""
        assume = args.account.deployer_role_arn if args.account.assume_deployer_role else ""
        return pulumi.Output.all(
            self.cluster_name, self.endpoint, self.certificate_authority
        ).apply(lambda found: kubeconfig(*found, region=args.region, assume_role_arn=assume))


def log_group_name(cluster: str) -> str:
    """Where EKS writes a cluster's control-plane logs; it takes no other name."""
    return f"/aws/eks/{cluster}/cluster"


def closing_gaps(config: ClusterConfig) -> pulumi.ResourceTransform:
    """Sets on the hidden `aws.eks.Cluster` what `pulumi_eks.Cluster` 4.4 has no argument for."""

    def transform(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.type_ != "aws:eks/cluster:Cluster":
            return None
        hidden: dict[str, Any] = dict(args.props)
        access: dict[str, Any] = hidden["accessConfig"]
        props = hidden | {
            "accessConfig": access | {"bootstrapClusterCreatorAdminPermissions": False},
            "zonalShiftConfig": {"enabled": config.zonal_shift},
        }
        return pulumi.ResourceTransformResult(props=props, opts=args.opts)

    return transform


def kubeconfig(
    cluster: str, endpoint: str, authority: str, *, region: str, assume_role_arn: str
) -> str:
    """A kubeconfig as JSON that logs in by `aws eks get-token`; with no role given, as oneself."""
    arguments = ["eks", "get-token", "--output", "json", "--cluster-name", cluster]
    arguments += ["--region", region]
    arguments += ["--role-arn", assume_role_arn] if assume_role_arn else []
    named = {"cluster": cluster, "user": cluster}
    login = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": arguments,
        "interactiveMode": "Never",
    }
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": cluster,
            "clusters": [
                {
                    "name": cluster,
                    "cluster": {"server": endpoint, "certificate-authority-data": authority},
                }
            ],
            "contexts": [{"name": cluster, "context": named}],
            "users": [{"name": cluster, "user": {"exec": login}}],
        },
        sort_keys=True,
    )


def _compute(nodes: iam.ServiceRole | None, pools: Sequence[BuiltinPool]) -> dict[str, Any]:
    """Auto Mode's three switches are all on or all off; EKS refuses a mixture."""
    if nodes is None:
        return {}
    return {
        "auto_mode": {
            "enabled": True,
            "create_node_role": False,
            "compute_config": {
                "node_pools": list(pools),
                "node_role_arn": nodes.role_arn,
            },
        }
    }


def _public_cidrs(config: ClusterConfig) -> list[str] | None:
    if config.public_access == "none":
        return None
    if config.public_access == "internet":
        return ["0.0.0.0/0"]
    return [str(cidr) for cidr in config.public_access]


def _key(principal: str) -> str:
    """`role-team-admins`: stable when the list is reordered, distinct for a role and a user."""
    return principal.split(":", 5)[5].replace("/", "-")
