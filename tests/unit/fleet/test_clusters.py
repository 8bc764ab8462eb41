"""The fleet as stack files describe it: names, labels, and which clusters teams may land on."""

from fleet import clusters
from fleet.clusters import Fleet
from tests.unit.fleet.sample import Sample


def _fleet(project: Sample) -> Fleet:
    fleet, mistakes = clusters.read(project.root)
    assert mistakes == []
    assert fleet is not None
    return fleet


def test_spokes_are_those_that_the_hub_lists_in_its_order(project: Sample) -> None:
    project.edit("Pulumi.hub.yaml", "east, organization/fleet/west", "organization/fleet/west")
    assert [spoke.name for spoke in _fleet(project).spokes] == ["west"]


def test_the_hub_is_never_chosen_although_it_has_the_labels(project: Sample) -> None:
    fleet = _fleet(project)
    assert fleet.hub.has({"region": "eu-west-1"})
    assert [spoke.name for spoke in fleet.matching({"region": "eu-west-1"})] == ["east", "west"]


def test_all_labels_must_match(project: Sample) -> None:
    labels = {"environment": "dev", "team-clusters": "true"}
    assert [spoke.name for spoke in _fleet(project).matching(labels)] == ["east"]
    assert _fleet(project).matching({**labels, "environment": "prod"}) == ()


def test_no_team_chooses_by_the_switch_of_an_addon(project: Sample) -> None:
    """A cluster would be lost with its add-on; Argo CD does not hand those labels to teams."""
    (east, _) = _fleet(project).spokes
    assert east.labels["team-clusters"] == "true"
    assert [key for key in east.labels if key.startswith("enable_")] == []


def test_what_is_empty_in_a_stack_file_was_not_written(project: Sample) -> None:
    """The engine hands a value over for every key that Pulumi.yaml declares."""
    project.edit("Pulumi.west.yaml", "{name: west}", '{name: west}\n  eks-hub-spoke:tenant: ""')
    assert _fleet(project).spokes[1].labels["tenant"] == "platform"
