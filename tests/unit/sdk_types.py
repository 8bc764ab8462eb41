"""Recorded inputs against the SDK's own Args classes: unknown and missing keys, wrong kinds.

The SDK accepts any dict where a nested block belongs; type checkers see only literals. This sees
what really travels, at any depth. Not here: what a provider checks beyond types.
"""

import collections.abc
import inspect
import json
import sys
import typing
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from typing import Any, cast

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as k8s
from pulumi import _types  # pyright: ignore[reportPrivateUsage]  # its names are all there is
from pulumi.runtime import rpc

from tests.unit.engine import UNKNOWN, Node, Reference, Run, Secret

_TYPES: Any = _types  # private names of the SDK
_RPC: Any = rpc
_SKIPPED = ("pulumi:pulumi:", "eks-hub-spoke:")
# Objects of kinds that the SDK has no class for, and a field that it adds by itself.
_UNTYPED_KUBERNETES = "argoproj.io"


def findings(run: Run) -> list[str]:
    """One line for each input of the run that its type does not allow."""
    return [
        f"{node.type}::{node.name}{found}"
        for node in run.nodes.values()
        if not node.read
        for found in _of(node)
    ]


def _of(node: Node) -> Iterator[str]:
    if node.type.startswith(_SKIPPED) or _UNTYPED_KUBERNETES in node.type:
        return
    args = _args_class(node.type)
    if args is None:
        yield ": the SDK has no such resource"
        return
    inputs = node.inputs
    if node.type.startswith("pulumi:providers:"):
        inputs = _decoded(args, inputs)
    if node.type.startswith("kubernetes:"):
        inputs = {key: value for key, value in inputs.items() if key != "compat"}
    yield from _check_object(args, inputs, "", whole=not node.hidden)


@cache
def _args_class(token: str) -> type | None:
    if token.startswith("pulumi:providers:"):
        package = {"aws": aws, "kubernetes": k8s}.get(token.rpartition(":")[2])
        return cast(Any, package).ProviderArgs if package else None
    package, module_name, _ = token.split(":")
    for registered in _RPC._RESOURCE_MODULES.get(f"{package}:{module_name}", []):
        name = registered.mod_info["classes"].get(token)
        if name:
            resource = getattr(sys.modules[registered.mod_info["fqn"]], name)
            module = sys.modules[resource.__module__]
            named = (getattr(module, f"{name}{end}", None) for end in ("InitArgs", "Args"))
            return next((args for args in named if args is not None), None)
    return None


def _decoded(args: type, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """A provider's inputs travel as texts, JSON where the declared type is no text."""
    types = _TYPES.input_type_types(args)
    texts = {key for key, declared in types.items() if str in _alternatives(declared)}
    return {
        key: json.loads(value) if isinstance(value, str) and key not in texts else value
        for key, value in inputs.items()
    }


def _alternatives(declared: Any) -> list[Any]:
    """What may stand for a type once `Input[...]` and `Optional[...]` are taken off."""
    if typing.get_origin(declared) is not typing.Union:
        return [declared]
    wrappers = (collections.abc.Awaitable, pulumi.Output)
    inner = [
        arg
        for arg in typing.get_args(declared)
        if arg is not type(None) and typing.get_origin(arg) not in wrappers
    ]
    return [each for arg in inner for each in _alternatives(arg)]


def _check(declared: Any, value: Any, path: str, *, whole: bool) -> Iterator[str]:
    if isinstance(value, Secret):
        value = value.value
    if value is None or value is UNKNOWN or isinstance(value, Reference):
        return
    attempts = [
        list(_check_one(each, value, path, whole=whole)) for each in _alternatives(declared)
    ]
    if attempts and all(attempts):  # fits none of them: the nearest one says why
        yield from min(attempts, key=len)


def _check_one(declared: Any, value: Any, path: str, *, whole: bool) -> Iterator[str]:
    origin = typing.get_origin(declared)
    arguments = typing.get_args(declared)
    if isinstance(declared, type) and _TYPES.is_input_type(declared):
        yield from _check_object(declared, value, path, whole=whole)
    elif origin in (list, collections.abc.Sequence):
        yield from _check_list(arguments[0], value, path, whole=whole)
    elif origin in (dict, collections.abc.Mapping):
        yield from _check_map(arguments[1], value, path, whole=whole)
    elif isinstance(declared, type):
        yield from _check_scalar(declared, value, path)


def _check_object(args: type, value: Any, path: str, *, whole: bool) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {args.__name__} is wanted, not {value!r}"
        return
    given = cast(dict[str, Any], value)
    types = _TYPES.input_type_types(args)
    wire_names = _TYPES.input_type_py_to_pulumi_names(args)
    for key, item in given.items():
        if key not in wire_names.values():
            yield f"{path}.{key}: {args.__name__} has no such property"
        else:
            yield from _check(types[key], item, f"{path}.{key}", whole=whole)
    if whole:
        for name in sorted(_required(args)):
            if given.get(wire_names[name]) is None:
                yield f"{path}.{wire_names[name]}: {args.__name__} requires it"


@cache
def _required(args: type) -> frozenset[str]:
    parameters = inspect.signature(args).parameters.values()
    return frozenset(p.name for p in parameters if p.default is inspect.Parameter.empty)


def _check_list(element: Any, value: Any, path: str, *, whole: bool) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: a list is wanted, not {value!r}"
        return
    for index, item in enumerate(cast(list[Any], value)):
        yield from _check(element, item, f"{path}[{index}]", whole=whole)


def _check_map(element: Any, value: Any, path: str, *, whole: bool) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: keys and values are wanted, not {value!r}"
        return
    for key, item in cast(dict[str, Any], value).items():
        yield from _check(element, item, f"{path}.{key}", whole=whole)


def _check_scalar(declared: type, value: Any, path: str) -> Iterator[str]:
    if issubclass(declared, Enum):
        if value not in {member.value for member in declared}:
            yield f"{path}: {value!r} is not of {declared.__name__}"
    elif declared is bool:
        if not isinstance(value, bool):
            yield f"{path}: true or false is wanted, not {value!r}"
    elif declared in (int, float):
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{path}: a number is wanted, not {value!r}"
    elif declared is str and not isinstance(value, str):
        yield f"{path}: a text is wanted, not {value!r}"
