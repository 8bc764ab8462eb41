"""Rights by name hold on a real API server, for creation too: kubernetes_rights.py counts on it."""

import json
from collections.abc import Iterator
from subprocess import CompletedProcess
from typing import Any

import pytest

from components.access import cluster_rules
from components.addon_catalogue import CHARTS
from lab.cluster import ControlPlane
from tests.lab.planes import Kubectl, lab_binaries, serving_webhooks

HUB = ("--as=argocd", "--as-group=argocd-hub", "--as-group=system:authenticated")
SERVER_SIDE = ("--server-side", "--field-manager=argocd-controller", "--force-conflicts")
RBAC = "rbac.authorization.k8s.io"
EVERYTHING = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
LEASES = [{"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["create"]}]


def in_camel_case(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule as Kubernetes writes it, from one as Pulumi's Python does."""
    names = {
        "api_groups": "apiGroups",
        "resource_names": "resourceNames",
        "non_resource_urls": "nonResourceURLs",
    }
    return {names.get(key, key): value for key, value in rule.items()}


def role(kind: str, name: str, rules: Any, **metadata: str) -> dict[str, Any]:
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": kind,
        "metadata": {"name": name, **metadata},
        "rules": rules,
    }


def bound(name: str, to: str) -> dict[str, Any]:
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": to},
        "subjects": [{"kind": "ServiceAccount", "name": "it", "namespace": "default"}],
    }


def definition(plural: str, group: str) -> dict[str, Any]:
    schema = {"openAPIV3Schema": {"type": "object"}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": plural, "kind": plural.capitalize()},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
        },
    }


class Hub:
    """What group `argocd-hub` is let do."""

    def __init__(self, kubectl: Kubectl) -> None:
        self.kubectl = kubectl

    def apply(self, found: dict[str, Any], *how: str) -> CompletedProcess[str]:
        return self.kubectl.attempt(
            *HUB, "apply", "--filename=-", *(how or SERVER_SIDE), stdin=json.dumps(found)
        )

    def may(self, found: dict[str, Any]) -> bool:
        """Applied by the server; refused only for want of a right."""
        result = self.apply(found)
        assert result.returncode == 0 or "forbidden" in result.stderr.lower(), result.stderr
        return result.returncode == 0

    def has(self, *addons: str) -> None:
        """Give it the rights that a cluster with these add-ons gives."""
        rules = [in_camel_case(dict(rule)) for rule in cluster_rules(addons, "managed")]
        role_of_hub = json.dumps(role("ClusterRole", "argocd-hub", rules))
        self.kubectl("apply", "--filename=-", stdin=role_of_hub)


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with serving_webhooks() as webhooks:
        folder = tmp_path_factory.mktemp("planes") / "rights"
        plane = ControlPlane(folder, name="rights", binaries=lab_binaries(), webhooks=webhooks.urls)
        plane.start()
        Kubectl(plane)(
            "create", "clusterrolebinding", "hub", "--clusterrole=argocd-hub", "--group=argocd-hub"
        )
        yield plane
        plane.delete()


@pytest.fixture
def hub(plane: ControlPlane) -> Hub:
    hub = Hub(Kubectl(plane))
    hub.has(*CHARTS)
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
    assert hub.may(bound("karpenter", to="karpenter"))
    assert not hub.may(bound("other", to="karpenter"))


def test_cluster_admin_is_bound_by_velero_and_only_where_velero_is_on(hub: Hub) -> None:
    assert hub.may(bound("velero-server", to="cluster-admin"))
    hub.kubectl("delete", "clusterrolebinding", "velero-server")
    hub.has(*(set(CHARTS) - {"velero"}))
    assert not hub.may(bound("velero-server", to="cluster-admin"))


def test_the_metrics_server_is_bound_to_what_the_cluster_has_for_it(hub: Hub) -> None:
    assert hub.may(bound("metrics-server:system:auth-delegator", to="system:auth-delegator"))
    reader = bound("metrics-server-auth-reader", to="extension-apiserver-authentication-reader")
    reader["kind"], reader["metadata"]["namespace"] = "RoleBinding", "kube-system"
    reader["roleRef"]["kind"] = "Role"
    assert hub.may(reader)


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
    hub.has()
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
    hub.has()
    removed = hub.kubectl.attempt(*HUB, "delete", "rollouts", "web")
    assert removed.returncode == 0, removed.stderr
