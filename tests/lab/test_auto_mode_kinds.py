"""Auto Mode's kinds on a real API server: they take what EKS documents and refuse what it lacks."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from lab.aws.eks import auto_mode
from lab.cluster import ControlPlane
from tests.lab.planes import DEAD_WEBHOOKS, Kubectl, lab_binaries

AUTO = {"computeConfig": {"enabled": True}}
NODE_CLASS: dict[str, Any] = {
    "apiVersion": "eks.amazonaws.com/v1",
    "kind": "NodeClass",
    "metadata": {"name": "workloads"},
    "spec": {
        "role": "nodes",
        "networkPolicy": "DefaultAllow",
        "networkPolicyEventLogs": "Enabled",
        "subnetSelectorTerms": [{"tags": {"karpenter.sh/discovery": "spoke"}}],
        "securityGroupSelectorTerms": [{"tags": {"aws:eks:cluster-name": "spoke"}}],
        "podSubnetSelectorTerms": [{"id": "subnet-1"}],
    },
}
NODE_POOL: dict[str, Any] = {
    "apiVersion": "karpenter.sh/v1",
    "kind": "NodePool",
    "metadata": {"name": "workloads"},
    "spec": {
        "template": {
            "spec": {
                "nodeClassRef": {
                    "group": "eks.amazonaws.com",
                    "kind": "NodeClass",
                    "name": "workloads",
                },
                "requirements": [
                    {"key": "kubernetes.io/arch", "operator": "In", "values": ["arm64"]}
                ],
                "expireAfter": "336h",
            }
        },
        "disruption": {"consolidationPolicy": "WhenEmpty", "consolidateAfter": "30s"},
        "limits": {"cpu": "100", "memory": "1000Gi"},
    },
}


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    folder = tmp_path_factory.mktemp("planes") / "spoke"
    plane = ControlPlane(folder, name="spoke", binaries=lab_binaries(), webhooks=DEAD_WEBHOOKS)
    plane.start()
    try:
        plane.define(auto_mode.definitions(AUTO))
        yield plane
    finally:
        plane.delete()


@pytest.fixture
def kubectl(plane: ControlPlane) -> Kubectl:
    return Kubectl(plane)


def changed(manifest: dict[str, Any], path: str, value: Any) -> str:
    """The manifest as JSON, with one field set, or taken out by None."""
    copied = copy.deepcopy(manifest)
    *sections, key = path.split(".")
    place = copied
    for section in sections:
        place = place[section]
    if value is None:
        del place[key]
    else:
        place[key] = value
    return json.dumps(copied)


@pytest.mark.parametrize("manifest", [NODE_CLASS, NODE_POOL], ids=lambda one: one["kind"])
def test_what_is_documented_is_taken_and_ready_at_once(
    kubectl: Kubectl, manifest: dict[str, Any]
) -> None:
    """Nothing reconciles it in the lab, and Argo CD waits for the condition."""
    kubectl("apply", "--server-side", "--filename=-", stdin=json.dumps(manifest))
    kubectl("wait", "--for=condition=Ready", "--timeout=1s", manifest["kind"], "workloads")
    live = json.loads(kubectl("get", manifest["kind"], "workloads", "--output=json"))
    assert live["spec"] == manifest["spec"]


@pytest.mark.parametrize(
    ("manifest", "path", "value"),
    [
        (NODE_CLASS, "spec.networkPolicy", "Enforced"),
        (NODE_CLASS, "spec.networkPolicyEventLogs", True),
        (NODE_CLASS, "spec.subnetSelectorTerms", None),
        (NODE_CLASS, "spec.securityGroupSelectorTerms", []),
        (NODE_CLASS, "spec", None),
        (NODE_POOL, "spec.template.spec.nodeClassRef.group", None),
        (NODE_POOL, "spec.template.spec.requirements", None),
        (NODE_POOL, "spec.disruption.consolidationPolicy", "Never"),
        (NODE_POOL, "spec.disruption.consolidateAfter", None),
        (NODE_POOL, "spec.limits", {"cpu": True}),
    ],
)
def test_what_eks_would_refuse_is_refused(
    kubectl: Kubectl, manifest: dict[str, Any], path: str, value: Any
) -> None:
    given = changed(manifest, path, value)
    result = kubectl.attempt("apply", "--server-side", "--dry-run=server", "-f-", stdin=given)
    assert result.returncode != 0
    assert path in result.stderr


def test_definitions_are_made_once(plane: ControlPlane, kubectl: Kubectl) -> None:
    uids = ("get", "customresourcedefinitions", "--output=jsonpath={.items[*].metadata.uid}")
    before = kubectl(*uids)
    assert len(before.split()) == 3
    plane.define(auto_mode.definitions(AUTO))
    assert kubectl(*uids) == before


@pytest.mark.parametrize("cluster", [{}, {"computeConfig": {"enabled": False}}])
def test_a_cluster_without_auto_mode_has_none_of_its_kinds(cluster: dict[str, Any]) -> None:
    assert auto_mode.definitions(cluster) == []
