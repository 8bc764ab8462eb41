"""Argo CD's own secrets: what the hub's file may ask for, what bootstrap hears, who writes it."""

from typing import Any

import pytest

from components import argocd_credentials
from tests.unit.configs import MISSING, PLAIN_CAPABILITY_HUB, brought_up, mistakes, parsed
from tests.unit.engine import Run

APPLICATION = "kubernetes:argoproj.io/v1alpha1:Application"
ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role"
GITHUB = {"url": "https://github.com/example", "kind": "github-app", "secret": "github"}
NEEDS_THE_ADDON = "need add-on external_secrets; add it to addons, or take them out"

LIKELY: list[tuple[dict[str, Any], str]] = [
    ({"url": "https://github.com"}, "write https://, a host and an organisation"),
    ({"url": "git@github.com:example"}, "write https://, a host and an organisation"),
    ({"url": "https://me:token@github.com/example"}, "write https://, a host and an organisation"),
    ({"url": "https://github.com/{{ x }}"}, "write https://, a host and an organisation"),
    ({"kind": "ssh"}, "should be 'github-app' or 'token'"),
    ({"secret": "eks-hub-spoke/hub/github"}, "write what follows eks-hub-spoke/<cluster>/"),
    ({"secret": "../dev/github"}, "write what follows eks-hub-spoke/<cluster>/"),
]


def rights(run: Run) -> dict[str, set[str]]:
    """Verbs by kind of External Secrets, of Argo CD's role in its own namespace."""
    (role,) = [n.inputs for n in run.of(ROLE) if n.inputs["metadata"]["name"] == "argocd-hub"]
    assert role["metadata"]["namespace"] == "argocd"
    return {
        f"{group}/{kind}": set(rule["verbs"])
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for kind in rule["resources"]
        if "external-secrets" in group
    }


def of_root(changes: dict[str, Any]) -> dict[str, Any]:
    spec = brought_up("hub", changes).only(APPLICATION).inputs["spec"]
    return spec["source"]["helm"]["valuesObject"]["credentials"]


@pytest.mark.parametrize(("change", "expected"), LIKELY)
def test_a_mistake_in_an_entry_names_its_remedy(change: dict[str, Any], expected: str) -> None:
    (line,) = mistakes("hub", {"argocd.repositoryCredentials": [{**GITHUB, **change}]})
    assert expected in line


@pytest.mark.parametrize("same", ["url", "secret"])
def test_no_two_entries_have_one_address_or_one_secret(same: str) -> None:
    other = {"url": "https://git.example.com/a", "kind": "token", "secret": "git"}
    both = [GITHUB, {**other, same: GITHUB[same]}]
    (line,) = mistakes("hub", {"argocd.repositoryCredentials": both})
    assert "twice" in line


@pytest.mark.parametrize("days", [0, 366])
def test_a_webhook_secret_lives_for_a_day_to_a_year(days: int) -> None:
    (line,) = mistakes("hub", {"argocd.webhookRotationDays": days})
    assert line.startswith("argocd.webhookRotationDays")


@pytest.mark.parametrize(
    "asked",
    [
        {"argocd.webhookRotationDays": 30},
        {"argocd.webhookRotationDays": MISSING, "argocd.repositoryCredentials": [GITHUB]},
    ],
    ids=["webhook", "repositories"],
)
def test_what_external_secrets_makes_needs_it_on_the_hub(asked: dict[str, Any]) -> None:
    (line,) = mistakes("hub", {"addons": ["metrics_server"], **asked})
    assert line.startswith("argocd: ")
    assert NEEDS_THE_ADDON in line


def test_who_asks_for_nothing_needs_no_add_on() -> None:
    parsed("hub", {"addons": [], "argocd.webhookRotationDays": MISSING})


def test_bootstrap_hears_names_and_addresses_and_no_secret() -> None:
    asked = {"argocd.repositoryCredentials": [GITHUB]}
    assert of_root(asked) == {"repositories": [GITHUB], "webhookRotationDays": 30}


def test_by_hand_is_no_days() -> None:
    by_hand: dict[str, Any] = {"repositories": [], "webhookRotationDays": 0}
    assert of_root({"argocd.webhookRotationDays": MISSING}) == by_hand
    assert of_root(PLAIN_CAPABILITY_HUB) == by_hand


def test_the_hub_lets_argo_cd_ask_external_secrets_beside_itself() -> None:
    found = rights(brought_up("hub"))
    assert found == {
        kind: {"create", "delete", "patch", "update"}
        for kind in (
            "external-secrets.io/externalsecrets",
            "external-secrets.io/secretstores",
            "generators.external-secrets.io/passwords",
        )
    }


@pytest.mark.parametrize(
    "changes",
    [{"addons": [], "argocd.webhookRotationDays": MISSING}, PLAIN_CAPABILITY_HUB],
    ids=["no add-on", "capability"],
)
def test_what_can_no_longer_be_asked_for_may_only_go(changes: dict[str, Any]) -> None:
    assert set(map(frozenset, rights(brought_up("hub", changes)).values())) == {
        frozenset({"delete"})
    }
    assert argocd_credentials.place(makes=False).endswith("&& request.operation == 'DELETE'")
