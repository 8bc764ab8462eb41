"""The schema of a stand-in's values, out of its default values; pure.

A default says which keys there are and of which kind each is. `{}` takes any keys and `null` takes
anything. So a key that the real chart does not have, misspelt perhaps, fails when it is rendered.
"""

from collections.abc import Mapping
from typing import Any, cast

DRAFT = "http://json-schema.org/draft-07/schema#"
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
)
"""bool before int, which it is a kind of."""


def values_schema(defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON schema of a chart with these defaults; `global` is always allowed.

    Raises TypeError at a default that YAML has no kind for.
    """
    return {"$schema": DRAFT, **_schema({"global": {}, **defaults})}


def _schema(default: object) -> dict[str, Any]:
    if default is None:
        return {}
    if isinstance(default, Mapping):
        return _of_mapping(cast("Mapping[str, Any]", default))
    for kind, name in _KINDS:
        if isinstance(default, kind):
            return {"type": [name, "null"]}
    raise TypeError(f"no schema for a default of {type(default).__name__}")


def _of_mapping(default: Mapping[str, Any]) -> dict[str, Any]:
    if not default:
        return {"type": ["object", "null"]}
    return {
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {key: _schema(value) for key, value in default.items()},
    }
