"""JSON Schema's findings as mistakes: where, what is wrong, what to write instead.

Owns: the wording. The rules are those of the schema that Helm and editors use, too; there is no
second one. Not here: rules that a schema cannot tell (`checks/`).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, cast

from jsonschema import validators
from jsonschema.exceptions import ValidationError
from jsonschema.validators import validator_for

from fleet.mistakes import Mistake, listed, nearest, shown
from fleet.nodes import Node

Schema = Mapping[str, Any]
_extend: Any = cast(Any, validators).extend

_A_GROUP = "name a group of the identity provider, without commas and quotes"
TEAM_WORDS: Mapping[str, str] = {
    "team": "take lower-case letters, digits and hyphens, and begin with a letter",
    "costCenter": "take letters, digits and . _ - between them, 63 at most",
    "environments": "take lower-case letters and digits, 12 at most",
    "services": "take lower-case letters, digits and hyphens, 30 at most, and not guardrails",
    "path": "write a folder of the repository, as apps/web, without blanks",
    "revision": "write a branch, a tag or a commit, without blanks and no hyphen in front",
    "chart": "write the chart's name in its repository",
    "timeZone": "write a name as Europe/Berlin, or UTC",
    "repository": "write an address that begins with https://, ssh:// or oci://, without ..",
    **dict.fromkeys(("lead", "developer", "viewer"), _A_GROUP),
    **dict.fromkeys(
        ("edit", "view"), "write the ARN of a role, arn:aws:iam::<account>:role/<name>"
    ),
    "actions": "write actions as s3:GetObject, without wildcards",
    "resources": "write ARNs as arn:aws:s3:::<team>-<name>/*",
    "workloadRoles": "take lower-case letters, digits, hyphens and dots, 63 at most",
}
"""What patterns of team.yaml want, by the last key of the place."""
_NONE: Mapping[str, str] = {}
_ONE_OF_MANY = {
    "environments": "an environment",
    "services": "a service",
    "workloadRoles": "a service account",
}
_TYPES = {
    "string": "write a text",
    "integer": "write a whole number, without quotes",
    "number": "write a number, without quotes",
    "boolean": "write true or false, without quotes",
    "array": "write a list, as [one, two]",
    "object": "write keys and values",
}


def mistakes(
    schema: Schema, node: Node, *, value: object = None, words: Mapping[str, str] = _NONE
) -> Iterator[Mistake]:
    """What a schema finds.

    Args:
        schema: as it is in its file.
        node: whose value is looked at, and where findings are.
        value: looked at instead, as if it stood there.
        words: what patterns want, by the last key of the place; without, a person sees the rule.
    """
    strict: Any = _extend(validator_for(dict(schema)), {"pattern": _pattern})
    validator: Any = strict(dict(schema))
    checked = node.value if value is None else value
    for error in cast("Iterator[ValidationError]", validator.iter_errors(checked)):
        yield from _worded(error, node.at(tuple(error.absolute_path)), words)


def _pattern(
    _validator: object, pattern: str, instance: object, _schema: object
) -> Iterator[ValidationError]:
    """As Helm reads it, for which `$` is the very end, and not also before a last line break."""
    if not isinstance(instance, str):
        return
    # Python's is there too: a second one makes the first a character like others.
    text = f"{instance}\n" if instance.endswith("\n") else instance
    if not re.search(pattern, text):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _worded(error: ValidationError, node: Node, words: Mapping[str, str]) -> Iterator[Mistake]:
    name = next((part for part in reversed(node.place) if isinstance(part, str)), "")
    kind = str(error.validator)
    remedy = words.get(name) or _rule(error)
    if kind in _SEVERAL:
        yield from _SEVERAL[kind](error, node)
    elif "propertyNames" in error.absolute_schema_path:
        key = str(error.instance)
        problem = f"{shown(key)} is no name for {_ONE_OF_MANY.get(name, 'a key')}"
        yield node[key].mistake(problem, remedy)
    elif kind in _WORDINGS:
        yield node.mistake(*_WORDINGS[kind](error))
    else:
        yield node.mistake(f"{shown(error.instance)} is not valid", remedy)


def _unknown(error: ValidationError, node: Node) -> Iterator[Mistake]:
    known = cast("Mapping[str, object]", error.schema).get("properties", {})
    names = set(cast("Mapping[str, object]", known)) - {"fleet", "global"}
    for key, value in node.items():
        if key not in names:
            yield value.mistake("unknown key", nearest(key, names))


def _missing(error: ValidationError, node: Node) -> Iterator[Mistake]:
    properties = cast("Mapping[str, Any]", error.schema).get("properties", {})
    wanted = cast("list[str]", error.validator_value)
    # One finding for each missing key, each with the same list: the message tells which it is.
    key = next(key for key in wanted if error.message.startswith(repr(key)))
    description = str(properties.get(key, {}).get("description", ""))
    meaning = f" ({description[0].lower()}{description[1:]})" if description else ""
    yield node.mistake(f"has no {key}{meaning}", "add it")


def _one_of(error: ValidationError, node: Node) -> Iterator[Mistake]:
    """Either of some keys: say which there are to choose from."""
    if not isinstance(error.instance, dict):
        return
    options = cast("list[Mapping[str, list[str]]]", error.validator_value)
    choices = [" with ".join(option.get("required", [])) for option in options]
    present = [choice for choice in choices if node[choice.partition(" ")[0]].exists]
    problem = f"has {' and '.join(present)}" if present else f"has no {' and no '.join(choices)}"
    yield node.mistake(problem, f"write either {' or '.join(choices)}")


_SEVERAL: Mapping[str, Callable[[ValidationError, Node], Iterator[Mistake]]] = {
    "additionalProperties": _unknown,
    "required": _missing,
    "oneOf": _one_of,
}
"""Rules about a mapping's keys, whose findings need not be at the mapping itself."""


