"""The network of a cluster in each of its modes: what is made, tagged and closed, and the order."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.network import NatMode, nat_zones
from tests.unit.components.networks import KINDS, MODES, USERS, ZONES, network
from tests.unit.engine import Run
from tests.unit.sdk_types import findings

A, B, C = ZONES

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
ROUTE = "aws:ec2/route:Route"
TABLE = "aws:ec2/routeTable:RouteTable"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
NAT = "aws:ec2/natGateway:NatGateway"


def subnets_tagged(key: str) -> dict[str, str]:
    return {
        node.name: node.inputs["tags"][key]
        for node in network().of(SUBNET)
        if key in node.inputs["tags"]
    }


@pytest.mark.parametrize("mode", MODES)
def test_every_input_is_of_the_sdks_types(mode: NatMode) -> None:
    assert findings(network(mode)) == []


def test_the_vpc_resolves_and_gives_names() -> None:
    """Without both, private DNS of endpoints and nodes' names do not work."""
    vpc = network().only(VPC).inputs
    assert (vpc["enableDnsSupport"], vpc["enableDnsHostnames"]) == (True, True)


def test_each_zone_has_three_subnets_at_the_planned_addresses() -> None:
    placed = {
        n.name: (n.inputs["availabilityZone"], n.inputs["cidrBlock"]) for n in network().of(SUBNET)
    }
    assert placed == {
        "net-public-eu-west-1a": (A, "10.0.32.0/21"),
        "net-public-eu-west-1b": (B, "10.0.96.0/21"),
        "net-private-eu-west-1a": (A, "10.0.0.0/19"),
        "net-private-eu-west-1b": (B, "10.0.64.0/19"),
        "net-control-plane-eu-west-1a": (A, "10.0.40.0/28"),
        "net-control-plane-eu-west-1b": (B, "10.0.104.0/28"),
    }


def test_nothing_gets_a_public_address_on_launch() -> None:
    assert {node.inputs["mapPublicIpOnLaunch"] for node in network().of(SUBNET)} == {False}


def test_internet_facing_load_balancers_find_public_subnets_and_only_those() -> None:
    assert subnets_tagged("kubernetes.io/role/elb") == {
        "net-public-eu-west-1a": "1",
        "net-public-eu-west-1b": "1",
    }


def test_internal_load_balancers_find_private_subnets_and_only_those() -> None:
    assert subnets_tagged("kubernetes.io/role/internal-elb") == {
        "net-private-eu-west-1a": "1",
        "net-private-eu-west-1b": "1",
    }


def test_karpenter_finds_private_subnets_and_only_those() -> None:
    assert subnets_tagged("karpenter.sh/discovery") == {
        "net-private-eu-west-1a": "hub",
        "net-private-eu-west-1b": "hub",
    }


def test_what_has_a_name_in_the_console_carries_the_clusters() -> None:
    tagged = [node for node in network("none").nodes.values() if "tags" in node.inputs]
    assert {node.inputs["tags"]["Name"].partition("-")[0] for node in tagged} == {"hub"}


