"""Whatever stands in a stack file, reading it gives a configuration or lines; never a traceback."""

from typing import Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from components import config
from tests.unit import committed
from tests.unit.configs import changed

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["hub", "none", "10.0.0.0/16", "eu-west-1a", "1.36", "arn:aws:iam", "::::::"]),
)
KEYS = st.one_of(st.text(max_size=8), st.sampled_from(["name", "id", "cidr", "chart", "role"]))
YAML = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def _paths(values: dict[str, Any], prefix: str = "") -> list[str]:
    found: list[str] = []
    for key, value in values.items():
        found.append(f"{prefix}{key}")
        if isinstance(value, dict):
            found += _paths(cast(dict[str, Any], value), f"{prefix}{key}.")
    return found


PATHS = [(stack, path) for stack in committed.stack_names() for path in _paths(changed(stack))]
SAFE_PATHS = [(stack, path) for stack, path in PATHS if path not in ("role",)]


def _lines(values: dict[str, Any]) -> list[str]:
    try:
        config.parse(values, "hub")
    except config.ConfigError as error:
        return error.mistakes
    return []


@settings(max_examples=100)
@example(place=("hub", "account"), value={"\n": None})
@example(place=("hub", "network.cidr"), value="10.0.0.0/16\n")
@given(place=st.sampled_from(PATHS), value=YAML)
def test_any_value_at_any_place_is_read_or_refused(place: tuple[str, str], value: Any) -> None:
    stack, path = place
    for line in _lines(changed(stack, {path: value})):
        assert "\n" not in line
        assert ": " in line


@settings(max_examples=100)
@given(values=st.dictionaries(KEYS, YAML, max_size=4), role=st.sampled_from(["hub", "spoke"]))
def test_any_file_at_all_is_read_or_refused(values: dict[str, Any], role: str) -> None:
    assert _lines({**values, "role": role})


@settings(max_examples=40)
@given(
    place=st.sampled_from(SAFE_PATHS),
    key=st.from_regex(r"[a-z][A-Za-z0-9]{0,12}", fullmatch=True),
    value=SCALARS,
)
def test_a_key_that_no_model_knows_is_refused_in_every_section(
    place: tuple[str, str], key: str, value: Any
) -> None:
    stack, path = place
    section = path.rpartition(".")[0]
    unknown = f"{section}.{key}x9" if section else f"{key}x9"
    if section == "labels":
        return  # free keys
    lines = _lines(changed(stack, {unknown: value}))
    assert [line for line in lines if f"{key}x9: unknown key" in line]


@settings(max_examples=40)
@given(place=st.sampled_from(SAFE_PATHS), value=YAML)
def test_reading_twice_gives_the_same(place: tuple[str, str], value: Any) -> None:
    stack, path = place
    values = changed(stack, {path: value})
    assert _lines(values) == _lines(values)


@pytest.mark.parametrize("stack", committed.stack_names())
def test_committed_files_are_read(stack: str) -> None:
    assert _lines(changed(stack)) == []
