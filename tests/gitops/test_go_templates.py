"""Templates inside ApplicationSets: what the controller would refuse is refused here."""

from typing import Any

import pytest

from tests.gitops.go_templates import (
    TemplateError,
    chains,
    evaluate,
    foreign_functions,
    missing_keys,
)
from tests.gitops.helm import Helm

PARAMETERS: dict[str, Any] = {
    "name": "Spoke_1",
    "metadata": {"labels": {"environment": "dev"}, "annotations": {"team-clusters": "x"}},
    "clusters": [{"name": "b"}, {"name": "a"}],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one-{{ .name }}", ".name"),
        ("{{.metadata.labels.environment}}", ".metadata.labels.environment"),
        ('{{ $x := .name }}{{ $x }}-{{ printf "%s.y" .server }}', ".name .server"),
        ('{{ index .metadata.annotations "a.b" | default ".c" }}', ".metadata.annotations"),
        ("{{ range .clusters }}{{ .name }}{{ $.server }}{{ end }}{{ .name }}", None),
        ("{{ if .name }}{{ .server }}{{ end }}", ".name .server"),
        ("{{ (first .clusters).name }}", ".clusters"),
        ("{{/* .nothing */}}{{ `.nothing` }}", ""),
    ],
)
def test_chains_from_the_root_are_found(text: str, expected: str | None) -> None:
    wanted = [".clusters", ".server", ".name"] if expected is None else expected.split()
    assert chains(text) == wanted


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("{{ .name }}", []),
        ("{{ .nam }}", [".nam"]),
        ("{{ .metadata.labels.enviroment }}", [".metadata.labels.enviroment"]),
        ("{{ .name.first }}", [".name.first"]),
        ('{{ index .metadata.labels "nothing" | default "x" }}', []),
        ("{{ range .clusters }}{{ .anything }}{{ end }}", []),
        ("{{ range .clusters }}{{ $.nam }}{{ end }}", [".nam"]),
    ],
)
def test_a_chain_that_leads_nowhere_is_missing(text: str, missing: list[str]) -> None:
    assert missing_keys(text, PARAMETERS) == missing


def test_functions_of_charts_are_not_those_of_sets() -> None:
    text = '{{ required "x" .name }}{{ include "y" . }}{{ .include }}{{ "lookup" }}'
    assert foreign_functions(text) == ["include", "required"]


@pytest.mark.rendered
def test_texts_are_evaluated_each_with_its_own_parameters(helm: Helm) -> None:
    names = "{{ $all := dict }}{{ range .clusters }}{{ $_ := set $all .name 1 }}{{ end }}"
    fallback = """b: '{{ index .metadata.annotations "nothing" | default "x" }}'\n"""
    jobs = [
        ("one-{{ .name | lower }}", PARAMETERS),
        ("one-{{ .name }}", {"name": "two"}),
        (f"{names}{{{{ toJson $all }}}}", PARAMETERS),
        (f"a: {{{{ .name }}}}\n{fallback}", PARAMETERS),
    ]
    assert evaluate(helm, jobs) == [
        "one-spoke_1",
        "one-two",
        '{"a":1,"b":1}',
        "a: Spoke_1\nb: 'x'\n",
    ]


@pytest.mark.rendered
@pytest.mark.parametrize("text", ["{{ .nothing }}", '{{ required "x" .name }}'])
def test_a_template_that_the_controller_refuses_is_refused(helm: Helm, text: str) -> None:
    with pytest.raises(TemplateError):
        evaluate(helm, [(text, PARAMETERS)])
