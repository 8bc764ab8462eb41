"""Values and differences as the engine must see them."""

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from lab.plugins import wire
from lab.plugins.wire import UNKNOWN, Change, Kind, Reference, Secret

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
VALUES = st.dictionaries(st.text(), PLAIN, max_size=3)


@given(VALUES)
def test_plain_values_survive_the_way_to_the_engine_and_back(values: dict[str, object]) -> None:
    assert wire.decode(wire.encode(values)) == values


def test_secrets_unknowns_and_references_survive_at_any_depth() -> None:
    values = {"a": [Secret({"b": "c"}), UNKNOWN], "d": {"e": Reference("urn:x", "i-1", "7.0.0")}}
    assert wire.decode(wire.encode(values)) == values


def test_whole_numbers_come_back_as_int() -> None:
    decoded = wire.decode(wire.encode({"port": 443, "ratio": 0.5}))
    assert {name: type(value) for name, value in decoded.items()} == {"port": int, "ratio": float}


def test_an_output_value_without_a_value_is_unknown() -> None:
    marked = {rpc._special_sig_key: rpc._special_output_value_sig, "secret": True}  # pyright: ignore[reportPrivateUsage]  # protocol
    assert wire.decode(wire.encode({"a": marked})) == {"a": Secret(UNKNOWN)}


def test_secrets_inside_json_text_are_kept() -> None:
    text = f'{{"tags": {{"{rpc._special_sig_key}": "{rpc._special_secret_sig}", "value": "x"}}}}'  # pyright: ignore[reportPrivateUsage]  # protocol
    assert wire.decode_json(text) == {"tags": Secret("x")}


def test_a_value_the_protocol_cannot_carry_is_refused_by_its_type() -> None:
    with pytest.raises(TypeError, match="a set cannot be sent"):
        wire.encode({"a": {1}})


def test_the_text_of_a_secret_does_not_show_it() -> None:
    assert "hunter2" not in repr(Secret("hunter2"))


def test_unset_protobuf_values_are_null() -> None:
    assert wire.decode_value(struct_pb2.Value()) is None


def test_a_difference_is_found_at_its_deepest_path() -> None:
    old = {"vpcConfig": {"subnetIds": ["a", "b"], "public": True}, "tags": {"Name": "x"}}
    new = {"vpcConfig": {"subnetIds": ["a", "c", "d"], "public": True}, "tags": {"Team": "y"}}
    assert [(wire.path_text(c.path), c.kind) for c in wire.diff(old, new)] == [
        ("tags.Name", Kind.DELETE),
        ("tags.Team", Kind.ADD),
        ("vpcConfig.subnetIds[1]", Kind.UPDATE),
        ("vpcConfig.subnetIds[2]", Kind.ADD),
    ]


@given(VALUES)
def test_equal_values_have_no_difference(values: dict[str, object]) -> None:
    assert wire.diff(values, wire.decode(wire.encode(values))) == []


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        (Secret("a"), Secret("a"), []),
        ("a", Secret("a"), []),
        (Secret("a"), Secret("b"), [Kind.UPDATE]),
        ("a", UNKNOWN, [Kind.UPDATE]),
        (None, UNKNOWN, [Kind.ADD]),
        (Secret("a"), Secret(UNKNOWN), [Kind.UPDATE]),
        (1, True, [Kind.UPDATE]),
        ({"a": "b"}, "a", [Kind.UPDATE]),
        (["a"], None, [Kind.DELETE]),
    ],
)
def test_what_counts_as_a_change(old: object, new: object, kinds: list[Kind]) -> None:
    assert [change.kind for change in wire.diff({"x": old}, {"x": new})] == kinds


def test_null_is_the_same_as_absent() -> None:
    assert wire.diff({"a": None, "b": {"c": None}}, {"b": {}}) == []


def test_a_set_shows_what_left_at_its_old_place_and_what_came_at_its_new() -> None:
    changes = wire.diff({"a": [1, 2]}, {"a": [2, 3]}, unordered=lambda path: path == ("a",))
    assert changes == [Change(("a", 0), Kind.DELETE), Change(("a", 1), Kind.ADD)]


def test_the_caller_says_which_paths_replace() -> None:
    changes = wire.diff({"a": 1, "b": 1}, {"a": 2, "b": 2}, replaces=lambda path: path[0] == "b")
    assert changes == [
        Change(("a",), Kind.UPDATE, replace=False),
        Change(("b",), Kind.UPDATE, replace=True),
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("tags", "kubernetes.io/role/elb"), 'tags["kubernetes.io/role/elb"]'),
        (("rules", 0, "cidr"), "rules[0].cidr"),
        (("tags", 'say "x"'), 'tags["say \\"x\\""]'),
        (("tags", "aws:x-y"), "tags.aws:x-y"),
    ],
)
def test_paths_are_written_as_the_engine_reads_them(path: wire.Path, text: str) -> None:
    assert wire.path_text(path) == text


def test_unknown_is_found_inside_secrets() -> None:
    assert wire.has_unknown({"a": [Secret(UNKNOWN)]})


def test_revealing_leaves_no_secret_behind() -> None:
    assert not wire.has_secret(wire.reveal({"a": [Secret({"b": Secret("c")})]}))
