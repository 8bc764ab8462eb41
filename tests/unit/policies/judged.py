"""Recorded runs as the policy pack sees them, and what it says of them."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from policies.pack import exceptions
from policies.pack.exceptions import Exceptions
from policies.pack.judge import Judge, Violation
from policies.pack.rule import UNKNOWN, Resource, ResourceRule
from policies.pack.rules import RULES
from tests.unit import engine
from tests.unit.committed import ROOT
from tests.unit.engine import Node, Run, Secret

FILE = ROOT / "policies" / "exceptions.yaml"
TODAY = date(2026, 11, 23)
"""On which the committed exceptions hold, whenever the tests run."""


def committed_exceptions(today: date = TODAY, path: Path = FILE) -> Exceptions:
    """The file of the repository, or another."""
    return exceptions.read(path, rules=frozenset(rule.name for rule in RULES), today=today)


def resources(run: Run) -> list[Resource]:
    """What a run asks for; what it only reads is not held to rules."""
    return [_resource(node) for node in run.nodes.values() if not node.read]


def _resource(node: Node) -> Resource:
    return Resource(
        type=node.type,
        name=node.name,
        urn=node.urn,
        inputs={key: _plain(value) for key, value in node.inputs.items()},
        protect=node.options.protect,
        secrets=frozenset(_secrets(node.inputs, "")),
        links=node.property_dependencies,
    )


def violations(run: Run, judge: Judge) -> list[Violation]:
    """Everything that the pack says of a run, in the order of the engine."""
    found = resources(run)
    said: list[Violation] = []
    for rule in RULES:
        if isinstance(rule, ResourceRule):
            said += [v for resource in found for v in judge.resource(rule, resource)]
        else:
            said += judge.stack(rule, found)
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, Secret):
        return _plain(value.value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in cast(dict[str, Any], value).items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast(list[Any], value)]
    return UNKNOWN if value is engine.UNKNOWN else value


def _secrets(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Secret):
        yield path
    elif isinstance(value, Mapping):
        for key, item in cast(Mapping[str, Any], value).items():
            yield from _secrets(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, item in enumerate(cast(list[Any], value)):
            yield from _secrets(item, f"{path}.{number}")
