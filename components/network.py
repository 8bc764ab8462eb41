"""The network of one cluster: a VPC and all that is needed for nodes to work in it.

Owns the VPC, its subnets, routes and NAT, and the tags by which load balancers and Karpenter find
subnets. Not here: addresses (subnets.py), endpoints of AWS services (endpoints.py), flow logs
(flow_logs.py), security groups of the cluster and its nodes (cluster.py), links between VPCs.

Whoever uses a subnet's id waits for its routes and, for private subnets, for the way out, the
endpoints and the public subnets; and is destroyed before them, so that the last nodes and load
balancers can still be cleaned up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal, cast

import pulumi
import pulumi_aws as aws

from components import endpoints, flow_logs, subnets
from components.config import NetworkConfig
from components.ordering import after

Kind = Literal["public", "private", "control-plane"]
NatMode = Literal["none", "single", "one-per-az"]


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """What a Network needs."""

    config: NetworkConfig
    account_id: str
    region: str
    cluster_name: str
    """Goes into Name tags and into Karpenter's discovery tag."""
    logs_key_arn: pulumi.Input[str]
    permissions_boundary: str | None = None
    """ARN of what bounds the flow logs' role."""


class Network(pulumi.ComponentResource):
    """A VPC with public, private and control-plane subnets in two or three zones.

    Internet-facing load balancers work in every mode: public subnets and the internet gateway are
    always there, and nothing gets a public address on launch. `nat_gateways` decides the way out
    of the private subnets. Control-plane subnets have no route but the VPC's own.
    """

    vpc_id: pulumi.Output[str]
    public_subnet_ids: pulumi.Output[list[str]]
    """One for each zone, sorted by the zone's name, as are the other two."""
    private_subnet_ids: pulumi.Output[list[str]]
    control_plane_subnet_ids: pulumi.Output[list[str]]
    egress_addresses: pulumi.Output[list[str]]
    """Public addresses that the private subnets are seen from; none without NAT gateways."""

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:Network", name, opts=opts)
        self._prefix = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._zones = subnets.plan(args.config.cidr, args.config.availability_zones)
        self._vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=str(args.config.cidr),
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self._tags("vpc"),
            opts=self._child,
        )
        self._close_default_security_group()
        self._log_flows()

        public = self._subnets("public", {"kubernetes.io/role/elb": "1"})
        private = self._subnets(
            "private",
            {
                "kubernetes.io/role/internal-elb": "1",
                "karpenter.sh/discovery": args.cluster_name,
            },
        )
        control_plane = self._subnets("control-plane", {})

        gateway, public_routes = self._public_routes(public)
        tables, private_routes = self._private_routes(private)
        nats = self._nats(public, gateway)
        ways_out = self._nat_routes(tables, nats)
        services = self._endpoints(tables, private)

        self.vpc_id = self._vpc.id
        self.egress_addresses = pulumi.Output.all(*[nat.public_ip for nat in nats.values()])
        self.public_subnet_ids = _ids(public, public_routes)
        # Public ones too: what runs on nodes makes and removes the load balancers that stand there.
        self.private_subnet_ids = _ids(
            private, [*private_routes, *ways_out, *services, *public_routes]
        )
        self.control_plane_subnet_ids = _ids(
            control_plane, self._control_plane_routes(control_plane)
        )
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "publicSubnetIds": self.public_subnet_ids,
                "privateSubnetIds": self.private_subnet_ids,
                "controlPlaneSubnetIds": self.control_plane_subnet_ids,
                "egressAddresses": self.egress_addresses,
            }
        )

    def _tags(self, thing: str, functional: Mapping[str, str] | None = None) -> dict[str, str]:
        return {"Name": f"{self._args.cluster_name}-{thing}", **(functional or {})}

    def _subnets(self, kind: Kind, functional: Mapping[str, str]) -> dict[str, aws.ec2.Subnet]:
        return {
            zone: aws.ec2.Subnet(
                f"{self._prefix}-{kind}-{zone}",
                vpc_id=self._vpc.id,
                availability_zone=zone,
                cidr_block=str(_block(kind, blocks)),
                map_public_ip_on_launch=False,
                tags=self._tags(f"{kind}-{zone}", functional),
                opts=self._child,
            )
            for zone, blocks in self._zones.items()
        }

    def _close_default_security_group(self) -> None:
        aws.ec2.DefaultSecurityGroup(
            f"{self._prefix}-default-security-group",
            vpc_id=self._vpc.id,
            ingress=[],
            egress=[],
            tags=self._tags("default-closed"),
            opts=self._child,
        )

    def _log_flows(self) -> None:
        flow_logs.FlowLogs(
            f"{self._prefix}-flow-logs",
            flow_logs.FlowLogsArgs(
                vpc_id=self._vpc.id,
                account_id=self._args.account_id,
                region=self._args.region,
                retention_days=self._args.config.flow_log_retention_days,
                key_arn=self._args.logs_key_arn,
                display_name=f"{self._args.cluster_name}-flow-logs",
                permissions_boundary=self._args.permissions_boundary,
            ),
            self._child,
        )

    def _route_table(self, thing: str) -> aws.ec2.RouteTable:
        return aws.ec2.RouteTable(
            f"{self._prefix}-{thing}",
            vpc_id=self._vpc.id,
            tags=self._tags(thing),
            opts=self._child,
        )

    def _associate(
        self, kind: Kind, zone: str, subnet: aws.ec2.Subnet, table: aws.ec2.RouteTable
    ) -> pulumi.Resource:
        return aws.ec2.RouteTableAssociation(
            f"{self._prefix}-{kind}-association-{zone}",
            subnet_id=subnet.id,
            route_table_id=table.id,
            opts=self._child,
        )

    def _public_routes(
        self, public: Mapping[str, aws.ec2.Subnet]
    ) -> tuple[aws.ec2.InternetGateway, list[pulumi.Resource]]:
        gateway = aws.ec2.InternetGateway(
            f"{self._prefix}-internet-gateway",
            vpc_id=self._vpc.id,
            tags=self._tags("internet-gateway"),
            opts=self._child,
        )
        table = self._route_table("public-routes")
        default = aws.ec2.Route(
            f"{self._prefix}-public-default-route",
            route_table_id=table.id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=gateway.id,
            opts=self._child,
        )
        associations = [self._associate("public", z, s, table) for z, s in public.items()]
        return gateway, [default, *associations]

    def _control_plane_routes(
        self, control_plane: Mapping[str, aws.ec2.Subnet]
    ) -> list[pulumi.Resource]:
        table = self._route_table("control-plane-routes")
        return [self._associate("control-plane", z, s, table) for z, s in control_plane.items()]

    def _private_routes(
        self, private: Mapping[str, aws.ec2.Subnet]
    ) -> tuple[dict[str, aws.ec2.RouteTable], list[pulumi.Resource]]:
        # A table for each zone in every mode: changing the mode then changes routes alone, and
        # no subnet is ever without a table.
        tables = {zone: self._route_table(f"private-routes-{zone}") for zone in private}
        return tables, [self._associate("private", z, s, tables[z]) for z, s in private.items()]

    def _nats(
        self, public: Mapping[str, aws.ec2.Subnet], gateway: aws.ec2.InternetGateway
    ) -> dict[str, aws.ec2.NatGateway]:
        zones = sorted(set(nat_zones(self._args.config.nat_gateways, list(public)).values()))
        return {zone: self._nat(zone, public[zone], gateway) for zone in zones}

    def _nat_routes(
        self, tables: Mapping[str, aws.ec2.RouteTable], nats: Mapping[str, aws.ec2.NatGateway]
    ) -> list[pulumi.Resource]:
        zone_of_nat = nat_zones(self._args.config.nat_gateways, list(tables))
        return [
            aws.ec2.Route(
                f"{self._prefix}-private-default-route-{zone}",
                route_table_id=tables[zone].id,
                destination_cidr_block="0.0.0.0/0",
                nat_gateway_id=nats[nat_zone].id,
                opts=self._child,
            )
            for zone, nat_zone in zone_of_nat.items()
        ]

    def _nat(
        self, zone: str, subnet: aws.ec2.Subnet, gateway: aws.ec2.InternetGateway
    ) -> aws.ec2.NatGateway:
        address = aws.ec2.Eip(
            f"{self._prefix}-nat-address-{zone}",
            domain="vpc",
            tags=self._tags(f"nat-{zone}"),
            opts=self._child,
        )
        return aws.ec2.NatGateway(
            f"{self._prefix}-nat-{zone}",
            allocation_id=address.id,
            subnet_id=subnet.id,
            tags=self._tags(f"nat-{zone}"),
            # AWS refuses a NAT gateway in a VPC whose internet gateway is not attached yet, and
            # refuses to detach one while an address behind it is in use.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[gateway]),
        )

    def _endpoints(
        self,
        tables: Mapping[str, aws.ec2.RouteTable],
        private: Mapping[str, aws.ec2.Subnet],
    ) -> Sequence[pulumi.Resource]:
        has_way_out = self._args.config.nat_gateways != "none"
        return endpoints.Endpoints(
            f"{self._prefix}-endpoints",
            endpoints.EndpointsArgs(
                vpc_id=self._vpc.id,
                vpc_cidr=str(self._args.config.cidr),
                region=self._args.region,
                cluster_name=self._args.cluster_name,
                route_table_ids=[table.id for table in tables.values()],
                subnet_ids=[subnet.id for subnet in private.values()],
                interface_services=(
                    () if has_way_out else tuple(endpoints.PRIVATE_CLUSTER_SERVICES)
                ),
            ),
            self._child,
        ).endpoints


def nat_zones(mode: NatMode, zones: Sequence[str]) -> dict[str, str]:
    """Zone → the zone whose NAT gateway takes its traffic; empty where there is no way out.

    A single one stands in the first zone by name, so that reordering the list moves nothing.
    """
    match mode:
        case "none":
            return {}
        case "single":
            return dict.fromkeys(zones, min(zones))
        case "one-per-az":
            return {zone: zone for zone in zones}


def _block(kind: Kind, blocks: subnets.ZoneSubnets) -> IPv4Network:
    match kind:
        case "public":
            return blocks.public
        case "private":
            return blocks.private
        case "control-plane":
            return blocks.control_plane


def _ids(
    by_zone: Mapping[str, aws.ec2.Subnet], prerequisites: Sequence[pulumi.Resource]
) -> pulumi.Output[list[str]]:
    ids = pulumi.Output.all(*[subnet.id for subnet in by_zone.values()])
    return after(ids.apply(lambda values: cast(list[str], values)), prerequisites)
