"""Questions to the kubernetes plugin as the engine would ask them."""

from typing import Any

from lab.plugins.kubernetes.plugin import KubernetesPlugin
from lab.plugins.resource_plugin import Live, Resource
from tests.unit.lab.plugins.fake_api_server import FakeApiServer


def resource(token: str, name: str = "x") -> Resource:
    return Resource(f"urn:pulumi:dev::p::{token}::{name}")


NAMESPACE = resource("kubernetes:core/v1:Namespace", "Team")
SECRET = resource("kubernetes:core/v1:Secret")
CONFIG_MAP = resource("kubernetes:core/v1:ConfigMap")
WIDGET = resource("kubernetes:example.com/v1:Widget")


def plugin_of(server: FakeApiServer, **args: Any) -> KubernetesPlugin:
    plugin = KubernetesPlugin()
    plugin.configure({"kubeconfig": server.kubeconfig(), **args})
    return plugin


def named(name: str, **fields: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, **fields}


def checked(plugin: KubernetesPlugin, which: Resource, inputs: dict[str, Any]) -> dict[str, Any]:
    return dict(plugin.check(which, {}, inputs).inputs)


def created(plugin: KubernetesPlugin, which: Resource, inputs: dict[str, Any]) -> Live:
    """A resource as the engine has it after an up."""
    full = checked(plugin, which, inputs)
    made = plugin.create(which, full, preview=False)
    return Live(made.id, made.state, full)
