"""The address plan: golden for deployed sizes, and its promises as properties."""

from collections.abc import Sequence
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.subnets import SLOTS, SubnetPlanError, ZoneSubnets, plan

LETTERS = "abcd"
ZONES = [f"eu-west-1{letter}" for letter in LETTERS]
GOLDEN = {
    "10.0.0.0/16": {
        "eu-west-1a": ("10.0.0.0/19", "10.0.32.0/21", "10.0.40.0/28"),
        "eu-west-1b": ("10.0.64.0/19", "10.0.96.0/21", "10.0.104.0/28"),
        "eu-west-1c": ("10.0.128.0/19", "10.0.160.0/21", "10.0.168.0/28"),
    },
    "10.20.64.0/18": {
        "eu-west-1a": ("10.20.64.0/21", "10.20.72.0/23", "10.20.74.0/28"),
        "eu-west-1b": ("10.20.80.0/21", "10.20.88.0/23", "10.20.90.0/28"),
        "eu-west-1c": ("10.20.96.0/21", "10.20.104.0/23", "10.20.106.0/28"),
    },
    "172.16.48.0/20": {
        "eu-west-1a": ("172.16.48.0/23", "172.16.50.0/25", "172.16.50.128/28"),
        "eu-west-1b": ("172.16.52.0/23", "172.16.54.0/25", "172.16.54.128/28"),
        "eu-west-1c": ("172.16.56.0/23", "172.16.58.0/25", "172.16.58.128/28"),
    },
}


def blocks(subnets: ZoneSubnets) -> list[IPv4Network]:
    return [subnets.private, subnets.public, subnets.control_plane]


@st.composite
def cidrs(draw: st.DrawFn) -> IPv4Network:
    prefix = draw(st.integers(min_value=16, max_value=20))
    number = draw(st.integers(min_value=0, max_value=2**prefix - 1))
    return IPv4Network((number << (32 - prefix), prefix))


def zone_lists() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(ZONES), min_size=2, max_size=3, unique=True)


@pytest.mark.parametrize("cidr", GOLDEN)
def test_the_layout_never_moves(cidr: str) -> None:
    """Deployed subnets have these addresses; another layout would replace them, nodes and all."""
    laid_out = plan(IPv4Network(cidr), ZONES[:3])
    assert {
        zone: tuple(str(block) for block in blocks(subnets)) for zone, subnets in laid_out.items()
    } == GOLDEN[cidr]


def test_the_documentation_shows_the_layout() -> None:
    page = (Path(__file__).parents[3] / "docs" / "network.md").read_text()
    shown = [block for blocks in GOLDEN["10.0.0.0/16"].values() for block in blocks]
    assert [block for block in shown if f"| {block} |" not in page] == []


def test_the_fourth_letter_has_the_last_slot() -> None:
    """Regions such as ap-northeast-1 (a, c, d) offer letters with a gap."""
    assert plan(IPv4Network("10.0.0.0/16"), [ZONES[0], ZONES[3]])[ZONES[3]] == ZoneSubnets(
        private=IPv4Network("10.0.192.0/19"),
        public=IPv4Network("10.0.224.0/21"),
        control_plane=IPv4Network("10.0.232.0/28"),
    )


def test_a_letter_beyond_d_takes_the_slot_of_the_one_four_before_it() -> None:
    cidr = IPv4Network("10.0.0.0/16")
    late = plan(cidr, ["us-east-1f", "us-east-1c"])["us-east-1f"]
    assert late == plan(cidr, ["us-east-1b", "us-east-1c"])["us-east-1b"]


@settings(deadline=None)
@given(cidr=cidrs(), zones=zone_lists())
def test_no_two_subnets_overlap(cidr: IPv4Network, zones: list[str]) -> None:
    every = [block for subnets in plan(cidr, zones).values() for block in blocks(subnets)]
    assert not [pair for pair in combinations(every, 2) if pair[0].overlaps(pair[1])]


