"""What the engine's event log says of a run."""

import json
from typing import Any

from lab.events import finished_resources, read

STACK = "urn:pulumi:hub::eks-hub-spoke::pulumi:pulumi:Stack::eks-hub-spoke-hub"
SECRET = (
    "urn:pulumi:hub::eks-hub-spoke::eks-hub-spoke:index:ClusterRegistration"
    "$kubernetes:core/v1:Secret::hub-registration-spoke-dev-secret"
)
SECRET_NAME = "hub-registration-spoke-dev-secret"


def resource(operation: str, urn: str, **metadata: Any) -> str:
    return json.dumps({"resourcePreEvent": {"metadata": {"op": operation, "urn": urn, **metadata}}})


def summary(**counts: int) -> str:
    return json.dumps({"summaryEvent": {"resourceChanges": counts}})


def diagnostic(severity: str, message: str, urn: str = "") -> str:
    return json.dumps({"diagnosticEvent": {"severity": severity, "message": message, "urn": urn}})


def test_counts_are_the_summarys() -> None:
    assert read([resource("same", STACK), summary(same=2, create=1)]).counts == {
        "same": 2,
        "create": 1,
    }


def test_a_log_that_ends_early_is_counted_by_its_resources() -> None:
    lines = [resource("create", SECRET), resource("same", STACK), '{"summaryEv']

    assert read(lines).counts == {"create": 1, "same": 1}


def test_a_change_says_what_changes_in_which_resource() -> None:
    diff = {"metadata.labels.team": {"kind": "update"}}
    (change,) = read([resource("update", SECRET, detailedDiff=diff)]).changes

    assert (change.operation, change.type, change.name, change.properties) == (
        "update",
        "kubernetes:core/v1:Secret",
        "hub-registration-spoke-dev-secret",
        ("metadata.labels.team",),
    )


def test_what_stays_or_is_read_is_no_change() -> None:
    report = read([resource("same", STACK), resource("read", SECRET), summary(same=1, read=1)])

    assert (report.changes, report.changed) == ((), {})


def test_the_summary_names_changes_before_what_stays() -> None:
    assert read([summary(same=40, update=1, create=3)]).summary() == "3 create, 1 update, 40 same"


def test_a_problem_names_its_resource() -> None:
    report = read([diagnostic("error", "refused\n", SECRET), diagnostic("debug", "noise")])

    assert report.problems == ("hub-registration-spoke-dev-secret: refused",)


def test_the_programs_own_words_are_the_problem_when_the_engine_has_none() -> None:
    lines = [
        diagnostic("info#err", "Traceback"),
        diagnostic("error", "an unhandled error occurred: program exited with code 1"),
    ]

    assert read(lines).problems[0] == "Traceback"


def test_what_the_engine_only_repeats_is_left_out() -> None:
    lines = [diagnostic("error", "refused", SECRET), diagnostic("error", "update failed")]

    assert len(read(lines).problems) == 1


def test_a_running_log_tells_what_is_done() -> None:
    done = json.dumps({"resOutputsEvent": {"metadata": {"urn": SECRET}}})

    assert finished_resources([done, '{"half']) == ["hub-registration-spoke-dev-secret"]


def test_what_follows_from_a_failure_is_not_shown_beside_it() -> None:
    cause = diagnostic("error", "cluster exists", SECRET)
    consequences = [
        diagnostic("error", "Detected that the plugin exited prematurely"),
        diagnostic("error", "Program failed:\nTraceback (most recent call last):\n  x"),
        diagnostic("error", "grpc: the client connection is closing"),
    ]

    assert read([*consequences, cause]).problems == (f"{SECRET_NAME}: cluster exists",)


def test_a_traceback_is_shown_when_it_is_all_there_is() -> None:
    (problem,) = read([diagnostic("error", "Traceback (most recent call last):\n  x")]).problems

    assert problem.startswith("Traceback")


def test_a_plugin_that_did_not_start_is_shown_with_what_it_said() -> None:
    lines = [
        diagnostic("error", "Detected that the plugin exited prematurely: no such module"),
        diagnostic("error", "could not read plugin"),
    ]

    assert "no such module" in " ".join(read(lines).problems)
