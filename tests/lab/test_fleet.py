"""The fleet in the lab, from nothing to nothing, by the real engine and real API servers.

The tests of this module share one lab and run in the order of the file: it comes up, is changed,
and goes down.
"""

import base64
import fcntl
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from lab.processes import wait_until
from lab.stacks import read_fleet
from tests.lab.copied_lab import UP_SECONDS, CopiedLab

LABEL = "tests-colour"
SECRET = "cluster-spoke-dev"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CopiedLab]:
    """A copy of the project, in a folder whose name has a blank; removed even if a test fails."""
    copied = CopiedLab.copy_to(tmp_path_factory.mktemp("lab") / "a project")
    yield copied
    if copied.state.exists():
        copied.run("down", "--force")


@pytest.fixture(scope="module")
def first(lab: CopiedLab) -> dict[str, Any]:
    """What the first `up` that reached its end reported."""
    return lab.up()


def cluster_secret(lab: CopiedLab) -> dict[str, Any]:
    return lab.kubectl("hub", "get", "secret", SECRET, "--namespace", "argocd")


def changes(document: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    return {
        stack: [(change["operation"], change["name"]) for change in found["changes"]]
        for stack, found in document["stacks"].items()
    }


def test_an_up_that_is_interrupted_ends_cleanly(lab: CopiedLab) -> None:
    running = subprocess.Popen(  # noqa: S603  # the tests' own command
        lab.command("up"), cwd=lab.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_until(
        lambda: any(b"resOutputsEvent" in path.read_bytes() for path in event_logs(lab)),
        what="the first resource",
        timeout_seconds=UP_SECONDS,
    )

    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=120)

    assert running.returncode == 130, said
    assert "python -m lab up" in said
    assert "Traceback" not in said


def event_logs(lab: CopiedLab) -> list[Path]:
    return list((lab.state / "logs").glob("*-up-*.events"))


def test_the_next_up_goes_on_and_brings_every_cluster_up(first: dict[str, Any]) -> None:
    assert first["up"] is True
    assert {cluster["stack"]: cluster["running"] for cluster in first["clusters"]} == {
        "spoke-dev": True,
        "hub": True,
    }


def test_the_hubs_argocd_does_on_every_cluster_what_it_must_and_only_that(
    first: dict[str, Any],
) -> None:
    passed = {(check["cluster"], check["what"]) for check in first["checks"] if check["passed"]}

    assert [check for check in first["checks"] if not check["passed"]] == []
    assert {
        (cluster, what)
        for cluster in ("hub", "spoke-dev")
        for what in ("lists namespaces", "is refused to create a ClusterRoleBinding")
    } <= passed


def test_the_report_says_what_is_real_and_what_is_not(first: dict[str, Any]) -> None:
    kinds = {part["part"]: part["kind"] for part in first["parts"]}

    assert kinds["AWS APIs"] == "emulated"
    assert kinds["pulumi"] == kinds["kube-apiserver"] == kinds["argocd"] == "real"


def test_up_again_changes_nothing(lab: CopiedLab, first: dict[str, Any]) -> None:
    again = lab.up()

    assert {stack: set(run["counts"]) for stack, run in again["stacks"].items()} == {
        stack: {"same"} for stack in first["stacks"]
    }


@pytest.mark.usefixtures("first")
def test_after_a_crash_up_finds_everything_again(lab: CopiedLab) -> None:
    spoke = next((lab.state / "aws" / "clusters").glob("*/*/spoke-dev"))
    for record in (lab.state / "processes/aws.json", spoke / "processes/kube-apiserver.json"):
        os.kill(json.loads(record.read_text())["pid"], signal.SIGKILL)

    crashed = lab.run("status", "--json")
    again = lab.up()

    assert (crashed.code, crashed.document["up"]) == (3, False)
    assert {stack: set(run["counts"]) for stack, run in again["stacks"].items()} == {
        stack: {"same"} for stack in ("account-dev", "account-hub", "spoke-dev", "hub")
    }


@pytest.mark.usefixtures("first")
def test_preview_after_up_finds_nothing(lab: CopiedLab) -> None:
    ran = lab.run("preview", "--json")

    assert (ran.code, ran.document["changes"]) == (0, 0)


@pytest.mark.usefixtures("first")
def test_pulumi_kubectl_and_aws_work_by_hand(lab: CopiedLab) -> None:
    ran = lab.shell(
        "pulumi preview --stack spoke-dev --non-interactive --expect-no-changes >&2\n"
        "kubectl --context spoke-dev get namespaces --output name\n"
        "helm --kube-context hub --namespace argocd list --short\n"
        "aws sts get-caller-identity --query Arn --output text\n"
        "aws --profile account-dev eks list-clusters --query clusters --output text\n"
    )

    assert ran.code == 0, ran.stderr
    assert {
        "namespace/kube-system",
        "argocd",
        "arn:aws:iam::999999999999:user/platform-engineer",
        "spoke-dev",
    } <= set(ran.stdout.split())


@pytest.mark.usefixtures("first")
def test_a_kubeconfig_works_in_any_shell(lab: CopiedLab) -> None:
    path = lab.run("kubeconfig", "spoke-dev").stdout.strip()
    real_account = {"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SECRET_ACCESS_KEY": "x"}
    kubectl = str(lab.state / "bin" / "kubectl")

    ran = lab.execute([kubectl, "--kubeconfig", path, "get", "nodes"], env=real_account)

    assert ran.code == 0, ran.stderr


@pytest.mark.usefixtures("first")
def test_kubeconfigs_hold_no_secret(lab: CopiedLab) -> None:
    key = (lab.state / "aws-credentials").read_text().split("aws_secret_access_key = ")[1].strip()
    kubeconfigs = list((lab.state / "kubeconfigs").iterdir())

    assert [path for path in kubeconfigs if key in path.read_text()] == []
    assert "client-key" not in "".join(path.read_text() for path in kubeconfigs)


@pytest.mark.usefixtures("first")
def test_the_registered_login_holds_no_credential(lab: CopiedLab) -> None:
    config = json.loads(base64.b64decode(cluster_secret(lab)["data"]["config"]))

    assert set(config) == {"awsAuthConfig", "tlsClientConfig"}


@pytest.mark.usefixtures("first")
def test_a_second_command_is_refused_while_one_works(lab: CopiedLab) -> None:
    with (lab.state / "lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = lab.run("up")

    assert ran.code == 1
    assert "another command is working on this lab" in ran.stderr


@pytest.mark.usefixtures("first")
def test_all_mistakes_of_a_stack_file_are_shown_without_a_traceback(lab: CopiedLab) -> None:
    path = lab.root / "Pulumi.spoke-dev.yaml"
    before = path.read_text()
    lab.edit_stack("spoke-dev", "netwrok", {"cidr": "10.0.0.0/16"})
    lab.edit_stack("spoke-dev", "environment", "Dev!")

    ran = lab.run("up")
    path.write_text(before)

    assert ran.code == 2, ran.stderr
    assert "netwrok" in ran.stderr
    assert "environment: 'Dev!'" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.usefixtures("first")
def test_a_new_label_of_a_spoke_updates_its_cluster_secret_in_place(lab: CopiedLab) -> None:
    """A secret that is deleted and made again takes every workload of the cluster along."""
    before = cluster_secret(lab)
    lab.edit_stack("spoke-dev", "labels", {"team-clusters": "true", LABEL: "blue"})

    document = lab.up()

    after = cluster_secret(lab)
    assert document["stacks"]["hub"]["counts"]["update"] == 1
    assert after["metadata"]["labels"] == {**before["metadata"]["labels"], LABEL: "blue"}
    assert after["metadata"]["uid"] == before["metadata"]["uid"]


@pytest.mark.usefixtures("first")
def test_one_changed_property_is_exactly_one_change(lab: CopiedLab) -> None:
    lab.edit_stack("hub", "labels", {LABEL: "green"})

    ran = lab.run("preview", "--json")

    assert ran.code == 4, ran.stderr
    assert changes(ran.document) == {
        "account-dev": [],
        "account-hub": [],
        "spoke-dev": [],
        "hub": [("update", "hub-registration-hub-secret")],
    }


@pytest.mark.usefixtures("first")
def test_a_new_fact_updates_the_cluster_secret_in_place_by_hand_too(lab: CopiedLab) -> None:
    """The `pulumi` of `lab env` runs what the edited stack file says, as on AWS."""
    before = cluster_secret(lab)
    argocd = cast(dict[str, Any], read_fleet(lab.root).hub.config["argocd"])
    # The same folder by another name: where and which revision it is, the lab says itself.
    repository = {**argocd["platformRepository"], "basePath": "./gitops/"}
    lab.edit_stack("hub", "argocd", {**argocd, "platformRepository": repository})

    ran = lab.shell("pulumi up --stack hub --yes --skip-preview --non-interactive")

    after = cluster_secret(lab)
    assert ran.code == 0, ran.stdout + ran.stderr
    assert after["metadata"]["annotations"]["platform_repo_basepath"] == "./gitops/"
    assert after["metadata"]["uid"] == before["metadata"]["uid"]


@pytest.mark.usefixtures("first")
def test_down_leaves_nothing_behind(lab: CopiedLab) -> None:
    before = {path.name for path in lab.root.iterdir()} - {".lab"}

    ran = lab.run("down", seconds=UP_SECONDS)

    assert ran.code == 0, ran.stderr
    assert not lab.state.exists()
    assert lab.processes() == []
    assert {path.name for path in lab.root.iterdir()} - {"__pycache__"} == before - {"__pycache__"}


def test_down_again_is_fine(lab: CopiedLab) -> None:
    assert lab.run("down").code == 0
