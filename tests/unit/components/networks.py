"""A `Network` as the tests of network, endpoints and flow logs build it, run once a mode."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import pulumi
import pulumi_aws as aws

from components.config import NetworkConfig
from components.network import NatMode, Network, NetworkArgs
from tests.unit.engine import Engine, Node, Run

LOGS_KEY = "arn:aws:kms:eu-west-1:111111111111:key/logs"
ACCOUNT = "111111111111"
ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
MODES: tuple[NatMode, ...] = ("none", "single", "one-per-az")
KINDS = ("public", "private", "control-plane")
USERS = {f"user-of-{kind}" for kind in KINDS}
"""One resource for each kind of subnet, which takes its ids: to see what such a user waits for."""


@cache
def network(mode: NatMode = "single", zones: Sequence[str] = ZONES[:2]) -> Run:
    """Network "net" of cluster "hub", 10.0.0.0/16; the run is shared, so leave it as it is."""
    return Engine(answers=_answers).run(lambda: _program(mode, zones))


def statement(document: str) -> dict[str, Any]:
    """The only statement of a policy."""
    (only,) = json.loads(document)["Statement"]
    return only


def _answers(node: Node, _run: Run) -> dict[str, Any]:
    name = f"{node.name}-1234567"
    arn = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:{name}"
    return {"arn": arn, "name": name, "publicIp": f"address-of-{node.name}"}


def _program(mode: NatMode, zones: Sequence[str]) -> None:
    config = NetworkConfig.model_validate(
        {
            "cidr": "10.0.0.0/16",
            "availabilityZones": list(zones),
            "natGateways": mode,
            "flowLogRetentionDays": 14,
        },
        context={"region": "eu-west-1"},
    )
    args = NetworkArgs(
        config=config,
        account_id=ACCOUNT,
        region="eu-west-1",
        cluster_name="hub",
        logs_key_arn=LOGS_KEY,
    )
    made = Network("net", args)
    ids = (made.public_subnet_ids, made.private_subnet_ids, made.control_plane_subnet_ids)
    for kind, of_kind in zip(KINDS, ids, strict=True):
        pulumi.export(kind, of_kind)
        first = of_kind.apply(lambda values: values[0])
        aws.ec2.Tag(f"user-of-{kind}", resource_id=first, key="user", value=kind)
    pulumi.export("vpc", made.vpc_id)
    pulumi.export("egress", made.egress_addresses)
