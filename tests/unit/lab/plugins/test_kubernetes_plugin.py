"""What the engine gets from the kubernetes plugin, against a fake API server."""

import base64
from collections.abc import Generator

import pytest

from lab.errors import LabError
from lab.plugins.kubernetes.client import ApiError
from lab.plugins.kubernetes.plugin import KubernetesPlugin
from lab.plugins.resource_plugin import Live, Resource
from lab.plugins.wire import UNKNOWN, Secret
from tests.unit.lab.plugins.fake_api_server import FakeApiServer, serving
from tests.unit.lab.plugins.kubernetes_calls import (
    CONFIG_MAP,
    NAMESPACE,
    SECRET,
    WIDGET,
    checked,
    created,
    named,
    plugin_of,
    resource,
)


@pytest.fixture
def server() -> Generator[FakeApiServer]:
    with serving() as fake:
        yield fake


@pytest.fixture
def plugin(server: FakeApiServer) -> KubernetesPlugin:
    return plugin_of(server)


def test_a_name_is_made_up_and_marked(plugin: KubernetesPlugin) -> None:
    metadata = checked(plugin, NAMESPACE, {})["metadata"]
    assert metadata["name"].startswith("team-")
    assert len(metadata["name"]) == len("team-") + 8
    assert metadata["annotations"] == {"pulumi.com/autonamed": "true"}


def test_a_made_up_name_is_kept(plugin: KubernetesPlugin) -> None:
    first = checked(plugin, NAMESPACE, {})
    again = plugin.check(NAMESPACE, first, {"metadata": {"labels": {"a": "b"}}}).inputs
    assert again["metadata"]["name"] == first["metadata"]["name"]


def test_an_object_without_a_namespace_gets_the_contexts(plugin: KubernetesPlugin) -> None:
    assert checked(plugin, SECRET, named("s"))["metadata"]["namespace"] == "team"


def test_a_kind_without_namespaces_gets_none(plugin: KubernetesPlugin) -> None:
    inputs = {"metadata": {"name": "n", "namespace": "wrong"}}
    assert "namespace" not in checked(plugin, NAMESPACE, inputs)["metadata"]


def test_string_data_becomes_secret_data(plugin: KubernetesPlugin) -> None:
    inputs = checked(plugin, SECRET, named("s", stringData={"k": "v"}, data={"a": "Yg=="}))
    encoded = base64.b64encode(b"v").decode()
    assert inputs["data"] == Secret({"a": "Yg==", "k": encoded})
    assert "stringData" not in inputs


def test_the_data_of_a_secret_stays_secret_in_outputs(plugin: KubernetesPlugin) -> None:
    state = created(plugin, SECRET, named("s", stringData={"k": "v"})).state
    assert isinstance(state["data"], Secret)


def test_unknown_string_data_leaves_data_unknown(plugin: KubernetesPlugin) -> None:
    inputs = checked(plugin, SECRET, named("s", stringData=UNKNOWN))
    assert inputs["data"] == Secret(UNKNOWN)


def test_ids_name_the_namespace_where_there_is_one(plugin: KubernetesPlugin) -> None:
    ids = [created(plugin, SECRET, named("s")).id, created(plugin, NAMESPACE, named("n")).id]
    assert ids == ["team/s", "n"]


def test_a_create_is_plain_strict_and_by_its_own_manager(
    plugin: KubernetesPlugin, server: FakeApiServer
) -> None:
    created(plugin, NAMESPACE, named("n"))
    method, path, query = server.asked[-1]
    assert (method, path) == ("POST", "/api/v1/namespaces")
    assert query == {"fieldManager": "pulumi-kubernetes", "fieldValidation": "Strict"}


def test_an_object_that_exists_is_an_error(plugin: KubernetesPlugin) -> None:
    created(plugin, NAMESPACE, named("n"))
    with pytest.raises(ApiError, match="AlreadyExists"):
        created(plugin, NAMESPACE, named("n"))


def test_an_object_that_exists_passes_the_preview(plugin: KubernetesPlugin) -> None:
    inputs = created(plugin, NAMESPACE, named("n")).inputs
    plugin.create(NAMESPACE, inputs, preview=True)


