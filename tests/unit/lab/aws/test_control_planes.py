"""How a cluster follows its API server."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from lab.aws.eks.control_planes import ControlPlanes
from lab.aws.eks.state import Cluster, Kind
from lab.cluster.interface import Endpoint
from lab.errors import LabError

from .accounts import Eks
from .test_capabilities import create
from .test_eks_clusters import AUTO_MODE

ENDPOINT = Endpoint(server="https://127.0.0.1:6443", ca_pem="pem", issuer="https://issuer/id/x")


class ControlPlane:
    """One that does as the test says."""

    def __init__(self, start: Callable[[], Endpoint]) -> None:
        self.admin_kubeconfig = Path("kubeconfig")
        self._start = start
        self.defined: list[str] = []
        self.provided: list[str] = []
        self.deleted = False

    def start(self) -> Endpoint:
        """As the test says."""
        return self._start()

    def define(self, definitions: Sequence[Mapping[str, Any]]) -> None:
        """Notes their names."""
        self.defined = [definition["metadata"]["name"] for definition in definitions]

    def provide(self, namespaces: Sequence[str]) -> None:
        """Notes them."""
        self.provided = list(namespaces)

    def delete(self) -> None:
        """Notes it."""
        self.deleted = True


class Started:
    """A cluster, and the keeper of its control plane."""

    def __init__(
        self, start: Callable[[], Endpoint], *, argocd_kinds: Path | None = None, **params: Any
    ) -> None:
        self.eks = Eks()
        self.eks.create("spoke", **params)
        self.cluster: Cluster = next(iter(self.eks.clusters))
        self.control_plane = ControlPlane(start)
        self.keeper = ControlPlanes(
            self.eks.clusters, lambda _key: self.control_plane, threading.RLock(), argocd_kinds
        )

    def wait_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 5
        while not condition():
            assert time.monotonic() < deadline, self.cluster.body
            time.sleep(0.005)


def answering() -> Endpoint:
    return ENDPOINT


def broken() -> Endpoint:
    raise LabError("port 6443 is taken")


def test_a_cluster_is_active_when_its_api_server_answers() -> None:
    ready = threading.Event()

    def start() -> Endpoint:
        assert ready.wait(5)
        return ENDPOINT

    started = Started(start)
    started.keeper.create(started.cluster)
    assert started.cluster.body["status"] == "CREATING"
    assert "endpoint" not in started.cluster.body
    ready.set()
    started.wait_until(lambda: started.cluster.body["status"] == "ACTIVE")
    assert started.cluster.body["endpoint"] == ENDPOINT.server
    assert started.cluster.body["certificateAuthority"] == {"data": "cGVt"}
    assert started.cluster.body["identity"]["oidc"]["issuer"] == ENDPOINT.issuer


@pytest.mark.parametrize(
    ("params", "kinds"),
    [
        ({}, []),
        (
            AUTO_MODE,
            ["nodeclasses.eks.amazonaws.com", "nodepools.karpenter.sh", "nodeclaims.karpenter.sh"],
        ),
    ],
    ids=["managed", "auto"],
)
def test_a_cluster_that_is_active_has_auto_modes_kinds_if_it_is_one(
    params: dict[str, Any], kinds: list[str]
) -> None:
    started = Started(answering, **params)
    started.keeper.create(started.cluster)
    started.wait_until(lambda: started.cluster.body["status"] == "ACTIVE")
    assert started.control_plane.defined == kinds


def test_a_capability_is_active_when_its_kinds_and_its_namespace_are_there(
    tmp_path: Path,
) -> None:
    (tmp_path / "application-crd.yaml").write_text("metadata: {name: applications.argoproj.io}")
    started = Started(answering, argocd_kinds=tmp_path)
    started.cluster.body["status"] = "ACTIVE"
    capability = create(started.eks)
    assert capability["status"] == "CREATING"
    started.keeper.create(started.cluster)
    (made,) = started.cluster.all(Kind.CAPABILITY).values()
    started.wait_until(lambda: made.body["status"] == "ACTIVE")
    assert started.control_plane.defined == ["applications.argoproj.io"]
    assert started.control_plane.provided == ["argocd"]


def test_a_capability_without_argo_cds_manifests_says_which_folder_lacks_them(
    tmp_path: Path,
) -> None:
    started = Started(answering, argocd_kinds=tmp_path)
    started.cluster.body["status"] = "ACTIVE"
    create(started.eks)
    started.keeper.create(started.cluster)
    started.wait_until(lambda: started.cluster.body["status"] == "FAILED")
    (issue,) = started.cluster.body["health"]["issues"]
    assert f"{tmp_path} holds no kinds of Argo CD" in issue["message"]


def test_a_cluster_whose_api_server_cannot_start_says_why() -> None:
    started = Started(broken)
    started.keeper.create(started.cluster)
    started.wait_until(lambda: started.cluster.body["status"] == "FAILED")
    (issue,) = started.cluster.body["health"]["issues"]
    assert issue["message"] == "port 6443 is taken"


def test_a_deleted_cluster_is_gone_when_its_api_server_is() -> None:
    started = Started(answering)
    started.keeper.delete(started.cluster)
    started.wait_until(lambda: not list(started.eks.clusters))
    assert started.control_plane.deleted


@pytest.mark.parametrize("status", ["CREATING", "ACTIVE", "FAILED"])
def test_a_new_server_finds_control_planes_again(status: str) -> None:
    started = Started(answering)
    started.cluster.body["status"] = status
    started.keeper.resume()
    started.wait_until(lambda: "endpoint" in started.cluster.body)
    started.wait_until(lambda: started.cluster.body["status"] == "ACTIVE")


def test_a_new_server_finishes_a_deletion() -> None:
    started = Started(answering)
    started.cluster.body["status"] = "DELETING"
    started.keeper.resume()
    started.wait_until(lambda: not list(started.eks.clusters))
