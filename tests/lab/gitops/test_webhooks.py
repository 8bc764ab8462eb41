"""Argo CD hears of pushes from its Git host, and believes nobody else."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping

import pytest

from lab import record
from lab.argocd import webhook_secret
from lab.onboarding import webhook
from lab.onboarding.change import Push
from tests.lab.fleet_lab import FleetLab

PUSH = Push(before="a" * 40, after="b" * 40, added=(), modified=("README.md",), removed=(), at=0)
REFERENCE = "$argocd-webhook:secret"
"""What stands in Git; while the secret is missing Argo CD would take it for the secret."""
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

UNSIGNED: Mapping[str, Mapping[str, str]] = {
    "GitHub": {"X-GitHub-Event": "push"},
    "GitLab": {"X-Gitlab-Event": "Push Hook"},
    "Gogs": {"X-Gogs-Event": "push"},
    "Bitbucket": {"X-Event-Key": "repo:push", "X-Hook-UUID": "anybody"},
    "Bitbucket Server": {"X-Event-Key": "repo:refs_changed"},
    "Azure DevOps": {"X-Vss-Activityid": "1"},
    "a registry on GitHub": {"X-GitHub-Event": "package"},
}
"""Headers by which Argo CD tells one host from another (argo-cd 3.6.1, util/webhook)."""


def answers(fleet: FleetLab, headers: Mapping[str, str], body: bytes) -> list[int]:
    """What the server and the ApplicationSet controller answer to one event."""
    return [
        _answer(address, headers, body)
        for address in webhook.receivers(record.load(fleet.layout).argocd_ports)
    ]


def _answer(address: str, headers: Mapping[str, str], body: bytes) -> int:
    given = {"Content-Type": "application/json", **headers}
    asked = urllib.request.Request(address, data=body, headers=given)  # noqa: S310  # the lab's own
    try:
        with _OPENER.open(asked, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def body(fleet: FleetLab) -> bytes:
    return json.dumps(webhook.event(PUSH, record.load(fleet.layout).platform_repository)).encode()


def signed(content: bytes, secret: str) -> Mapping[str, str]:
    return {
        "X-GitHub-Event": "push",
        "X-Hub-Signature-256": webhook.signature(content, secret),
    }


def test_what_the_git_host_signs_is_taken(fleet: FleetLab) -> None:
    content = body(fleet)
    own = webhook_secret.read(fleet.layout.argocd)
    assert answers(fleet, signed(content, own), content) == [200, 200]


@pytest.mark.parametrize("host", UNSIGNED)
def test_what_nobody_signed_is_refused_whichever_host_it_says_it_is(
    fleet: FleetLab, host: str
) -> None:
    for answer in answers(fleet, UNSIGNED[host], body(fleet)):
        assert 400 <= answer < 500, answer


@pytest.mark.parametrize("secret", ["", "another", REFERENCE])
def test_what_another_signed_is_refused(fleet: FleetLab, secret: str) -> None:
    content = body(fleet)
    for answer in answers(fleet, signed(content, secret), content):
        assert 400 <= answer < 500, answer


def test_what_was_changed_on_its_way_is_refused(fleet: FleetLab) -> None:
    content = body(fleet)
    own = webhook_secret.read(fleet.layout.argocd)
    for answer in answers(fleet, signed(content, own), content.replace(b"README", b"readme")):
        assert 400 <= answer < 500, answer
