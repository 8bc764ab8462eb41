"""Documents in the shape of AWS's APIs, and how to read members that may be absent."""

from collections.abc import Mapping
from typing import Any, TypeAlias, cast

Document: TypeAlias = dict[str, Any]


def section(document: Mapping[str, Any] | None, name: str) -> Document:
    """The object under a name; {} when it is absent or null."""
    return cast("Document", (document or {}).get(name) or {})


def listed(document: Mapping[str, Any] | None, name: str) -> list[Any]:
    """The list under a name; [] when it is absent or null."""
    return cast("list[Any]", (document or {}).get(name) or [])
