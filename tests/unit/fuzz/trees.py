"""Values of any shape, and a change at any place of a value."""

import copy
from collections.abc import Iterator
from typing import Any, cast

from hypothesis import strategies as st

Place = tuple[str | int, ...]

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.text(max_size=30),
    st.sampled_from(
        [
            "{{ .name }}", "${x}", "$(x)", "../..", "/etc", "a/../b", "a\nb", "a\n", "\x00",
            "\u202e", "\u0440\u0430ypal", "1e9", "0x10", "1Ei", "-1", "10.0.0.0/33",
            "https://a@b/c", "file:///etc", "system:masters", "*", "",
        ]
    ),
)  # fmt: skip
"""What YAML can write in one value, and what people have tried before."""
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: object, above: Place = ()) -> Iterator[Place]:
    """Every place in a value, its own first."""
    yield above
    if isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            yield from places(inner, (*above, key))
    elif isinstance(value, list):
        for index, inner in enumerate(cast("list[object]", value)):
            yield from places(inner, (*above, index))


def changed(value: Any, place: Place, new: object) -> object:
    """A copy with another value at a place; unchanged where there can be no such place."""
    if not place:
        return new
    copied = copy.deepcopy(value)
    inner = copied
    for part in place[:-1]:
        inner = inner[part]
    if isinstance(inner, dict) or (isinstance(inner, list) and isinstance(place[-1], int)):
        cast("dict[Any, object]", inner)[place[-1]] = new
    return copied
