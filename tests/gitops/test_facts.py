"""What Pulumi promises Argo CD and what ApplicationSets use is the same, in both directions."""

import json
import re
from collections.abc import Sequence

import pytest

from tests.gitops.clusters import Fleet
from tests.gitops.facts import FOR_OTHERS, for_others, used_annotations, used_labels
from tests.gitops.fleet import Rendered
from tests.gitops.strict_yaml import Manifest, manifests
from tests.gitops.tree import GITOPS, addon_sets

pytestmark = pytest.mark.rendered


@pytest.fixture(scope="module")
def appsets(whole_catalogue_rendered: Sequence[Rendered]) -> list[Manifest]:
    """Every ApplicationSet, as it reaches the hub."""
    return [each.manifest for each in whole_catalogue_rendered if each.kind == "ApplicationSet"]


def unpromised(appset: Manifest, fleet: Fleet) -> list[str]:
    """What a set reads that no cluster secret ever has."""
    facts = {fact for each in fleet.clusters for fact in each.annotations}
    labels = {label for each in fleet.clusters for label in each.labels}
    return sorted((used_annotations(appset) - facts) | (used_labels(appset) - labels))


def test_what_is_used_is_promised(appsets: list[Manifest], whole_catalogue: Fleet) -> None:
    assert len(appsets) > len(addon_sets(GITOPS))
    wrong = {each["metadata"]["name"]: unpromised(each, whole_catalogue) for each in appsets}
    assert {name: found for name, found in wrong.items() if found} == {}


def test_what_is_promised_is_used_or_promised_to_others(
    appsets: list[Manifest], whole_catalogue: Fleet
) -> None:
    promised = {fact for each in whole_catalogue.clusters for fact in each.annotations}
    used = {fact for appset in appsets for fact in used_annotations(appset)}
    assert sorted(fact for fact in promised - used if not for_others(fact)) == []


def test_the_list_of_others_names_only_what_is_promised_and_unused(
    appsets: list[Manifest], whole_catalogue: Fleet
) -> None:
    promised = {fact for each in whole_catalogue.clusters for fact in each.annotations}
    used = {fact for appset in appsets for fact in used_annotations(appset)}
    idle = [each for each in FOR_OTHERS if not any(re.fullmatch(each, f) for f in promised - used)]
    assert idle == []


def test_labels_that_teams_choose_by_are_promised(fleet: Fleet) -> None:
    promised = {label for each in fleet.clusters for label in each.labels}
    chosen = {
        label
        for path in GITOPS.glob("teams/*/team.yaml")
        for team in manifests(path)
        for environment in team["environments"].values()
        for label in environment["clusters"]
    }
    assert chosen <= promised


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        (
            "external_secrets_namespace }}",
            "external_secret_namespace }}",
            "external_secret_namespace",
        ),
        ('annotations "addons_chart_mirror"', 'annotations "addons_mirror"', "addons_mirror"),
        (".metadata.labels.environment", ".metadata.labels.env", "env"),
        ("enable_external_secrets", "enable_external_secret", "enable_external_secret"),
    ],
)
def test_a_misspelt_fact_or_label_is_found(
    right: str, wrong: str, found: str, whole_catalogue: Fleet
) -> None:
    (good,) = manifests(GITOPS / "addons" / "external-secrets" / "appset.yaml")
    assert unpromised(good, whole_catalogue) == []
    assert unpromised(_replaced(good, right, wrong), whole_catalogue) == [found]


def _replaced(appset: Manifest, right: str, wrong: str) -> Manifest:
    text = json.dumps(appset)
    quoted = json.dumps(right)[1:-1]
    assert quoted in text
    return json.loads(text.replace(quoted, json.dumps(wrong)[1:-1]))
