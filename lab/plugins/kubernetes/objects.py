"""Objects as the engine's inputs and outputs: names, ids, secrets, and what may not change.

Pure: values in, values out (those of wire.py, plain or `UNKNOWN`; secrets revealed). How the server
is asked is plugin.py's.
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, cast

from lab.plugins import wire
from lab.plugins.kubernetes.tokens import Kind

AUTONAMED = "pulumi.com/autonamed"
# The server's own bookkeeping: no input, and noise in outputs.
_SERVERS_METADATA = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
)
# What a first `kubectl apply` leaves: the whole object again, secrets included.
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

# Paths, without indices, that the server refuses to change or that mean another object. Source: the
# API reference's "immutable" and "cannot be updated".
_IDENTITY = ("apiVersion", "kind", "metadata.name", "metadata.namespace")
_FIXED: Mapping[str, Sequence[str]] = {
    "ConfigMap": ("immutable", "data", "binaryData"),
    "Secret": ("immutable", "type", "data", "stringData"),
    "ClusterRoleBinding": ("roleRef",),
    "RoleBinding": ("roleRef",),
    "DaemonSet": ("spec.selector",),
    "Deployment": ("spec.selector",),
    "Job": ("spec.selector", "spec.template", "spec.completionMode", "spec.podFailurePolicy"),
    "PersistentVolumeClaim": (
        "spec.accessModes",
        "spec.selector",
        "spec.storageClassName",
        "spec.volumeMode",
        "spec.volumeName",
    ),
    "Pod": ("spec.containers", "spec.nodeName", "spec.serviceAccountName", "spec.volumes"),
    "PriorityClass": ("value", "preemptionPolicy"),
    "RuntimeClass": ("handler",),
    "Service": ("spec.clusterIP",),
    "StatefulSet": (
        "spec.podManagementPolicy",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    "StorageClass": ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"),
}
# What the server picks for a Service, and picks anew after a dry run.
_ALLOCATED = ("clusterIP", "clusterIPs")
_DATA = ("data", "binaryData", "stringData")


def metadata(value: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata of an object or of inputs; empty where there is none or it is unknown."""
    found = value.get("metadata")
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def annotation(value: Mapping[str, Any], name: str) -> str:
    """One annotation; empty if there is none."""
    annotations = metadata(value).get("annotations")
    if not isinstance(annotations, dict):
        return ""
    return str(cast("dict[str, Any]", annotations).get(name, ""))


def name_and_namespace(value: Mapping[str, Any]) -> tuple[str, str]:
    """Both as text, empty where absent."""
    found = metadata(value)
    return str(found.get("name") or ""), str(found.get("namespace") or "")


def is_secret(kind: Kind) -> bool:
    return kind.api_version == "v1" and kind.name == "Secret"


def with_name(old: Mapping[str, Any], new: Mapping[str, Any], logical: str) -> dict[str, Any]:
    """The inputs with a name: their own, the one that was made up before, or a new one."""
    found = metadata(new)
    if "metadata" in new and not isinstance(new["metadata"], dict) and new["metadata"] is not None:
        return dict(new)  # wholly unknown
    if found.get("name") is not None or found.get("generateName") is not None:
        return dict(new)
    if annotation(old, AUTONAMED) == "true":
        name = metadata(old)["name"]
    else:
        name = f"{logical.lower()}-{secrets.token_hex(4)}"
    given: dict[str, Any] = found.get("annotations") or {}
    annotations = {**given, AUTONAMED: "true"}
    return {**new, "metadata": {**found, "name": name, "annotations": annotations}}


def with_namespace(inputs: Mapping[str, Any], namespaced: bool, default: str) -> dict[str, Any]:
    """The inputs with the namespace that they will be in; none where the kind has none."""
    found = dict(metadata(inputs))
    if not isinstance(inputs.get("metadata"), dict):
        return dict(inputs)
    if not namespaced:
        found.pop("namespace", None)
    elif found.get("namespace") in (None, ""):
        found["namespace"] = default
    return {**inputs, "metadata": found}


