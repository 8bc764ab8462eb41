"""`fleet drain` with a kubectl that answers from a file: what it shows, asks and marks."""

from pathlib import Path

import pytest
from typer.testing import Result

from fleet import drain
from tests.unit.fleet.fake_hub import Hub, application


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    monkeypatch.setenv("PATH", str(tmp_path))
    return Hub(tmp_path)


@pytest.fixture
def _person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "interactive", lambda: True)


def one_line(result: Result) -> str:
    """An error is one line on stderr, which says what is wrong and what to do."""
    assert not isinstance(result.exception, Exception), result.exception
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ")
    assert "; " in line
    return line


def test_the_mark_is_set_on_that_cluster_alone(hub: Hub) -> None:
    assert hub("spoke-dev", "--yes").exit_code == 0
    (change,) = hub.changes
    assert change[:3] == ["annotate", "secret/cluster-spoke-dev", "eks-hub-spoke/drained=true"]


def test_it_shows_first_what_would_go_with_the_cluster(hub: Hub) -> None:
    shown = hub("spoke-dev", "--yes").stdout.splitlines()
    assert shown[:3] == [
        "On spoke-dev: 2 Applications, 2 Deployments, 1 StatefulSet",
        "  cart: 1 Deployment, 1 StatefulSet",
        "  shop-dev-spoke-dev-web: 1 Deployment",
    ]


def test_applications_of_other_clusters_are_not_shown(hub: Hub) -> None:
    """Not even of one that has no server, beside an Application that names none."""
    hub.world["secrets"][1]["data"].pop("server")
    hub.world["applications"] += [application("odd", {}, "Deployment")]
    shown = hub("spoke-dev", "--yes").stdout
    assert "root" not in shown
    assert "odd" not in shown
    assert "On spoke-dev: 1 Application, 1 Deployment" in shown


def test_an_empty_cluster_is_said_to_be_empty(hub: Hub) -> None:
    hub.world["applications"] = []
    assert "No Application deploys to spoke-dev" in hub("spoke-dev", "--yes").stdout


def test_an_application_that_never_synced_counts_without_workloads(hub: Hub) -> None:
    new = application("new", {"name": "spoke-dev"})
    del new["status"]
    hub.world["applications"] = [new]
    assert "On spoke-dev: 1 Application, no workload" in hub("spoke-dev", "--yes").stdout


@pytest.mark.usefixtures("_person")
def test_a_person_types_the_clusters_name_to_agree(hub: Hub) -> None:
    assert hub("spoke-dev", typed="spoke-dev\n").exit_code == 0
    assert len(hub.changes) == 1


@pytest.mark.usefixtures("_person")
@pytest.mark.parametrize("typed", ["\n", "y\n", "yes\n", "spoke-prod\n"])
def test_anything_else_changes_nothing(hub: Hub, typed: str) -> None:
    result = hub("spoke-dev", typed=typed)
    assert "not confirmed, nothing was changed" in one_line(result)
    assert (result.exit_code, hub.changes) == (1, [])


def test_without_a_terminal_it_changes_nothing_unless_told_to(hub: Hub) -> None:
    result = hub("spoke-dev")
    assert "--yes" in one_line(result)
    assert (result.exit_code, hub.changes) == (1, [])


def test_a_cluster_that_is_drained_already_is_not_asked_about(hub: Hub) -> None:
    hub.mark("spoke-dev")
    result = hub("spoke-dev")
    assert result.exit_code == 0
    assert "drained already" in result.stdout
    assert "pulumi destroy" in result.stdout
    assert hub.changes == []


@pytest.mark.parametrize("value", ["false", "True"])
def test_what_the_guard_does_not_take_for_the_mark_is_none(hub: Hub, value: str) -> None:
    hub.mark("spoke-dev", value)
    assert hub("spoke-dev", "--yes").exit_code == 0
    assert len(hub.changes) == 1


def test_undo_takes_the_mark_away(hub: Hub) -> None:
    hub.mark("spoke-dev")
    result = hub("spoke-dev", "--undo")
    assert result.exit_code == 0
    (change,) = hub.changes
    assert change[:3] == ["annotate", "secret/cluster-spoke-dev", "eks-hub-spoke/drained-"]
    assert "pulumi" not in result.stdout


def test_undo_of_nothing_changes_nothing(hub: Hub) -> None:
    assert hub("spoke-dev", "--undo").exit_code == 0
    assert hub.changes == []


def test_kubectl_is_told_which_hub_it_is(hub: Hub, tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.touch()
    hub("spoke-dev", "--yes", "--context", "the-hub", "--kubeconfig", str(kubeconfig))
    assert len(hub.calls) == 3
    for call in hub.calls:
        where = " ".join(call)
        assert f"--kubeconfig {kubeconfig} --context the-hub --namespace argocd" in where
        assert "--request-timeout" in where


def test_an_unknown_cluster_is_answered_with_the_known_ones(hub: Hub) -> None:
    result = hub("spoke-dvv", "--yes")
    assert one_line(result).endswith("clusters are: hub, spoke-dev")
    assert (result.exit_code, hub.changes) == (2, [])


def test_a_cluster_that_is_no_hub_is_recognized(hub: Hub) -> None:
    hub.world["secrets"] = []
    result = hub("spoke-dev", "--yes")
    assert "is this the hub?" in one_line(result)
    assert result.exit_code == 2


def test_a_missing_kubectl_is_a_line(hub: Hub) -> None:
    (hub.folder / "kubectl").unlink()
    result = hub("spoke-dev", "--yes")
    assert "kubectl is not on PATH" in one_line(result)
    assert result.exit_code == 2


def test_a_kubectl_that_cannot_run_is_a_line(hub: Hub) -> None:
    (hub.folder / "kubectl").write_text("#!/no/such/program\n")
    assert "cannot be run" in one_line(hub("spoke-dev", "--yes"))


@pytest.mark.parametrize("verb", ["get", "annotate"])
def test_a_refusal_is_told_in_kubectls_words(hub: Hub, verb: str) -> None:
    hub.world["fails"] = {verb: "You must be logged in to the server (Unauthorized)"}
    result = hub("spoke-dev", "--yes")
    assert f"kubectl {verb}: You must be logged in to the server" in one_line(result)
    assert result.exit_code == 1


def test_an_answer_that_is_none_is_a_line(hub: Hub) -> None:
    hub.world["prints"] = "Handling connection for 8080"
    assert "printed no list in JSON" in one_line(hub("spoke-dev", "--yes"))
