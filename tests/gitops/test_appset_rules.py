"""Every ApplicationSet keeps the rules, and each rule is shown to find what it is for."""

import copy
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.gitops import appset_rules
from tests.gitops.appset_rules import RULES, Rule
from tests.gitops.fleet import Rendered
from tests.gitops.strict_yaml import Manifest, manifests
from tests.gitops.tree import GITOPS, addon_sets

BASE = "$values/{{ .metadata.annotations.addons_repo_basepath }}"
LAYER = f"{BASE}environments/{{{{ .metadata.labels.environment }}}}/one.yaml"
GIT = "https://git.example.com"
GOOD: Manifest = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "ApplicationSet",
    "metadata": {"name": "one", "namespace": "argocd"},
    "spec": {
        "goTemplate": True,
        "goTemplateOptions": ["missingkey=error"],
        "generators": [{"clusters": {"selector": {"matchLabels": {"enable_one": "true"}}}}],
        "template": {
            "metadata": {
                "name": "one-{{ .nameNormalized }}",
                "finalizers": ["resources-finalizer.argocd.argoproj.io"],
            },
            "spec": {
                "project": "platform",
                "sources": [
                    {
                        "repoURL": "https://charts.example.com",
                        "chart": "one",
                        "targetRevision": "1.2.3",
                        "helm": {
                            "ignoreMissingValueFiles": True,
                            "valueFiles": [
                                f"{BASE}addons/one/values.yaml",
                                LAYER,
                            ],
                        },
                    },
                    {
                        "repoURL": "https://git.example.com",
                        "targetRevision": "main",
                        "ref": "values",
                    },
                ],
                "destination": {"name": "{{ .name }}", "namespace": "one"},
            },
        },
    },
}

Change = Callable[[dict[str, Any]], object]


def template(spec: dict[str, Any]) -> dict[str, Any]:
    return spec["template"]


def chart(spec: dict[str, Any]) -> dict[str, Any]:
    return spec["template"]["spec"]["sources"][0]


def matrix(spec: dict[str, Any], *generators: Manifest) -> None:
    spec["generators"] = [{"matrix": {"generators": list(generators)}}]


FOLDERS = {"git": {"repoURL": GIT, "directories": [{"path": "teams/*"}]}}

BAD: list[tuple[Rule, Change]] = [
    (appset_rules.a_missing_value_is_an_error, lambda spec: spec.pop("goTemplate")),
    (appset_rules.a_missing_value_is_an_error, lambda spec: spec.update(goTemplate=False)),
    (appset_rules.a_missing_value_is_an_error, lambda spec: spec.pop("goTemplateOptions")),
    (
        appset_rules.a_missing_value_is_an_error,
        lambda spec: spec.update(goTemplateOptions=["missingkey=zero"]),
    ),
    (
        appset_rules.every_parameter_set_gets_a_name,
        lambda spec: template(spec)["metadata"].update(name="one"),
    ),
    (
        appset_rules.every_parameter_set_gets_a_name,
        lambda spec: template(spec)["metadata"].update(name="one-{{ .name }}"),
    ),
    (
        appset_rules.every_parameter_set_gets_a_name,
        lambda spec: spec.update(generators=[{"list": {"elements": [{"cluster": "a"}]}}]),
    ),
    (
        appset_rules.every_parameter_set_gets_a_name,
        lambda spec: matrix(spec, FOLDERS, spec["generators"][0]),
    ),
    (
        appset_rules.it_has_a_project_of_its_own,
        lambda spec: template(spec)["spec"].update(project="default"),
    ),
    (appset_rules.it_has_a_project_of_its_own, lambda spec: template(spec)["spec"].pop("project")),
    (
        appset_rules.it_has_a_project_of_its_own,
        lambda spec: template(spec)["spec"].update(project="{{ .project }}"),
    ),
    (appset_rules.versions_are_exact, lambda spec: chart(spec).update(targetRevision="1.2.*")),
    (appset_rules.versions_are_exact, lambda spec: chart(spec).update(targetRevision="^1.2.3")),
    (appset_rules.versions_are_exact, lambda spec: chart(spec).pop("targetRevision")),
    (
        appset_rules.versions_are_exact,
        lambda spec: template(spec)["spec"]["sources"][1].update(targetRevision="HEAD"),
    ),
    (
        appset_rules.fixed_files_may_not_be_missing,
        lambda spec: chart(spec)["helm"]["valueFiles"].pop(),
    ),
    (appset_rules.deletion_is_decided, lambda spec: template(spec)["metadata"].pop("finalizers")),
    (
        appset_rules.deletion_is_decided,
        lambda spec: spec.update(syncPolicy={"preserveResourcesOnDeletion": True}),
    ),
    (
        appset_rules.a_selector_chooses_clusters,
        lambda spec: spec.update(generators=[{"clusters": {}}]),
    ),
    (
        appset_rules.a_selector_chooses_clusters,
        lambda spec: matrix(spec, FOLDERS, {"clusters": {"flatList": True}}),
    ),
    (
        appset_rules.destinations_are_names,
        lambda spec: template(spec)["spec"].update(destination={"server": "{{ .server }}"}),
    ),
]


def _name(value: object) -> str:
    return getattr(value, "__name__", "")


@pytest.mark.parametrize("path", addon_sets(GITOPS), ids=lambda path: path.parent.name)
@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_every_add_on_keeps_the_rule(rule: Rule, path: Path) -> None:
    assert [found for appset in manifests(path) for found in rule(appset)] == []


@pytest.mark.rendered
@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_every_set_that_a_chart_renders_keeps_the_rule(
    rule: Rule, rendered: Sequence[Rendered]
) -> None:
    sets = [each for each in rendered if each.kind == "ApplicationSet"]
    assert {"baseline", "teams"} <= {each.name for each in sets}
    assert [f"{each.name}: {found}" for each in sets for found in rule(each.manifest)] == []


@pytest.mark.parametrize(("rule", "change"), BAD, ids=_name)
def test_the_rule_finds_the_bad_set(rule: Rule, change: Change) -> None:
    appset = copy.deepcopy(GOOD)
    change(appset["spec"])
    assert list(rule(appset))


@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_the_rule_leaves_a_good_set_alone(rule: Rule) -> None:
    assert list(rule(GOOD)) == []


def test_every_rule_has_a_bad_set() -> None:
    assert {rule for rule, _ in BAD} == set(RULES)
