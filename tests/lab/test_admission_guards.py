"""What the baseline's admission policies answer, on a real API server: who tries what."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab.guarded import (
    IMAGE,
    OPEN,
    OTHERS,
    PLATFORM,
    TEAM,
    Cluster,
    guarded,
    namespace,
    pod,
    quota,
    role_binding,
    secured,
    service,
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with guarded(tmp_path_factory.mktemp("planes") / "guards") as found:
        yield found


def test_no_policy_has_an_expression_that_the_api_server_warns_of(cluster: Cluster) -> None:
    found = json.loads(cluster.kubectl("get", "validatingadmissionpolicies", "--output=json"))
    warned = {
        policy["metadata"]["name"]: policy["status"]["typeChecking"]
        for policy in found["items"]
        if policy.get("status", {}).get("typeChecking", {}).get("expressionWarnings")
    }
    assert found["items"]
    assert warned == {}


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("name", ["argocd", "kube-mine", "eks-mine", "cert-manager"])
def test_a_reserved_namespace_is_made_by_nobody_else(cluster: Cluster, who: str, name: str) -> None:
    assert f"the name {name} is kept for the platform" in cluster.create(who, namespace(name, {}))


def test_a_reserved_beginning_cannot_be_had_by_a_generated_name(cluster: Cluster) -> None:
    found = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"generateName": "kube-"}}
    assert "is kept for the platform" in cluster.create("an administrator", found)


@pytest.mark.parametrize("key", ["eks-hub-spoke/team", "eks-hub-spoke/cost-center"])
def test_no_namespace_is_made_a_teams_by_hand(cluster: Cluster, key: str) -> None:
    made = cluster.create("an administrator", namespace("mine", {key: "shop"}))
    assert f"label {key} of namespace mine is the platform's" in made


def test_a_namespace_of_ones_own_may_be_made(cluster: Cluster) -> None:
    assert cluster.create("an administrator", namespace("sandbox", {"colour": "blue"})) == ""


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize(
    "change",
    [
        "eks-hub-spoke/team-",
        "eks-hub-spoke/team=payments",
        "eks-hub-spoke/environment=prod",
        "eks-hub-spoke/new=1",
        "pod-security.kubernetes.io/enforce=privileged",
        "pod-security.kubernetes.io/enforce-",
        "pod-security.kubernetes.io/warn=privileged",
    ],
)
def test_a_teams_namespace_keeps_its_labels(cluster: Cluster, who: str, change: str) -> None:
    said = cluster.attempt(who, "label", "namespace", TEAM, change, "--overwrite")
    assert f"of namespace {TEAM} is the platform's: change team.yaml by a pull request" in said


def test_a_teams_namespace_cannot_lose_its_labels_by_a_write_of_its_status(
    cluster: Cluster,
) -> None:
    patch = json.dumps({"metadata": {"labels": {"eks-hub-spoke/team": None}}})
    arguments = (
        "patch",
        "namespace",
        TEAM,
        "--subresource=status",
        "--type=merge",
        f"--patch={patch}",
    )
    assert "is the platform's" in cluster.attempt("an administrator", *arguments)


def test_other_labels_of_a_teams_namespace_are_free(cluster: Cluster) -> None:
    arguments = ("label", "namespace", TEAM, "colour=blue", "--overwrite", "--dry-run=server")
    assert cluster.attempt("an administrator", *arguments) == ""


@pytest.mark.parametrize("who", OTHERS)
def test_a_teams_namespace_is_not_removed_by_hand(cluster: Cluster, who: str) -> None:
    said = cluster.attempt(who, "delete", "namespace", TEAM, "--wait=false")
    assert f"namespace {TEAM} is the platform's to remove" in said
    assert "in need as group eks-hub-spoke:break-glass (docs/guards.md)" in said


@pytest.mark.parametrize("who", PLATFORM)
def test_the_platform_relabels_and_removes_a_teams_namespace(cluster: Cluster, who: str) -> None:
    dry = "--dry-run=server"
    relabel = ("label", "namespace", TEAM, "eks-hub-spoke/cost-center=2", "--overwrite", dry)
    assert cluster.attempt(who, *relabel) == ""
    assert cluster.attempt(who, "delete", "namespace", TEAM, dry) == ""


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("found", [quota("mine"), role_binding()], ids=["quota", "role binding"])
def test_no_guardrail_is_added_by_hand(cluster: Cluster, who: str, found: dict[str, Any]) -> None:
    assert "guardrails of a team's namespace are the platform's" in cluster.create(who, found)


@pytest.mark.parametrize("who", OTHERS)
def test_no_guardrail_is_widened_or_removed_by_hand(cluster: Cluster, who: str) -> None:
    patch = json.dumps({"spec": {"hard": {"pods": "2000"}}})
    at = ("quota", "environment", f"--namespace={TEAM}")
    for arguments in (("patch", *at, "--type=merge", f"--patch={patch}"), ("delete", *at)):
        assert "guardrails of a team's namespace" in cluster.attempt(who, *arguments)


@pytest.mark.parametrize("who", PLATFORM)
def test_the_platform_changes_guardrails(cluster: Cluster, who: str) -> None:
    assert cluster.create(who, role_binding()) == ""


OUT = {
    "privileged": (pod(secured(privileged=True)), "privileged"),
    "privileged before": (
        pod(initContainers=[{"name": "a", "image": IMAGE, **secured(privileged=True)}]),
        "privileged",
    ),
    "a capability": (pod(secured(capabilities={"add": ["SYS_ADMIN"]})), "adds a capability"),
    "the node's network": (pod(hostNetwork=True), "the node's network"),
    "the node's processes": (pod(hostPID=True), "the node's network"),
    "a port of the node": (
        pod({"ports": [{"containerPort": 80, "hostPort": 80}]}),
        "the node's network",
    ),
    "a folder of the node": (
        pod(volumes=[{"name": "root", "hostPath": {"path": "/"}}]),
        "a volume is a folder of the node",
    ),
    "a class of the platform": (
        pod(priorityClassName="system-node-critical"),
        "for the platform's pods",
    ),
}


@pytest.mark.parametrize("what", OUT)
@pytest.mark.parametrize("who", ["argo cd", "an administrator", "the control plane"])
def test_no_pod_gets_out_of_a_teams_namespace(cluster: Cluster, who: str, what: str) -> None:
    found, why = OUT[what]
    said = cluster.create(who, found)
    assert "eks-hub-spoke-pods" in said
    assert why in said


@pytest.mark.parametrize("what", OUT)
def test_broken_glass_lets_a_pod_out(cluster: Cluster, what: str) -> None:
    found, _ = OUT[what]
    assert cluster.create("the glass broken", found) == ""


def test_no_privileged_container_is_added_to_a_pod_that_runs(cluster: Cluster) -> None:
    cluster.kubectl("apply", "--filename=-", stdin=json.dumps(pod()))
    said = cluster.attempt(
        "an administrator",
        "debug",
        "app",
        f"--namespace={OPEN}",
        f"--image={IMAGE}",
        "--profile=sysadmin",
        "--attach=false",
    )
    assert "a container is privileged" in said


@pytest.mark.parametrize(
    "found",
    [
        pod(),
        pod(secured(capabilities={"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]})),
        pod(volumes=[{"name": "scratch", "emptyDir": {}}]),
    ],
    ids=["plain", "a low port", "an empty folder"],
)
def test_an_ordinary_pod_is_let_in(cluster: Cluster, found: dict[str, Any]) -> None:
    found["metadata"]["name"] = "other"
    assert cluster.create("the control plane", found) == ""


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"type": "ExternalName", "externalName": "db.example"}, "type ExternalName"),
        ({"externalIPs": ["203.0.113.1"]}, "externalIPs takes over"),
    ],
    ids=["another name", "another's address"],
)
def test_no_service_leads_past_the_network_policies(
    cluster: Cluster, spec: dict[str, Any], why: str
) -> None:
    assert why in cluster.create("argo cd", service(**spec))


def test_an_ordinary_service_is_let_in(cluster: Cluster) -> None:
    assert cluster.create("argo cd", service(selector={"app": "app"})) == ""