def test_a_preview_creates_nothing(plugin: KubernetesPlugin, server: FakeApiServer) -> None:
    plugin.create(NAMESPACE, checked(plugin, NAMESPACE, named("n")), preview=True)
    assert server.objects == {}


def test_a_preview_promises_no_uid(plugin: KubernetesPlugin) -> None:
    full = checked(plugin, NAMESPACE, named("n"))
    assert plugin.create(NAMESPACE, full, preview=True).state["metadata"]["uid"] is UNKNOWN


def test_a_preview_with_unknown_values_does_not_ask_the_server(
    plugin: KubernetesPlugin, server: FakeApiServer
) -> None:
    full = checked(plugin, SECRET, named("s", data={"a": UNKNOWN}))
    server.asked.clear()
    plugin.create(SECRET, full, preview=True)
    assert server.asked == []


def test_nothing_changed_means_no_difference(plugin: KubernetesPlugin) -> None:
    live = created(plugin, SECRET, named("s", stringData={"k": "v"}))
    again = checked(plugin, SECRET, named("s", stringData={"k": "v"}))
    assert plugin.diff(SECRET, live, again).changes == []


def test_one_changed_label_is_that_difference(plugin: KubernetesPlugin) -> None:
    live = created(plugin, NAMESPACE, {"metadata": {"name": "n", "labels": {"a": "1", "b": "2"}}})
    new = checked(plugin, NAMESPACE, {"metadata": {"name": "n", "labels": {"a": "1", "b": "3"}}})
    changes = plugin.diff(NAMESPACE, live, new).changes
    assert [(c.path, c.replace) for c in changes] == [(("metadata", "labels", "b"), False)]


@pytest.mark.parametrize(
    ("which", "switch"), [(SECRET, "enableSecretMutable"), (CONFIG_MAP, "enableConfigMapMutable")]
)
def test_changed_data_replaces_unless_the_provider_lets_it_change(
    server: FakeApiServer, which: Resource, switch: str
) -> None:
    replaces: list[bool] = []
    for value in ("false", "true"):
        plugin = plugin_of(server, **{switch: value})
        live = Live("team/s", {}, checked(plugin, which, named("s", data={"k": "YQ=="})))
        new = checked(plugin, which, named("s", data={"k": "Yg=="}))
        replaces += [change.replace for change in plugin.diff(which, live, new).changes]
    assert replaces == [True, False]


@pytest.mark.parametrize(("name", "first"), [({"name": "s"}, True), ({}, False)])
def test_a_replacement_deletes_first_only_where_the_name_is_fixed(
    plugin: KubernetesPlugin, name: dict[str, str], first: bool
) -> None:
    old = checked(plugin, SECRET, {"metadata": name, "data": {"k": "YQ=="}})
    new = dict(plugin.check(SECRET, old, {"metadata": name, "data": {"k": "Yg=="}}).inputs)
    difference = plugin.diff(SECRET, Live("team/s", {}, old), new)
    assert difference.delete_before_replace is first


def test_another_name_is_another_object(plugin: KubernetesPlugin) -> None:
    old, new = checked(plugin, SECRET, named("a")), checked(plugin, SECRET, named("b"))
    difference = plugin.diff(SECRET, Live("team/a", {}, old), new)
    assert [change.replace for change in difference.changes] == [True]
    assert not difference.delete_before_replace


def test_an_update_applies_by_its_own_manager_that_has_the_creates_fields(
    plugin: KubernetesPlugin, server: FakeApiServer
) -> None:
    live = created(plugin, NAMESPACE, named("n"))
    new = checked(plugin, NAMESPACE, {"metadata": {"name": "n", "labels": {"a": "b"}}})
    state = plugin.update(NAMESPACE, live, new, preview=False)
    entry = server.objects["/api/v1/namespaces/n"]["metadata"]["managedFields"][0]
    assert (entry["manager"], entry["operation"]) == (state["__fieldManager"], "Apply")
    assert server.asked[-1][2] == {
        "fieldManager": state["__fieldManager"],
        "fieldValidation": "Strict",
        "force": "true",
    }


def test_a_delete_of_what_is_gone_is_no_error(plugin: KubernetesPlugin) -> None:
    plugin.delete(NAMESPACE, Live("gone", {}))


