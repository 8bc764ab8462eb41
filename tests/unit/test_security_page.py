"""docs/security.md: what it says is shown by a test is shown by one that is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:tests|components|fleet|gitops)/[^`]*)`", PAGE)))
ROW = re.compile(r"^\| (?!promise|---)(.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


@pytest.mark.parametrize("name", NAMED)
def test_what_the_page_names_is_there(name: str) -> None:
    path, _, test = name.partition("::")
    assert (ROOT / path).exists()
    if test:
        assert f"def {test}(" in (ROOT / path).read_text()


def test_every_promise_is_shown_by_a_test() -> None:
    rows = ROW.findall(PAGE)
    assert rows
    assert [promise for promise, _, shown in rows if "`tests/" not in shown] == []
