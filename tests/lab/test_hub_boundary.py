"""What admission refuses the hub's Argo CD although RBAC lets it through, on a real API server.

Each attempt is made as group `argocd-hub`, by a server-side apply; the refusal says who, what, why
and where that is changed.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from components import argocd_credentials
from components.addon_catalogue import CHARTS
from components.hub_boundary_table import Table
from lab.cluster import ControlPlane
from tests.lab.hub_group import Hub, in_camel_case
from tests.lab.planes import Kubectl, lab_binaries, serving_webhooks
from tests.lab.refused_credentials import CREDENTIALS, MADE
from tests.lab.refused_places import CM, ES, HOME, HOST_PATH, OFF, PLACES, RO
from tests.lab.refused_roles import EDIT_TO, ROLES, TEAMS_GROUP
from tests.lab.tried_objects import (
    EVERYTHING,
    account,
    application,
    binding,
    config_map,
    definition,
    group,
    namespace,
    role,
    rule,
    secret,
    service_api,
    team,
    webhook,
    workload,
    workload_pod,
)

DATA = "velero"
TABLE = Table(
    addons=[name for name in CHARTS if name not in (OFF, DATA)],
    compute="auto",
    runs_argocd=True,
    makes_credentials=True,
)
ALLOWED: dict[str, dict[str, Any]] = {
    "an object of an add-on": config_map("x", ES),
    "an object of an add-on whose name begins with kube": config_map("x", "kube-prometheus-stack"),
    "an object of a team": config_map("x", "shop-dev"),
    "an object of an add-on in kube-system": config_map("karpenter-settings", "kube-system"),
    "the switch for network policies": config_map("amazon-vpc-cni", "kube-system"),
    "an add-on in kube-system": workload(
        "karpenter", "kube-system", serviceAccountName="karpenter"
    ),
    "an add-on that reads its node": workload("x", "aws-for-fluentbit", "DaemonSet", **HOST_PATH),
    "a secret of a team": secret("x", "shop-dev"),
    "an Application": application("x"),
    "a project": application("x", "Appproject"),
    "a team's namespace": team("new", "prod"),
    "an add-on's namespace": namespace(RO),
    "an add-on's role with its powers": role(
        "ClusterRole", "external-secrets-controller", [rule("", "secrets", "get,list,update")]
    ),
    "all of an add-on's own kinds": role(
        "ClusterRole",
        "kube-prometheus-stack-operator",
        [rule("monitoring.coreos.com", "*", "*"), rule("apps", "statefulsets", "*")],
    ),
    "own kinds for everybody who edits": role(
        "ClusterRole",
        "argo-rollouts-aggregate-to-edit",
        [rule("argoproj.io", "rollouts,analysisruns", "create,update")],
        **EDIT_TO,
    ),
    "an add-on's role": role("Role", "external-secrets-leaderelection", EVERYTHING, namespace=ES),
    "an add-on's role in kube-system": role(
        "Role",
        "cert-manager:leaderelection",
        [rule("coordination.k8s.io", "leases", "create")],
        namespace="kube-system",
    ),
    "an add-on's binding": binding("karpenter", "karpenter", account("karpenter", "kube-system")),
    "an add-on's binding in kube-system": binding(
        "cert-manager:leaderelection",
        "cert-manager:leaderelection",
        account(CM, CM),
        namespace="kube-system",
        kind="Role",
    ),
    "a team's binding": binding("team-edit", "edit", TEAMS_GROUP, namespace="shop-dev"),
    "an add-on's kind": definition("issuers", "cert-manager.io"),
    "a kind that its add-on converts": definition(
        "certificates",
        "cert-manager.io",
        **webhook(service={"name": "cert-manager-webhook", "namespace": CM}),
    ),
    "an add-on's API": service_api("kube-system"),
    **MADE,
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub with all add-ons but two, as `pulumi up` would make it."""
    with serving_webhooks() as webhooks:
        folder = tmp_path_factory.mktemp("planes") / "boundary"
        plane = ControlPlane(
            folder, name="boundary", binaries=lab_binaries(), webhooks=webhooks.urls
        )
        plane.start()
        try:
            hub = Hub(kubectl=Kubectl(plane))
            prepare(hub)
            hub.has(TABLE)
            hub.is_held_to(TABLE)
            yield hub
        finally:
            plane.delete()


