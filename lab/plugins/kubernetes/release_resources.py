"""The engine's questions about `helm.v3.Release`, answered by helm.

Owns a release's inputs and outputs; its objects are helm's, and are not seen one by one.
"""

from collections.abc import Mapping
from typing import Any, cast

import yaml

from lab.plugins import wire
from lab.plugins.kubernetes import objects, release_arguments
from lab.plugins.kubernetes.client import UnreachableError
from lab.plugins.kubernetes.helm import Helm, HelmError
from lab.plugins.kubernetes.settings import Settings
from lab.plugins.resource_plugin import Checked, Difference, IncompleteError, Live, Resource

# Of the kinds that charts bring; a manifest does not say which kinds have a namespace.
_WITHOUT_NAMESPACE = frozenset(
    {
        "APIService",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "PersistentVolume",
        "PriorityClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    }
)
_REPLACING = ("name", "namespace")


class Releases:
    """Releases on one cluster; `namespace` is that of releases which name none."""

    def __init__(self, helm: Helm, given: Settings, namespace: str) -> None:
        self._helm = helm
        self._settings = given
        self._namespace = namespace

    def check(
        self, resource: Resource, old_inputs: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Checked:
        """Fills in defaults, and the version from the chart: a missing chart fails the preview."""
        old = wire.reveal(dict(old_inputs))
        new = {k: v for k, v in wire.reveal(dict(inputs)).items() if v is not None}
        failures = release_arguments.failures(new)
        if failures:
            return Checked(new, failures)
        new = release_arguments.completed(old, new, resource.name, self._namespace)
        if release_arguments.needs_lookup(old, new):
            new["version"] = str(self._helm.chart(release_arguments.source(new))["version"])
        return Checked(new)

    def diff(self, resource: Resource, live: Live, inputs: Mapping[str, Any]) -> Difference:
        del resource
        changes = wire.diff(
            wire.reveal(dict(live.inputs)),
            wire.reveal(dict(inputs)),
            replaces=lambda path: path[0] in _REPLACING,
        )
        return Difference(changes=changes)

    def create(self, resource: Resource, inputs: Mapping[str, Any], *, preview: bool) -> Live:
        del resource
        new = wire.reveal(dict(inputs))
        if preview:
            return Live("", {**new, "status": wire.UNKNOWN, "resourceNames": wire.UNKNOWN})
        return self._changed("install", new)

    def update(
        self, resource: Resource, live: Live, inputs: Mapping[str, Any], *, preview: bool
    ) -> Mapping[str, Any]:
        del resource, live
        new = wire.reveal(dict(inputs))
        if preview:
            return {**new, "status": wire.UNKNOWN, "resourceNames": wire.UNKNOWN}
        return self._changed("upgrade", new).state

    def read(self, resource: Resource, live: Live) -> Live | None:
        """What helm has recorded; a release changed by hand shows in `version` and `values`."""
        del resource
        name, namespace = objects.split_identifier(live.id)
        try:
            found = self._helm.status(name, namespace)
        except HelmError as error:
            if error.unreachable and self._settings.delete_unreachable:
                return None
            if error.unreachable and self._settings.skip_update_unreachable and live.state:
                return live
            raise _unreachable(error) from error
        if found is None:
            return None
        old = wire.reveal(dict(live.inputs))
        inputs = {**release_arguments.DEFAULTS, "name": name, "namespace": namespace, **old}
        inputs["values"] = found.get("config") or {}
        metadata = _chart(found)
        inputs["version"] = metadata.get("version", inputs.get("version"))
        inputs.setdefault("chart", metadata.get("name"))
        return Live(live.id, _state(inputs, found), inputs)

    def delete(self, resource: Resource, live: Live) -> None:
        del resource
        name, namespace = objects.split_identifier(live.id)
        seconds = int(live.inputs.get("timeout") or release_arguments.DEFAULTS["timeout"])
        try:
            self._helm.uninstall(name, namespace, seconds)
        except HelmError as error:
            if not (error.unreachable and self._settings.delete_unreachable):
                raise _unreachable(error) from error

    def _changed(self, verb: str, inputs: dict[str, Any]) -> Live:
        """The release after an install or upgrade; one that failed is kept in the state."""
        name, namespace = str(inputs["name"]), str(inputs["namespace"])
        identifier = f"{namespace}/{name}"
        arguments = release_arguments.flags(inputs, upgrade=verb == "upgrade")
        try:
            made = self._helm.change(verb, arguments, inputs["values"])
        except HelmError as error:
            left = None if error.unreachable or _is_taken(error) else self._left(name, namespace)
            if left is None:
                raise _unreachable(error) from error
            partial = Live(identifier, _state(inputs, left), inputs)
            raise IncompleteError(partial, [error.message]) from error
        return Live(identifier, _state(inputs, made))

    def _left(self, name: str, namespace: str) -> dict[str, Any] | None:
        """What a failed run has left behind."""
        try:
            return self._helm.status(name, namespace)
        except HelmError:
            return None


def _state(inputs: Mapping[str, Any], release: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs of a release: its inputs, its status, and the names of its objects."""
    chart = _chart(release)
    namespace = str(release["namespace"])
    status = {
        "appVersion": chart.get("appVersion", ""),
        "chart": chart.get("name", ""),
        "name": release["name"],
        "namespace": namespace,
        "revision": release["version"],
        "status": release["info"]["status"],
        "version": chart.get("version", ""),
    }
    names = resource_names(str(release.get("manifest") or ""), namespace)
    return {**inputs, "status": status, "resourceNames": names}


def resource_names(manifest: str, namespace: str) -> dict[str, list[str]]:
    """The objects of a manifest by kind and version: `Deployment.apps/apps/v1` → `ns/name`."""
    names: dict[str, list[str]] = {}
    for document in yaml.safe_load_all(manifest):
        if not isinstance(document, dict):
            continue
        item = cast("dict[str, Any]", document)
        version, kind = str(item.get("apiVersion", "")), str(item.get("kind", ""))
        group = version.rpartition("/")[0]
        name, own = objects.name_and_namespace(item)
        key = f"{kind}.{group}/{version}" if group else f"{kind}/{version}"
        place = "" if kind in _WITHOUT_NAMESPACE else f"{own or namespace}/"
        names.setdefault(key, []).append(f"{place}{name}")
    return {key: sorted(each) for key, each in sorted(names.items())}


def _chart(release: Mapping[str, Any]) -> Mapping[str, Any]:
    chart = cast("Mapping[str, Any]", release.get("chart") or {})
    return cast("Mapping[str, Any]", chart.get("metadata") or {})


def _is_taken(error: HelmError) -> bool:
    """Whether another release has the name: it is not ours to keep."""
    return "cannot reuse a name" in error.message


def _unreachable(error: HelmError) -> Exception:
    return UnreachableError(error.message) if error.unreachable else error
