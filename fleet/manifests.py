"""Kubernetes manifests as data: reading them, what identifies one, what a reader looks for; pure.

Owns: which kinds have no namespace and which run something. Not here: where manifests come from
(`sources.py`) and strict reading of what people write (`documents.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import yaml

Manifest = dict[str, Any]

CLUSTER_WIDE = frozenset(
    {
        "APIService",
        "CertificateSigningRequest",
        "ClusterRole",
        "ClusterRoleBinding",
        "CSIDriver",
        "CustomResourceDefinition",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
    }
)
"""Kinds of Kubernetes that are in no namespace; custom ones are taken to be in one, as all of
those are that teams may use."""

WORKLOADS = frozenset(
    {"CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "Rollout", "StatefulSet"}
)
"""Kinds whose removal stops something that runs."""


class _Loader(yaml.CSafeLoader):
    """YAML as Kubernetes reads it, where a date is a text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in cast(
        "dict[str, list[tuple[str, object]]]", yaml.CSafeLoader.yaml_implicit_resolvers
    ).items()
}


@dataclass(frozen=True, kw_only=True, order=True)
class Identity:
    """What makes an object the same one before and after a change."""

    namespace: str
    kind: str
    name: str
    group: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


def parse(text: str) -> list[Manifest]:
    """The objects of a YAML stream, lists of objects taken apart.

    Raises:
        ValueError: what is no YAML, or no object of Kubernetes.
    """
    try:
        documents = list(yaml.load_all(text, Loader=_Loader))
    except yaml.YAMLError as error:
        raise ValueError(f"is not YAML: {' '.join(str(error).split())}") from None
    return [manifest for document in documents for manifest in _objects(document)]


def _objects(document: object) -> Iterator[Manifest]:
    if document is None:
        return
    if not isinstance(document, dict):
        raise ValueError("holds a document that is no object")
    manifest = cast(Manifest, document)
    if "items" in manifest and str(manifest.get("kind", "")).endswith("List"):
        for item in cast("list[object]", manifest["items"] or []):
            yield from _objects(item)
        return
    metadata = manifest.get("metadata")
    named = isinstance(metadata, dict) and ("name" in metadata or "generateName" in metadata)
    if not (manifest.get("kind") and manifest.get("apiVersion") and named):
        raise ValueError("holds a document without apiVersion, kind or metadata.name")
    yield manifest


def placed(manifest: Manifest, namespace: str) -> Manifest:
    """The object with the destination's namespace, where it is in one and names none."""
    metadata = cast("dict[str, Any]", manifest["metadata"])
    if manifest["kind"] in CLUSTER_WIDE or metadata.get("namespace"):
        return manifest
    return {**manifest, "metadata": {**metadata, "namespace": namespace}}


def identity(manifest: Manifest) -> Identity:
    """Which object it is."""
    metadata = cast("dict[str, Any]", manifest["metadata"])
    return Identity(
        namespace=str(metadata.get("namespace") or ""),
        kind=str(manifest["kind"]),
        name=str(metadata.get("name") or metadata.get("generateName")),
        group=str(manifest["apiVersion"]).rpartition("/")[0],
    )


def annotations(manifest: Manifest) -> Mapping[str, str]:
    """The object's annotations."""
    return cast("Mapping[str, str]", manifest["metadata"].get("annotations") or {})


def dump(manifest: Manifest) -> str:
    """The object as YAML, keys in order, so that two of them compare line by line."""
    return yaml.safe_dump(manifest, sort_keys=True, allow_unicode=True, width=1000)
