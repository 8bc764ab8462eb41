"""Every resource type of the stand-in, by token."""

from lab.plugins.aws.eks_access import AccessEntry, AccessPolicyAssociation, PodIdentityAssociation
from lab.plugins.aws.eks_addons import Addon
from lab.plugins.aws.eks_capabilities import Capability
from lab.plugins.aws.eks_cluster import Cluster
from lab.plugins.aws.eks_nodes import NodeGroup
from lab.plugins.aws.endpoints import FlowLog, VpcEndpoint
from lab.plugins.aws.events import EventRule, EventTarget
from lab.plugins.aws.gateways import Eip, InternetGateway, NatGateway
from lab.plugins.aws.iam import Role, RolePolicy, RolePolicyAttachment
from lab.plugins.aws.iam_oidc import OpenIdConnectProvider
from lab.plugins.aws.iam_policies import Policy
from lab.plugins.aws.kms import Alias, Key
from lab.plugins.aws.launch_templates import LaunchTemplate
from lab.plugins.aws.log_delivery import LogDelivery, LogDeliveryDestination, LogDeliverySource
from lab.plugins.aws.logs import LogGroup
from lab.plugins.aws.network import Subnet, Vpc
from lab.plugins.aws.queues import Queue, QueuePolicy
from lab.plugins.aws.resource_type import ResourceType
from lab.plugins.aws.routing import Route, RouteTable, RouteTableAssociation, Tag
from lab.plugins.aws.security_group_rules import SecurityGroupEgressRule, SecurityGroupIngressRule
from lab.plugins.aws.security_groups import DefaultSecurityGroup, SecurityGroup

_ALL: tuple[type[ResourceType], ...] = (
    *(Vpc, Subnet, InternetGateway, Eip, NatGateway),
    *(RouteTable, Route, RouteTableAssociation, VpcEndpoint, FlowLog, Tag),
    *(SecurityGroup, DefaultSecurityGroup, SecurityGroupIngressRule, SecurityGroupEgressRule),
    *(LaunchTemplate, Role, RolePolicy, RolePolicyAttachment, Policy, OpenIdConnectProvider),
    *(Key, Alias, LogGroup, EventRule, EventTarget, Queue, QueuePolicy),
    *(LogDelivery, LogDeliveryDestination, LogDeliverySource, Capability),
    *(Cluster, NodeGroup, Addon, AccessEntry, AccessPolicyAssociation, PodIdentityAssociation),
)

TYPES: dict[str, ResourceType] = {kind.pulumi_type: kind() for kind in _ALL}
