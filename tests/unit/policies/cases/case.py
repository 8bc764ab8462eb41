"""One case of a rule: a few resources, and what is found in them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.pack.rule import Resource


@dataclass(frozen=True, kw_only=True)
class Case:
    """Resources as a stack; the first is held to the rule, the others are around it."""

    rule: str
    resources: tuple[Resource, ...]
    says: str
    """A part of what is found; empty where nothing is."""


def of(
    type_: str,
    inputs: Mapping[str, Any] | None = None,
    *,
    name: str = "it",
    secrets: tuple[str, ...] = (),
    links: Mapping[str, str] | None = None,
) -> Resource:
    """A resource of stack `hub`; `links` by the other's name, as `urn` makes it."""
    return Resource(
        type=type_,
        name=name,
        urn=urn(name),
        inputs=inputs or {},
        secrets=frozenset(secrets),
        links={key: frozenset({urn(other)}) for key, other in (links or {}).items()},
    )


def urn(name: str) -> str:
    """The URN of a resource of a case."""
    return f"urn:pulumi:hub::eks-hub-spoke::t::{name}"


def bad(rule: str, *resources: Resource, says: str) -> Case:
    """The rule finds something."""
    return Case(rule=rule, resources=resources, says=says)


def good(rule: str, *resources: Resource) -> Case:
    """The rule finds nothing."""
    return Case(rule=rule, resources=resources, says="")


def document(*statements: Mapping[str, Any]) -> str:
    """An IAM document, as a program hands it over."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(**parts: Any) -> dict[str, Any]:
    """A statement that allows."""
    return {"Effect": "Allow", **parts}
