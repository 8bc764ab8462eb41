"""kubeconform over the schemas of here: what an API server would refuse is found."""

import pytest

from tests.gitops.schemas import Kubeconform, closed
from tests.gitops.strict_yaml import Manifest, documents

pytestmark = pytest.mark.rendered

APPLICATION = """
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec:
  project: own
  source: {repoURL: https://git.example.com, path: web, helm: {valuesObject: {any: {thing: 1}}}}
  destination: {name: spoke, namespace: web}
"""
POLICY = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: images}
spec:
  matchConstraints: {resourceRules: []}
  validations: [{expression: "true"}]
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web, labels: {a: b}}
spec: {ports: [{port: 80, targetPort: http}]}
"""


@pytest.mark.parametrize("text", [APPLICATION, POLICY, SERVICE])
def test_a_good_object_is_let_through(kubeconform: Kubeconform, text: str) -> None:
    assert kubeconform.mistakes(documents(text), "1.36") == []


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (APPLICATION, "project: own", "projekt: own"),
        (APPLICATION, "name: spoke", "nam: spoke"),
        (APPLICATION, "path: web", "path: 1"),
        (APPLICATION, "valuesObject", "valueObject"),
        (APPLICATION, "metadata: {name: web,", "metadata: {name: web, lables: {},"),
        (POLICY, "validations", "validation"),
        (POLICY, "expression", "expresion"),
        (SERVICE, "targetPort", "target"),
        (SERVICE, "labels", "label"),
        (SERVICE, "port: 80", "port: eighty"),
        (SERVICE, "kind: Service", "kind: Servant"),
        (SERVICE, "apiVersion: v1", "apiVersion: v2"),
    ],
)
def test_a_misspelt_or_mistyped_field_is_found(
    kubeconform: Kubeconform, text: str, right: str, wrong: str
) -> None:
    assert right in text
    assert len(kubeconform.mistakes(documents(text.replace(right, wrong)), "1.36")) == 1


def test_an_object_without_listed_fields_stays_open() -> None:
    free: Manifest = {
        "type": "object",
        "x-kubernetes-preserve-unknown-fields": True,
        "properties": {},
    }
    assert closed({"type": "object", "properties": {"free": free}}) == {
        "type": "object",
        "properties": {"free": free},
        "additionalProperties": False,
    }
