"""When objects are ready, and who owns their fields."""

from typing import Any

import pytest

from lab.errors import LabError
from lab.plugins.kubernetes import field_managers, readiness


def deployment(wanted: int | None, generation: int = 1, **status: Any) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"generation": generation},
        "spec": {} if wanted is None else {"replicas": wanted},
        "status": {"observedGeneration": 1, **status},
    }


def condition(name: str, status: str = "True", **fields: str) -> dict[str, Any]:
    return {"type": name, "status": status, **fields}


ROLLED_OUT = {"updatedReplicas": 2, "availableReplicas": 2, "replicas": 2}


@pytest.mark.parametrize(
    ("live", "reason"),
    [
        (deployment(2, **ROLLED_OUT), ""),
        (deployment(0), ""),
        (deployment(None), "updatedReplicas is 0 of 1"),
        (deployment(3, **ROLLED_OUT), "updatedReplicas is 2 of 3"),
        (deployment(2, **{**ROLLED_OUT, "availableReplicas": 1}), "availableReplicas is 1 of 2"),
        (deployment(2, **{**ROLLED_OUT, "replicas": 3}), "1 old replicas are still there"),
        (deployment(2, generation=2, **ROLLED_OUT), "its controller has not seen it yet"),
    ],
)
def test_a_deployment_is_ready_when_it_is_rolled_out(live: dict[str, Any], reason: str) -> None:
    assert readiness.pending(live) == reason


def test_a_deployment_that_gave_up_has_failed() -> None:
    gave_up = condition("Progressing", "False", reason="ProgressDeadlineExceeded", message="late")
    with pytest.raises(readiness.FailedError, match="late"):
        readiness.pending(deployment(1, conditions=[gave_up]))


def job(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "batch/v1", "kind": "Job", "status": {"conditions": list(conditions)}}


def test_a_job_is_ready_when_it_is_complete() -> None:
    assert readiness.pending(job()) == "it has not completed"
    assert readiness.pending(job(condition("Complete"))) == ""


def test_a_failed_job_is_never_ready() -> None:
    with pytest.raises(readiness.FailedError, match="too many"):
        readiness.pending(job(condition("Failed", message="too many")))


@pytest.mark.parametrize("kind", ["ConfigMap", "Namespace", "Application"])
def test_other_kinds_are_ready_at_once(kind: str) -> None:
    assert readiness.pending({"apiVersion": "v1", "kind": kind}) == ""


def annotated(name: str, value: str, *conditions: dict[str, Any]) -> dict[str, Any]:
    found = {"metadata": {"annotations": {name: value}}, "status": {"conditions": conditions}}
    return {**deployment(2), **found}


def test_a_wait_can_be_skipped() -> None:
    assert readiness.pending(annotated("pulumi.com/skipAwait", "true")) == ""


def test_a_wait_can_be_for_a_condition() -> None:
    waiting = annotated("pulumi.com/waitFor", "condition=Synced", condition("Synced", "False"))
    assert readiness.pending(waiting) == "Synced is False"
    done = annotated("pulumi.com/waitFor", "condition=Synced", condition("Synced"))
    assert readiness.pending(done) == ""


def test_a_wait_for_anything_else_is_refused() -> None:
    with pytest.raises(LabError, match="jsonpath"):
        readiness.check(annotated("pulumi.com/waitFor", "jsonpath={.a}"))


def owned(manager: str, operation: str, *fields: str, **more: str) -> dict[str, Any]:
    paths: dict[str, Any] = {name: {} for name in fields}
    return {
        "manager": manager,
        "operation": operation,
        "fieldsV1": {"f:metadata": paths},
        **more,
    }


def test_the_creates_fields_go_to_the_manager_that_applies() -> None:
    status = owned("kcm", "Update", "f:status", subresource="status")
    entries = [owned("pulumi-kubernetes", "Update", "f:labels"), status]
    assert field_managers.taken_over(entries, "mine") == [
        status,
        owned("mine", "Apply", "f:labels"),
    ]


def test_what_it_had_already_is_joined() -> None:
    entries = [
        owned("pulumi-kubernetes", "Update", "f:labels"),
        owned("mine", "Apply", "f:annotations"),
    ]
    joined = owned("mine", "Apply", "f:labels", "f:annotations")
    assert field_managers.taken_over(entries, "mine") == [joined]


def test_nothing_is_taken_over_twice() -> None:
    assert field_managers.taken_over([owned("mine", "Apply", "f:labels")], "mine") is None
