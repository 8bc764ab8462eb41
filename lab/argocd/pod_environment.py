"""The variables of Argo CD's pods: which there are, and what the hub's objects give them.

Read from the manifests that Argo CD publishes for this version, and resolved as a kubelet would.
Not here: what the lab decides by itself (`components.py`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from lab.errors import LabError

Objects = Mapping[tuple[str, str], Mapping[str, str]]
"""Data of ConfigMaps and Secrets, decoded, by kind and name."""

_SOURCES = {"configMapKeyRef": "ConfigMap", "secretKeyRef": "Secret"}


def variables(manifest: Path, objects: Objects, *, namespace: str) -> dict[str, str]:
    """The environment of the first container of a Deployment's or StatefulSet's pod.

    Raises LabError where a pod would not start: an object or key is missing that is not optional.
    """
    found: dict[str, str] = {}
    for entry in _entries(manifest):
        name = str(entry["name"])
        if "valueFrom" not in entry:
            found[name] = str(entry.get("value", ""))
            continue
        value = _value(name, entry["valueFrom"], objects, namespace)
        if value is not None:
            found[name] = value
    return found


def _entries(manifest: Path) -> list[dict[str, Any]]:
    try:
        content = yaml.safe_load(manifest.read_text())
        return cast(
            list[dict[str, Any]], content["spec"]["template"]["spec"]["containers"][0]["env"]
        )
    except (OSError, yaml.YAMLError, KeyError, IndexError, TypeError) as error:
        raise LabError(
            f"{manifest} is not a manifest of Argo CD's: {error!r}",
            "Remove its folder from the cache of programs, then run the command again",
        ) from None


def _value(
    name: str, source: Mapping[str, Mapping[str, Any]], objects: Objects, namespace: str
) -> str | None:
    if source.get("fieldRef", {}).get("fieldPath") == "metadata.namespace":
        return namespace
    for kind_of_source, kind in _SOURCES.items():
        if kind_of_source in source:
            reference = source[kind_of_source]
            value = objects.get((kind, reference["name"]), {}).get(reference["key"])
            if value is None and not reference.get("optional", False):
                raise LabError(
                    f"the hub has no {kind} {reference['name']} with the key {reference['key']}, "
                    f"which Argo CD's {name} needs"
                )
            return value
    raise LabError(f"the lab does not know where Argo CD's {name} comes from: {dict(source)}")
