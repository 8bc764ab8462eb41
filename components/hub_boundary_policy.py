"""The shape of one policy of the hub's boundary, and words that all of them use; pure.

Owns: whom the policies are about, how a refusal reads, and values as CEL literals. Not here: what
is refused (`hub_boundary_….py`), and the resources (`hub_boundary.py`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components import conventions

IS_ARGO_CD = f"'{conventions.HUB_GROUP}' in request.userInfo.?groups.orValue([])"
"""Whom the policies are about; nobody else's request is looked at."""

TEAM = f"metadata.?labels['{conventions.TEAM_LABEL}'].orValue('')"
ENVIRONMENT = f"metadata.?labels['{conventions.ENVIRONMENT_LABEL}'].orValue('')"

ACT = (
    f"'Argo CD (group {conventions.HUB_GROUP}) may not ' + request.operation.lowerAscii() + ' '"
    " + request.resource.resource + ' '"
    " + (variables.where == '' ? '' : variables.where + '/') + variables.name"
)
"""How every refusal begins."""

PLACE: Mapping[str, str] = {
    # A Namespace is said to lie in itself.
    "where": "request.resource.resource == 'namespaces' ? '' : request.?namespace.orValue('')",
    "name": "(object == null ? oldObject : object).?metadata.?name.orValue('')",
    "place": "variables.where + '/' + variables.name",
    "kind": "request.resource.group + '/' + request.resource.resource",
    "act": ACT,
}
"""Variables that every policy begins with."""


@dataclass(frozen=True, kw_only=True)
class Matched:
    """What a policy looks at."""

    groups: Sequence[str]
    kinds: Sequence[str]
    operations: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Held:
    """One rule: an expression that must be true, or the request is refused."""

    expression: str
    why: str
    """Follows what was tried."""
    found: str = "''"
    """CEL of a text between the two: what it was in the object."""

    @property
    def message(self) -> str:
        """CEL of the refusal."""
        return f"variables.act + ({self.found}) + {literal(f': {self.why}')}"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One ValidatingAdmissionPolicy."""

    key: str
    matched: Sequence[Matched]
    variables: Mapping[str, str]
    """CEL by name, besides those of `PLACE`; each may use those before it."""
    held: Sequence[Held]

    @property
    def name(self) -> str:
        """Not `eks-hub-spoke-…`: policies of such names come from Git, by Argo CD."""
        return f"hub-{self.key}.{conventions.PROJECT}"


def literal(value: object) -> str:
    """A text, list or mapping as CEL writes it, which is how JSON does."""
    return json.dumps(value)
