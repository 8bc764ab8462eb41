"""What hub and spoke have in common: provider, log key, network, cluster, nodes, add-on roles.

Owns: the order of these and the values that flow between them. Not here: what makes a cluster a hub
(`hub.py`) or a spoke (`spoke.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components import addons, cluster_labels, conventions
from components.cluster import BuiltinPool, Cluster, ClusterArgs, log_group_name
from components.compute import SystemNodes, SystemNodesArgs
from components.config import HubConfig, SpokeConfig, StackConfig
from components.config_account import AccountStackConfig
from components.contracts import Facts, Registration
from components.key_policies import KeyOwner
from components.keys import LogsKey, LogsKeyArgs
from components.network import Network, NetworkArgs
from components.ordering import after
from components.place import Place
from components.preview_access import PreviewAccess, PreviewAccessArgs


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """A cluster that stands, and how to put things on it."""

    aws_provider: aws.Provider
    cluster: Cluster
    facts: Facts
    network: Network
    logs_key_arn: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]
    """Nodes and DNS, where EKS does not bring them by itself."""

    def in_cluster(self) -> pulumi.ResourceOptions:
        """For what lives in the cluster: made through its provider, gone when the cluster is."""
        return pulumi.ResourceOptions(
            providers=[self.aws_provider, self.cluster.kubernetes],
            deleted_with=self.cluster.control_plane,
        )


def build(config: HubConfig | SpokeConfig, builtin_pools: Sequence[BuiltinPool]) -> Foundation:
    """Network, cluster, nodes and add-on roles of one stack, in its own account and region."""
    name, account = config.cluster.name, config.account
    provider = aws_provider(config)
    own = pulumi.ResourceOptions(providers=[provider])
    logs_key = _logs_key(config, own)
    network = _network(config, logs_key, own)
    auto = config.cluster.compute == "auto"
    cluster = Cluster(
        f"{name}-cluster",
        ClusterArgs(
            config=config.cluster,
            account=account,
            region=config.region,
            logs_key_arn=logs_key.arn,
            vpc_id=network.vpc_id,
            # Auto Mode's own pools launch nodes in the cluster's subnets: a /28 holds none.
            subnet_ids=network.private_subnet_ids if auto else network.control_plane_subnet_ids,
            builtin_pools=builtin_pools,
            permissions_boundary=boundary(config),
        ),
        opts=own,
    )
    nodes = None if auto else _system_nodes(config, cluster, network, own)
    node_role_name = nodes.node_role_name if nodes else cluster.node_role_name
    roles = addons.AddonRoles(
        f"{name}-addon",
        addons.AddonRolesArgs(
            addons=config.addons,
            settings=config.addon_settings,
            place=Place(
                account=account.id,
                region=config.region,
                cluster=name,
                node_role_name=node_role_name,
            ),
            cluster_arn=cluster.cluster_arn,
            permissions_boundary=boundary(config),
        ),
        opts=own,
    )
    facts = Facts(
        aws_cluster_name=name,
        aws_account_id=account.id,
        aws_region=config.region,
        aws_partition=conventions.partition(config.region),
        aws_vpc_id=network.vpc_id,
        aws_node_role_name=node_role_name,
        addons=roles.facts,
    )
    built = Foundation(
        aws_provider=provider,
        cluster=cluster,
        facts=facts,
        network=network,
        logs_key_arn=logs_key.arn,
        ready=nodes.ready if nodes else (),
    )
    _let_previews_in(config, built)
    return built


def boundary(config: HubConfig | SpokeConfig) -> str | None:
    """ARN of what bounds every role of the platform on the stack; the account's stack makes it."""
    if not config.account.boundary:
        return None
    return conventions.boundary_arn(config.account.id, config.region, conventions.PLATFORM_BOUNDARY)


def aws_provider(config: StackConfig) -> aws.Provider:
    """The stack's own provider: one account, one region, and never the ambient profile's."""
    account = config.account
    # Not a dict: nested arguments of a provider travel as JSON, and a dict keeps its own keys.
    deployer = (
        [
            aws.ProviderAssumeRoleArgs(
                role_arn=account.deployer_role_arn, session_name=conventions.PROJECT
            )
        ]
        if account.assume_deployer_role
        else []
    )
    return aws.Provider(
        "aws",
        region=config.region,
        allowed_account_ids=[account.id],
        assume_roles=deployer,
        default_tags={"tags": tags(config)},
    )