def test_the_default_security_group_is_closed() -> None:
    group = network().only("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs
    assert (group["ingress"], group["egress"]) == ([], [])


@pytest.mark.parametrize("mode", MODES)
def test_public_subnets_reach_the_internet_gateway_in_every_mode(mode: NatMode) -> None:
    route = network(mode).node("net-public-default-route").inputs
    assert (route["destinationCidrBlock"], route["gatewayId"]) == (
        "0.0.0.0/0",
        "net-internet-gateway-id",
    )


@pytest.mark.parametrize("mode", MODES)
def test_every_subnet_has_its_route_table_in_every_mode(mode: NatMode) -> None:
    """The same in all modes: a change of the mode never takes a subnet's table away."""
    tables = {n.inputs["subnetId"]: n.inputs["routeTableId"] for n in network(mode).of(ASSOCIATION)}
    assert tables == {
        "net-public-eu-west-1a-id": "net-public-routes-id",
        "net-public-eu-west-1b-id": "net-public-routes-id",
        "net-private-eu-west-1a-id": "net-private-routes-eu-west-1a-id",
        "net-private-eu-west-1b-id": "net-private-routes-eu-west-1b-id",
        "net-control-plane-eu-west-1a-id": "net-control-plane-routes-id",
        "net-control-plane-eu-west-1b-id": "net-control-plane-routes-id",
    }


@pytest.mark.parametrize("mode", MODES)
def test_control_plane_subnets_have_no_way_out(mode: NatMode) -> None:
    assert not [
        route.name
        for route in network(mode).of(ROUTE)
        if route.inputs["routeTableId"] == "net-control-plane-routes-id"
    ]


@pytest.mark.parametrize(
    ("mode", "ways_out"),
    [
        ("none", {}),
        ("single", {A: "net-nat-eu-west-1a-id", B: "net-nat-eu-west-1a-id"}),
        ("one-per-az", {A: "net-nat-eu-west-1a-id", B: "net-nat-eu-west-1b-id"}),
    ],
)
def test_private_subnets_go_out_as_the_mode_says(mode: NatMode, ways_out: dict[str, str]) -> None:
    routes = {
        node.inputs["routeTableId"]: node.inputs["natGatewayId"]
        for node in network(mode).of(ROUTE)
        if "natGatewayId" in node.inputs
    }
    assert routes == {f"net-private-routes-{zone}-id": nat for zone, nat in ways_out.items()}


def test_a_nat_gateway_stands_in_its_zones_public_subnet_with_its_own_address() -> None:
    nat = network("one-per-az").node("net-nat-eu-west-1b").inputs
    assert (nat["subnetId"], nat["allocationId"]) == (
        "net-public-eu-west-1b-id",
        "net-nat-address-eu-west-1b-id",
    )


@pytest.mark.parametrize(
    ("mode", "gateways"),
    [
        ("none", []),
        ("single", ["net-nat-eu-west-1a"]),
        ("one-per-az", ["net-nat-eu-west-1a", "net-nat-eu-west-1b"]),
    ],
)
def test_the_addresses_that_others_must_let_in_are_those_of_the_nat_gateways(
    mode: NatMode, gateways: list[str]
) -> None:
    assert network(mode).exports["egress"] == [f"address-of-{nat}" for nat in gateways]


def test_a_nat_gateway_waits_for_the_internet_gateway() -> None:
    assert "net-internet-gateway" in network().only(NAT).depends_on


@pytest.mark.parametrize(
    ("kind", "prerequisites"),
    [
        ("public", {"net-public-default-route", "net-public-association-eu-west-1b"}),
        ("private", {"net-private-association-eu-west-1b", "net-endpoints-s3"}),
        ("control-plane", {"net-control-plane-association-eu-west-1b"}),
    ],
)
def test_whoever_uses_a_subnet_waits_for_its_routes(kind: str, prerequisites: set[str]) -> None:
    assert prerequisites <= network().node(f"user-of-{kind}").depends_on


@pytest.mark.parametrize(
    ("mode", "way_out"),
    [
        ("none", {"net-endpoints-ecr.api", "net-endpoints-sts", "net-endpoints-eks"}),
        ("single", {f"net-private-default-route-{zone}" for zone in (A, B)}),
        ("one-per-az", {f"net-private-default-route-{zone}" for zone in (A, B)}),
    ],
)
def test_nodes_come_after_their_way_to_aws_and_go_before_it(
    mode: NatMode, way_out: set[str]
) -> None:
    assert way_out <= network(mode).node("user-of-private").depends_on


def test_nodes_go_before_the_public_subnets_where_their_load_balancers_stand() -> None:
    associations = {f"net-public-association-{zone}" for zone in (A, B)}
    waited_for = network("none").node("user-of-private").depends_on
    assert {"net-public-default-route", *associations} <= waited_for


def test_ids_come_sorted_by_zone_whatever_the_order_of_the_list() -> None:
    exports = network("single", (B, A)).exports
    assert {kind: exports[kind] for kind in KINDS} == {
        kind: [f"net-{kind}-{A}-id", f"net-{kind}-{B}-id"] for kind in KINDS
    }


@pytest.mark.parametrize("mode", MODES)
def test_reordering_the_zones_changes_nothing(mode: NatMode) -> None:
    def inputs(found: Run) -> dict[str, dict[str, Any]]:
        return {urn: node.inputs for urn, node in found.nodes.items()}

    assert inputs(network(mode, (B, A))) == inputs(network(mode, (A, B)))


@pytest.mark.parametrize("mode", MODES)
def test_a_third_zone_leaves_what_the_first_two_have(mode: NatMode) -> None:
    two, three = network(mode, (A, B)), network(mode, (A, B, C))
    zonal = (SUBNET, TABLE, ASSOCIATION, NAT, ROUTE)
    before = {node.urn: node.inputs for type_ in zonal for node in two.of(type_)}
    assert {urn: three.nodes[urn].inputs for urn in before} == before


def test_a_change_from_one_nat_gateway_to_one_per_zone_only_adds_and_reroutes() -> None:
    single, many = network("single"), network("one-per-az")
    assert set(single.nodes) <= set(many.nodes)
    changed = {n.name for urn, n in single.nodes.items() if many.nodes[urn].inputs != n.inputs}
    assert changed == {"net-private-default-route-eu-west-1b"}


@pytest.mark.parametrize("mode", MODES)
def test_everything_hangs_under_the_component(mode: NatMode) -> None:
    roots = [n.name for n in network(mode).nodes.values() if n.parent == "eks-hub-spoke-test"]
    assert set(roots) == {"net", *USERS}


@pytest.mark.parametrize("mode", MODES)
def test_every_name_starts_with_its_parents(mode: NatMode) -> None:
    """One alias on the component then renames everything below it."""
    below = [n for n in network(mode).nodes.values() if n.name.startswith("net-")]
    assert not [n.name for n in below if not n.name.startswith(f"{n.parent}-")]


@settings(deadline=None)
@given(zones=st.lists(st.sampled_from(ZONES), min_size=2, max_size=3, unique=True))
def test_each_zone_has_at_most_one_way_out_and_through_a_zone_of_the_list(
    zones: list[str],
) -> None:
    for mode in MODES:
        ways_out = nat_zones(mode, zones)
        assert set(ways_out) in (set(), set(zones))
        assert set(ways_out.values()) <= set(zones)


@settings(deadline=None)
@given(zones=st.permutations(ZONES))
def test_the_single_nat_gateway_stays_where_it_is_when_zones_are_reordered(
    zones: list[str],
) -> None:
    assert set(nat_zones("single", zones).values()) == {A}
