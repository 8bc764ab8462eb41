"""The program's own transforms, run as the engine runs them, without a server in between.

Own transforms of a resource first, then those of its ancestors, then the stack's.
"""

import asyncio
from typing import Any

from pulumi.runtime import _callbacks, sync_await
from pulumi.runtime.proto import resource_pb2 as pb

_SYNC_AWAIT: Any = sync_await


class Callbacks(_callbacks._CallbackServicer):  # pyright: ignore[reportPrivateUsage]  # SDK seam
    """The SDK's registry of callbacks, called in the same process instead of over gRPC."""

    def __init__(self, monitor: Any) -> None:  # pyright: ignore[reportMissingSuperCall]  # opens a port
        self._callbacks = {}
        self._transforms = {}
        self._state_migrations = {}
        self._monitor = monitor
        self._loop = asyncio.get_running_loop()
        self._target = "in-process"

    def transform(self, token: str, request: pb.RegisterResourceRequest) -> None:
        """Let one transform rewrite `request` in place."""
        asked = pb.TransformRequest(
            type=request.type,
            name=request.name,
            custom=request.custom,
            parent=request.parent,
            properties=request.object,
            options=_options_of(request),
        )
        pending = self._callbacks[token](asked.SerializeToString())
        answer: pb.TransformResponse = _SYNC_AWAIT._sync_await(pending)
        if answer.HasField("properties"):
            request.object.CopyFrom(answer.properties)
        if answer.HasField("options"):
            _take_options(request, answer.options)


def _options_of(request: Any) -> pb.TransformResourceOptions:
    options = pb.TransformResourceOptions(
        depends_on=request.dependencies,
        ignore_changes=request.ignoreChanges,
        replace_on_changes=request.replaceOnChanges,
        aliases=request.aliases,
        provider=request.provider,
        providers=request.providers,
        retain_on_delete=request.retainOnDelete,
        deleted_with=request.deletedWith,
        additional_secret_outputs=request.additionalSecretOutputs,
    )
    if request.HasField("protect"):
        options.protect = request.protect
    if request.deleteBeforeReplaceDefined:
        options.delete_before_replace = request.deleteBeforeReplace
    return options


def _take_options(
    request: pb.RegisterResourceRequest, options: pb.TransformResourceOptions
) -> None:
    if options.HasField("protect"):
        request.protect = options.protect
    if options.HasField("delete_before_replace"):
        request.deleteBeforeReplace = options.delete_before_replace
        request.deleteBeforeReplaceDefined = True
    request.retainOnDelete = options.retain_on_delete
    request.deletedWith = options.deleted_with
    request.provider = options.provider
    request.ignoreChanges[:] = options.ignore_changes
    request.replaceOnChanges[:] = options.replace_on_changes
    request.dependencies[:] = options.depends_on
    request.additionalSecretOutputs[:] = options.additional_secret_outputs
