"""What a kubernetes.Provider means: its arguments, and a cluster that does not answer."""

from collections.abc import Generator
from typing import Any

import pytest

from lab.plugins import wire
from lab.plugins.kubernetes.client import UnreachableError
from lab.plugins.kubernetes.plugin import KubernetesPlugin
from lab.plugins.resource_plugin import Live
from tests.unit.lab.plugins.fake_api_server import FakeApiServer, serving
from tests.unit.lab.plugins.kubernetes_calls import NAMESPACE, checked, created, named, plugin_of


@pytest.fixture
def server() -> Generator[FakeApiServer]:
    with serving() as fake:
        yield fake


def unreachable(**args: Any) -> KubernetesPlugin:
    plugin = KubernetesPlugin()
    plugin.configure({"kubeconfig": FakeApiServer(port=1).kubeconfig(), **args})
    return plugin


def test_an_unreachable_cluster_passes_the_preview() -> None:
    plugin = unreachable()
    full = checked(plugin, NAMESPACE, named("n"))
    plugin.create(NAMESPACE, full, preview=True)


def test_an_unreachable_cluster_fails_an_up_in_one_line() -> None:
    with pytest.raises(UnreachableError) as raised:
        created(unreachable(), NAMESPACE, named("n"))
    assert str(raised.value).startswith("configured Kubernetes cluster is unreachable: http://")
    assert "\n" not in str(raised.value)


def test_objects_on_an_unreachable_cluster_count_as_deleted_if_asked_for() -> None:
    unreachable(deleteUnreachable="true").delete(NAMESPACE, Live("n", {}))
    with pytest.raises(UnreachableError):
        unreachable().delete(NAMESPACE, Live("n", {}))


def test_a_refused_login_is_an_unreachable_cluster(server: FakeApiServer) -> None:
    server.tokens = {"another"}
    with pytest.raises(UnreachableError, match="asked for the client to provide credentials"):
        created(plugin_of(server), NAMESPACE, named("n"))


def test_a_connection_that_the_server_closed_is_opened_again(
    server: FakeApiServer,
) -> None:
    plugin = plugin_of(server)
    server.close_after_answer = True
    live = created(plugin, NAMESPACE, named("n"))
    assert plugin.read(NAMESPACE, live) is not None


@pytest.mark.parametrize("name", ["renderYamlToDirectory", "helmReleaseSettings", "kubecnfig"])
def test_an_unknown_provider_argument_is_refused_by_name(name: str) -> None:
    failures = KubernetesPlugin().check_config({name: "x"}).failures
    assert [(each[0], name in each[1]) for each in failures] == [(name, True)]


def config(**args: str) -> dict[str, Any]:
    return args


def replaced(old: dict[str, Any], new: dict[str, Any]) -> list[wire.Path]:
    changes = KubernetesPlugin().diff_config(old, new).changes
    return [change.path for change in changes if change.replace]


def test_with_an_identifier_only_another_identifier_replaces_the_provider() -> None:
    first, second = (FakeApiServer(port=port).kubeconfig() for port in (1, 2))
    old = config(kubeconfig=first, clusterIdentifier="a")
    assert replaced(old, config(kubeconfig=second, clusterIdentifier="a")) == []
    assert replaced(old, config(kubeconfig=first, clusterIdentifier="b")) == [
        ("clusterIdentifier",)
    ]


def test_without_an_identifier_another_server_replaces_the_provider() -> None:
    first, second = (FakeApiServer(port=port).kubeconfig() for port in (1, 2))
    other_user = FakeApiServer(port=1).kubeconfig({"token": "new"})
    assert replaced(config(kubeconfig=first), config(kubeconfig=second)) == [("kubeconfig",)]
    assert replaced(config(kubeconfig=first), config(kubeconfig=other_user)) == []
