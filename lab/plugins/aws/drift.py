"""From what AWS says a resource is to the inputs that would have made it so.

This is what `pulumi refresh` and `pulumi import` write back; the next `up` compares the program
with it, so it must show every change made behind Pulumi's back and nothing else.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from lab.plugins.aws.schema import DEFAULTS, Kind, Property, Values, same_json


def own_tags_of(
    live: Mapping[str, str], given: Mapping[str, str], defaults: Mapping[str, str]
) -> dict[str, str]:
    """The resource's own tags: all that are neither the provider's default nor its override."""
    return {
        name: text
        for name, text in live.items()
        if name in given or name not in defaults or defaults[name] != text
    }


def inputs_after_read(
    properties: Sequence[Property], inputs: Values, live: Values
) -> dict[str, Any]:
    """The inputs as they are in AWS; `inputs` empty means an import.

    A property that was never given stays absent if AWS computes it or if it is empty.
    """
    importing = not inputs
    result = {name: value for name, value in inputs.items() if name not in _names(properties)}
    for item in properties:
        given, value = inputs.get(item.name), live.get(item.name)
        if item.name not in live:
            # AWS does not return it (a password, a switch of the plugin): keep what was given.
            value = given
        elif given is None:
            value = None if _unasked(item, value, importing=importing) else value
        else:
            value = _projected(item, given, value)
        if value is not None:
            result[item.name] = value
    if not importing:
        result[DEFAULTS] = inputs.get(DEFAULTS, [])
    return result


def _names(properties: Sequence[Property]) -> set[str]:
    return {item.name for item in properties} | {DEFAULTS}


def _unasked(item: Property, value: Any, *, importing: bool) -> bool:
    """Whether a value nobody gave is no drift."""
    return value in (None, "", [], {}, False) or (item.computed and not importing)


def _projected(item: Property, given: Any, live: Any) -> Any:
    """The live value in the shape of the given one."""
    if item.kind is Kind.JSON and isinstance(live, str):
        return given if same_json(given, live) else live
    if item.kind is Kind.SET and isinstance(live, list):
        found = cast("list[Any]", live)
        kept = [part for part in given if part in found]
        return [*kept, *(part for part in found if part not in given)]
    if item.kind is Kind.OBJECT and isinstance(live, dict):
        return _object(item.fields, given, cast("Values", live))
    if item.kind is Kind.OBJECTS and isinstance(live, list):
        return _objects(item.fields, given, cast("list[Any]", live))
    if live is None and given in ("", [], {}, False):
        return given
    return live


def _object(fields: Sequence[Property], given: Values, live: Values) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for item in fields:
        asked, value = given.get(item.name), live.get(item.name)
        if asked is None:
            value = None if _unasked(item, value, importing=False) else value
        elif item.name not in live:
            value = asked
        else:
            value = _projected(item, asked, value)
        if value is not None:
            result[item.name] = value
    return result


def _objects(fields: Sequence[Property], given: list[Any], live: list[Any]) -> list[Any]:
    """Live items, each in the shape of the given item it agrees with most."""
    left = list(live)
    result: list[Any] = []
    for asked in given:
        if not left:
            break
        best = max(left, key=lambda item: _agreement(asked, item))
        left.remove(best)
        result.append(_object(fields, asked, best))
    return [*result, *left]


def _agreement(asked: Values, live: Values) -> int:
    return sum(live.get(name) == value for name, value in asked.items())
