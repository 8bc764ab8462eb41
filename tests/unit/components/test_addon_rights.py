"""What each add-on adds to the rights of the hub's Argo CD: its own objects, and no others'."""

import re
from itertools import combinations

import pytest
import yaml

from components.addon_catalogue import CHARTS
from components.addon_rights import AUTO_MODE, BASELINE, RIGHTS
from components.hub_boundary_places import OWN_KINDS
from components.kubernetes_rights import Rights
from components.kubernetes_rights import rules as rules_of
from tests.unit import committed
from tests.unit.cluster_rights import RUNS, grants, plural, rules
from tests.unit.configs import brought_up

CREATE = {"create", "patch", "update", "bind", "escalate"}
# Names that charts give to what has no namespace, without the add-on's own in front.
OTHER_NAMES = {
    "alb",
    "aws-load-balancer-webhook",
    "externalsecret-validate",
    "secretstore-validate",
    "system:metrics-server",
    "system:metrics-server-aggregated-reader",
    "v1beta1.metrics.k8s.io",
    "workloads",
}


def granted(run: str) -> set[tuple[str, str, str, str]]:
    return grants(rules(brought_up(*RUNS[run])))


def grants_of(rights: Rights) -> set[tuple[str, str, str, str]]:
    return grants(rules_of(rights))


@pytest.mark.parametrize("addon", CHARTS)
def test_the_rights_of_an_add_on_come_with_it(addon: str) -> None:
    assert grants_of(RIGHTS[addon]) <= granted("all-add-ons-managed")


@pytest.mark.parametrize("addon", CHARTS)
def test_without_it_nothing_of_an_add_on_can_be_made_or_changed(addon: str) -> None:
    """The pools of Auto Mode have the kind and the name of Karpenter's."""
    baseline = grants_of(AUTO_MODE) | grants_of(BASELINE)
    closed = granted("no-add-on") - baseline
    assert not [right for right in closed & grants_of(RIGHTS[addon]) if right[2] in CREATE]


@pytest.mark.parametrize("addon", CHARTS)
def test_what_is_left_of_an_add_on_can_be_removed_unless_it_bears_data(addon: str) -> None:
    """The rights go with `pulumi up` on the spoke, the Application with the one on the hub."""
    rights = grants_of(RIGHTS[addon])
    left = {(group, kind, "delete", name) for group, kind, verb, name in rights if verb == "create"}
    assert (left <= granted("no-add-on")) is not CHARTS[addon].data_bearing


def test_nodes_are_described_by_argo_cd_where_auto_mode_makes_them() -> None:
    classes = ("eks.amazonaws.com", "nodeclasses", "create", "workloads")
    assert classes in granted("all-add-ons-auto")
    assert classes not in granted("all-add-ons-managed")


def test_the_objects_of_the_baseline_are_those_that_argo_cd_may_write() -> None:
    chart = committed.ROOT / "gitops/charts/baseline/templates"
    without_namespace = r"^kind: (\w+)\nmetadata:\n  name: (\S+)\n(?!  namespace)"
    made = {
        (plural(kind), name)
        for file in chart.glob("*.yaml")
        for kind, name in re.findall(without_namespace, file.read_text(), re.M)
    }
    rights = grants_of(BASELINE) | grants_of(AUTO_MODE)
    assert {(kind, name) for _, kind, verb, name in rights if verb == "create"} == made


def test_what_teams_may_deploy_argo_cd_may_write() -> None:
    policy = yaml.safe_load((committed.ROOT / "gitops/charts/team-cluster/policy.yaml").read_text())
    written = {
        (group, kind)
        for group, kind, verb, name in granted("all-add-ons-managed")
        if verb == "create" and name == "*"
    }
    for row in policy["kinds"]:
        assert (row["group"], plural(row["kind"])) in written, row


@pytest.mark.parametrize("addon", RIGHTS)
def test_only_kinds_that_an_add_on_defines_are_written_for_it(addon: str) -> None:
    defined = {(g, kind) for g, kinds in RIGHTS[addon].definitions.items() for kind in kinds}
    written = {(g, kind) for g, kinds in RIGHTS[addon].writes.items() for kind in kinds}
    assert written <= defined


def test_no_two_add_ons_make_the_same_object() -> None:
    for one, other in combinations(RIGHTS.values(), 2):
        shared = {g for g in grants_of(one) & grants_of(other) if g[2] == "create"}
        assert shared == set()


@pytest.mark.parametrize("addon", RIGHTS)
def test_objects_without_a_namespace_are_named_after_their_add_on(addon: str) -> None:
    prefix = addon.replace("_", "-")
    for _, kind, verb, name in grants_of(RIGHTS[addon]):
        if verb == "create" and name != "*" and kind != "customresourcedefinitions":
            assert name.startswith(prefix) or name in OTHER_NAMES, (kind, name)


def test_argo_cds_own_kinds_are_not_defined_by_an_add_on() -> None:
    crds = {name for rights in RIGHTS.values() for *_, name in grants_of(rights)}
    assert not {f"{kind}.argoproj.io" for kind in OWN_KINDS} & crds


def test_cluster_admin_is_bound_for_velero_alone() -> None:
    assert [name for name, rights in RIGHTS.items() if "cluster-admin" in rights.binds] == [
        "velero"
    ]
