"""Rules of a control plane's life: restarted where it was, stopped and deleted without a trace."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from lab.cluster import ControlPlane
from lab.errors import LabError
from tests.lab.planes import (
    ADA,
    ADAS_TOKEN,
    DEAD_WEBHOOKS,
    MEMBERS,
    Kubectl,
    kill_member,
    lab_binaries,
    pids_of,
    processes_that_name,
    serving_webhooks,
)


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """One for the tests that leave it running."""
    folder = tmp_path_factory.mktemp("planes") / "spoke-dev"
    plane = ControlPlane(folder, name="spoke-dev", binaries=lab_binaries(), webhooks=DEAD_WEBHOOKS)
    plane.start()
    yield plane
    plane.delete()


@pytest.fixture
def kubectl(plane: ControlPlane) -> Kubectl:
    return Kubectl(plane)


@pytest.fixture
def new_plane(tmp_path: Path) -> Iterator[ControlPlane]:
    plane = ControlPlane(
        tmp_path / "new", name="new", binaries=lab_binaries(), webhooks=DEAD_WEBHOOKS
    )
    yield plane
    plane.delete()


def test_starting_what_runs_changes_nothing(plane: ControlPlane) -> None:
    before = pids_of(plane)
    plane.start()
    assert pids_of(plane) == before


def test_a_killed_api_server_comes_back_alone_with_its_address_and_data(
    plane: ControlPlane, kubectl: Kubectl
) -> None:
    kubectl("create", "namespace", "kept")
    token = kubectl("create", "token", "default")
    pids, endpoint = pids_of(plane), plane.endpoint
    kill_member(plane, "kube-apiserver")
    assert not plane.running
    assert plane.start() == endpoint
    assert {name for name, pid in pids_of(plane).items() if pids[name] != pid} == {"kube-apiserver"}
    assert kubectl.whoami(token)["username"] == "system:serviceaccount:default:default"
    assert kubectl("get", "namespace", "kept", "--output=name") == "namespace/kept\n"


@pytest.mark.parametrize("member", sorted(MEMBERS - {"kube-apiserver"}))
def test_any_other_killed_member_comes_back_and_pods_run(
    plane: ControlPlane, kubectl: Kubectl, member: str
) -> None:
    kill_member(plane, member)
    plane.start()
    kubectl("create", "deployment", f"after-{member}", "--image=example.invalid/web")
    kubectl("rollout", "status", f"deployment/after-{member}", "--timeout=30s")


def test_two_starts_at_once_make_one_control_plane(new_plane: ControlPlane) -> None:
    with ThreadPoolExecutor() as threads:
        starts = [threads.submit(new_plane.start) for _ in range(2)]
    assert starts[0].result() == starts[1].result()
    assert len(processes_that_name(new_plane.admin_kubeconfig.parent)) == len(MEMBERS)


def test_dead_webhooks_leave_the_clusters_own_identities_their_access(kubectl: Kubectl) -> None:
    token = kubectl("create", "token", "default")
    assert "issuer" in kubectl("get", "--raw=/.well-known/openid-configuration", token=token)
    assert "Forbidden" in kubectl.attempt("get", "secrets", token=token).stderr


def test_webhooks_that_moved_are_asked_at_their_new_address(
    new_plane: ControlPlane,
) -> None:
    new_plane.start()
    folder = new_plane.admin_kubeconfig.parent
    with serving_webhooks() as server:
        moved = ControlPlane(folder, name="new", binaries=lab_binaries(), webhooks=server.urls)
        moved.start()
        assert Kubectl(moved).whoami(ADAS_TOKEN)["username"] == ADA


def test_stop_leaves_no_process_even_if_the_database_died_first(new_plane: ControlPlane) -> None:
    new_plane.start()
    kill_member(new_plane, "etcd")
    began = time.monotonic()
    new_plane.stop()
    assert processes_that_name(new_plane.admin_kubeconfig.parent) == []
    assert time.monotonic() - began < 8


def test_a_stopped_control_plane_starts_again_where_it_was(new_plane: ControlPlane) -> None:
    endpoint = new_plane.start()
    new_plane.stop()
    assert not new_plane.running
    assert new_plane.start() == endpoint


def test_delete_leaves_no_process_and_no_folder(new_plane: ControlPlane) -> None:
    new_plane.start()
    new_plane.delete()
    folder = new_plane.admin_kubeconfig.parent
    assert (processes_that_name(folder), folder.exists()) == ([], False)


def test_a_taken_port_is_named_and_nothing_is_left_running(new_plane: ControlPlane) -> None:
    port = int(new_plane.start().server.rpartition(":")[2])
    new_plane.stop()
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(LabError, match=rf"Port {port} .* kube-apiserver of cluster new"),
    ):
        new_plane.start()
    assert pids_of(new_plane) == {}


def test_a_member_that_ends_is_an_error_with_the_end_of_its_log_and_nothing_is_left_running(
    tmp_path: Path,
) -> None:
    broken = tmp_path / "kube-apiserver"
    broken.write_text("#!/bin/sh\necho no such flag\nexit 1\n")
    broken.chmod(0o700)
    plane = ControlPlane(
        tmp_path / "broken",
        name="broken",
        binaries=replace(lab_binaries(), kube_apiserver=broken),
        webhooks=DEAD_WEBHOOKS,
    )
    try:
        with pytest.raises(LabError, match=r"(?s)kube-apiserver ended .*no such flag"):
            plane.start()
        assert pids_of(plane) == {}
    finally:
        plane.delete()


def test_the_endpoint_of_a_control_plane_that_never_started_is_an_error(
    new_plane: ControlPlane,
) -> None:
    with pytest.raises(LabError, match="was never started"):
        _ = new_plane.endpoint
