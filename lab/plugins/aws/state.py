"""The outputs of a resource: what was asked for, and what AWS adds to it."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from lab.plugins import wire
from lab.plugins.aws.resource_type import ResourceType
from lab.plugins.aws.schema import DEFAULTS, Kind, Property, Values


def settled(kind: ResourceType, inputs: Values, seen: Values) -> dict[str, Any]:
    """The state after a call: inputs as they were given, all else as AWS has it."""
    return _over(kind.table(), inputs, seen)


def expected(
    kind: ResourceType, inputs: Values, old: Values | None = None, *, changed: bool = True
) -> dict[str, Any]:
    """The state as a preview knows it: what AWS will compute is unknown, or as it was before.

    `old` is the state before an update, None for a creation; `changed` says whether anything
    besides tags changes.
    """
    if old is None:
        seen = _pending(kind.table(), inputs) | dict.fromkeys(kind.outputs, wire.UNKNOWN)
        return _over(kind.table(), inputs, seen)
    names = {*kind.outputs, *(item.name for item in kind.table() if item.computed)}
    nested = {
        item.name for item in kind.table() if item.kind is Kind.OBJECT and item.name in inputs
    }
    seen = {name: old.get(name) for name in names | nested}
    unstable = dict.fromkeys(kind.unstable if changed else (), wire.UNKNOWN)
    return _over(kind.table(), inputs, seen | unstable)


def _pending(properties: Sequence[Property], inputs: Values) -> dict[str, Any]:
    """Unknown for every computed property that is not given, nested ones too."""
    result: dict[str, Any] = {}
    for item in properties:
        value = inputs.get(item.name)
        if value is None and item.computed:
            result[item.name] = wire.UNKNOWN
        elif isinstance(value, dict) and item.kind is Kind.OBJECT:
            result[item.name] = _pending(item.fields, cast("Values", value))
    return result


def _over(properties: Sequence[Property], inputs: Values, seen: Values) -> dict[str, Any]:
    """Inputs laid over what was seen; objects field by field."""
    fields: Mapping[str, Property] = {item.name: item for item in properties}
    result = {name: value for name, value in seen.items() if value is not None}
    for name, value in inputs.items():
        item, below = fields.get(name), seen.get(name)
        if name == DEFAULTS:
            continue
        if (
            item is not None
            and item.kind is Kind.OBJECT
            and isinstance(value, dict)
            and isinstance(below, dict)
        ):
            result[name] = _over(item.fields, cast("Values", value), cast("Values", below))
        else:
            result[name] = value
    return result
