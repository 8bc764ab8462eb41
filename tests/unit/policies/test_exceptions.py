"""What may stand in exceptions.yaml, and what an entry excuses."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.pack.encryption import keys_turn
from policies.pack.exceptions import LONGEST, Exceptions
from policies.pack.judge import Judge
from tests.unit.policies.cases.case import of
from tests.unit.policies.judged import TODAY, committed_exceptions

GOOD: dict[str, Any] = {
    "rule": "keys-turn",
    "resource": "hub-*-key",
    "reason": "An old partner has its material",
    "until": date(2027, 1, 31),
    "stacks": ["hub"],
}
KEY = of("aws:kms/key:Key", name="hub-old-key")


def read(path: Path, content: Any, today: date = TODAY) -> Exceptions:
    file = path / "exceptions.yaml"
    file.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return committed_exceptions(today, file)


def judged(path: Path, today: date = TODAY, **changes: Any) -> Judge:
    found = read(path, [{**GOOD, **changes}])
    assert found.mistakes == ()
    return Judge(found, today)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reason": " "}, "reason is ' ', not a text"),
        ({"rule": "keys-turned"}, "there is no rule 'keys-turned'"),
        ({"resource": "*"}, "resource is '*': name what is excused"),
        ({"until": "soon"}, "until is 'soon', not a day as 2027-01-31"),
        ({"until": TODAY + LONGEST + timedelta(days=1)}, "more than 400 days from now"),
        ({"stacks": []}, "stacks is [], not a list of names"),
        ({"stacks": "hub"}, "stacks is 'hub', not a list of names"),
        ({"stacks": [1]}, "stacks is [1], not a list of names"),
        ({"ticket": "X-1"}, "the key 'ticket' is not known"),
    ],
)
def test_a_wrong_entry_is_named_with_its_number(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    found = read(tmp_path, [GOOD, {**GOOD, **changes}])
    (mistake,) = found.mistakes
    assert mistake.startswith("exceptions.yaml, entry 2: ")
    assert says in mistake
    assert len(found.entries) == 1


@pytest.mark.parametrize("key", GOOD)
def test_every_key_is_needed(tmp_path: Path, key: str) -> None:
    found = read(tmp_path, [{k: v for k, v in GOOD.items() if k != key}])
    assert found.mistakes == (f"exceptions.yaml, entry 1: the key {key} is missing",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a: [", "cannot be read"),
        ("rule: keys-turn", "a list of entries is wanted"),
        ("", "a list of entries is wanted"),
        ("- text", "entry 1: not a mapping"),
    ],
)
def test_a_file_that_is_no_list_of_entries_is_told_in_a_line(
    tmp_path: Path, content: str, says: str
) -> None:
    (mistake,) = read(tmp_path, content).mistakes
    assert says in mistake
    assert "\n" not in mistake


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    (mistake,) = committed_exceptions(path=tmp_path / "none.yaml").mistakes
    assert mistake.startswith("none.yaml cannot be read")


def test_an_entry_excuses_what_it_names(tmp_path: Path) -> None:
    assert list(judged(tmp_path).resource(keys_turn, KEY)) == []


def test_a_urn_names_a_resource_too(tmp_path: Path) -> None:
    assert list(judged(tmp_path, resource=KEY.urn).resource(keys_turn, KEY)) == []


@pytest.mark.parametrize(
    "changes",
    [{"rule": "keys-can-be-had-back"}, {"resource": "hub-old"}, {"stacks": ["spoke-*"]}],
    ids=["another rule", "another resource", "another stack"],
)
def test_an_entry_excuses_nothing_else(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert len(list(judged(tmp_path, **changes).resource(keys_turn, KEY))) == 1


def test_the_last_day_counts_and_the_next_does_not(tmp_path: Path) -> None:
    last: date = GOOD["until"]
    assert list(judged(tmp_path, last).resource(keys_turn, KEY)) == []
    assert len(list(judged(tmp_path, last + timedelta(days=1)).resource(keys_turn, KEY))) == 1


def test_an_entry_that_has_run_out_is_named_with_day_and_reason(tmp_path: Path) -> None:
    (fault,) = judged(tmp_path, date(2027, 2, 1)).faults("hub")
    assert "keys-turn of hub-*-key ended on 2027-01-31 (An old partner" in fault
    assert list(judged(tmp_path).faults("hub")) == []


def test_an_entry_that_has_run_out_stops_only_the_stacks_that_it_is_about(tmp_path: Path) -> None:
    assert list(judged(tmp_path, date(2027, 2, 1)).faults("spoke-dev")) == []


def test_a_mistake_in_the_file_stops_every_stack(tmp_path: Path) -> None:
    judge = Judge(read(tmp_path, "- text"), TODAY)
    assert list(judge.faults("hub")) == list(judge.faults("spoke-dev"))
    assert len(list(judge.faults("hub"))) == 1


def test_an_entry_that_excuses_nothing_is_named_for_its_own_stacks(tmp_path: Path) -> None:
    judge = judged(tmp_path)
    assert list(judge.needless("hub")) == [
        "the exception to keys-turn of hub-*-key excuses nothing: take it out"
    ]
    assert list(judge.needless("spoke-dev")) == []
    assert list(judge.resource(keys_turn, KEY)) == []
    assert list(judge.needless("hub")) == []
