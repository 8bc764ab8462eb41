"""The plugin: one provider's configuration, and which part of the package answers a question."""

from collections.abc import Mapping
from typing import Any, ClassVar

from lab.errors import LabError
from lab.plugins.kubernetes import settings, tokens
from lab.plugins.kubernetes.client import Client
from lab.plugins.kubernetes.cluster import Cluster
from lab.plugins.kubernetes.helm import Helm
from lab.plugins.kubernetes.object_resources import Objects
from lab.plugins.kubernetes.release_resources import Releases
from lab.plugins.resource_plugin import Checked, Difference, Live, Resource, ResourcePlugin

_DEFAULT_NAMESPACE = "default"


class KubernetesPlugin(ResourcePlugin):
    """Objects and releases on the cluster that the provider's kubeconfig names."""

    package: ClassVar[str] = "kubernetes"

    def __init__(self) -> None:
        super().__init__()
        self._objects: Objects | None = None
        self._releases: Releases | None = None

    def check_config(self, args: Mapping[str, Any]) -> Checked:
        return settings.check(args)

    def diff_config(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
        return settings.diff(old, new)

    def configure(self, args: Mapping[str, Any]) -> None:
        given = settings.Settings.of(args)
        access = given.access()
        namespace = given.namespace or access.namespace or _DEFAULT_NAMESPACE
        self._objects = Objects(Cluster(Client(access), self.cancelled), given, namespace)
        helm = Helm(given.kubeconfig, given.context, self.cancelled)
        self._releases = Releases(helm, given, namespace)

    def check(
        self, resource: Resource, old_inputs: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Checked:
        return self._for(resource).check(resource, old_inputs, inputs)

    def diff(self, resource: Resource, live: Live, inputs: Mapping[str, Any]) -> Difference:
        return self._for(resource).diff(resource, live, inputs)

    def create(self, resource: Resource, inputs: Mapping[str, Any], *, preview: bool) -> Live:
        return self._for(resource).create(resource, inputs, preview=preview)

    def read(self, resource: Resource, live: Live) -> Live | None:
        return self._for(resource).read(resource, live)

    def update(
        self, resource: Resource, live: Live, inputs: Mapping[str, Any], *, preview: bool
    ) -> Mapping[str, Any]:
        return self._for(resource).update(resource, live, inputs, preview=preview)

    def delete(self, resource: Resource, live: Live) -> None:
        self._for(resource).delete(resource, live)

    def _for(self, resource: Resource) -> Objects | Releases:
        found = self._releases if resource.type == tokens.RELEASE else self._objects
        if found is None:
            raise LabError("the kubernetes provider was not configured")
        return found
