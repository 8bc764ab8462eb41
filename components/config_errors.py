"""From pydantic's findings to lines a person can act on: where, what, remedy; pure.

Owns: the wording. Not here: the rules themselves (`config.py`).
"""

import difflib
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, Tag, ValidationError

from components.config_argocd import MODES
from components.config_types import UNION_BRANCHES

_REMEDIES = {
    "missing": "add it",
    "string_type": "write a text, in quotes if it looks like a number",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "list_type": "write a list",
    "dict_type": "write keys and values",
    "model_type": "write keys and values",
    "model_attributes_type": "write keys and values",
    "ip_v4_network": "write an IPv4 network such as 10.0.0.0/16, with no host bits set",
}
_LONGEST_VALUE = 60
_MARKERS = UNION_BRANCHES | MODES | {"[key]"}
"""Parts of a place that pydantic adds and the file does not have."""


def lines(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """One line for each mistake, in the order of the file: `key: value: what is wrong; remedy`."""
    return [_line(dict(found), model) for found in error.errors(include_url=False)]


def _line(found: dict[str, Any], model: type[BaseModel]) -> str:
    where, kind = _path(found["loc"]), found["type"]
    if kind == "extra_forbidden":
        return f"{where}: unknown key; {_nearest(found['loc'], model)}"
    if kind == "missing":
        return f"{where}: is missing; {_REMEDIES[kind]}"
    message = found["msg"].removeprefix("Value error, ").removeprefix("Input ")
    shown = _shortened(repr(found["input"]))
    remedy = _REMEDIES.get(kind)
    return f"{where}: {shown}: {message}" + (f"; {remedy}" if remedy else "")


def _shortened(text: str) -> str:
    """The text, cut where it is longer than a person reads."""
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _path(location: Sequence[str | int]) -> str:
    """`network.availabilityZones[1]`, as a person would point at it."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part not in _MARKERS:
            # A key may hold anything that YAML can write; the line must stay one line.
            shown = _shortened(part if part.isprintable() else repr(part))
            text += f".{shown}" if text else shown
    return text or "the stack's config"


def _nearest(location: Sequence[str | int], model: type[BaseModel]) -> str:
    """The remedy for a key that the model does not have: the nearest one that it has, or all."""
    key, holder = str(location[-1]), _holder(model, location[:-1])
    if other := _other_mode(model, location):
        return f"it belongs to mode {other}; take it out, or write mode: {other}"
    known = _keys(holder) if holder else []
    near = difflib.get_close_matches(key, known, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"known here: {', '.join(sorted(known))}" if known else "remove it"


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _holder(model: type[BaseModel], location: Sequence[str | int]) -> type[BaseModel] | None:
    """The model at a place of the file."""
    branches: dict[str, type[BaseModel]] = {}
    for part in location:
        if part in branches:
            model = branches[str(part)]
            continue
        field = next((f for f in model.model_fields.values() if f.alias == part), None)
        inner = _model_in(field.annotation) if field else None
        if field is None or inner is None:
            return None
        model, branches = inner, _branches(field.annotation)
    return model


def _other_mode(model: type[BaseModel], location: Sequence[str | int]) -> str:
    """The mode that a key belongs to which stands directly in a section of another; or ""."""
    if len(location) < 2 or location[-2] not in MODES:
        return ""
    field = next(f for f in model.model_fields.values() if f.alias == location[-3])
    others = (tag for tag, m in _branches(field.annotation).items() if location[-1] in _keys(m))
    return next(others, "").strip("<>")


def _branches(annotation: Any) -> dict[str, type[BaseModel]]:
    """The models of a tagged union by their tags; none of anything else."""
    return {
        str(mark.tag): model
        for branch in get_args(annotation)
        for mark in getattr(branch, "__metadata__", ())
        if isinstance(mark, Tag) and (model := _model_in(branch)) is not None
    }


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation such as `X | None` or `list[X]` holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in get_args(annotation) if (m := _model_in(a)) is not None), None)
