"""What the lab reads from the committed stack files, and what it refuses."""

from pathlib import Path

import pytest

from lab.exit_codes import MistakeError
from lab.stacks import read_fleet, stack_file_paths
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
