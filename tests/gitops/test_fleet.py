"""Fleets from the root Application down to every object on every cluster."""

from collections.abc import Sequence

import pytest

from tests.gitops.checks import mistakes
from tests.gitops.clusters import Fleet, changed_fleet
from tests.gitops.fleet import Rendered, render, sources
from tests.gitops.helm import Helm
from tests.gitops.names import GOLDEN, names
from tests.gitops.programs import world_of
from tests.gitops.schemas import WITHOUT_SCHEMA, Kubeconform
from tests.gitops.strict_yaml import manifests
from tests.gitops.tree import GITOPS, addon_sets, charts

pytestmark = pytest.mark.rendered


def applications(found: Sequence[Rendered]) -> list[Rendered]:
    return [each for each in found if each.kind == "Application"]


def test_the_committed_fleet_has_the_names_of_the_golden_file(
    rendered: Sequence[Rendered],
) -> None:
    """Renewed by `python -m tests.gitops.names`."""
    assert names(rendered) == GOLDEN.read_text().splitlines()


def test_nothing_is_wrong_with_the_committed_fleet(
    rendered: Sequence[Rendered], fleet: Fleet, kubeconform: Kubeconform
) -> None:
    assert mistakes(rendered, fleet.clusters, kubeconform) == []


def test_nothing_is_wrong_with_a_fleet_that_has_every_add_on(
    whole_catalogue_rendered: Sequence[Rendered], whole_catalogue: Fleet, kubeconform: Kubeconform
) -> None:
    assert mistakes(whole_catalogue_rendered, whole_catalogue.clusters, kubeconform) == []


@pytest.mark.parametrize("spokes", [[], ["spoke-dev"]], ids=["no-spoke", "one-spoke"])
def test_teams_may_ask_for_clusters_that_are_not_there(
    spokes: list[str], helm: Helm, kubeconform: Kubeconform
) -> None:
    """A lab has one spoke, a new fleet none; the rest of a team's file waits for its clusters."""
    small = changed_fleet({}, {spoke: {} for spoke in spokes})
    found = render(world_of(small, helm), small.handed_over)
    assert mistakes(found, small.clusters, kubeconform) == []
    assert {each.cluster for each in found} == {"", "hub", *spokes}


def test_every_chart_of_this_repository_is_rendered(
    whole_catalogue_rendered: Sequence[Rendered],
) -> None:
    """One that no fleet here uses is checked by nobody."""
    used = {
        source.get("path")
        for each in applications(whole_catalogue_rendered)
        for source in sources(each.manifest)
    }
    paths = [str(chart.relative_to(GITOPS.parent)) for chart in charts(GITOPS)]
    assert [path for path in paths if path not in used] == []


def test_the_default_project_is_locked(rendered: Sequence[Rendered]) -> None:
    """Argo CD makes it open to everything, and makes it again when it is gone."""
    (locked,) = [each.manifest["spec"] for each in rendered if each.name == "default"]
    lists = ("sourceRepos", "sourceNamespaces", "destinations", "clusterResourceWhitelist")
    assert {key: locked[key] for key in lists} == {key: [] for key in lists}


def test_the_platforms_chart_repositories_are_those_of_the_add_ons() -> None:
    """One that no add-on needs any more is a way in."""
    (values,) = manifests(GITOPS / "projects" / "values.yaml")
    upstreams = {
        source["repoURL"].split('default "')[1].split('"')[0]
        for path in addon_sets(GITOPS)
        for appset in manifests(path)
        for source in appset["spec"]["template"]["spec"]["sources"]
        if "chart" in source
    }
    assert sorted(values["chartRepositories"]) == sorted(upstreams)


def test_every_kind_that_nobody_checks_is_there(
    whole_catalogue_rendered: Sequence[Rendered],
) -> None:
    kinds = {f"{each.manifest['apiVersion']}/{each.kind}" for each in whole_catalogue_rendered}
    assert WITHOUT_SCHEMA.keys() - kinds == set()