def _rule(error: ValidationError) -> str:
    """The rule itself, with what its author says of it."""
    description = cast("Mapping[str, Any]", error.schema).get("description")
    said = f" ({description})" if description else ""
    return f"it must keep {error.validator}: {shown(error.validator_value)}{said}"


def _type(error: ValidationError) -> tuple[str, str]:
    wanted = str(error.validator_value)
    value = cast(object, error.instance)
    if value is None:
        return "has nothing behind it", f"{_TYPES.get(wanted, 'write a value')}, or remove the key"
    if wanted == "string" and isinstance(value, bool | int | float | date):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return f"{shown(value)} is no text", f'put it in quotes: "{text}"'
    return f"{shown(value)} is the wrong type", _TYPES.get(wanted, f"write {wanted}")


def _enum(error: ValidationError) -> tuple[str, str]:
    values = cast("list[object]", error.validator_value)
    choices = " or ".join(str(value) for value in values)
    return f"{shown(error.instance)} is not one of the choices", f"write {choices}"


def _bounds(error: ValidationError) -> tuple[str, str]:
    most = str(error.validator) == "maximum"
    remedy = f"write {error.validator_value} at {'most' if most else 'least'}"
    return f"{shown(error.instance)} is too {'large' if most else 'small'}", remedy


def _long(error: ValidationError) -> tuple[str, str]:
    text = str(error.instance)
    return f"has {len(text)} characters", f"write {error.validator_value} at most"


def _empty(_error: ValidationError) -> tuple[str, str]:
    return "is empty", "write something, or remove the key where it may be left out"


def _twice(error: ValidationError) -> tuple[str, str]:
    values = [str(value) for value in cast("list[object]", error.instance)]
    return f"names {listed({v for v in values if values.count(v) > 1})} twice", "name each once"


_WORDINGS: Mapping[str, Callable[[ValidationError], tuple[str, str]]] = {
    "type": _type,
    "enum": _enum,
    "minimum": _bounds,
    "maximum": _bounds,
    "maxLength": _long,
    "minLength": _empty,
    "minItems": _empty,
    "minProperties": _empty,
    "uniqueItems": _twice,
}
"""Problem and remedy of rules about a value."""
