"""`fleet team check` refuses each attempt, in a line that says what is wrong."""

from pathlib import Path

import pytest

from tests.unit.attack.before_the_merge import ATTEMPTS, Change
from tests.unit.fleet.sample import make
from tests.unit.fuzz.lines import assert_readable


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_is_refused(attempt: Change, tmp_path: Path) -> None:
    project = make(tmp_path)
    assert project.mistakes() == []
    attempt.make(project)
    lines = project.mistakes()
    assert [line for line in lines if attempt.says in line], lines
    assert_readable(lines)
