"""The gRPC service of a resource plugin, and its server.

It serves `ResourceProviderServicer` itself rather than `pulumi.provider.experimental`: that API
(SDK 3.272) leaves out old inputs, without which a removed input cannot be told from a computed
output, and adds tracebacks to messages. Owns messages, errors and threads; what resources are is
the plugin's (resource_plugin.py).
"""

# ruff: noqa: N802  # the protocol names the methods

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from lab.errors import LabError
from lab.plugins import wire
from lab.plugins.resource_plugin import (
    Checked,
    Difference,
    IncompleteError,
    Live,
    Resource,
    ResourcePlugin,
)

T = TypeVar("T")

THREADS = 64
"""Calls served at once. The engine sends 16 changes at a time on 4 cores; some wait for minutes."""

_CHANGES = provider_pb2.DiffResponse
_KINDS = {
    (wire.Kind.ADD, False): provider_pb2.PropertyDiff.ADD,
    (wire.Kind.ADD, True): provider_pb2.PropertyDiff.ADD_REPLACE,
    (wire.Kind.DELETE, False): provider_pb2.PropertyDiff.DELETE,
    (wire.Kind.DELETE, True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    (wire.Kind.UPDATE, False): provider_pb2.PropertyDiff.UPDATE,
    (wire.Kind.UPDATE, True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


def serve(argv: Sequence[str], version: str, plugin: ResourcePlugin) -> None:
    """Serve the plugin on a free port of 127.0.0.1 and print it, as the engine expects; blocks.

    `argv` without the program's name; the engine passes its own address, which is not needed.
    """
    del argv
    # The engine's way to end a plugin; it waits 5 s for one that stays. A user's ctrl-C does not
    # come here: each plugin has its own process group, and the engine calls Cancel.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: os._exit(0))
    options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server: Any = grpc.server(ThreadPoolExecutor(THREADS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(version, plugin), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    end_with_parent()
    server.wait_for_termination()


def end_with_parent() -> None:
    """End this process when the engine is gone: nobody ends the plugins of one that was killed."""
    threading.Thread(target=_outlive_no_parent, args=(os.getppid(),), daemon=True).start()


def _outlive_no_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


def _abort(context: Any, error: Exception) -> NoReturn:
    """End a call with one line of text."""
    if isinstance(error, LabError):
        message = str(error)
    else:
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        where = f" ({frame.tb_frame.f_code.co_filename}:{frame.tb_lineno})" if frame else ""
        message = f"fault in the lab's plugin: {type(error).__name__}: {error}{where}"
    context.abort(grpc.StatusCode.UNKNOWN, " ".join(message.split()))
    raise error


def _abort_incomplete(context: Any, error: IncompleteError) -> NoReturn:
    """End a call whose resource exists all the same; the engine saves it with its errors."""
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=error.live.id,
            properties=wire.encode(error.live.state),
            inputs=wire.encode(error.live.inputs),
            reasons=error.reasons,
        )
    )
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message=str(error), details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(code, str(error))
    raise error


def _answer(context: Any, call: Callable[[], T]) -> T:
    try:
        return call()
    except IncompleteError as error:
        _abort_incomplete(context, error)
    except Exception as error:  # whatever it is, the user gets one line
        _abort(context, error)


def _failures(checked: Checked) -> list[provider_pb2.CheckFailure]:
    return [
        provider_pb2.CheckFailure(property=property_name, reason=reason)
        for property_name, reason in checked.failures
    ]


def _check_response(checked: Checked) -> provider_pb2.CheckResponse:
    return provider_pb2.CheckResponse(
        inputs=wire.encode(checked.inputs), failures=_failures(checked)
    )


def _diff_response(difference: Difference) -> provider_pb2.DiffResponse:
    changes = difference.changes
    return provider_pb2.DiffResponse(
        changes=_CHANGES.DIFF_SOME if changes else _CHANGES.DIFF_NONE,
        diffs=sorted({str(change.path[0]) for change in changes}),
        replaces=sorted({str(change.path[0]) for change in changes if change.replace}),
        stables=list(difference.stables),
        deleteBeforeReplace=difference.delete_before_replace,
        hasDetailedDiff=True,
        detailedDiff={
            wire.path_text(change.path): provider_pb2.PropertyDiff(
                kind=_KINDS[change.kind, change.replace], inputDiff=True
            )
            for change in changes
        },
    )


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Turns each message into one call of the plugin, and its answer or error into a message."""

    def __init__(self, version: str, plugin: ResourcePlugin) -> None:
        self.version = version
        self.plugin = plugin

    def Handshake(self, request: Any, context: Any) -> Any:
        del request, context
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=self.plugin.accept_secrets)

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        del request, context
        return plugin_pb2.PluginInfo(version=self.version)

    def GetSchema(self, request: Any, context: Any) -> Any:
        del request
        return provider_pb2.GetSchemaResponse(schema=_answer(context, self.plugin.schema))

    def CheckConfig(self, request: Any, context: Any) -> Any:
        args = wire.decode(request.news)
        return _check_response(_answer(context, lambda: self.plugin.check_config(args)))

    def DiffConfig(self, request: Any, context: Any) -> Any:
        old, new = wire.decode(request.old_inputs), wire.decode(request.news)
        return _diff_response(_answer(context, lambda: self.plugin.diff_config(old, new)))

    def Configure(self, request: Any, context: Any) -> Any:
        args = wire.decode(request.args)
        _answer(context, lambda: self.plugin.configure(args))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=self.plugin.accept_secrets, supportsPreview=True
        )

    def Invoke(self, request: Any, context: Any) -> Any:
        args = wire.decode(request.args)
        result = _answer(context, lambda: self.plugin.invoke(request.tok, args))
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(wire.encode(result))  # a keyword of Python
        return response

    def Check(self, request: Any, context: Any) -> Any:
        old, new = wire.decode(request.olds), wire.decode(request.news)
        resource = Resource(request.urn)
        return _check_response(_answer(context, lambda: self.plugin.check(resource, old, new)))

    def Diff(self, request: Any, context: Any) -> Any:
        live = Live(request.id, wire.decode(request.olds), wire.decode(request.old_inputs))
        new = wire.decode(request.news)
        resource = Resource(request.urn)
        return _diff_response(_answer(context, lambda: self.plugin.diff(resource, live, new)))

    def Create(self, request: Any, context: Any) -> Any:
        inputs = wire.decode(request.properties)
        resource = Resource(request.urn)
        live = _answer(
            context, lambda: self.plugin.create(resource, inputs, preview=request.preview)
        )
        return provider_pb2.CreateResponse(id=live.id, properties=wire.encode(live.state))

    def Read(self, request: Any, context: Any) -> Any:
        old = Live(request.id, wire.decode(request.properties), wire.decode(request.inputs))
        live = _answer(context, lambda: self.plugin.read(Resource(request.urn), old))
        if live is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=live.id, properties=wire.encode(live.state), inputs=wire.encode(live.inputs)
        )

    def Update(self, request: Any, context: Any) -> Any:
        live = Live(request.id, wire.decode(request.olds), wire.decode(request.old_inputs))
        inputs = wire.decode(request.news)
        resource = Resource(request.urn)
        state: Mapping[str, Any] = _answer(
            context, lambda: self.plugin.update(resource, live, inputs, preview=request.preview)
        )
        return provider_pb2.UpdateResponse(properties=wire.encode(state))

    def Delete(self, request: Any, context: Any) -> Any:
        live = Live(request.id, wire.decode(request.properties), wire.decode(request.old_inputs))
        _answer(context, lambda: self.plugin.delete(Resource(request.urn), live))
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:
        del request, context
        self.plugin.cancelled.set()
        return empty_pb2.Empty()
