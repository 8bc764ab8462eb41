"""Values as the engine sends them, as plain Python values, and the difference between two of them.

Owns the conversion between protobuf structs and plain Python (secrets, unknown values and resource
references kept) and the diff by property path. Knows no resource and no gRPC service
(resource_plugin.py has that).

A plain value is None, bool, int, float, str, a list or a dict with str keys of plain values, or one
of `Secret`, `UNKNOWN`, `Reference`. Assets and archives stay what they are on the wire: dicts.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, cast

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

Path = tuple[str | int, ...]
"""Where a value lies: keys and indices from the top, as `("vpcConfig", "subnetIds", 0)`."""


class Unknown:
    """The type of `UNKNOWN`: a value that a preview cannot know."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value which the engine encrypts in its state and hides in its output."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True)
class Reference:
    """Another resource, passed whole; `id` is empty for a component."""

    urn: str
    id: Any = ""
    package_version: str = ""


class Kind(StrEnum):
    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True)
class Change:
    """One property that differs; `replace`: only a new resource can have the new value."""

    path: Path
    kind: Kind
    replace: bool = False


def decode(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Plain values of a message's struct; whole numbers come back as int."""
    return {name: decode_value(value) for name, value in struct.fields.items()}


def decode_value(value: struct_pb2.Value) -> Any:
    """Plain value of one protobuf value."""
    match value.WhichOneof("kind"):
        case "bool_value":
            return value.bool_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return UNKNOWN if value.string_value == rpc.UNKNOWN else value.string_value
        case "list_value":
            return [decode_value(item) for item in value.list_value.values]
        case "struct_value":
            return _marked(decode(value.struct_value))
        case _:
            return None


def decode_json(text: str) -> Any:
    """Plain value of JSON text, in which the engine passes a provider's nested arguments."""
    return json.loads(text, object_hook=_marked)


def _marked(fields: dict[str, Any]) -> Any:
    """What a struct stands for: itself, or the special value that its signature key announces."""
    signature = fields.get(rpc._special_sig_key)  # pyright: ignore[reportPrivateUsage]  # protocol
    if signature == rpc._special_secret_sig:  # pyright: ignore[reportPrivateUsage]  # protocol
        return Secret(fields.get("value"))
    if signature == rpc._special_resource_sig:  # pyright: ignore[reportPrivateUsage]  # protocol
        return Reference(fields["urn"], fields.get("id", ""), fields.get("packageVersion", ""))
    if signature == rpc._special_output_value_sig:  # pyright: ignore[reportPrivateUsage]  # protocol
        value = fields.get("value", UNKNOWN)
        return Secret(value) if fields.get("secret") else value
    return fields


def encode(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """The struct of plain values, for a message to the engine; None stays as null."""
    return struct_pb2.Struct(fields={name: encode_value(value) for name, value in values.items()})


def encode_value(value: Any) -> struct_pb2.Value:
    """The protobuf value of one plain value; TypeError for what the protocol cannot carry."""
    match value:
        case None:
            return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
        case bool():
            return struct_pb2.Value(bool_value=value)
        case int() | float():
            return struct_pb2.Value(number_value=value)
        case str():
            return struct_pb2.Value(string_value=value)
        case _:
            return _encode_compound(value)


def _encode_compound(value: Any) -> struct_pb2.Value:
    match value:
        case list() | tuple():
            items = [encode_value(item) for item in cast("list[Any]", value)]
            return struct_pb2.Value(list_value=struct_pb2.ListValue(values=items))
        case Mapping():
            return struct_pb2.Value(struct_value=encode(cast("Mapping[str, Any]", value)))
        case _:
            return _encode_special(value)


def _encode_special(value: Any) -> struct_pb2.Value:
    key = rpc._special_sig_key  # pyright: ignore[reportPrivateUsage]  # protocol
    match value:
        case Unknown():
            return struct_pb2.Value(string_value=rpc.UNKNOWN)
        case Secret():
            signature = rpc._special_secret_sig  # pyright: ignore[reportPrivateUsage]  # protocol
            return encode_value({key: signature, "value": value.value})
        case Reference():
            signature = rpc._special_resource_sig  # pyright: ignore[reportPrivateUsage]  # protocol
            fields = {key: signature, "urn": value.urn, "id": value.id}
            if value.package_version:
                fields["packageVersion"] = value.package_version
            return encode_value(fields)
        case _:
            raise TypeError(f"a {type(value).__name__} cannot be sent to the engine")


def reveal(value: Any) -> Any:
    """The same value with every `Secret` in it replaced by what it holds."""
    match value:
        case Secret():
            return reveal(value.value)
        case dict():
            return {name: reveal(item) for name, item in cast("dict[str, Any]", value).items()}
        case list():
            return [reveal(item) for item in cast("list[Any]", value)]
        case _:
            return value


def has_secret(value: Any) -> bool:
    """Whether a `Secret` is in it, at any depth."""
    return any(isinstance(item, Secret) for item in _parts(value))


def has_unknown(value: Any) -> bool:
    """Whether `UNKNOWN` is in it, at any depth, secrets included."""
    return any(isinstance(item, Unknown) for item in _parts(value))


def _parts(value: Any) -> Iterator[Any]:
    yield value
    match value:
        case Secret():
            yield from _parts(value.value)
        case dict():
            for item in cast("dict[str, Any]", value).values():
                yield from _parts(item)
        case list():
            for item in cast("list[Any]", value):
                yield from _parts(item)
        case _:
            return


def diff(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    *,
    replaces: Callable[[Path], bool] = lambda _path: False,
    unordered: Callable[[Path], bool] = lambda _path: False,
) -> list[Change]:
    """Every property that differs, at its deepest path, sorted by path text.

    Null is the same as absent. Secrets compare by value. A new value that is unknown has changed.
    `replaces` says of a path whether only a new resource can have its new value, `unordered` of a
    list whether the order of its items means nothing.
    """
    changes = [
        Change(path, kind, replace=replaces(path))
        for path, kind in _differences((), reveal(dict(old)), reveal(dict(new)), unordered)
    ]
    return sorted(changes, key=lambda change: path_text(change.path))


def _differences(
    path: Path, old: Any, new: Any, unordered: Callable[[Path], bool]
) -> Iterator[tuple[Path, Kind]]:
    if isinstance(old, dict) and isinstance(new, dict):
        before, after = cast("dict[str, Any]", old), cast("dict[str, Any]", new)
        for name in sorted({*before, *after}):
            yield from _differences((*path, name), before.get(name), after.get(name), unordered)
    elif isinstance(old, list) and isinstance(new, list):
        first, second = cast("list[Any]", old), cast("list[Any]", new)
        if unordered(path):
            yield from _set_differences(path, first, second)
            return
        for index in range(max(len(first), len(second))):
            item = first[index] if index < len(first) else None
            other = second[index] if index < len(second) else None
            yield from _differences((*path, index), item, other, unordered)
    elif not _same(old, new):
        yield path, _kind(old, new)


def _set_differences(path: Path, old: list[Any], new: list[Any]) -> Iterator[tuple[Path, Kind]]:
    """Removed items by their old index, added ones by their new one: so the engine shows them."""
    removed = {index for index, item in enumerate(old) if item not in new}
    added = {index for index, item in enumerate(new) if item not in old}
    for index in sorted(removed | added):
        if index in removed and index in added:
            yield (*path, index), Kind.UPDATE
        else:
            yield (*path, index), Kind.ADD if index in added else Kind.DELETE


def _same(old: Any, new: Any) -> bool:
    """Whether two values that are not two dicts or two lists are equal; True is not 1."""
    if isinstance(new, Unknown) or isinstance(old, bool) is not isinstance(new, bool):
        return False
    return bool(old == new)


def _kind(old: Any, new: Any) -> Kind:
    if old is None:
        return Kind.ADD
    return Kind.DELETE if new is None else Kind.UPDATE


def path_text(path: Path) -> str:
    """A path as the engine writes it: `tags.Name`, `tags["kubernetes.io/x"]`, `subnetIds[0]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif re.search(r'[.\[\]"\\]', part) or not part:
            escaped = part.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{escaped}"]'
        else:
            text += f".{part}" if text else part
    return text
