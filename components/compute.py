"""What runs pods on a cluster without Auto Mode: the system node group and the order around it.

Owns: node role, launch template, node group, and that network add-ons come before and DNS after
the nodes. Not here: Auto Mode, which is a switch of the control plane (`cluster.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from components import addons, iam, managed_policies
from components.config import NodesConfig

UPDATE_PERCENTAGE = 33
"""Of the nodes that an update may take away at once."""


@dataclass(frozen=True, kw_only=True)
class SystemNodesArgs:
    """The nodes' section of the file, and the cluster they join."""

    config: NodesConfig
    account_id: str
    region: str
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    kubernetes_version: str
    subnet_ids: pulumi.Input[Sequence[str]]
    tags: Mapping[str, str]
    """Repeated in the launch template: default tags do not reach what EC2 launches."""
    permissions_boundary: str | None = None
    """ARN of what bounds the roles."""


class SystemNodes(pulumi.ComponentResource):
    """EKS add-ons for the network, a managed node group, and the add-ons that need nodes."""

    node_role_name: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]
    """For those whose pods need nodes, names and volumes."""

    def __init__(
        self, name: str, args: SystemNodesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:SystemNodes", name, None, opts)
        before = self._addons(f"{name}-before", "before-nodes", args, after=())
        role = iam.ServiceRole(
            name,
            iam.ServiceRoleArgs(
                trust=iam.service_trust("ec2.amazonaws.com"),
                permissions=iam.Permissions(
                    managed_policy_arns=[
                        iam.managed_policy_arn(args.region, policy)
                        for policy in managed_policies.NODES
                    ]
                ),
                permissions_boundary=args.permissions_boundary,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        group = self._group(name, args, role, before.installed)
        after = self._addons(f"{name}-after", "after-nodes", args, after=[group])
        self.node_role_name = role.role_name
        self.ready = after.installed
        self.register_outputs({"nodeRoleName": self.node_role_name})

    def _addons(
        self,
        name: str,
        stage: Literal["before-nodes", "after-nodes"],
        args: SystemNodesArgs,
        after: Sequence[pulumi.Resource],
    ) -> addons.EksAddons:
        return addons.EksAddons(
            name,
            addons.EksAddonsArgs(
                stage=stage,
                account_id=args.account_id,
                region=args.region,
                cluster_name=args.cluster_name,
                cluster_arn=args.cluster_arn,
                after=after,
                permissions_boundary=args.permissions_boundary,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _group(
        self,
        name: str,
        args: SystemNodesArgs,
        role: iam.ServiceRole,
        network: Sequence[pulumi.Resource],
    ) -> aws.eks.NodeGroup:
        template = self._launch_template(name, args)
        return aws.eks.NodeGroup(
            f"{name}-group",
            cluster_name=args.cluster_name,
            node_role_arn=role.role_arn,
            subnet_ids=args.subnet_ids,
            version=args.kubernetes_version,
            ami_type=args.config.ami_type,
            instance_types=list(args.config.instance_types),
            scaling_config={
                "min_size": args.config.min_size,
                "max_size": args.config.max_size,
                "desired_size": args.config.min_size,
            },
            update_config={"max_unavailable_percentage": UPDATE_PERCENTAGE},
            node_repair_config={"enabled": True},
            launch_template={
                "id": template.id,
                "version": template.latest_version.apply(str),
            },
            opts=pulumi.ResourceOptions(
                parent=self,
                # A node that starts without a network add-on never becomes ready.
                depends_on=list(network),
                # An autoscaler moves it; the minimum and maximum are ours.
                ignore_changes=["scalingConfig.desiredSize"],
            ),
        )

    def _launch_template(self, name: str, args: SystemNodesArgs) -> aws.ec2.LaunchTemplate:
        kinds = ("instance", "volume", "network-interface")
        return aws.ec2.LaunchTemplate(
            f"{name}-template",
            update_default_version=True,
            # Hop limit 1: pods cannot reach the node's own credentials.
            metadata_options={
                "http_endpoint": "enabled",
                "http_tokens": "required",
                "http_put_response_hop_limit": 1,
            },
            block_device_mappings=[
                {
                    "device_name": "/dev/xvda",
                    "ebs": {
                        "volume_size": args.config.disk_gib,
                        "volume_type": "gp3",
                        "encrypted": "true",
                        "delete_on_termination": "true",
                    },
                }
            ],
            tag_specifications=[
                {"resource_type": kind, "tags": {**args.tags, "Name": name}} for kind in kinds
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
