"""What an Application or ApplicationSet says is read as Argo CD means it."""

from collections.abc import Mapping
from typing import Any

import pytest

from lab.api_request import Answer, ApiServer
from lab.argocd import applications
from lab.errors import LabError

API = ApiServer(server="https://hub", ca_pem="", token="t")
UP_TO_DATE = [
    {"type": "ParametersGenerated", "status": "True"},
    {"type": "ResourcesUpToDate", "status": "True"},
    {"type": "ErrorOccurred", "status": "False"},
]


def item(name: str = "web", **changes: Any) -> dict[str, Any]:
    status = {
        "sync": {"status": "Synced", "revision": "abc"},
        "health": {"status": "Healthy"},
        "operationState": {"phase": "Succeeded"},
    }
    spec = {"project": "shop-dev", "destination": {"name": "spoke", "namespace": "shop-dev"}}
    found = {"metadata": {"name": name}, "spec": spec, "status": status}
    for key, value in changes.items():
        found[key] = {**found.get(key, {}), **value} if isinstance(value, dict) else value
    return found


def answer_with(
    monkeypatch: pytest.MonkeyPatch,
    listed: Mapping[str, list[dict[str, Any]]],
    page: int = 100,
) -> None:
    def get(_api: ApiServer, path: str) -> Answer:
        plural = path.rpartition("/")[2].partition("?")[0]
        start = int(path.partition("continue=")[2] or 0)
        items = listed.get(plural, [])
        following = str(start + page) if start + page < len(items) else ""
        body = {"items": items[start : start + page], "metadata": {"continue": following}}
        return Answer(code=200, body=body)

    monkeypatch.setattr(ApiServer, "get", get)


def test_synced_and_healthy_is_settled() -> None:
    found = applications.application(item())

    assert found.settled
    assert (found.project, found.cluster, found.namespace) == ("shop-dev", "spoke", "shop-dev")
    assert found.revisions == ["abc"]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": {"sync": {"status": "OutOfSync"}}},
        {"status": {"health": {"status": "Progressing"}}},
        {"status": {"operationState": {"phase": "Running"}}},
        {"operation": {"sync": {}}},
        {"metadata": {"deletionTimestamp": "2026-11-22T00:00:00Z"}},
        {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}},
    ],
)
def test_what_still_changes_is_not_settled(changes: dict[str, Any]) -> None:
    assert not applications.application(item(**changes)).settled


def test_an_application_that_nobody_looked_at_yet_is_not_settled() -> None:
    new = item()
    del new["status"]

    found = applications.application(new)

    assert (found.sync, found.health, found.settled) == ("Unknown", "Unknown", False)


def test_every_source_has_its_revision() -> None:
    found = applications.application(
        item(status={"sync": {"status": "Synced", "revisions": ["1.2.3", "abc"]}})
    )

    assert found.revisions == ["1.2.3", "abc"]


def test_a_refusal_is_told_in_argo_cds_words(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = item(
        status={
            "sync": {"status": "OutOfSync"},
            "conditions": [{"type": "InvalidSpecError", "message": "is not\npermitted"}],
            "operationState": {"phase": "Failed", "message": "one or more objects failed"},
        }
    )
    answer_with(monkeypatch, {"applications": [refused]})

    assert applications.read(API).unsettled() == [
        "web (shop-dev on spoke): OutOfSync, Healthy; InvalidSpecError: is not permitted; "
        "sync Failed: one or more objects failed"
    ]


@pytest.mark.parametrize(
    ("conditions", "pending"),
    [
        (UP_TO_DATE, ""),
        ([], "ParametersGenerated is not true yet"),
        (UP_TO_DATE[:1], "ResourcesUpToDate is not true yet"),
        (
            [*UP_TO_DATE[:2], {"type": "ErrorOccurred", "status": "True", "message": "no fact"}],
            "no fact",
        ),
    ],
)
def test_an_application_set_is_done_when_it_says_so(
    monkeypatch: pytest.MonkeyPatch, conditions: list[dict[str, str]], pending: str
) -> None:
    found = {"metadata": {"name": "add-on"}, "spec": {}, "status": {"conditions": conditions}}
    answer_with(monkeypatch, {"applicationsets": [found]})

    assert [each.pending for each in applications.read(API).application_sets] == [pending]


def test_every_page_of_a_long_list_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [item(f"web-{number}") for number in range(5)]
    answer_with(monkeypatch, {"applications": items}, page=2)

    names = [each.name for each in applications.read(API).applications]

    assert names == [f"web-{number}" for number in range(5)]


def test_a_hub_that_refuses_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_api: ApiServer, _path: str) -> Answer:
        return Answer(code=403, body={"message": "forbidden"})

    monkeypatch.setattr(ApiServer, "get", refuse)

    with pytest.raises(LabError, match="does not list applicationsets: forbidden"):
        applications.read(API)