def with_encoded_data(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """A Secret's inputs with `stringData` merged into `data`, as the server does."""
    plain = inputs.get("stringData")
    rest = {name: value for name, value in inputs.items() if name != "stringData"}
    if plain is None:
        return rest
    data: Any = rest.get("data") or {}
    if isinstance(plain, wire.Unknown) or isinstance(data, wire.Unknown):
        return {**rest, "data": wire.UNKNOWN}
    encoded = {name: _encoded(value) for name, value in cast("dict[str, Any]", plain).items()}
    return {**rest, "data": {**cast("dict[str, Any]", data), **encoded}}


def _encoded(value: Any) -> Any:
    if isinstance(value, wire.Unknown):
        return value
    return base64.b64encode(str(value).encode()).decode()


def shielded(kind: Kind, value: Mapping[str, Any]) -> dict[str, Any]:
    """The same with a Secret's contents marked secret."""
    if not is_secret(kind):
        return dict(value)
    marked = dict(value)
    for name in _DATA:
        if marked.get(name) is not None:
            marked[name] = wire.Secret(marked[name])
    applied = annotation(value, _LAST_APPLIED)
    if applied:
        found = metadata(value)
        annotations = {**found["annotations"], _LAST_APPLIED: wire.Secret(applied)}
        marked["metadata"] = {**found, "annotations": annotations}
    return marked


def outputs(kind: Kind, live: Mapping[str, Any]) -> dict[str, Any]:
    """What a live object gives the program: itself, without its field managers."""
    found = {name: value for name, value in metadata(live).items() if name != "managedFields"}
    return shielded(kind, {**live, "metadata": found})


def planned(kind: Kind, inputs: Mapping[str, Any], dry_run: Mapping[str, Any]) -> dict[str, Any]:
    """What a preview can promise: what a dry run gave (empty: none), less what will differ."""
    found = {**metadata(inputs), **metadata(dry_run)}
    found |= {name: wire.UNKNOWN for name in ("uid", "resourceVersion", "creationTimestamp")}
    found.pop("managedFields", None)
    promised = {**inputs, **dry_run, "metadata": found}
    promised.pop("status", None)
    if kind.name == "Service" and isinstance(promised.get("spec"), dict):
        asked = cast("dict[str, Any]", inputs.get("spec") or {})
        promised["spec"] = {**promised["spec"], **{n: wire.UNKNOWN for n in _ALLOCATED}, **asked}
    return shielded(kind, promised)


def identifier(live: Mapping[str, Any]) -> str:
    """`namespace/name`, or `name` where the kind has no namespace."""
    name, namespace = name_and_namespace(live)
    return f"{namespace}/{name}" if namespace else name


def split_identifier(identifier_text: str) -> tuple[str, str]:
    """(name, namespace) of an id."""
    namespace, _, name = identifier_text.rpartition("/")
    return name, namespace


def plain_path(path: wire.Path) -> str:
    """A path without indices, dotted."""
    return ".".join(part for part in path if isinstance(part, str))


def replaced_by(kind: Kind, path: wire.Path, mutable_data: bool) -> bool:
    """Whether a change at `path` needs a new object.

    `mutable_data`: the provider lets the data of this kind's objects change in place.
    """
    text = plain_path(path)
    fixed = [*_IDENTITY, *(_FIXED.get(kind.name, ()) if kind.built_in else ())]
    if mutable_data:
        fixed = [each for each in fixed if each not in _DATA]
    return any(text == each or text.startswith(f"{each}.") for each in fixed)


def delete_first(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a replacement would have the old object's place: same name, and not made up."""
    if annotation(new, AUTONAMED) == "true" or metadata(new).get("generateName"):
        return False
    return name_and_namespace(old) == name_and_namespace(new)


def imported(live: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs that would give a live object: all of it but what the server fills in."""
    kept = {name: value for name, value in metadata(live).items() if name not in _SERVERS_METADATA}
    rest = {name: value for name, value in live.items() if name not in ("metadata", "status")}
    return {**rest, "metadata": kept}


def observed(old: Any, live: Any) -> Any:
    """The old inputs with the values that the live object has now: what drifted, and no more.

    Fields that nobody asked for stay out; an asked-for field that is gone stays out too, unless
    asked for as empty, which the server drops.
    """
    if isinstance(old, dict) and isinstance(live, dict):
        wanted, found = cast("dict[str, Any]", old), cast("dict[str, Any]", live)
        return {
            name: observed(value, found[name]) if name in found else value
            for name, value in wanted.items()
            if name in found or not value
        }
    if isinstance(old, list) and isinstance(live, list):
        first, second = cast("list[Any]", old), cast("list[Any]", live)
        shared = [observed(a, b) for a, b in zip(first, second, strict=False)]
        return shared + second[len(first) :]
    return live
