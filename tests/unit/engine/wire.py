"""The engine's wire format, both ways: protobuf values and plain Python, secrets and unknowns kept.

Never makes Resource objects out of references, as the SDK's own decoder does: on the way in a
reference stays a `Reference`, so that decoding has no side effect on the program under test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from google.protobuf.struct_pb2 import ListValue, Struct, Value
from pulumi.runtime import rpc

_RPC: Any = rpc  # the signatures are private names of the SDK; test_engine_itself.py pins them
SIGNATURE: str = _RPC._special_sig_key
_SECRET: str = _RPC._special_secret_sig
_REFERENCE: str = _RPC._special_resource_sig
_OUTPUT: str = _RPC._special_output_value_sig


@dataclass(frozen=True)
class Secret:
    """A value that the engine would encrypt; `repr` does not show it."""

    value: Any = field(repr=False)


@dataclass(frozen=True)
class Reference:
    """A resource that was passed as a value."""

    urn: str


class Unknown:
    """The type of `UNKNOWN`: a value that a preview does not know yet."""

    def __repr__(self) -> str:
        return "<unknown>"


UNKNOWN = Unknown()


def plain(value: Any) -> Any:
    """`value` with every `Secret` in it laid open, at any depth."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in cast(dict[str, Any], value).items()}
    if isinstance(value, list):
        return [plain(item) for item in cast(list[Any], value)]
    return value


def decode(value: Value) -> Any:
    """One wire value as plain Python; whole numbers become int, as they were before the wire."""
    match value.WhichOneof("kind"):
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return UNKNOWN if value.string_value == rpc.UNKNOWN else value.string_value
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [decode(item) for item in value.list_value.values]
        case "struct_value":
            return _decode_struct(value.struct_value)
        case _:
            return None


def _decode_struct(struct: Struct) -> Any:
    fields = struct.fields
    signature = fields[SIGNATURE].string_value if SIGNATURE in fields else ""
    if signature == _SECRET:
        return Secret(decode(fields["value"]))
    if signature == _REFERENCE:
        return Reference(fields["urn"].string_value)
    if signature == _OUTPUT:
        return decode(fields["value"]) if "value" in fields else UNKNOWN
    return decode_fields(struct)


def decode_fields(struct: Struct) -> dict[str, Any]:
    """The properties of a resource, a call or an answer."""
    return {name: decode(value) for name, value in struct.fields.items()}


def encode(value: Any) -> Value:
    """The inverse of `decode`; TypeError for what cannot travel."""
    match value:
        case Unknown():
            return Value(string_value=rpc.UNKNOWN)
        case Secret():
            return _signed(_SECRET, "value", encode(value.value))
        case Reference():
            return _signed(_REFERENCE, "urn", Value(string_value=value.urn))
        case list() | tuple():
            items = cast(list[Any], value)
            return Value(list_value=ListValue(values=[encode(item) for item in items]))
        case dict():
            return Value(struct_value=encode_fields(cast(dict[str, Any], value)))
        case _:
            return _encode_scalar(value)


def _encode_scalar(value: Any) -> Value:
    match value:
        case None:
            return Value(null_value=cast(Any, 0))
        case bool():
            return Value(bool_value=value)
        case int() | float():
            return Value(number_value=value)
        case str():
            return Value(string_value=value)
        case _:
            raise TypeError(f"a test answered with a {type(value).__name__}")


def _signed(signature: str, key: str, value: Value) -> Value:
    fields = {SIGNATURE: Value(string_value=signature), key: value}
    return Value(struct_value=Struct(fields=fields))


def encode_fields(properties: Mapping[str, Any]) -> Struct:
    """The properties of a resource, a call or an answer, ready to send."""
    return Struct(fields={name: encode(value) for name, value in properties.items()})
