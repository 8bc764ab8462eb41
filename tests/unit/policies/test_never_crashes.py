"""No input makes a rule or the reader of exceptions raise: a person would get a traceback."""

import string
from collections.abc import Iterator, Mapping
from typing import Any, cast

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.pack.exceptions import Exceptions
from policies.pack.judge import Judge
from policies.pack.rule import UNKNOWN, Resource, ResourceRule
from policies.pack.rules import RULES
from tests.unit.policies.cases.case import urn
from tests.unit.policies.judged import TODAY, committed_exceptions
from tests.unit.policies.test_rules import CASES

TYPES = sorted({resource.type for case in CASES for resource in case.resources})


def keys(value: Any) -> Iterator[str]:
    """Every key of a value, at any depth: what the rules look for."""
    if isinstance(value, Mapping):
        for key, item in cast(Mapping[str, Any], value).items():
            yield key
            yield from keys(item)
    elif isinstance(value, list):
        for item in cast(list[Any], value):
            yield from keys(item)


KEYS = sorted({key for case in CASES for r in case.resources for key in keys(r.inputs)})
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 400),
    st.floats(allow_nan=False),
    st.text(string.printable, max_size=8),
    st.sampled_from(["*", "0.0.0.0/0", "true", "{", '{"Statement": [1, {"Effect": "Allow"}]}']),
    st.just(UNKNOWN),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)
INPUTS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6)
RESOURCES = st.builds(
    Resource, type=st.sampled_from(TYPES), name=st.just("it"), urn=st.just(urn("it")), inputs=INPUTS
)


@settings(max_examples=300)
@given(st.lists(RESOURCES, max_size=4))
def test_no_input_makes_a_rule_raise(resources: list[Resource]) -> None:
    judge = Judge(Exceptions(), TODAY)
    for rule in RULES:
        if isinstance(rule, ResourceRule):
            for resource in resources:
                list(judge.resource(rule, resource))
        else:
            list(judge.stack(rule, resources))


@settings(max_examples=200)
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.dates()),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["rule", "resource", "reason", "until", "stacks", "x"])
                | st.integers(),
                inner,
                max_size=6,
            )
        ),
        max_leaves=10,
    )
)
def test_no_content_makes_the_reader_of_exceptions_raise(
    tmp_path_factory: Any, content: object
) -> None:
    path = tmp_path_factory.mktemp("exceptions") / "exceptions.yaml"
    path.write_text(yaml.safe_dump(content))
    found = committed_exceptions(path=path)
    assert all(mistake.startswith("exceptions.yaml") for mistake in found.mistakes)