def tags(config: StackConfig) -> dict[str, str]:
    """Tags of everything the stack makes."""
    if isinstance(config, AccountStackConfig):
        return conventions.account_tags(config.tags)
    return conventions.tags(
        cluster=config.cluster.name, environment=config.environment, extra=config.tags
    )


def registration(
    config: HubConfig | SpokeConfig,
    built: Foundation,
    access: Sequence[pulumi.Resource],
    access_role_arn: pulumi.Input[str] = "",
) -> Registration:
    """The cluster as Argo CD is to know it, once `access` lets it in; the hub needs no role."""
    return Registration(
        cluster_name=config.cluster.name,
        cluster_arn=built.cluster.cluster_arn,
        endpoint=after(built.cluster.endpoint, access),
        certificate_authority=built.cluster.certificate_authority,
        access_role_arn=access_role_arn,
        labels=cluster_labels.labels(config),
        annotations=built.facts.annotations(),
    )


def export_access(config: HubConfig | SpokeConfig, built: Foundation) -> None:
    """What a person needs to get in, and the addresses that others must let in."""
    command = f"aws eks update-kubeconfig --name {config.cluster.name} --region {config.region}"
    if config.account.assume_deployer_role:
        deployer = config.account.deployer_role_arn
        # The one role reads the cluster's address now, the other logs in later: both are the same.
        command += f" --assume-role-arn {deployer} --role-arn {deployer}"
    pulumi.export("cluster_name", built.cluster.cluster_name)
    pulumi.export("cluster_endpoint", built.cluster.endpoint)
    pulumi.export("update_kubeconfig_command", command)
    pulumi.export("egress_addresses", built.network.egress_addresses)


def stack_outputs(name: str) -> Mapping[str, Any]:
    """Outputs of a stack by its full name; raises at once if there is no such stack.

    A StackReference alone would fail later, in the engine's words and not in ours.
    """
    found = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": name})
    return found.value["outputs"]


def _let_previews_in(config: HubConfig | SpokeConfig, built: Foundation) -> None:
    if config.account.preview_role_arn is not None:
        PreviewAccess(
            f"{config.cluster.name}-preview-access",
            PreviewAccessArgs(
                cluster_name=built.cluster.cluster_name,
                principal_arn=config.account.preview_role_arn,
            ),
            opts=built.in_cluster(),
        )


def _logs_key(config: HubConfig | SpokeConfig, opts: pulumi.ResourceOptions) -> LogsKey:
    name = config.cluster.name
    return LogsKey(
        f"{name}-logs",
        LogsKeyArgs(
            owner=KeyOwner.of(config.account, config.region),
            cluster_name=name,
            # Pulumi makes up the end of the second name, and the key comes before the group.
            groups=(
                log_group_name(name),
                f"{name}-network-flow-logs-group-*",
                *_managed_argocds_group(config),
            ),
            protect=config.cluster.deletion_protection,
        ),
        opts=opts,
    )


def _managed_argocds_group(config: HubConfig | SpokeConfig) -> tuple[str, ...]:
    managed = isinstance(config, HubConfig) and config.argocd.mode == "capability"
    return (conventions.capability_log_group(config.cluster.name),) if managed else ()


def _network(
    config: HubConfig | SpokeConfig, logs_key: LogsKey, opts: pulumi.ResourceOptions
) -> Network:
    return Network(
        f"{config.cluster.name}-network",
        NetworkArgs(
            config=config.network,
            account_id=config.account.id,
            region=config.region,
            cluster_name=config.cluster.name,
            logs_key_arn=logs_key.arn,
            permissions_boundary=boundary(config),
        ),
        opts=opts,
    )


def _system_nodes(
    config: HubConfig | SpokeConfig,
    cluster: Cluster,
    network: Network,
    opts: pulumi.ResourceOptions,
) -> SystemNodes:
    return SystemNodes(
        f"{config.cluster.name}-nodes",
        SystemNodesArgs(
            config=config.cluster.nodes,
            account_id=config.account.id,
            region=config.region,
            cluster_name=cluster.cluster_name,
            cluster_arn=cluster.cluster_arn,
            kubernetes_version=config.cluster.version,
            subnet_ids=network.private_subnet_ids,
            tags=tags(config),
            permissions_boundary=boundary(config),
        ),
        opts=opts,
    )