def test_a_delete_waits_until_the_object_is_gone(
    plugin: KubernetesPlugin, server: FakeApiServer
) -> None:
    plugin.delete(NAMESPACE, created(plugin, NAMESPACE, named("n")))
    assert server.objects == {}
    assert server.asked[-1][:2] == ("GET", "/api/v1/namespaces/n")


def test_a_refresh_shows_what_drifted_and_no_more(
    plugin: KubernetesPlugin, server: FakeApiServer
) -> None:
    live = created(plugin, NAMESPACE, {"metadata": {"name": "n", "labels": {"a": "1"}}})
    labels = server.objects["/api/v1/namespaces/n"]["metadata"]["labels"]
    labels |= {"a": "2", "someone-elses": "x"}
    found = plugin.read(NAMESPACE, live)
    assert found is not None
    assert found.inputs["metadata"] == {"name": "n", "labels": {"a": "2"}}


def test_a_refresh_misses_what_was_asked_for_and_is_gone_but_not_what_was_asked_for_as_empty(
    plugin: KubernetesPlugin, server: FakeApiServer
) -> None:
    asked = {"metadata": {"name": "c"}, "data": {"a": "b"}, "binaryData": {}}
    live = created(plugin, CONFIG_MAP, asked)
    held = server.objects["/api/v1/namespaces/team/configmaps/c"]
    del held["data"], held["binaryData"]
    found = plugin.read(CONFIG_MAP, live)
    assert found is not None
    assert found.inputs.keys() == {"apiVersion", "kind", "metadata", "binaryData"}


def test_a_refresh_of_what_is_gone_says_so(plugin: KubernetesPlugin) -> None:
    assert plugin.read(NAMESPACE, Live("gone", {})) is None


def test_an_import_reads_the_whole_object_but_the_servers_part(
    plugin: KubernetesPlugin,
) -> None:
    created(plugin, CONFIG_MAP, named("c", data={"a": "b"}))
    found = plugin.read(CONFIG_MAP, Live("team/c", {}))
    assert found is not None
    assert found.inputs == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "c", "namespace": "team"},
        "data": {"a": "b"},
    }


def test_a_custom_resource_waits_for_its_definition(
    plugin: KubernetesPlugin, server: FakeApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = checked(plugin, WIDGET, named("w"))

    def defined_meanwhile(_seconds: float) -> bool:
        server.serves_widgets = True
        return False

    monkeypatch.setattr(plugin.cancelled, "wait", defined_meanwhile)
    assert plugin.create(WIDGET, full, preview=False).id == "w"


def test_a_custom_resource_without_a_definition_passes_the_preview(
    plugin: KubernetesPlugin,
) -> None:
    plugin.create(WIDGET, checked(plugin, WIDGET, named("w")), preview=True)


def test_a_custom_resource_without_a_definition_fails_after_five_more_tries(
    plugin: KubernetesPlugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(plugin.cancelled, "wait", pauses.append)  # None: not cancelled
    with pytest.raises(LabError, match='no matches for kind "Widget"'):
        plugin.create(WIDGET, checked(plugin, WIDGET, named("w")), preview=False)
    assert pauses == [2, 4, 8, 16, 32]


def test_a_kind_found_cluster_scoped_later_is_no_difference(
    plugin: KubernetesPlugin, server: FakeApiServer
) -> None:
    before = checked(plugin, WIDGET, named("w"))
    assert before["metadata"]["namespace"] == "team"
    server.serves_widgets = True
    after = checked(plugin, WIDGET, named("w"))
    assert plugin.diff(WIDGET, Live("w", {}, before), after).changes == []


@pytest.mark.parametrize(
    "token",
    [
        "kubernetes:helm.sh/v4:Chart",
        "kubernetes:yaml/v2:ConfigGroup",
        "kubernetes:kustomize/v2:Directory",
        "kubernetes:core/v1:NamespacePatch",
        "kubernetes:core/v1:NamespaceList",
    ],
)
def test_what_is_no_object_is_refused_by_name(plugin: KubernetesPlugin, token: str) -> None:
    with pytest.raises(LabError, match=token):
        plugin.check(resource(token), {}, {})
