"""Label selectors as Kubernetes reads them; pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

_OPERATORS: Mapping[str, Callable[[str | None, Sequence[str]], bool]] = {
    "In": lambda value, values: value in values,
    "NotIn": lambda value, values: value not in values,
    "Exists": lambda value, _: value is not None,
    "DoesNotExist": lambda value, _: value is None,
}


def matches(labels: Mapping[str, str], selector: Mapping[str, Any]) -> bool:
    """Whether an object with these labels is chosen."""
    wanted: Mapping[str, str] = selector.get("matchLabels") or {}
    expressions: Sequence[Mapping[str, Any]] = selector.get("matchExpressions") or []
    return wanted.items() <= labels.items() and all(
        _OPERATORS[each["operator"]](labels.get(each["key"]), each.get("values", []))
        for each in expressions
    )


def keys(selector: Mapping[str, Any]) -> set[str]:
    """The labels that it asks for."""
    expressions: Sequence[Mapping[str, Any]] = selector.get("matchExpressions") or []
    return {*(selector.get("matchLabels") or {}), *(each["key"] for each in expressions)}
