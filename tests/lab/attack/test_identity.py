"""Nobody becomes what he is not: in AWS, on a cluster, or with a token that was another's."""

import pytest

from tests.lab.attack import aws_roles, tokens
from tests.lab.attack.aws_roles import Becoming
from tests.lab.attack.people import People
from tests.lab.attack.tokens import Login
from tests.lab.fleet_lab import DEV


@pytest.mark.parametrize("attempt", aws_roles.ATTEMPTS, ids=str)
def test_becoming_is_refused(attempt: Becoming, people: People) -> None:
    with pytest.raises(aws_roles.REFUSALS) as refused:
        attempt.become(people)
    assert attempt.says in str(refused.value)


@pytest.mark.parametrize("attempt", tokens.ATTEMPTS, ids=str)
def test_a_token_is_refused(attempt: Login, people: People) -> None:
    assert attempt.says in people.why_not(DEV, attempt.token(people))


def test_the_right_token_is_taken(people: People) -> None:
    """So that the others are refused for what is wrong in them, and for nothing else."""
    assert people.hub_on(DEV).get("/api/v1/namespaces").code == 200
