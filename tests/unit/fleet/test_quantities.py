"""Kubernetes' quantities: every form of the schema, read and shown without loss."""

import json
import re
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet import quantities
from tests.unit.fleet.sample import REAL, SCHEMA

UNITS = ["", "m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi"]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("4", "4"),
        ("500m", "0.5"),
        ("1.5", "1.5"),
        ("1.5Gi", "1610612736"),
        ("8G", "8000000000"),
        ("1k", "1000"),
    ],
)
def test_a_quantity_is_read_as_kubernetes_reads_it(text: str, amount: str) -> None:
    assert quantities.parse(text) == Decimal(amount)


@pytest.mark.parametrize(
    "value", ["", "4x", "-1", "1e3", "8GB", ".5", "1.", "4 ", "4\n", "٤", True, -1, 1.5, None, []]
)
def test_anything_else_is_none(value: object) -> None:
    assert quantities.parse(value) is None


@given(st.text(alphabet="0123456789.-+ mkMGTPEKi\n", max_size=6))
def test_the_schema_takes_what_is_a_quantity_and_nothing_else(text: str) -> None:
    schema = cast("dict[str, Any]", json.loads((REAL / SCHEMA).read_text()))
    pattern = str(schema["$defs"]["quantity"]["pattern"]).removesuffix("$") + r"\Z"
    assert bool(re.search(pattern, text)) is (quantities.parse(text) is not None)


@given(st.integers(min_value=0, max_value=10**6), st.sampled_from(UNITS))
def test_a_number_and_its_unit_are_told_apart(number: int, unit: str) -> None:
    assert quantities.unit(f"{number}{unit}") == unit


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "0"), ("1023", "1023"), ("1024", "1Ki"), ("1610612736", "1.5Gi"), ("-1024", "-1Ki")],
)
def test_bytes_are_shown_in_the_largest_unit_that_they_fill(amount: str, text: str) -> None:
    assert quantities.binary(Decimal(amount)) == text


@pytest.mark.parametrize(("amount", "text"), [("1E+3", "1000"), ("0.500", "0.5"), ("60", "60")])
def test_numbers_are_shown_plainly(amount: str, text: str) -> None:
    assert quantities.plain(Decimal(amount)) == text
