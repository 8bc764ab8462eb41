"""Rights by name hold on a real API server, for creation too: kubernetes_rights.py counts on it.

RBAC alone, without what admission adds: that is test_hub_boundary.py.
"""

import json
from collections.abc import Iterator

import pytest

from components.addon_catalogue import CHARTS
from components.hub_boundary_table import Table
from lab.cluster import ControlPlane
from tests.lab.hub_group import HUB, Hub
from tests.lab.planes import Kubectl, lab_binaries, serving_webhooks
from tests.lab.tried_objects import EVERYTHING, account, binding, definition, role, rule

LEASES = [rule("coordination.k8s.io", "leases", "create")]
IT = account("it", "default")


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with serving_webhooks() as webhooks:
        folder = tmp_path_factory.mktemp("planes") / "rights"
        plane = ControlPlane(folder, name="rights", binaries=lab_binaries(), webhooks=webhooks.urls)
        plane.start()
        yield plane
        plane.delete()


def with_addons(*addons: str) -> Table:
    return Table(addons=addons, compute="managed")


@pytest.fixture
def hub(plane: ControlPlane) -> Hub:
    hub = Hub(kubectl=Kubectl(plane))
    hub.has(with_addons(*CHARTS))
    return hub


def test_a_role_of_an_add_on_is_made_by_its_name_with_more_rights_than_the_maker_has(
    hub: Hub,
) -> None:
    assert hub.may(role("ClusterRole", "cert-manager-controller-issuers", EVERYTHING))


def test_a_role_of_another_name_is_refused_even_without_more_rights(hub: Hub) -> None:
    reads = [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}]
    assert not hub.may(role("ClusterRole", "cert-manager", reads))


@pytest.mark.parametrize("name", ["argocd-hub", "admin", "edit", "view", "cluster-admin"])
def test_neither_its_own_role_nor_kubernetes_roles_can_be_changed(hub: Hub, name: str) -> None:
    assert not hub.may(role("ClusterRole", name, EVERYTHING))


def test_applied_by_the_client_even_a_named_role_is_refused(hub: Hub) -> None:
    """A POST is authorised without a name: add-ons must be synced with ServerSideApply=true."""
    client_side = hub.apply(role("ClusterRole", "opencost", EVERYTHING), "--server-side=false")
    assert "cannot create resource" in client_side.stderr


def test_a_binding_is_made_by_its_name_to_a_role_of_the_add_on(hub: Hub) -> None:
    hub.may(role("ClusterRole", "karpenter", EVERYTHING))
    assert hub.may(binding("karpenter", "karpenter", IT))
    assert not hub.may(binding("other", "karpenter", IT))


def test_cluster_admin_is_bound_by_velero_and_only_where_velero_is_on(hub: Hub) -> None:
    assert hub.may(binding("velero-server", "cluster-admin", IT))
    hub.kubectl("delete", "clusterrolebinding", "velero-server")
    hub.has(with_addons(*(set(CHARTS) - {"velero"})))
    assert not hub.may(binding("velero-server", "cluster-admin", IT))


def test_the_metrics_server_is_bound_to_what_the_cluster_has_for_it(hub: Hub) -> None:
    assert hub.may(binding("metrics-server:system:auth-delegator", "system:auth-delegator", IT))
    reader = "extension-apiserver-authentication-reader"
    assert hub.may(
        binding("metrics-server-auth-reader", reader, IT, namespace="kube-system", kind="Role")
    )


def test_a_named_role_of_a_namespace_may_do_what_its_maker_may_not(hub: Hub) -> None:
    name = "external-secrets-leaderelection"
    assert hub.may(role("Role", name, LEASES, namespace="default"))
    assert not hub.may(role("Role", "other", LEASES, namespace="default"))


def test_a_kind_is_defined_by_its_name(hub: Hub) -> None:
    assert hub.may(definition("certificates", "cert-manager.io"))
    assert not hub.may(definition("applications", "argoproj.io"))


def test_what_is_left_of_an_add_on_that_is_off_can_be_removed_and_not_changed(hub: Hub) -> None:
    opencost = role("ClusterRole", "opencost", LEASES)
    assert hub.may(opencost)
    hub.has(with_addons())
    assert not hub.may(role("ClusterRole", "opencost", EVERYTHING))
    removed = hub.kubectl.attempt(*HUB, "delete", "clusterrole", "opencost")
    assert removed.returncode == 0, removed.stderr


def test_a_custom_resource_goes_with_an_add_on_that_is_off(hub: Hub) -> None:
    assert hub.may(definition("rollouts", "argoproj.io"))
    hub.kubectl("wait", "--for=condition=Established", "crd/rollouts.argoproj.io")
    hub.kubectl(
        "create",
        "--filename=-",
        stdin=json.dumps(
            {"apiVersion": "argoproj.io/v1", "kind": "Rollouts", "metadata": {"name": "web"}}
        ),
    )
    hub.has(with_addons())
    removed = hub.kubectl.attempt(*HUB, "delete", "rollouts", "web")
    assert removed.returncode == 0, removed.stderr
