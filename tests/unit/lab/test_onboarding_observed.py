"""How a team's objects are read from the API servers."""

import base64
from typing import Any, cast
from urllib.parse import unquote

import pytest

from lab.cluster.client import Client
from lab.errors import LabError
from lab.layout import Layout
from lab.onboarding.observed import Observed
from lab.stacks import read_fleet
from tests.unit.lab.lab_project import write_project

ARGOCD = "/apis/argoproj.io/v1alpha1/namespaces/argocd"


class Answers:
    """A client of an API server that has just these lists, by path and query."""

    def __init__(self, lists: dict[str, list[dict[str, Any]]]) -> None:
        self.lists = lists

    def get(self, path: str) -> dict[str, Any]:
        return {"items": self.lists[unquote(path)]}

    def exists(self, path: str) -> bool:
        return path == "/api/v1/namespaces/shop-dev"


def observed(path: str, *items: dict[str, Any]) -> Observed:
    answers = Answers({path: list(items)})
    return Observed(hub="hub", clients={"hub": cast(Client, answers)})


def applications(*items: dict[str, Any]) -> Observed:
    return observed(f"{ARGOCD}/applications?labelSelector=eks-hub-spoke/team=shop", *items)


def item(status: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"name": "a"}, "spec": {}, "status": status}


def test_an_application_is_read_with_what_it_made() -> None:
    status = {
        "sync": {"status": "Synced"},
        "health": {"status": "Healthy"},
        "operationState": {"phase": "Succeeded", "message": "done"},
        "resources": [{"kind": "Namespace", "name": "shop-dev"}],
    }

    (found,) = applications(item(status)).applications("shop")

    assert (found.application.name, found.ready, found.kinds) == ("a", True, ("Namespace",))
    assert found.why == ""


def test_an_application_that_nobody_has_looked_at_yet_is_not_ready() -> None:
    (found,) = applications(item({})).applications("shop")

    assert not found.ready
    assert found.why == "was not looked at yet"


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (
            {"conditions": [{"type": "InvalidSpecError", "message": "not\n  permitted"}]},
            "InvalidSpecError: not permitted",
        ),
        ({"operationState": {"phase": "Failed", "message": "forbidden"}}, "Failed: forbidden"),
        (
            {
                "resources": [
                    {"kind": "Deployment", "name": "web", "health": {"status": "Degraded"}},
                    {"kind": "Service", "name": "web", "health": {"status": "Healthy"}},
                    {"kind": "Role", "name": "web"},
                ]
            },
            "Deployment web Degraded",
        ),
    ],
)
def test_an_application_says_why_it_is_not_as_it_should_be(
    status: dict[str, Any], why: str
) -> None:
    (found,) = applications(item(status)).applications("shop")

    assert why in found.why


def test_projects_and_applicationsets_are_the_others() -> None:
    made = {"metadata": {"name": "shop-dev"}}
    answers = Answers(
        {
            f"{ARGOCD}/{plural}?labelSelector=eks-hub-spoke/team=shop": [made]
            for plural in ("appprojects", "applicationsets")
        }
    )

    found = Observed(hub="hub", clients={"hub": cast(Client, answers)}).others("shop")

    assert found == [("AppProject", "shop-dev"), ("ApplicationSet", "shop-dev")]


def test_spokes_have_the_names_and_labels_of_their_cluster_secrets() -> None:
    labels = {"role": "spoke", "environment": "dev"}
    secret = {
        "metadata": {"name": "cluster-x", "labels": labels},
        "data": {"name": base64.b64encode(b"spoke-dev").decode()},
    }
    selector = "argocd.argoproj.io/secret-type=cluster,role=spoke"
    path = f"/api/v1/namespaces/argocd/secrets?labelSelector={selector}"

    assert observed(path, secret).spokes() == {"spoke-dev": labels}


def test_a_namespace_is_asked_for_on_its_own_cluster() -> None:
    one = observed("")

    assert one.namespace_exists("hub", "shop-dev")
    assert not one.namespace_exists("hub", "other")


def test_a_fleet_whose_clusters_were_never_started_is_an_error(tmp_path: Any) -> None:
    root = write_project(tmp_path / "a project")

    with pytest.raises(LabError, match="the lab has no cluster hub"):
        Observed.of(Layout(root=root), read_fleet(root))
