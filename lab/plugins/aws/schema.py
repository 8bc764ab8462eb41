"""What a resource type's properties are: names, kinds, defaults, and what a change of one means.

Owns the check of inputs against such a table and the difference of two sets of inputs. Calls no
AWS; the tables themselves stand beside the calls, one module per service.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from lab.plugins import wire

Values = Mapping[str, Any]

DEFAULTS = "__defaults"
"""The input that lists which others the plugin filled in, as the official plugin's inputs do."""


def section(values: Values, name: str) -> dict[str, Any]:
    """A nested object; empty where it is absent."""
    return values.get(name) or {}


def listed(values: Values, name: str) -> list[Any]:
    """A list; empty where it is absent."""
    return values.get(name) or []


class Kind(Enum):
    """What a property holds, in the words of a message."""

    TEXT = "text"
    NUMBER = "a number"
    FLAG = "true or false"
    LIST = "a list"
    SET = "a list, in any order"
    MAP = "a map of text"
    JSON = "JSON text"
    OBJECT = "an object"
    OBJECTS = "a list of objects"


_CLASSES: dict[Kind, type | tuple[type, ...]] = {
    Kind.TEXT: str,
    Kind.NUMBER: (int, float),
    Kind.FLAG: bool,
    Kind.LIST: list,
    Kind.SET: list,
    Kind.MAP: dict,
    Kind.JSON: str,
    Kind.OBJECT: dict,
    Kind.OBJECTS: list,
}


