"""The hub's rights on clusters are what the fleet needs: no right too few, and none too many.

Needed is what any object takes that Argo CD makes on a cluster with every add-on; granted is what
the table says for such a cluster, and for Argo CD's own secrets. What only the real charts make is
said here by name.
"""

from collections.abc import Iterator, Sequence

import pytest
import yaml

from components.access import cluster_rules
from components.addon_catalogue import CHARTS
from components.argocd_credentials import rules
from components.hub_boundary_places import OWN_API_GROUP, OWN_KINDS
from components.hub_boundary_table import Table
from tests.gitops.fleet import Rendered
from tests.gitops.helm import Helm
from tests.gitops.stand_ins import StandIns, addons_of
from tests.gitops.strict_yaml import Manifest
from tests.gitops.tree import GITOPS, ROOT
from tests.unit.cluster_rights import grants, plural

pytestmark = pytest.mark.rendered

Right = tuple[str, str, str]
"""API group, kind and name of what may be made; * for any name."""

NAMED = {
    "APIService",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "EC2NodeClass",
    "IngressClass",
    "IngressClassParams",
    "MutatingWebhookConfiguration",
    "NodeClass",
    "NodePool",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
}
"""Kinds without a namespace, which are granted by name."""
DEFINITIONS = "customresourcedefinitions"
RBAC = "rbac.authorization.k8s.io"
OF_THE_REAL_CHARTS: set[Right] = {
    ("apiregistration.k8s.io", "apiservices", "v1beta1.metrics.k8s.io"),
    (RBAC, "clusterrolebindings", "kube-prometheus-stack-admission"),
    (RBAC, "clusterroles", "kube-prometheus-stack-admission"),
    *(
        (RBAC, "clusterroles", f"velero-aggregate-to-{role}")
        for role in ("downloadrequests-edit", "downloadrequests-restricted-view", "edit", "view")
    ),
}
"""Beside definitions, which the stand-ins have only of kinds that somebody makes objects of."""


@pytest.fixture(scope="module")
def needed(
    whole_catalogue_rendered: Sequence[Rendered],
    helm: Helm,
    tmp_path_factory: pytest.TempPathFactory,
) -> set[Right]:
    stand_ins = StandIns.write(helm, tmp_path_factory.mktemp("charts"))
    objects = [each.manifest for each in whole_catalogue_rendered]
    for application in addons_of(whole_catalogue_rendered):
        objects += stand_ins.render(application, ROOT)
    return {*of_objects(objects), *of_teams()}


@pytest.fixture(scope="module")
def granted() -> set[Right]:
    tables = [
        Table(addons=list(CHARTS), compute="managed"),
        Table(addons=list(CHARTS), compute="auto"),
    ]
    return {
        (group, kind, name)
        for table in tables
        for group, kind, verb, name in grants([*cluster_rules(table), *rules(makes=True)])
        if verb == "create"
    }


def of_objects(objects: Sequence[Manifest]) -> Iterator[Right]:
    for each in objects:
        group = each["apiVersion"].rpartition("/")[0]
        if group == OWN_API_GROUP and plural(each["kind"]) in OWN_KINDS:
            continue
        yield (
            group,
            plural(each["kind"]),
            each["metadata"]["name"] if each["kind"] in NAMED else "*",
        )


def of_teams() -> Iterator[Right]:
    policy = yaml.safe_load((GITOPS / "charts/team-cluster/policy.yaml").read_text())
    for row in policy["kinds"]:
        yield row["group"], plural(row["kind"]), "*"


def test_argo_cd_lacks_no_right_that_the_fleet_needs(
    needed: set[Right], granted: set[Right]
) -> None:
    assert needed - granted == set()


def test_argo_cd_has_no_right_that_the_fleet_does_not_need(
    needed: set[Right], granted: set[Right]
) -> None:
    spare = {right for right in granted - needed if right[1] != DEFINITIONS}
    assert spare == OF_THE_REAL_CHARTS


def test_kinds_are_defined_by_the_add_ons_whose_groups_they_have(
    needed: set[Right], granted: set[Right]
) -> None:
    defined = {name.partition(".")[2] for _, kind, name in granted if kind == DEFINITIONS}
    used = {name.partition(".")[2] for _, kind, name in needed if kind == DEFINITIONS}
    assert used <= defined
