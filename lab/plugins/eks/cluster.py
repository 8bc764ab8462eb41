"""`eks:index:Cluster`: the control plane, its roles and its Kubernetes provider.

Children, their names and their inputs are the official plugin's (pulumi-eks 4.4). Which arguments
are taken is arguments.py's.
"""

import json
from typing import Any, cast

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as k8s

from lab.plugins.eks.arguments import Arguments
from lab.plugins.eks.service_role import ServiceRole

_CLUSTER_POLICIES = ("AmazonEKSClusterPolicy",)
_AUTO_MODE_POLICIES = (
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
_NODE_POLICIES = ("AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly")
# Outputs of what is never made here; the official plugin gives empty text for them too.
_ABSENT = (
    "clusterIngressRuleId",
    "defaultNodeGroupAsgName",
    "fargateProfileId",
    "fargateProfileStatus",
    "oidcProviderArn",
    "oidcProviderUrl",
)


class Cluster(pulumi.ComponentResource):
    """One EKS cluster; `outputs` is what the component gives the program."""

    outputs: dict[str, Any]

    def __init__(self, name: str, args: Arguments, opts: pulumi.ResourceOptions) -> None:
        super().__init__("eks:index:Cluster", name, None, opts)
        before: list[pulumi.Resource] = []
        role_arn = self._service_role(name, args, before)
        node_role = self._node_role(name, args, before)
        cluster = aws.eks.Cluster(
            f"{name}-eksCluster",
            role_arn=role_arn,
            **_cluster_inputs(name, args, node_role),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=before,
                ignore_changes=[
                    "accessConfig.bootstrapClusterCreatorAdminPermissions",
                    "bootstrapSelfManagedAddons",
                ],
            ),
        )
        config = pulumi.Output.all(
            cluster.name, cluster.endpoint, cluster.certificate_authority
        ).apply(lambda found: kubeconfig(found[0], found[1], _authority(found[2])))
        config_json = config.apply(json.dumps)
        k8s.Provider(
            f"{name}-eks-k8s",
            kubeconfig=config_json,
            enable_config_map_mutable=args.get("enableConfigMapMutable"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        own_group = cluster.vpc_config.apply(_security_group)
        self.outputs = {
            **dict.fromkeys(_ABSENT, ""),
            "autoModeNodeRoleName": node_role.role.name if node_role else "",
            "clusterSecurityGroupId": own_group,
            "eksCluster": cluster,
            "instanceRoles": [],
            "kubeconfig": config,
            "kubeconfigJson": config_json,
            "nodeSecurityGroupId": own_group,
            "oidcIssuer": cluster.identities.apply(_issuer),
        }
        self.register_outputs(self.outputs)

    def _service_role(
        self, name: str, args: Arguments, before: list[pulumi.Resource]
    ) -> pulumi.Input[str]:
        """The ARN of the control plane's role, ours or the caller's; adds what must exist first."""
        if not args.creates_service_role:
            theirs = pulumi.Output.from_input(args.get("serviceRole"))
            return theirs.apply(lambda role: cast("aws.iam.Role", role).arn)
        role = ServiceRole(
            f"{name}-eksRole",
            "eks.amazonaws.com",
            _CLUSTER_POLICIES + (_AUTO_MODE_POLICIES if args.auto_mode else ()),
            tag_session=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        before += [role.role, *role.attachments]
        return role.role.arn

    def _node_role(
        self, name: str, args: Arguments, before: list[pulumi.Resource]
    ) -> ServiceRole | None:
        """The role of Auto Mode's nodes, unless the caller brings one."""
        if not args.create_node_role:
            return None
        role = ServiceRole(
            f"{name}-nodeRole",
            "ec2.amazonaws.com",
            _NODE_POLICIES,
            tag_session=False,
            opts=pulumi.ResourceOptions(parent=self),
        )
        before += [role.role, *role.attachments]
        return role


def _cluster_inputs(name: str, args: Arguments, node_role: ServiceRole | None) -> dict[str, Any]:
    """The arguments of aws.eks.Cluster, but for its role."""
    key = args.get("encryptionConfigKeyArn")
    inputs = {
        "name": args.get("name"),
        "version": args.get("version"),
        "access_config": {
            "authentication_mode": args.get("authenticationMode"),
            "bootstrap_cluster_creator_admin_permissions": True,
        },
        "bootstrap_self_managed_addons": args.get("bootstrapSelfManagedAddons", not args.auto_mode),
        "deletion_protection": args.get("deletionProtection"),
        "enabled_cluster_log_types": args.get("enabledClusterLogTypes"),
        "encryption_config": key and {"provider": {"key_arn": key}, "resources": ["secrets"]},
        "kubernetes_network_config": _network(args),
        "upgrade_policy": _upgrade_policy(args),
        "vpc_config": _given(
            subnet_ids=_subnets(args),
            endpoint_private_access=args.get("endpointPrivateAccess"),
            endpoint_public_access=args.get("endpointPublicAccess"),
            public_access_cidrs=args.get("publicAccessCidrs"),
        ),
        "tags": _tags(name, args),
    }
    if args.auto_mode:
        inputs["compute_config"] = {
            "enabled": True,
            "node_pools": args.node_pools,
            "node_role_arn": node_role.role.arn if node_role else args.node_role_arn,
        }
        inputs["storage_config"] = {"block_storage": {"enabled": True}}
    return inputs


def _given(**values: Any) -> dict[str, Any]:
    """Those that are not null: inside an object the SDK would send null, which is not absent."""
    return {name: value for name, value in values.items() if value is not None}


def _network(args: Arguments) -> dict[str, Any] | None:
    family, addresses = args.get("ipFamily"), args.get("kubernetesServiceIpAddressRange")
    if not (args.auto_mode or family or addresses):
        return None
    balancing = {"enabled": True} if args.auto_mode else None
    return _given(
        ip_family=family or "ipv4",
        service_ipv4_cidr=addresses,
        elastic_load_balancing=balancing,
    )


def _upgrade_policy(args: Arguments) -> Any:
    policy: Any = args.get("upgradePolicy")
    return policy and pulumi.Output.from_input(policy).apply(
        lambda found: {"support_type": found.get("supportType")}
    )


def _subnets(args: Arguments) -> pulumi.Output[list[str]]:
    """All the subnets that were named, each once."""
    named = [args.get(each, []) for each in ("subnetIds", "publicSubnetIds", "privateSubnetIds")]
    return pulumi.Output.all(*named).apply(
        lambda lists: list(dict.fromkeys(subnet for each in lists for subnet in each))
    )


def _tags(name: str, args: Arguments) -> pulumi.Output[dict[str, str]]:
    given = pulumi.Output.all(args.get("tags", {}), args.get("clusterTags", {}))
    return given.apply(lambda both: {"Name": f"{name}-eksCluster", **both[0], **both[1]})


def _authority(certificate_authority: Any) -> str:
    return str(certificate_authority["data"])


def _security_group(vpc_config: Any) -> str:
    return str(vpc_config["cluster_security_group_id"])


def _issuer(identities: Any) -> str:
    return str(identities[0]["oidcs"][0]["issuer"]).removeprefix("https://")


def kubeconfig(cluster: str, endpoint: str, authority: str) -> dict[str, Any]:
    """A kubeconfig that logs in by the `aws` command line, as whoever runs it."""
    login = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": ["eks", "get-token", "--cluster-name", cluster, "--output", "json"],
    }
    address = {"server": endpoint, "certificate-authority-data": authority}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "aws",
        "clusters": [{"name": "kubernetes", "cluster": address}],
        "contexts": [{"name": "aws", "context": {"cluster": "kubernetes", "user": "aws"}}],
        "users": [{"name": "aws", "user": {"exec": login}}],
    }
