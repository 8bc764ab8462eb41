"""Claims find volumes on a control plane of the lab, as the EBS CSI driver would give them."""

import json
from collections.abc import Iterator

import pytest

from lab.cluster import ControlPlane
from lab.processes import wait_until
from tests.lab.planes import DEAD_WEBHOOKS, Kubectl, kill_member, lab_binaries

CLASS = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: gp3
  annotations: {storageclass.kubernetes.io/is-default-class: "true"}
provisioner: ebs.csi.eks.amazonaws.com
volumeBindingMode: WaitForFirstConsumer
"""
DATABASE = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: database}
spec:
  serviceName: database
  selector: {matchLabels: {app: database}}
  template:
    metadata: {labels: {app: database}}
    spec: {containers: [{name: database, image: example.invalid/database:1}]}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 5Gi}}}
"""


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    folder = tmp_path_factory.mktemp("planes") / "spoke-dev"
    plane = ControlPlane(folder, name="spoke-dev", binaries=lab_binaries(), webhooks=DEAD_WEBHOOKS)
    plane.start()
    Kubectl(plane)("apply", "--filename=-", stdin=CLASS)
    yield plane
    plane.delete()


@pytest.fixture
def kubectl(plane: ControlPlane) -> Kubectl:
    return Kubectl(plane)


def volumes(kubectl: Kubectl) -> list[tuple[str, str]]:
    found = json.loads(kubectl("get", "persistentvolumes", "--output=json"))["items"]
    return [(each["spec"]["capacity"]["storage"], each["status"]["phase"]) for each in found]


def test_a_stateful_set_runs_on_a_volume_of_the_size_it_asked_for(kubectl: Kubectl) -> None:
    kubectl("apply", "--filename=-", stdin=DATABASE)
    kubectl("rollout", "status", "statefulset/database", "--timeout=30s")
    assert volumes(kubectl) == [("5Gi", "Bound")]


def test_the_volume_stays_when_the_stateful_set_goes(kubectl: Kubectl) -> None:
    kubectl("delete", "statefulset", "database", "--wait")
    assert volumes(kubectl) == [("5Gi", "Bound")]


def test_the_volume_goes_with_its_claim_even_if_nobody_watched(
    kubectl: Kubectl, plane: ControlPlane
) -> None:
    kill_member(plane, "volumes")
    kubectl("delete", "persistentvolumeclaim", "data-database-0", "--wait")

    plane.start()

    wait_until(lambda: volumes(kubectl) == [], what="the volume to go", timeout_seconds=20)
