"""Which Applications a team's file leads to."""

import pytest
import yaml

from lab.exit_codes import MistakeError
from lab.onboarding.team_file import Expected, labels_of, read

SPOKES = {
    "spoke-dev": {"environment": "dev", "team-clusters": "true"},
    "spoke-prod": {"environment": "prod", "team-clusters": "true"},
}


def team(**environments: dict[str, object]) -> str:
    return yaml.safe_dump({"team": "shop", "environments": environments})


def environment(labels: dict[str, str], **other: object) -> dict[str, object]:
    return {"clusters": labels, "quota": {"cpu": "1"}, "services": {"web": {}}, **other}


def names(text: str) -> list[str]:
    return [expected.name for expected in read(text, "x").applications("hub", SPOKES)]


def test_a_team_has_its_own_application_and_one_a_cluster_with_guardrails_and_services() -> None:
    found = read(team(dev=environment({"environment": "dev"})), "x")

    assert list(found.applications("hub", SPOKES)) == [
        Expected(name="team-shop", cluster="hub", namespace="argocd"),
        Expected(name="shop-dev-spoke-dev", cluster="hub", namespace="argocd"),
        Expected(name="shop-dev-spoke-dev-guardrails", cluster="spoke-dev", namespace="shop-dev"),
        Expected(name="shop-dev-spoke-dev-web", cluster="spoke-dev", namespace="shop-dev"),
    ]


def test_an_environment_is_on_every_cluster_that_has_all_its_labels() -> None:
    everywhere = names(team(dev=environment({"team-clusters": "true"})))
    nowhere = names(team(dev=environment({"team-clusters": "true", "environment": "test"})))

    assert [name for name in everywhere if name.endswith("guardrails")] == [
        "shop-dev-spoke-dev-guardrails",
        "shop-dev-spoke-prod-guardrails",
    ]
    assert nowhere == ["team-shop"]


def test_each_environment_has_its_own() -> None:
    found = names(
        team(dev=environment({"environment": "dev"}), prod=environment({"environment": "prod"}))
    )

    assert {"shop-dev-spoke-dev", "shop-prod-spoke-prod"} <= set(found)


def test_a_team_without_services_has_guardrails() -> None:
    found = names(team(dev=environment({"environment": "dev"}, services=None)))

    assert found == ["team-shop", "shop-dev-spoke-dev", "shop-dev-spoke-dev-guardrails"]


@pytest.mark.parametrize(
    ("quota", "delete", "stays"),
    [
        ({"cpu": "1"}, False, False),
        ({"cpu": "1", "storage": "1Gi"}, False, True),
        ({"cpu": "1", "storage": "1Gi"}, True, False),
    ],
)
def test_a_namespace_with_volumes_stays_unless_the_file_gives_them_up(
    quota: dict[str, str], delete: bool, stays: bool
) -> None:
    text = team(dev=environment({"environment": "dev"}, quota=quota, deleteData=delete))

    assert list(read(text, "x").namespaces(SPOKES)) == [("spoke-dev", "shop-dev", stays)]


@pytest.mark.parametrize(
    "text", ["", "[]", "team: shop", "team: shop\nenvironments: [dev]", "a: ["]
)
def test_what_is_no_teams_file_is_refused_by_its_place(text: str) -> None:
    with pytest.raises(MistakeError, match=r"^gitops/x is not"):
        read(text, "gitops/x")


@pytest.mark.parametrize(("number", "chosen"), [(1, "environment=dev"), (2, "team-clusters=true")])
def test_a_new_team_gets_a_label_that_just_so_many_spokes_have(number: int, chosen: str) -> None:
    assert labels_of(number, SPOKES) == chosen


def test_switches_of_addons_and_labels_of_argocd_choose_no_clusters() -> None:
    labels = {"enable_velero": "true", "argocd.argoproj.io/secret-type": "cluster", "x": "y"}

    assert labels_of(1, {"one": labels}) == "x=y"


def test_more_spokes_than_there_are_are_refused_with_the_remedy() -> None:
    with pytest.raises(MistakeError, match=r"lab up --spokes 2"):
        labels_of(2, {"spoke-dev": SPOKES["spoke-dev"]})
