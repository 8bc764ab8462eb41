"""The plugin's service over real gRPC: messages, errors, unfinished resources."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from lab.errors import LabError
from lab.plugins import wire
from lab.plugins.plugin_server import Servicer
from lab.plugins.resource_plugin import (
    Difference,
    IncompleteError,
    Live,
    Resource,
    ResourcePlugin,
)

URN = "urn:pulumi:dev::p::a:b:Parent$aws:ec2/vpc:Vpc::name::with::colons"


class Example(ResourcePlugin):
    """Creation fails in the way its name asks for; one property of two replaces."""

    package = "example"

    def create(self, resource: Resource, inputs: Mapping[str, Any], *, preview: bool) -> Live:
        del resource, preview
        if inputs["fail"] == "known":
            raise LabError("it is broken", "Mend it")
        if inputs["fail"] == "fault":
            raise KeyError("nobody\nexpected this")
        raise IncompleteError(Live("id-1", {"a": 1}, inputs), ["it never came up"])

    def diff(self, resource: Resource, live: Live, inputs: Mapping[str, Any]) -> Difference:
        del resource
        changes = wire.diff(live.inputs, inputs, replaces=lambda path: path == ("a", "b"))
        return Difference(changes=changes, delete_before_replace=True)


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    """The engine's end of a connection to the plugin."""
    server: Any = grpc.server(ThreadPoolExecutor(2))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer("1.0", Example()), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    channel: Any = grpc.insecure_channel(f"127.0.0.1:{port}")
    yield provider_pb2_grpc.ResourceProviderStub(channel)
    channel.close()
    server.stop(None)


def error_of(engine: Any, fail: str) -> Any:
    request = provider_pb2.CreateRequest(urn=URN, properties=wire.encode({"fail": fail}))
    with pytest.raises(grpc.RpcError) as caught:
        engine.Create(request)
    return caught.value


def test_a_known_error_is_its_message_and_remedy(engine: Any) -> None:
    assert error_of(engine, "known").details() == "it is broken. Mend it"


def test_a_fault_is_one_line_that_says_where(engine: Any) -> None:
    details = error_of(engine, "fault").details()
    assert details.startswith("fault in the lab's plugin: KeyError: ")
    assert ("\n" in details, "test_plugin_server.py:" in details) == (False, True)


def test_an_unfinished_resource_is_handed_over_with_its_id_and_reasons(engine: Any) -> None:
    metadata = dict(error_of(engine, "incomplete").trailing_metadata())
    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    saved = provider_pb2.ErrorResourceInitFailed()
    status.details[0].Unpack(saved)
    assert (saved.id, list(saved.reasons)) == ("id-1", ["it never came up"])


def test_a_diff_names_paths_kinds_and_what_replaces(engine: Any) -> None:
    response = engine.Diff(
        provider_pb2.DiffRequest(
            urn=URN,
            old_inputs=wire.encode({"a": {"b": 1}, "c": 1}),
            news=wire.encode({"a": {"b": 2}, "d": 1}),
        )
    )
    kinds = {path: item.kind for path, item in response.detailedDiff.items()}
    assert (kinds, list(response.replaces), response.deleteBeforeReplace) == (
        {
            "a.b": provider_pb2.PropertyDiff.UPDATE_REPLACE,
            "c": provider_pb2.PropertyDiff.DELETE,
            "d": provider_pb2.PropertyDiff.ADD,
        },
        ["a"],
        True,
    )


def test_a_resource_knows_its_type_without_its_parents_and_its_whole_name() -> None:
    assert (Resource(URN).type, Resource(URN).name) == ("aws:ec2/vpc:Vpc", "name::with::colons")
