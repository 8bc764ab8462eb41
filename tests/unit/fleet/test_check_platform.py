"""Mistakes of the platform's own files: stack files and the policy, each with its line."""

import pytest

from fleet.errors import FleetError
from tests.unit.fleet.sample import POLICY, SCHEMA, Sample, team


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "Pulumi.east.yaml",
            "10.0.0.0/16",
            "11.0.0.0/16",
            "Pulumi.east.yaml:9: network.cidr: '11.0.0.0/16': is not private; "
            "take a network of 10/8, 172.16/12 or 192.168/16",
        ),
        (
            "Pulumi.east.yaml",
            "region: eu",
            "regoin: eu",
            "Pulumi.east.yaml:3: regoin: unknown key; did you mean region?",
        ),
        (
            "Pulumi.east.yaml",
            "role: spoke",
            "role: spike",
            "Pulumi.east.yaml:2: role: 'spike'; write hub, spoke or account",
        ),
        (
            "Pulumi.east.yaml",
            "eu-west-1b",
            "eu-west-2b",
            "Pulumi.east.yaml:10: network.availabilityZones[1]: 'eu-west-2b': does not lie in "
            "eu-west-1; name a zone such as eu-west-1a",
        ),
        (
            "Pulumi.hub.yaml",
            "organization/fleet/west",
            "north",
            "Pulumi.hub.yaml:16: spokes[1]: there is no Pulumi.north.yaml; add it, or take it off",
        ),
        (
            "Pulumi.west.yaml",
            "name: west",
            "name: east",
            "Pulumi.west.yaml:1: cluster.name: east is also the cluster of Pulumi.east.yaml; "
            "name each cluster of the fleet differently",
        ),
    ],
)
def test_a_mistake_in_a_stack_file_is_found(
    project: Sample, file: str, old: str, new: str, says: str
) -> None:
    project.edit(file, old, new)
    assert says in project.mistakes()


def test_without_a_hub_teams_are_checked_as_far_as_can_be(project: Sample) -> None:
    project.remove("Pulumi.hub.yaml")
    project.team("shop", team("shop", clusters="{nobody: knows}", quota="{}"))
    assert [line.partition(";")[0] for line in project.mistakes()] == [
        "Pulumi.yaml:1: one stack must have role: hub, and these have it: none",
        "gitops/teams/shop/team.yaml:8: environments.dev.quota: has no cpu "
        '(cores, as "4" or "500m")',
        "gitops/teams/shop/team.yaml:8: environments.dev.quota: has no memory (as 8Gi)",
        "gitops/teams/shop/team.yaml:8: environments.dev.quota: has no pods",
    ]


def test_settings_of_pulumi_deployments_are_no_stack(project: Sample) -> None:
    project.write("Pulumi.hub.deploy.yaml", "settings: {}")
    assert project.mistakes() == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("syncWindows: {}\n", "", "1: has no syncWindows; add it"),
        ("reservedTeams", "reservedTeam", "7: reservedTeam: unknown key; did you mean reserved"),
        ("[platform]", "platform", '7: reservedTeams: is "platform"; write a list of texts'),
        ("[platform]", "[1]", "7: reservedTeams[0]: 1 is no text; write a text, in quotes"),
        ("{group: apps, kind: StatefulSet}", "StatefulSet", "5: kinds[2]: names no kind; write"),
        (
            '{group: "", kind: Service}',
            "{group: null, kind: Service}",
            "3: kinds[0]: names no kind; write {group: apps",
        ),
        ("memory: 256Gi", "memory: 256GB", '9: capacity.dev.memory: "256GB" is no quantity;'),
        ("memory: 256Gi", "gpus: 4", "9: capacity.dev.gpus: unknown key; known here: cpu, load"),
        ("prod: {", "test: {", "8: capacity: has no prod, of which the fleet has spokes; add what"),
        (
            "syncWindows: {}",
            'syncWindows: {prod: [{kind: never, schedule: "0 0 24 12", duration: 216h, zone: x}]}',
            '11: syncWindows.prod[0].schedule: "0 0 24 12" has 4 fields and not 5; write five',
        ),
        ("syncWindows: {}", "syncWindows: {prod: [{kind: deny}]}", "11: syncWindows.prod[0].dur"),
        ("principals: [", "principals: [1, ", "12: principals[0]: 1 is no text; write a text"),
        ("s3:GetObject", "s3:Get*", "13: workloadActions: 's3:Get*' is no single action; write"),
        ("s3:GetObject", "iam:PassRole", "13: workloadActions: iam:PassRole is of no known serv"),
        ("99999999999", "9", "14: workloadAccounts: '99' is no account; write 12 digits"),
        ("payments: [arn:aws:s3:::ledger/*]", "payments: x", "15: workloadResources.payments: is"),
    ],
)
def test_a_mistake_in_the_policy_is_found(project: Sample, old: str, new: str, says: str) -> None:
    project.edit(POLICY, old, new)
    start = f"{POLICY}:{says}"
    assert start in [line[: len(start)] for line in project.mistakes()]


@pytest.mark.parametrize("content", ["[]", "text"])
def test_a_policy_that_is_no_mapping_is_one_mistake(project: Sample, content: str) -> None:
    project.write(POLICY, content)
    assert project.mistakes() == [
        f"{POLICY}:1: is no mapping; write keys and values, as repositories: []"
    ]


def test_without_a_policy_teams_are_checked_as_far_as_can_be(project: Sample) -> None:
    project.remove(POLICY)
    project.team("shop", team("other"))
    assert [line.partition(": ")[0] for line in project.mistakes()] == [
        f"{POLICY}:1",
        "gitops/teams/shop/team.yaml:1",
    ]


def test_without_the_schema_nothing_is_checked(project: Sample) -> None:
    project.remove(SCHEMA)
    with pytest.raises(FleetError, match="cannot be read"):
        project.mistakes()
