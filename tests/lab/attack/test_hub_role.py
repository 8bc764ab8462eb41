"""The hub's role does on a cluster what it is there for, and nothing else."""

import json

import pytest

from lab.api_request import ApiServer
from tests.lab.attack.hub_requests import TEAM, Request
from tests.lab.attack.hub_role import ATTEMPTS
from tests.lab.attack.people import People
from tests.lab.fleet_lab import DEV, HUB


@pytest.fixture(scope="module")
def hubs(people: People) -> dict[str, ApiServer]:
    """The hub's role, by the cluster that it works on."""
    return {stack: people.hub_on(stack) for stack in (HUB, DEV)}


@pytest.fixture(scope="module")
def there(hubs: dict[str, ApiServer]) -> dict[str, str]:
    """A node and a team's pod of the spoke."""
    return {
        key: hubs[DEV].get(path).body["items"][0]["metadata"]["name"]
        for key, path in (("{node}", "/api/v1/nodes"), ("{pod}", f"{TEAM}/pods"))
    }


def filled(text: str, there: dict[str, str]) -> str:
    for mark, name in there.items():
        text = text.replace(mark, name)
    return text


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_is_refused(attempt: Request, hubs: dict[str, ApiServer], there: dict[str, str]) -> None:
    answer = hubs[attempt.stack].ask(
        attempt.method,
        filled(attempt.path, there),
        json.loads(filled(json.dumps(attempt.body), there)),
        json.loads(filled(json.dumps(dict(attempt.headers)), there)),
    )
    assert answer.code == 403, answer
    assert filled(attempt.says, there) in answer.message
