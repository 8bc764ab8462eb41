"""The page of attempts is that of the tests, and no attempt is without its refusal."""

from collections import Counter

from tests.attempts import PAGE, attempts, page


def test_the_page_is_that_of_the_tests() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.attempts"


def test_there_are_many() -> None:
    assert len(list(attempts())) >= 60


def test_no_two_are_the_same() -> None:
    twice = [name for name, count in Counter(map(str, attempts())).items() if count > 1]
    assert twice == []


def test_each_says_who_refuses_and_in_which_words() -> None:
    silent = [str(attempt) for attempt in attempts() if not (attempt.refused_by and attempt.says)]
    assert silent == []
