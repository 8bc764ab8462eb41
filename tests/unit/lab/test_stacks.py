"""What the lab reads from the committed stack files, and what it refuses."""

from pathlib import Path

import pytest

from lab.exit_codes import MistakeError
from lab.stacks import chosen_spokes, read_fleet, stack_file_paths
from tests.unit.lab.lab_project import HUB, SPOKE, write_project, write_stack


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path / "a project")


def test_spokes_come_up_before_the_hub(root: Path) -> None:
    assert [stack.name for stack in read_fleet(root).stacks] == ["spoke-dev", "hub"]


def test_the_hub_is_found_by_its_role_and_not_by_its_name(root: Path) -> None:
    (root / "Pulumi.hub.yaml").rename(root / "Pulumi.centre.yaml")

    assert read_fleet(root).hub.name == "centre"


def test_only_spokes_that_the_hub_lists_are_part_of_the_fleet(root: Path) -> None:
    write_stack(root, "spoke-prod", SPOKE)

    assert [stack.name for stack in read_fleet(root).spokes] == ["spoke-dev"]


def test_a_spoke_may_be_listed_by_its_full_name(root: Path) -> None:
    write_stack(root, "hub", {**HUB, "spokes": ["organization/eks-hub-spoke/spoke-dev"]})

    assert [stack.name for stack in read_fleet(root).spokes] == ["spoke-dev"]


def test_a_listed_spoke_without_a_file_is_refused_by_name(root: Path) -> None:
    write_stack(root, "hub", {**HUB, "spokes": ["spoke-dev", "spoke-prod"]})

    with pytest.raises(MistakeError, match="lists spokes without a stack file: spoke-prod"):
        read_fleet(root)


@pytest.mark.parametrize("roles", [("spoke", "spoke"), ("hub", "hub")])
def test_there_must_be_exactly_one_hub(root: Path, roles: tuple[str, str]) -> None:
    write_stack(root, "hub", {**HUB, "role": roles[0]})
    write_stack(root, "spoke-dev", {**SPOKE, "role": roles[1]})

    with pytest.raises(MistakeError, match="one hub"):
        read_fleet(root)


def test_a_file_that_is_no_yaml_is_refused_in_one_line(root: Path) -> None:
    (root / "Pulumi.hub.yaml").write_text("config:\n  a: [1\n  b: 2\n")

    with pytest.raises(MistakeError) as refusal:
        read_fleet(root)

    assert refusal.value.message.startswith("Pulumi.hub.yaml is not YAML")
    assert "\n" not in str(refusal.value)


def test_settings_of_deployments_are_no_stacks(root: Path) -> None:
    (root / "Pulumi.hub.deploy.yaml").write_text("settings: {}\n")

    assert [path.name for path in stack_file_paths(root)] == [
        "Pulumi.hub.yaml",
        "Pulumi.spoke-dev.yaml",
    ]


def test_a_missing_key_is_named_with_its_file(root: Path) -> None:
    hub = read_fleet(root).hub

    with pytest.raises(MistakeError, match=r"Pulumi\.hub\.yaml has no cluster\.version"):
        hub.text("cluster", "version")


def test_an_unknown_stack_is_refused_with_the_known_ones(root: Path) -> None:
    with pytest.raises(MistakeError, match=r"no stack hubb\. Choose one of: spoke-dev, hub"):
        read_fleet(root).stack("hubb")


def listed(root: Path, *names: str) -> Path:
    """The project with these spokes on the hub's list, each with a network of its own."""
    for number, name in enumerate(names, start=1):
        network = {"cidr": f"10.{number}.0.0/16", "natGateways": "none"}
        write_stack(root, name, {**SPOKE, "network": network, "cluster": {"name": name}})
    write_stack(root, "hub", {**HUB, "spokes": list(names)})
    return root


@pytest.mark.parametrize(("number", "expected"), [(1, ["a"]), (2, ["a", "b"])])
def test_a_lab_has_the_first_spokes_of_the_hubs_list(
    root: Path, number: int, expected: list[str]
) -> None:
    fleet = read_fleet(listed(root, "a", "b"), number)

    assert [stack.name for stack in fleet.spokes] == expected
    assert fleet.hub.config["spokes"] == expected


def test_a_listed_spoke_keeps_its_full_name_on_the_list(root: Path) -> None:
    full = "organization/eks-hub-spoke/spoke-dev"
    write_stack(root, "hub", {**HUB, "spokes": [full]})

    assert read_fleet(root, 2).hub.config["spokes"] == [full, "spoke-2"]


def test_spokes_beyond_the_list_are_like_its_last_one(root: Path) -> None:
    fleet = read_fleet(listed(root, "a", "b"), 4)

    assert [stack.name for stack in fleet.spokes] == ["a", "b", "spoke-3", "spoke-4"]
    _, last, third, fourth = (dict(stack.config) for stack in fleet.spokes)
    assert third == {
        **last,
        "cluster": {"name": "spoke-3"},
        "network": {"cidr": "10.3.0.0/16", "natGateways": "none"},
    }
    assert fourth["network"] == {"cidr": "10.4.0.0/16", "natGateways": "none"}


def test_a_spoke_is_the_same_however_many_there_are(root: Path) -> None:
    listed(root, "a", "b")

    assert read_fleet(root, 5).spokes[:3] == read_fleet(root, 3).spokes


def test_a_made_up_spoke_takes_no_name_and_no_network_that_is_taken(root: Path) -> None:
    listed(root, "a")
    unlisted = {"cidr": "10.2.0.0/17"}
    write_stack(root, "spoke-2", {**SPOKE, "network": unlisted, "cluster": {"name": "spoke-2"}})

    (_, made_up) = read_fleet(root, 2).spokes

    assert made_up.name == "spoke-3"
    assert made_up.text("network", "cidr") == "10.3.0.0/16"


def test_networks_that_are_not_private_are_not_made_up(root: Path) -> None:
    listed(root, "a")
    write_stack(root, "a", {**SPOKE, "network": {"cidr": "10.254.0.0/16"}})

    assert read_fleet(root, 2).spokes[1].text("network", "cidr") == "10.255.0.0/16"
    with pytest.raises(MistakeError, match="no private network left"):
        read_fleet(root, 3)


def test_a_hub_alone_has_nothing_to_make_others_like(root: Path) -> None:
    write_stack(root, "hub", {**HUB, "spokes": []})

    assert read_fleet(root, 1).spokes == ()
    with pytest.raises(MistakeError, match="lists no spoke"):
        read_fleet(root, 2)


@pytest.mark.parametrize(
    ("asked", "present", "chosen"),
    [(None, None, 1), (2, None, 2), (None, 2, 2), (3, 2, 3), (1, 2, 2)],
)
def test_a_lab_has_as_many_spokes_as_asked_for_and_never_fewer_than_before(
    asked: int | None, present: int | None, chosen: int
) -> None:
    assert chosen_spokes(asked, present) == chosen


def test_a_lab_without_spokes_is_refused() -> None:
    with pytest.raises(MistakeError, match="0 spokes"):
        chosen_spokes(0, None)
