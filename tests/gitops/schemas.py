"""JSON schemas of everything that the fleet consists of, offline, and kubeconform over them.

Owns: where schemas come from (the PyPI package kubernetes-validate for Kubernetes' own kinds, Argo
CD's CRDs for its kinds) and their layout. Kinds of add-ons have none here: see `WITHOUT_SCHEMA`.
"""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from tests.gitops.strict_yaml import Manifest, manifests

WITHOUT_SCHEMA: Mapping[str, str] = {
    "external-secrets.io/v1/ExternalSecret": "of the add-on's chart, which is not in Git",
    "external-secrets.io/v1/SecretStore": "of the add-on's chart, which is not in Git",
    "generators.external-secrets.io/v1alpha1/Password": "of the add-on's chart, not in Git",
    "eks.amazonaws.com/v1/NodeClass": "of Auto Mode; AWS publishes no CRD",
    "karpenter.sh/v1/NodePool": "of Auto Mode, or of the add-on's chart, which is not in Git",
    "karpenter.k8s.aws/v1/EC2NodeClass": "of the add-on's chart, which is not in Git",
}
"""Kinds that nobody checks here, and why."""

_BUNDLE = "_definitions.json"
_METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_LOCATION = "{version}/{{{{.Group}}}}_{{{{.ResourceAPIVersion}}}}_{{{{.ResourceKind}}}}.json"


@dataclass(frozen=True, kw_only=True)
class Kubeconform:
    """One kubeconform program over one folder of schemas."""

    program: Path
    schemas: Path
    _good: set[str] = field(default_factory=set[str], repr=False)
    """Objects, with the version, that need not be looked at again."""

    def mistakes(self, objects: Sequence[Manifest], version: str) -> list[str]:
        """What is wrong with objects for a cluster of a version, as `1.36`; one line each."""
        texts = [json.dumps(each) for each in objects if _kind(each) not in WITHOUT_SCHEMA]
        new = [each for each in dict.fromkeys(texts) if f"{version} {each}" not in self._good]
        found = self._run(new, version)
        if not found:
            self._good.update(f"{version} {each}" for each in new)
        return sorted(f"{each['kind']} {each['name']}: {each['msg']}" for each in found)

    def _run(self, texts: Sequence[str], version: str) -> list[dict[str, Any]]:
        if not texts:
            return []
        location = self.schemas / _LOCATION.format(version=version)
        done = subprocess.run(  # noqa: S603  # the toolchain's program, our own arguments
            [self.program, "-strict", "-output", "json", "-schema-location", str(location), "-"],
            input="\n---\n".join(texts),
            capture_output=True,
            text=True,
            check=False,
        )
        return json.loads(done.stdout)["resources"]


def write_kubernetes(folder: Path, version: str) -> None:
    """The schemas of Kubernetes' own kinds in one version, below the folder."""
    package = files("kubernetes_validate") / "kubernetes-json-schema"
    bundle = json.loads((package / f"v{version}.0-local-strict" / _BUNDLE).read_text())
    target = folder / version
    target.mkdir(parents=True, exist_ok=True)
    definitions: dict[str, dict[str, Any]] = bundle["$defs"]
    (target / _BUNDLE).write_text(json.dumps({"$defs": definitions}))
    for name, definition in definitions.items():
        for kind in definition.get("x-kubernetes-group-version-kind", []):
            reference = {"$ref": f"{_BUNDLE}#/$defs/{name}"}
            (target / _file(kind["group"], kind["version"], kind["kind"])).write_text(
                json.dumps(reference)
            )


def write_definitions(folder: Path, version: str, definitions: Iterable[Path]) -> None:
    """The schemas of custom kinds, out of the files of their CRDs; unknown fields are refused.

    Beside those of Kubernetes' own kinds, whose metadata they have.
    """
    target = folder / version
    target.mkdir(parents=True, exist_ok=True)
    for definition in (each for path in definitions for each in manifests(path)):
        spec = definition["spec"]
        for each in spec["versions"]:
            schema = closed(each["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"$ref": f"{_BUNDLE}#/$defs/{_METADATA}"}
            name = _file(spec["group"], each["name"], spec["names"]["kind"])
            (target / name).write_text(json.dumps(schema))


def closed(schema: Any) -> Any:
    """The same with every object that lists its fields closed to others, as the API server's
    strict field validation has it."""
    if isinstance(schema, list):
        return [closed(each) for each in cast(list[Any], schema)]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(each) for key, each in cast(dict[str, Any], schema).items()}
    if result.get("x-kubernetes-int-or-string"):
        result.pop("type", None)
        result["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    # `properties` may itself be the name of a field; a schema of an object says so by its type.
    elif (
        result.get("type") == "object"
        and isinstance(result.get("properties"), dict)
        and not result.get("x-kubernetes-preserve-unknown-fields")
    ):
        result.setdefault("additionalProperties", False)
    return result


def _file(group: str, version: str, kind: str) -> str:
    """As kubeconform asks: a core kind's group is its version."""
    return f"{group or version}_{version}_{kind.lower()}.json"


def _kind(manifest: Manifest) -> str:
    return f"{manifest['apiVersion']}/{manifest['kind']}"
