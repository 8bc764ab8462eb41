"""Rules on networks: who gets in, and what is noted of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_network
from typing import Any, cast

from .rule import (
    UNKNOWN,
    Resource,
    is_false,
    is_true,
    resource_rule,
    stack_rule,
    texts,
)

CLUSTER = "aws:eks/cluster:Cluster"
VPC = "aws:ec2/vpc:Vpc"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
WORLD = frozenset({"0.0.0.0/0", "::/0"})
WIDEST_PREFIX = 16
"""Of a network that may reach an API server: no company's own addresses are wider (RFC 1918 has
one such, which is not reachable from outside)."""


def _world(*values: Any) -> list[str]:
    return [address for value in values for address in texts(value) if address in WORLD]


@resource_rule(
    CLUSTER,
    level="mandatory",
    remedy="List your networks in cluster.publicAccess, or write none",
)
def cluster_endpoint_closed_to_the_internet(cluster: Resource) -> Iterator[str]:
    """An API server answers known networks only, not the internet."""
    public = cluster.value("vpcConfig.endpointPublicAccess")
    networks = cluster.value("vpcConfig.publicAccessCidrs")
    # Not set is a public endpoint: AWS's default.
    closed = public is not None and is_false(public)
    if closed or networks is UNKNOWN:
        return
    open_to = _world(networks)
    if not texts(networks):
        yield "vpcConfig.publicAccessCidrs: not set, which is 0.0.0.0/0"
    elif open_to:
        yield f"vpcConfig.publicAccessCidrs: {', '.join(open_to)}"


@resource_rule(
    CLUSTER, level="advisory", remedy="Name the networks that people and pipelines come from"
)
def cluster_endpoint_open_to_small_networks(cluster: Resource) -> Iterator[str]:
    """A network that may reach an API server is no wider than a /16 (IPv6: /32)."""
    for address in texts(cluster.value("vpcConfig.publicAccessCidrs")):
        try:
            network = ip_network(address, strict=False)
        except ValueError:
            continue
        widest = WIDEST_PREFIX if network.version == 4 else 2 * WIDEST_PREFIX
        if address not in WORLD and network.prefixlen < widest:
            yield f"vpcConfig.publicAccessCidrs: {address} has {network.num_addresses} addresses"


@resource_rule(CLUSTER, level="mandatory", remedy="Set endpointPrivateAccess to true")
def cluster_endpoint_answers_inside(cluster: Resource) -> Iterator[str]:
    """Nodes reach their API server inside the VPC, not by way of the internet."""
    if is_false(cluster.value("vpcConfig.endpointPrivateAccess")):
        yield "vpcConfig.endpointPrivateAccess: not true"


@resource_rule(
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    level="mandatory",
    remedy="Name the networks or the security groups that need it; the internet comes in by a"
    " load balancer",
)
def security_groups_closed_to_the_world(group: Resource) -> Iterator[str]:
    """No security group lets the whole internet in."""
    if group.type.endswith(":SecurityGroup"):
        for number, rule in enumerate(group.items("ingress")):
            for address in _world_of(rule):
                yield f"ingress[{number}]: {address}"
    elif group.type.endswith(":SecurityGroupRule"):
        if group.value("type") == "ingress":
            yield from (f"ingress: {address}" for address in _world_of(group.inputs))
    else:
        found = _world(group.value("cidrIpv4"), group.value("cidrIpv6"))
        yield from (f"ingress: {address}" for address in found)


def _world_of(rule: Any) -> list[str]:
    if not isinstance(rule, Mapping):
        return []
    found = cast("Mapping[str, Any]", rule)
    return _world(found.get("cidrBlocks"), found.get("ipv6CidrBlocks"))


@resource_rule(DEFAULT_GROUP, level="mandatory", remedy="Give it no rules at all")
def default_security_groups_are_empty(group: Resource) -> Iterator[str]:
    """What is started without a security group gets the default one, which lets nothing by."""
    for direction in ("ingress", "egress"):
        if group.items(direction):
            yield f"{direction}: has rules"


@stack_rule(
    level="mandatory", remedy="Add an aws.ec2.DefaultSecurityGroup of this VPC, without rules"
)
def vpcs_close_their_default_security_group(
    resources: Sequence[Resource],
) -> Iterator[tuple[Resource, str]]:
    """Each VPC's default security group is taken over, for AWS makes it open to itself."""
    yield from _without(resources, DEFAULT_GROUP, "its default security group is AWS's")


@stack_rule(level="mandatory", remedy="Add an aws.ec2.FlowLog of this VPC")
def vpcs_have_flow_logs(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """What passes in a VPC is noted, so that it can be told after an incident."""
    yield from _without(resources, FLOW_LOG, "it has no flow log")


def _without(
    resources: Iterable[Resource], kind: str, finding: str
) -> Iterator[tuple[Resource, str]]:
    """The VPCs that no resource of the kind belongs to."""
    found = list(resources)
    served = {
        urn for r in found if r.type == kind for urn in r.links.get("vpcId", frozenset[str]())
    }
    for vpc in found:
        if vpc.type == VPC and vpc.urn not in served:
            yield vpc, finding


@resource_rule(FLOW_LOG, level="mandatory", remedy="Set trafficType to ALL")
def flow_logs_note_all_traffic(log: Resource) -> Iterator[str]:
    """A flow log of rejected traffic alone does not show what got through."""
    if log.value("trafficType") not in ("ALL", UNKNOWN):
        yield f"trafficType: {log.value('trafficType')}"


@resource_rule(
    "aws:ec2/subnet:Subnet",
    level="mandatory",
    remedy="Leave it out: load balancers and NAT gateways bring their own addresses",
)
def subnets_give_no_public_addresses(subnet: Resource) -> Iterator[str]:
    """Nothing gets a public address only by being started in a subnet; nodes least of all."""
    if is_true(subnet.value("mapPublicIpOnLaunch")):
        yield "mapPublicIpOnLaunch: true"


@resource_rule(
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    level="advisory",
    remedy="Set privateDnsEnabled, else programs go round it by the internet",
)
def endpoints_answer_by_the_services_name(endpoint: Resource) -> Iterator[str]:
    """An interface endpoint answers by the service's own name."""
    interface = endpoint.value("vpcEndpointType") == "Interface"
    # Its names are set up by EKS with the capability, and the switch is not for it.
    # https://docs.aws.amazon.com/eks/latest/userguide/argocd-private-access.html
    if str(endpoint.value("serviceName")).endswith(".eks-capabilities"):
        return
    if interface and is_false(endpoint.value("privateDnsEnabled")):
        yield "privateDnsEnabled: not true"
