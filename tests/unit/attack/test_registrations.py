"""A spoke that says to be another is refused by the hub, before anything is changed."""

import pytest

from tests.unit.attack.registrations import ATTEMPTS, Registered
from tests.unit.fuzz.lines import assert_readable
from tests.unit.registrations import RIGHT, refusals

_FIRST = {
    key: value.replace("spoke", "first", 1) if key == "cluster_name" else value
    for key, value in RIGHT.items()
} | {
    "cluster_arn": RIGHT["cluster_arn"].replace("/spoke", "/first"),
    "access_role_arn": RIGHT["access_role_arn"].replace("spoke-access", "first-access"),
}


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_is_refused(attempt: Registered) -> None:
    changed = {**RIGHT, **attempt.changes}
    outputs = {name: {"registration": of} for name, of in (("first", _FIRST), ("second", changed))}
    (line,) = refusals(outputs)
    assert attempt.says in line
    assert_readable([line])


def test_what_was_changed_was_right() -> None:
    outputs = {name: {"registration": of} for name, of in (("first", _FIRST), ("second", RIGHT))}
    assert refusals(outputs) == []
