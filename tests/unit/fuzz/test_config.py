"""The program's configuration and other stacks' registrations, whatever is in them."""

from functools import reduce
from typing import Any, cast

from hypothesis import example, given, settings
from hypothesis import strategies as st

from components import config
from tests.unit import committed
from tests.unit.configs import changed as changed_stack
from tests.unit.fuzz.lines import assert_readable
from tests.unit.fuzz.trees import SCALARS, TREES, Place, changed, places
from tests.unit.registrations import RIGHT, refusals

STACKS = {name: changed_stack(name) for name in committed.stack_names()}
PLACES = [(name, place) for name, values in STACKS.items() for place in places(values) if place]
_MANY_DIGITS = "9" * 5_000
_DEEP: Any = reduce(lambda inner, _: [inner], range(200), cast(Any, "x"))


def config_lines(values: Any) -> list[str]:
    try:
        config.parse(values, "hub")
    except config.ConfigError as error:
        return error.mistakes
    return []


@settings(max_examples=150, deadline=None)
@example(at=("hub", ("network", "cidr")), value=f"10.0.0.0/{_MANY_DIGITS}")
@example(at=("hub", ("account", "id")), value=_MANY_DIGITS)
@example(at=("hub", ("argocd", "chart", "version")), value="1." * 50_000)
@example(at=("hub", ("spokes",)), value=["a/b/c/d", "../x", "\x00", "spoke-dev", "spoke-dev"])
@example(at=("hub", ("cluster", "publicAccess")), value=["0.0.0.0/0", "::/0", "1.2.3.4/33"])
@example(at=("spoke-dev", ("labels",)), value={"a/b/c": "x", "": "y", "k" * 400: "v" * 400})
@example(at=("spoke-dev", ("hub",)), value=_DEEP)
@given(at=st.sampled_from(PLACES), value=TREES)
def test_any_value_at_any_place_of_a_stack_is_taken_or_refused_in_lines(
    at: tuple[str, Place], value: object
) -> None:
    stack, place = at
    assert_readable(config_lines(changed(STACKS[stack], place, value)))


@settings(max_examples=100, deadline=None)
@example(at=("hub", ("network",)), key="\x1b[2J")
@example(at=("hub", ("cluster",)), key="k" * 10_000)
@given(at=st.sampled_from(PLACES), key=st.text(max_size=20))
def test_any_key_at_any_place_of_a_stack_is_taken_or_refused_in_lines(
    at: tuple[str, Place], key: str
) -> None:
    stack, place = at
    assert_readable(config_lines(changed(STACKS[stack], (*place, key), "x")))


@settings(max_examples=100, deadline=None)
@given(outputs=st.dictionaries(st.sampled_from(["registration", "x"]), TREES))
def test_any_output_of_another_stack_is_taken_or_refused_in_lines(
    outputs: dict[str, object],
) -> None:
    lines = refusals({"spoke": outputs})
    assert lines
    assert_readable(lines)


@settings(max_examples=100, deadline=None)
@given(place=st.sampled_from([place for place in places(RIGHT) if place]), value=TREES | SCALARS)
def test_any_value_in_a_registration_is_taken_or_refused_in_lines(
    place: Place, value: object
) -> None:
    assert_readable(refusals({"spoke": {"registration": changed(RIGHT, place, value)}}))


def test_the_registration_that_is_changed_is_right() -> None:
    assert refusals({"spoke": {"registration": RIGHT}}) == []
