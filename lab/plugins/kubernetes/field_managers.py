"""Who owns which field of an object: hands those of the create to the manager of the updates.

An object is made by a plain create and changed by server-side apply. The server removes a field
that an apply leaves out only if the applying manager owns it, so the first update takes the
create's fields over.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, cast

CREATOR = "pulumi-kubernetes"


def new_manager() -> str:
    """A manager for one object's updates, as the official plugin names it."""
    return f"{CREATOR}-{secrets.token_hex(4)}"


def taken_over(entries: Sequence[Mapping[str, Any]], manager: str) -> list[dict[str, Any]] | None:
    """`metadata.managedFields` with the creator's fields in the manager's hands; None if they are.

    `manager` applies, so the entry becomes an Apply entry, joined with the one it may have.
    """
    created = [entry for entry in entries if _is_creators(entry)]
    if not created:
        return None
    kept = [dict(entry) for entry in entries if not _is_creators(entry)]
    mine = [entry for entry in kept if entry.get("manager") == manager]
    fields: dict[str, Any] = {}
    for entry in [*created, *mine]:
        fields = _joined(fields, entry.get("fieldsV1") or {})
    joined = {**created[0], "manager": manager, "operation": "Apply", "fieldsV1": fields}
    return [*(entry for entry in kept if entry.get("manager") != manager), joined]


def _is_creators(entry: Mapping[str, Any]) -> bool:
    return (
        entry.get("manager") == CREATOR
        and entry.get("operation") == "Update"
        and not entry.get("subresource")
    )


def _joined(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """The union of two sets of fields, which are trees of keys."""
    result = dict(first)
    for name, value in second.items():
        before = cast("Mapping[str, Any]", result.get(name) or {})
        result[name] = _joined(before, value)
    return result