def prepare(hub: Hub) -> None:
    """What is there before Argo CD comes, and the right on its own kinds that the hub gives."""
    for each in ("argocd", "private", "foreign-dev", OFF, *TABLE.homes):
        hub.make(namespace(each))
    for each in (team("shop", "dev"), team("a-b", "dev"), team("old", "dev")):
        hub.make(each)
    for each in ("applications", "appprojects"):
        hub.make(definition(each, "argoproj.io"))
    for each in ("externalsecrets", "secretstores"):
        hub.make(definition(each, "external-secrets.io"))
    hub.make(definition("ec2nodeclasses", "karpenter.k8s.aws", scope="Cluster"))
    hub.kubectl("wait", "--for=condition=Established", "crd", "--all")
    rules = [rule("argoproj.io", "applications,appprojects", "create,patch,update,delete")]
    rules += [in_camel_case(each) for each in argocd_credentials.rules(makes=True)]
    hub.make(role("Role", "argocd-hub", rules, namespace="argocd"))
    own = binding("argocd-hub", "argocd-hub", group("argocd-hub"), namespace="argocd", kind="Role")
    hub.make(own)
    hub.make(config_map("left", OFF))


@pytest.mark.parametrize("what", [*PLACES, *ROLES, *CREDENTIALS])
def test_argo_cd_may_not_make(what: str, hub: Hub) -> None:
    found, why = {**PLACES, **ROLES, **CREDENTIALS}[what]
    tried = hub.apply(found)
    assert tried.returncode != 0
    assert why in tried.stderr


@pytest.mark.parametrize("what", ALLOWED)
def test_argo_cd_makes(what: str, hub: Hub) -> None:
    tried = hub.apply(ALLOWED[what])
    assert tried.returncode == 0, tried.stderr


@pytest.mark.parametrize(
    ("kind", "name", "where"),
    [
        ("namespace", "cert-manager", ""),
        ("namespace", "private", ""),
        ("namespace", "argocd", ""),
        ("configmap", "kube-root-ca.crt", "default"),
        ("configmap", "kube-root-ca.crt", "private"),
        ("configmap", "extension-apiserver-authentication", "kube-system"),
    ],
)
def test_argo_cd_may_not_delete(kind: str, name: str, where: str, hub: Hub) -> None:
    at = [f"--namespace={where}"] if where else []
    tried = hub.attempt("delete", kind, name, *at, "--wait=false")
    assert "Argo CD (group argocd-hub) may not delete" in tried.stderr
    hub.kubectl("get", kind, name, *at)


def test_a_namespace_goes_with_its_team(hub: Hub) -> None:
    gone = hub.attempt("delete", "namespace", "old-dev", "--wait=false")
    assert gone.returncode == 0, gone.stderr


def test_what_is_left_of_an_add_on_that_is_off_may_go_and_not_change(hub: Hub) -> None:
    assert HOME in hub.apply(config_map("left", OFF) | {"data": {"a": "other"}}).stderr
    gone = hub.attempt("delete", "configmap", "left", f"--namespace={OFF}")
    assert gone.returncode == 0, gone.stderr


def test_what_bears_data_stays_when_its_add_on_is_off(hub: Hub) -> None:
    hub.make(namespace(DATA))
    hub.make(config_map("left", DATA))
    assert HOME in hub.attempt("delete", "configmap", "left", f"--namespace={DATA}").stderr


def test_a_team_label_cannot_be_taken_off(hub: Hub) -> None:
    tried = hub.attempt("label", "namespace", "shop-dev", "eks-hub-spoke/team-")
    assert "named after its labels" in tried.stderr


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/namespaces/default/services/https:kubernetes:443/proxy/",
        "/api/v1/namespaces/shop-dev/pods/web/proxy/",
        "/api/v1/nodes/node-1/proxy/pods",
    ],
)
def test_reading_all_kinds_is_no_way_into_pods_nodes_and_services(path: str, hub: Hub) -> None:
    """RBAC has it in `get` on every kind."""
    hub.make(workload_pod("web", "shop-dev"))
    hub.make({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}})
    tried = hub.attempt("get", f"--raw={path}")
    assert "may not connect" in tried.stderr
    assert "works in no pod, node or service" in tried.stderr


def test_nobody_else_is_held_to_it(hub: Hub) -> None:
    hub.make(config_map("x", "default"))
    hub.make(role("ClusterRole", "cert-manager-controller-issuers", EVERYTHING))


def test_no_policy_is_asked_about_configurations_of_webhooks(hub: Hub) -> None:
    """By design of the API server, so their names are all that holds them: docs/adr/0009."""
    hook = {
        "name": "x.example.com",
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "matchConditions": [{"name": "never", "expression": "false"}],
        "clientConfig": {"url": "https://elsewhere.example/admit"},
    }
    found = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "secretstore-validate"},
        "webhooks": [hook],
    }
    assert hub.may(found)
    assert not hub.may({**found, "metadata": {"name": "another"}})
