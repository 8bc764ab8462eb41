"""With the rights that a stack gives, all is Synced (test_join.py); with one fewer it is not.

What the hub may do is made by Pulumi on each cluster; here it is changed past it, and given back.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab.fleet_lab import DEV, SERVICE, FleetLab

TEAM = "gamma"
APPLICATION = f"{TEAM}-dev-{DEV}-{SERVICE}"
HUB_ROLE = ("clusterrole", "argocd-hub")
BOUNDARY = {f"hub-{key}.eks-hub-spoke" for key in ("places", "namespaces", "roles", "kinds")}


@pytest.fixture(scope="module")
def team(fleet: FleetLab) -> Iterator[FleetLab]:
    """A team with one service, on one cluster."""
    fleet.onboard(TEAM, {"environment": "dev"})
    yield fleet
    ran = fleet.lab.run("offboard", TEAM)
    assert ran.code == 0, ran.stderr


def without(rules: list[Any], kind: str) -> list[Any]:
    """The rules, reading apart, with one kind fewer."""
    return [
        {**rule, "resources": [each for each in rule["resources"] if each != kind]}
        if "resources" in rule
        else rule
        for rule in rules
    ]


def patch_rules(team: FleetLab, rules: list[Any]) -> None:
    ran = team.kubectl(
        DEV, "patch", *HUB_ROLE, "--type=merge", "--patch", json.dumps({"rules": rules})
    )
    assert ran.code == 0, ran.stderr


def test_every_cluster_holds_argo_cd_to_its_boundary(fleet: FleetLab) -> None:
    for stack in ("hub", DEV):
        assert fleet.names(stack, "validatingadmissionpolicies") >= BOUNDARY
        assert fleet.names(stack, "validatingadmissionpolicybindings") >= BOUNDARY


def test_one_right_fewer_makes_a_sync_fail_and_says_which(team: FleetLab) -> None:
    rules: list[Any] = team.lab.kubectl(DEV, "get", *HUB_ROLE)["rules"]
    patch_rules(team, without(rules, "services"))
    try:
        ran = team.kubectl(DEV, "delete", "service", SERVICE, "--namespace", f"{TEAM}-dev")
        assert ran.code == 0, ran.stderr
        # The message has the kind in quotes, which `said` escapes as JSON does.
        lacking = json.dumps('resource "services" in API group')[1:-1]
        team.wait_until_refused(APPLICATION, lacking)
    finally:
        patch_rules(team, rules)
    team.wait(
        lambda: team.names(DEV, "services", "--namespace", f"{TEAM}-dev") == {SERVICE},
        "the service to be back",
    )
