"""A team is there when all of it is Synced and Healthy, and gone when nothing of it is left."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from lab.argocd.applications import Application
from lab.errors import LabError
from lab.onboarding import wait
from lab.onboarding.observed import Seen
from lab.onboarding.team_file import Expected
from lab.onboarding.wait import Clock, until_gone, until_ready

TEAM = Expected(name="team-shop", cluster="hub", namespace="argocd")
WEB = Expected(name="shop-dev-spoke-web", cluster="spoke", namespace="shop-dev")


def application(name: str, sync: str = "Synced", health: str = "Healthy", why: str = "") -> Seen:
    found = Application(
        name=name,
        project="teams",
        cluster="hub",
        namespace="argocd",
        sync=sync,
        health=health,
        problems=[why] if why else [],
    )
    return Seen(application=found, kinds=("Namespace", "NetworkPolicy", "NetworkPolicy"))


@dataclass
class Looks:
    """An observer who sees one thing after the other; the last one for ever."""

    seen: Sequence[Sequence[Seen]]
    other: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    namespaces: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    looks: int = 0
    hub: str = "hub"

    def applications(self, team: str) -> list[Seen]:
        assert team == "shop"
        now = self.seen[min(self.looks, len(self.seen) - 1)]
        self.looks += 1
        return list(now)

    def others(self, team: str) -> list[tuple[str, str]]:
        assert team == "shop"
        return self.other

    def namespace_exists(self, cluster: str, name: str) -> bool:
        return (cluster, name) in self.namespaces


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wait, "POLL_SECONDS", 0.001)


def quiet(_text: str) -> None:
    """Nobody watches."""


def soon() -> Clock:
    return Clock(since=time.monotonic(), timeout_seconds=5)


def over() -> Clock:
    return Clock(since=time.monotonic() - 5, timeout_seconds=5)


def test_a_team_is_there_when_all_that_is_expected_is_synced_and_healthy() -> None:
    looks = Looks(
        [
            [],
            [application("team-shop")],
            [application("team-shop"), application(WEB.name, sync="OutOfSync")],
            [application("team-shop"), application(WEB.name, health="Progressing")],
            [application("team-shop"), application(WEB.name)],
        ]
    )

    events = until_ready(looks, "shop", [TEAM, WEB], soon(), quiet)

    assert looks.looks == 5
    assert [(event.cluster, event.what, event.namespace) for event in events] == [
        ("hub", "Application/team-shop", "argocd"),
        ("spoke", "Application/shop-dev-spoke-web", "shop-dev"),
    ]
    assert events[0].detail == "Namespace, 2 NetworkPolicy"


def test_what_else_the_team_has_must_be_ready_too() -> None:
    looks = Looks(
        [
            [application("team-shop"), application("shop-dev-other", health="Degraded")],
            [application("team-shop"), application("shop-dev-other")],
        ]
    )

    until_ready(looks, "shop", [TEAM], soon(), quiet)

    assert looks.looks == 2


def test_the_seconds_are_those_after_which_it_was_ready_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wait, "POLL_SECONDS", 0.03)
    back = [application("team-shop", health="Progressing")]
    both = [application("team-shop"), application(WEB.name)]
    looks = Looks([[application("team-shop")], back, back, both])

    event, _ = until_ready(looks, "shop", [TEAM, WEB], soon(), quiet)

    # The fourth look is three pauses after the first.
    assert event.seconds >= 0.09


def test_who_is_not_ready_in_time_is_named_with_the_reason() -> None:
    refused = application(WEB.name, sync="OutOfSync", why="InvalidSpecError: not permitted")
    looks = Looks([[refused]])

    with pytest.raises(LabError) as late:
        until_ready(looks, "shop", [TEAM, WEB], over(), quiet)

    assert "team-shop: not there\n" in late.value.message
    assert (
        "shop-dev-spoke-web: OutOfSync, Healthy, InvalidSpecError: not permitted\n"
        in late.value.message
    )


def test_a_team_is_gone_when_nothing_of_it_is_left_anywhere() -> None:
    looks = Looks([[application("team-shop")], []], namespaces={("spoke", "shop-dev")})
    looks.other = [("AppProject", "shop-dev")]
    noted: list[str] = []

    def note(text: str) -> None:
        noted.append(text)
        if looks.looks == 2:
            looks.other = []
        if looks.looks == 3:
            looks.namespaces = set()

    events = until_gone(looks, "shop", [("spoke", "shop-dev")], soon(), note)

    assert noted == ["3 are left", "2 are left", "1 are left"]
    assert [(event.cluster, event.what) for event in events] == [
        ("hub", "Application/team-shop"),
        ("hub", "AppProject/shop-dev"),
        ("spoke", "Namespace/shop-dev"),
    ]


def test_a_namespace_that_is_not_asked_for_may_stay() -> None:
    looks = Looks([[]], namespaces={("spoke", "shop-dev")})

    assert until_gone(looks, "shop", [], soon(), quiet) == []


def test_what_is_not_gone_in_time_is_named_with_the_reason() -> None:
    looks = Looks([[application("team-shop", why="DeletionError: no")]])
    looks.namespaces = {("spoke", "shop-dev")}

    with pytest.raises(LabError) as late:
        until_gone(looks, "shop", [("spoke", "shop-dev")], over(), quiet)

    assert "Application/team-shop: DeletionError: no\n" in late.value.message
    assert "Namespace/shop-dev: still on spoke\n" in late.value.message