@settings(deadline=None)
@given(cidr=cidrs(), zones=zone_lists())
def test_every_subnet_lies_inside_the_vpc(cidr: IPv4Network, zones: list[str]) -> None:
    every = [block for subnets in plan(cidr, zones).values() for block in blocks(subnets)]
    assert not [block for block in every if not block.subnet_of(cidr)]


@settings(deadline=None)
@given(cidr=cidrs(), zones=zone_lists())
def test_the_private_subnet_is_the_largest_and_an_eighth_of_the_vpc(
    cidr: IPv4Network, zones: list[str]
) -> None:
    for subnets in plan(cidr, zones).values():
        assert subnets.private.num_addresses * 2 * SLOTS == cidr.num_addresses
        assert subnets.private.num_addresses > subnets.public.num_addresses


@settings(deadline=None)
@given(cidr=cidrs(), zones=zone_lists())
def test_the_public_subnet_has_room_for_load_balancers(cidr: IPv4Network, zones: list[str]) -> None:
    """AWS asks for a /27 with 8 free addresses for one; a dozen of them fit into a /25."""
    assert all(subnets.public.prefixlen <= 25 for subnets in plan(cidr, zones).values())


@settings(deadline=None)
@given(cidr=cidrs(), zones=zone_lists())
def test_the_control_plane_has_a_28_of_its_own(cidr: IPv4Network, zones: list[str]) -> None:
    assert {s.control_plane.prefixlen for s in plan(cidr, zones).values()} == {28}


@settings(deadline=None)
@given(cidr=cidrs(), zones=zone_lists())
def test_a_quarter_of_each_zone_stays_free_for_a_second_private_subnet(
    cidr: IPv4Network, zones: list[str]
) -> None:
    every = [block for subnets in plan(cidr, zones).values() for block in blocks(subnets)]
    for slot in cidr.subnets(prefixlen_diff=2):
        last_quarter = list(slot.subnets(prefixlen_diff=2))[-1]
        assert not [block for block in every if block.overlaps(last_quarter)]


@settings(deadline=None)
@given(cidr=cidrs(), data=st.data())
def test_adding_or_removing_a_zone_moves_no_other(cidr: IPv4Network, data: st.DataObject) -> None:
    three = data.draw(st.lists(st.sampled_from(ZONES), min_size=3, max_size=3, unique=True))
    left_out = data.draw(st.sampled_from(three))
    all_three = plan(cidr, three)
    two = plan(cidr, [zone for zone in three if zone != left_out])
    assert two == {zone: all_three[zone] for zone in two}


@settings(deadline=None)
@given(cidr=cidrs(), zones=zone_lists(), data=st.data())
def test_the_order_of_the_zones_does_not_matter(
    cidr: IPv4Network, zones: list[str], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(zones))
    assert list(plan(cidr, shuffled).items()) == list(plan(cidr, zones).items())


@pytest.mark.parametrize(
    ("cidr", "zones", "complaint"),
    [
        ("10.0.0.0/15", ZONES[:2], "10.0.0.0/15 is a /15; choose one from /16 to /20"),
        ("10.0.0.0/21", ZONES[:2], "10.0.0.0/21 is a /21; choose one from /16 to /20"),
        ("10.0.0.0/16", ZONES[:1], "1 availability zones are listed; list 2 or 3"),
        ("10.0.0.0/16", ZONES, "4 availability zones are listed; list 2 or 3"),
        ("10.0.0.0/16", [ZONES[0], ZONES[0]], "eu-west-1a is listed twice; list it once"),
        ("10.0.0.0/16", ["us-east-1a", "us-east-1e"], "us-east-1a and us-east-1e would have"),
        ("10.0.0.0/16", ["eu-west-1", ZONES[0]], "'eu-west-1' is not an availability zone"),
        ("10.0.0.0/16", ["", ZONES[0]], "'' is not an availability zone"),
    ],
)
def test_what_cannot_be_laid_out_is_refused_with_the_remedy(
    cidr: str, zones: Sequence[str], complaint: str
) -> None:
    with pytest.raises(SubnetPlanError) as refused:
        plan(IPv4Network(cidr), zones)
    assert complaint in str(refused.value)
