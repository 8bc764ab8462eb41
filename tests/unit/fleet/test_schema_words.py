"""Whatever the schema of team.yaml refuses, a person is told in words and not in patterns."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from fleet import schema
from fleet.nodes import Document
from tests.unit.fleet.sample import REAL, SCHEMA

BY_RULES = {"cpu", "memory", "storage", "duration"}
"""Keys whose values a rule says more of, at the same place."""


def _patterns(part: object, name: str, whole: dict[str, Any]) -> Iterator[str]:
    """The keys of team.yaml whose value, or whose keys, must match a pattern."""
    if not isinstance(part, dict):
        return
    rules = cast("dict[str, Any]", part)
    if "pattern" in rules:
        yield name
    if reference := rules.get("$ref"):
        yield from _patterns(whole["$defs"][str(reference).rpartition("/")[2]], name, whole)
    for key, inner in cast("dict[str, object]", rules.get("properties", {})).items():
        yield from _patterns(inner, key, whole)
    for key in ("items", "additionalProperties", "propertyNames", "not"):
        yield from _patterns(rules.get(key), name, whole)


def test_every_pattern_has_words() -> None:
    whole = cast("dict[str, Any]", json.loads((REAL / SCHEMA).read_text()))
    missing = set(_patterns(whole, "", whole)) - schema.TEAM_WORDS.keys() - BY_RULES
    assert missing == set()


@pytest.mark.parametrize(
    ("rule", "value", "says"),
    [
        ({"pattern": "^x$"}, "y", '"y" is not valid; it must keep pattern: "^x$"'),
        ({"const": 1, "description": "One"}, 2, "2 is not valid; it must keep const: 1 (One)"),
        ({"type": "null"}, 1, "1 is the wrong type; write null"),
        ({"maximum": 3}, 4, "4 is too large; write 3 at most"),
    ],
)
def test_a_rule_without_words_is_shown_itself(
    rule: dict[str, object], value: object, says: str
) -> None:
    document = Document(file="f", value=value, lines={(): 1})
    assert [m.message for m in schema.mistakes(rule, document.root)] == [says]


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    document = Document(file=str(tmp_path), value="x" * 500, lines={})
    (found,) = schema.mistakes({"pattern": "y"}, document.root)
    assert len(found.message) < 120
