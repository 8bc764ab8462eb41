"""Where a cluster's subnets lie in its VPC: pure arithmetic, held by a golden test.

Owns the address plan and its stability. Owns no resource (network.py) and does not judge whether
a CIDR is private or free in the company's network, nor whether a zone exists in a region
(config.py).

The VPC is cut into four equal slots. A zone's slot comes from the last letter of its own name
(a, e → 0; b, f → 1; c, g → 2; d, h → 3) and from nothing else, so a zone's addresses do not
depend on which other zones are listed, in which order, or when they were added. The price is that
one slot stays free for good (two with two zones), and that two zones whose letters share a slot
cannot be used together; no region but us-east-1 goes beyond letter d.

Inside a slot, shown for 10.0.0.0/16 and zone a:

    10.0.0.0/19    private         half of the slot: nodes, pods, internal load balancers
    10.0.32.0/21   public          an eighth: internet-facing load balancers, NAT gateways
    10.0.40.0/28   control plane   EKS's own network interfaces, nothing else
    10.0.40.16 …   reserved        for more small subnets (transit gateway attachments, firewalls)
    10.0.48.0/20   reserved        a quarter: a second private subnet when the first is full
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

WIDEST_PREFIX = 16
"""AWS's largest VPC block.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
"""
NARROWEST_PREFIX = 20
"""Still leaves 507 usable addresses in a private subnet and 123 in a public one; each application
load balancer wants eight free addresses in each of its subnets.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
"""
FEWEST_ZONES = 2
"""EKS refuses a cluster whose subnets lie in fewer zones.

https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
"""
MOST_ZONES = 3
SLOT_BITS = 2
SLOTS = 2**SLOT_BITS
CONTROL_PLANE_PREFIX = 28
"""EKS wants six free addresses in each subnet that it is given, and a /28 has eleven.

https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
"""


class SubnetPlanError(ValueError):
    """The CIDR or the zones cannot be laid out; the message names the value and the remedy."""


@dataclass(frozen=True, kw_only=True)
class ZoneSubnets:
    """The three subnets of one availability zone."""

    public: IPv4Network
    private: IPv4Network
    control_plane: IPv4Network


def plan(cidr: IPv4Network, zones: Sequence[str]) -> dict[str, ZoneSubnets]:
    """The subnets of each zone (by its name, as in "eu-west-1a"), sorted by name.

    Raises SubnetPlanError for a CIDR outside /16 to /20, for fewer than two or more than three
    zones, for a zone named twice, and for two zones whose letters share a slot.
    """
    if not WIDEST_PREFIX <= cidr.prefixlen <= NARROWEST_PREFIX:
        raise SubnetPlanError(
            f"the VPC's CIDR {cidr} is a /{cidr.prefixlen}; "
            f"choose one from /{WIDEST_PREFIX} to /{NARROWEST_PREFIX}"
        )
    if not FEWEST_ZONES <= len(zones) <= MOST_ZONES:
        raise SubnetPlanError(
            f"{len(zones)} availability zones are listed; list {FEWEST_ZONES} or {MOST_ZONES}"
        )
    by_slot: dict[int, str] = {}
    for zone in sorted(zones):
        slot = _slot(zone)
        if slot in by_slot:
            raise SubnetPlanError(_clash(by_slot[slot], zone))
        by_slot[slot] = zone
    blocks = list(cidr.subnets(prefixlen_diff=SLOT_BITS))
    return {zone: _lay_out(blocks[slot]) for slot, zone in by_slot.items()}


def _slot(zone: str) -> int:
    letter = zone[-1:]
    if not ("a" <= letter <= "z" and zone[-2:-1].isdigit()):
        raise SubnetPlanError(
            f"{zone!r} is not an availability zone; write a region and one letter, as eu-west-1a"
        )
    return (ord(letter) - ord("a")) % SLOTS


def _clash(first: str, second: str) -> str:
    if first == second:
        return f"availability zone {first} is listed twice; list it once"
    return (
        f"availability zones {first} and {second} would have the same addresses "
        f"(letters {SLOTS} apart share a slot); replace one of them"
    )


def _lay_out(slot: IPv4Network) -> ZoneSubnets:
    private, rest = slot.subnets(prefixlen_diff=1)
    near, _reserved = rest.subnets(prefixlen_diff=1)
    public, small = near.subnets(prefixlen_diff=1)
    control_plane = next(small.subnets(new_prefix=CONTROL_PLANE_PREFIX))
    return ZoneSubnets(public=public, private=private, control_plane=control_plane)
