"""A process gets the variables that a kubelet would give its pod."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.argocd import pod_environment
from lab.errors import LabError

PARAMS = ("ConfigMap", "argocd-cmd-params-cm")


def manifest(folder: Path, *entries: dict[str, Any]) -> Path:
    path = folder / "deployment.yaml"
    container = {"name": "argocd-server", "env": list(entries)}
    path.write_text(yaml.safe_dump({"spec": {"template": {"spec": {"containers": [container]}}}}))
    return path


def reference(name: str, kind: str, *, optional: bool) -> dict[str, Any]:
    source = {"name": "argocd-cmd-params-cm", "key": "k", "optional": optional}
    return {"name": name, "valueFrom": {kind: source}}


def test_a_value_comes_from_the_hubs_config_map(tmp_path: Path) -> None:
    path = manifest(tmp_path, reference("A", "configMapKeyRef", optional=True))

    assert pod_environment.variables(path, {PARAMS: {"k": "v"}}, namespace="n") == {"A": "v"}


def test_a_secret_of_the_same_name_is_another_object(tmp_path: Path) -> None:
    path = manifest(tmp_path, reference("A", "secretKeyRef", optional=True))

    assert pod_environment.variables(path, {PARAMS: {"k": "v"}}, namespace="n") == {}


def test_what_is_optional_and_missing_is_not_set_at_all(tmp_path: Path) -> None:
    """Argo CD takes an empty value for one that was given."""
    path = manifest(tmp_path, reference("A", "configMapKeyRef", optional=True))

    assert pod_environment.variables(path, {}, namespace="n") == {}


def test_what_is_needed_and_missing_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = manifest(tmp_path, reference("A", "secretKeyRef", optional=False))

    with pytest.raises(LabError, match="no Secret argocd-cmd-params-cm with the key k"):
        pod_environment.variables(path, {}, namespace="n")


def test_a_plain_value_and_the_namespace_are_given_as_they_are(tmp_path: Path) -> None:
    field = {"fieldRef": {"fieldPath": "metadata.namespace"}}
    path = manifest(
        tmp_path, {"name": "A", "value": "1"}, {"name": "NAMESPACE", "valueFrom": field}
    )

    found = pod_environment.variables(path, {}, namespace="argocd")

    assert found == {"A": "1", "NAMESPACE": "argocd"}


def test_a_source_that_nobody_thought_of_is_an_error_and_not_left_out(tmp_path: Path) -> None:
    path = manifest(
        tmp_path, {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}
    )

    with pytest.raises(LabError, match="does not know where Argo CD's A comes from"):
        pod_environment.variables(path, {}, namespace="n")


def test_a_manifest_of_another_shape_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "deployment.yaml"
    path.write_text("kind: Service\n")

    with pytest.raises(LabError, match="not a manifest of Argo CD's"):
        pod_environment.variables(path, {}, namespace="n")
