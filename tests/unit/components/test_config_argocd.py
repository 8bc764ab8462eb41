"""The two modes of the section argocd: what each takes, and what a key of the other one is told."""

from typing import Any

import pytest

from components.config_argocd import CapabilityConfig, SelfManagedConfig
from tests.unit.configs import CAPABILITY, mistakes, parsed

FOREIGN = "it belongs to mode self-managed; take it out, or write mode: self-managed"

# Changes of a section in mode capability, and what the one line must say.
LIKELY: list[tuple[dict[str, Any], str]] = [
    ({"version": "v3.6.1"}, f"argocd.version: unknown key; {FOREIGN}"),
    ({"highAvailability": True}, f"argocd.highAvailability: unknown key; {FOREIGN}"),
    ({"chart": {"version": "1"}}, f"argocd.chart: unknown key; {FOREIGN}"),
    ({"privateAcces": []}, "argocd.privateAcces: unknown key; did you mean privateAccess?"),
    ({"identityCenter": {"regoin": "x"}}, "did you mean region?"),
    ({"identityCenter": {"instanceArn": "ssoins-1"}}, "write the ARN of an instance of IAM"),
    ({"roleMappings": {}}, "at least 1"),
    ({"roleMappings": {"OWNER": {"users": []}}}, "should be 'ADMIN', 'EDITOR' or 'VIEWER'"),
    ({"roleMappings": {"ADMIN": {}}}, "names nobody; list groups or users"),
    ({"roleMappings": {"ADMIN": {"users": ["me"]}}}, "identity store, not its name"),
    ({"privateAccess": ["0.0.0.0/0"]}, "is the internet at large; name networks of yours"),
    ({"privateAccess": ["10.0.0.0/8", "10.0.0.0/8"]}, "names 10.0.0.0/8 twice"),
    ({"repositoryAccess": {"secrets": ["git"]}}, "arn:aws:secretsmanager:<region>:<account>:"),
    ({"repositoryAccess": {"ecrRepositories": ["*"]}}, "arn:aws:ecr:<region>:<account>:"),
]


def section(changes: dict[str, Any]) -> dict[str, Any]:
    return {"argocd": {**CAPABILITY, **changes}}


@pytest.mark.parametrize(("changes", "expected"), LIKELY)
def test_a_mistake_names_key_and_remedy(changes: dict[str, Any], expected: str) -> None:
    found = mistakes("hub", section(changes))
    assert [line for line in found if expected in line], found
    assert [line for line in found if "<self-managed>" in line or "<capability>" in line] == []


def test_a_section_that_names_no_mode_is_self_managed() -> None:
    assert isinstance(parsed("hub").argocd, SelfManagedConfig)
    assert parsed("hub", {"argocd.mode": "self-managed"}) == parsed("hub")


def test_a_capability_needs_no_chart_and_no_version() -> None:
    assert isinstance(parsed("hub", section({})).argocd, CapabilityConfig)


@pytest.mark.parametrize("key", ["identityCenter", "roleMappings", "privateAccess"])
def test_a_key_of_the_capability_is_refused_in_a_self_managed_section(key: str) -> None:
    (line,) = mistakes("hub", {f"argocd.{key}": {}})
    remedy = "it belongs to mode capability; take it out, or write mode: capability"
    assert line == f"argocd.{key}: unknown key; {remedy}"


@pytest.mark.parametrize("mode", ["managed", "Capability", 3, True])
def test_a_mode_that_there_is_not_is_told_which_there_are(mode: Any) -> None:
    (line,) = mistakes("hub", {"argocd.mode": mode})
    assert line == f"argocd.mode: {mode!r}: is no mode; write self-managed or capability"


def test_all_mistakes_of_a_section_are_told_at_once() -> None:
    changes: dict[str, Any] = {"chart": {}, "privateAccess": "all", "identityCenter": {}}
    found = {line.partition(":")[0] for line in mistakes("hub", section(changes))}
    assert found == {
        "argocd.chart",
        "argocd.privateAccess",
        "argocd.identityCenter.instanceArn",
        "argocd.identityCenter.region",
    }


def test_a_spoke_says_what_its_hub_runs() -> None:
    assert parsed("spoke-dev").hub.argocd == "self-managed"
    assert parsed("spoke-dev", {"hub.argocd": "capability"}).hub.argocd == "capability"
    (line,) = mistakes("spoke-dev", {"hub.argocd": "managed"})
    assert "'self-managed' or 'capability'" in line