@dataclass(frozen=True)
class Property:
    """One input property of a resource type, or one field of a nested object."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    replace: bool = False
    """A change needs a new resource."""
    computed: bool = False
    """AWS fills it in where the program does not; leaving it out is then no change."""
    default: Any = None
    fields: tuple["Property", ...] = ()
    """Of an OBJECT, or of each item of OBJECTS."""


def failures(properties: Sequence[Property], values: Values) -> list[tuple[str, str]]:
    """Everything wrong with the inputs: (property path, reason) pairs."""
    return [
        (wire.path_text(path), reason) for path, reason in _failures((), properties, dict(values))
    ]


def _failures(
    path: wire.Path, properties: Sequence[Property], values: dict[str, Any]
) -> Iterator[tuple[wire.Path, str]]:
    known = {item.name: item for item in properties}
    for name in sorted(values):
        if name not in known and name != DEFAULTS and values[name] is not None:
            yield (*path, name), "the lab's aws plugin does not know this property"
    for item in properties:
        value = values.get(item.name)
        if value is None:
            if item.required:
                yield (*path, item.name), "is required"
        elif not isinstance(value, wire.Unknown):
            yield from _value_failures((*path, item.name), item, value)


def _value_failures(path: wire.Path, item: Property, value: Any) -> Iterator[tuple[wire.Path, str]]:
    is_flag = isinstance(value, bool)
    if not isinstance(value, _CLASSES[item.kind]) or is_flag is not (item.kind is Kind.FLAG):
        yield path, f"must be {item.kind.value}, not {type(value).__name__}"
    elif item.kind is Kind.OBJECT:
        yield from _failures(path, item.fields, value)
    elif item.kind is Kind.OBJECTS:
        for index, part in enumerate(value):
            if isinstance(part, dict):
                part_values = cast("dict[str, Any]", part)
                yield from _failures((*path, index), item.fields, part_values)
    elif item.kind is Kind.JSON and not _is_json(value):
        yield path, "is not valid JSON"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def with_defaults(properties: Iterable[Property], values: Values) -> dict[str, Any]:
    """The values given, and the default of each property that is absent, nested ones too."""
    filled = {name: value for name, value in values.items() if value is not None}
    for item in properties:
        value = filled.get(item.name)
        if value is None:
            if item.default is not None:
                filled[item.name] = item.default
        elif isinstance(value, dict) and item.kind is Kind.OBJECT:
            filled[item.name] = with_defaults(item.fields, cast("Values", value))
        elif isinstance(value, list) and item.kind is Kind.OBJECTS:
            filled[item.name] = [
                with_defaults(item.fields, cast("Values", part)) if isinstance(part, dict) else part
                for part in cast("list[Any]", value)
            ]
    return filled


def differences(properties: Sequence[Property], old: Values, new: Values) -> list[wire.Change]:
    """What changed between two sets of checked inputs, as AWS would see it.

    Sets have no order, JSON no layout, and what AWS computes by itself is not lost by leaving it
    out.
    """
    known = {item.name: item for item in properties}
    left = {name: value for name, value in old.items() if name != DEFAULTS}
    right = {
        name: _aligned(known.get(name), left.get(name), value)
        for name, value in new.items()
        if name != DEFAULTS
    }
    changes = wire.diff(left, right, unordered=lambda path: _is_unordered(known, path))
    return [
        wire.Change(change.path, change.kind, replace=_replaces(known, change, left, right))
        for change in changes
        if not (change.kind is wire.Kind.DELETE and _is_computed(known, change.path, right))
    ]


def with_computed(
    properties: Sequence[Property], inputs: Values, state: Values, new: Values
) -> dict[str, Any]:
    """Old inputs, and the old state of what AWS computed then and the program gives now.

    So giving a property the value it has anyway is no change.
    """
    result = dict(inputs)
    for item in properties:
        wanted, given, was = new.get(item.name), inputs.get(item.name), state.get(item.name)
        if wanted is None or was is None:
            continue
        if given is None and item.computed:
            result[item.name] = was
        elif item.kind is Kind.OBJECT and isinstance(wanted, dict) and isinstance(given, dict):
            result[item.name] = with_computed(
                item.fields, cast("Values", given), was, cast("Values", wanted)
            )
    return result


def _replaces(known: Mapping[str, Property], change: wire.Change, old: Values, new: Values) -> bool:
    """Whether a property on the way to the change, or one inside of it, needs a new resource."""
    trail = list(_trail(known, change.path))
    if any(item.replace for item in trail):
        return True
    if len(trail) != len(change.path) or trail[-1].kind is not Kind.OBJECT:
        return False
    value: Values = _at(change.path, new) or _at(change.path, old) or {}
    return any(item.replace and item.name in value for item in trail[-1].fields)


def _at(path: wire.Path, values: Values) -> Any:
    value: Any = values
    for part in path:
        value = cast("Values", value).get(str(part)) if isinstance(value, dict) else None
    return value


def _trail(known: Mapping[str, Property], path: wire.Path) -> Iterator[Property]:
    """The properties that a path passes through, outermost first."""
    fields = known
    for part in path:
        if isinstance(part, int):
            continue
        item = fields.get(part)
        if item is None:
            return
        yield item
        fields = {inner.name: inner for inner in item.fields}


def _is_unordered(known: Mapping[str, Property], path: wire.Path) -> bool:
    trail = list(_trail(known, path))
    return len(trail) == len(path) and trail[-1].kind in (Kind.SET, Kind.OBJECTS)


def _is_computed(known: Mapping[str, Property], path: wire.Path, new: Values) -> bool:
    """Whether the whole computed property is absent, not merely one item of it."""
    value: Any = new
    fields = known
    for part in path:
        if isinstance(part, int) or part not in fields:
            return False
        item = fields[part]
        value = cast("Values", value).get(part)
        if value is None:
            return item.computed
        if not isinstance(value, dict):
            return False
        fields = {inner.name: inner for inner in item.fields}
    return False


def _aligned(item: Property | None, old: Any, new: Any) -> Any:
    """The new value written like the old one wherever the two mean the same."""
    if item is None or old is None or new is None:
        return new
    if item.kind is Kind.JSON and isinstance(old, str) and isinstance(new, str):
        return old if same_json(old, new) else new
    if item.kind is Kind.OBJECT and isinstance(old, dict) and isinstance(new, dict):
        before = cast("Values", old)
        fields = {inner.name: inner for inner in item.fields}
        return {
            name: _aligned(fields.get(name), before.get(name), value)
            for name, value in cast("Values", new).items()
        }
    return new


def same_json(left: str, right: str) -> bool:
    """Whether two texts are equal as JSON; policy documents come back in another layout."""
    try:
        return bool(json.loads(left) == json.loads(right))
    except ValueError:
        return left == right
