"""What the hub's Argo CD may do on a cluster: reads all, writes a table, can raise nobody."""

from collections.abc import Iterator
from typing import Any

import pytest

from components import access
from tests.unit import committed
from tests.unit.engine import Node, Run

CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
NAMESPACED_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role"
NAMESPACED_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
ENTRY = "aws:eks/accessEntry:AccessEntry"
WRITE = {"create", "delete", "patch", "update"}
READ = {"get", "list", "watch"}
GROUP = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "argocd-hub"}
# Kinds with which one raises one's own rights, or another's, or takes over a cluster.
RAISING = {
    "clusterroles",
    "clusterrolebindings",
    "customresourcedefinitions",
    "mutatingwebhookconfigurations",
    "validatingwebhookconfigurations",
    "validatingadmissionpolicies",
    "certificatesigningrequests",
    "nodes",
    "apiservices",
    "users",
    "groups",
}


@pytest.fixture(params=committed.stack_names())
def run(request: pytest.FixtureRequest) -> Run:
    return committed.up(request.param)


def rules(run: Run) -> list[dict[str, Any]]:
    return run.only(CLUSTER_ROLE).inputs["rules"]


def writing(run: Run) -> Iterator[dict[str, Any]]:
    return (rule for rule in rules(run) if not set(rule["verbs"]) <= READ)


def test_argo_cd_reads_every_kind_because_it_compares(run: Run) -> None:
    everything = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}
    assert everything in rules(run)


def test_what_argo_cd_writes_is_named_kind_by_kind(run: Run) -> None:
    for rule in writing(run):
        assert "*" not in [*rule["apiGroups"], *rule["resources"], *rule["verbs"]]


def test_argo_cd_cannot_raise_its_own_rights(run: Run) -> None:
    for rule in writing(run):
        if rule["verbs"] == ["bind"]:
            continue
        assert not RAISING & set(rule["resources"]), rule
        assert not {"escalate", "impersonate", "approve", "sign"} & set(rule["verbs"])
        assert not [resource for resource in rule["resources"] if "/" in resource], rule


def test_argo_cd_binds_the_three_roles_for_teams_and_no_other(run: Run) -> None:
    assert [rule for rule in rules(run) if "bind" in rule["verbs"]] == [
        {
            "apiGroups": ["rbac.authorization.k8s.io"],
            "resources": ["clusterroles"],
            "resourceNames": ["admin", "edit", "view"],
            "verbs": ["bind"],
        }
    ]


def test_what_argo_cd_may_write_it_may_also_take_back(run: Run) -> None:
    for rule in writing(run):
        assert set(rule["verbs"]) in (WRITE, {"bind"})


def test_the_table_is_what_the_cluster_role_says(run: Run) -> None:
    table = {
        rule["apiGroups"][0]: set(rule["resources"])
        for rule in writing(run)
        if rule["verbs"] != ["bind"]
    }
    assert {group: set(kinds) for group, kinds in access.WRITABLE.items()}.items() <= table.items()


def test_the_rights_are_bound_to_the_group_that_the_access_entry_gives(run: Run) -> None:
    binding = run.only(BINDING).inputs
    assert binding["subjects"] == [GROUP]
    assert binding["roleRef"] == {
        "apiGroup": "rbac.authorization.k8s.io",
        "kind": "ClusterRole",
        "name": run.only(CLUSTER_ROLE).inputs["metadata"]["name"],
    }
    assert entry_of_argo_cd(run).inputs["kubernetesGroups"] == [GROUP["name"]]


def entry_of_argo_cd(run: Run) -> Node:
    (entry,) = (node for node in run.of(ENTRY) if node.inputs.get("kubernetesGroups"))
    return entry


def test_argo_cd_enters_a_spoke_as_its_access_role_and_the_hub_as_its_own() -> None:
    spoke, hub = committed.up("spoke-dev"), committed.up("hub")
    access_role = spoke.node("spoke-dev-access-role").outputs["arn"]
    assert entry_of_argo_cd(spoke).inputs["principalArn"] == access_role
    hub_role = hub.node("hub-argocd-identity-role").outputs["arn"]
    assert entry_of_argo_cd(hub).inputs["principalArn"] == hub_role


def writes_argo_cds_kinds(run: Run) -> list[tuple[str, str]]:
    """Namespace (empty: everywhere) and kind of every right to write under argoproj.io."""
    roles = [
        (node.inputs["metadata"].get("namespace", ""), rule)
        for kind in (CLUSTER_ROLE, NAMESPACED_ROLE)
        for node in run.of(kind)
        for rule in node.inputs["rules"]
    ]
    return sorted(
        (namespace, resource)
        for namespace, rule in roles
        if "argoproj.io" in rule.get("apiGroups", []) and set(rule["verbs"]) >= WRITE
        for resource in rule["resources"]
    )


def test_the_hub_lets_argo_cd_write_its_own_kinds_in_its_own_namespace_only() -> None:
    """The root Application goes to the hub by its cluster secret, so as group `argocd-hub`."""
    hub = committed.up("hub")
    assert writes_argo_cds_kinds(hub) == [
        ("argocd", "applications"),
        ("argocd", "applicationsets"),
        ("argocd", "appprojects"),
    ]
    bound = [n.inputs for n in hub.of(NAMESPACED_BINDING)]
    assert [(b["metadata"]["namespace"], b["subjects"]) for b in bound] == [("argocd", [GROUP])]


def test_no_spoke_lets_argo_cd_write_its_own_kinds() -> None:
    for spoke in committed.stacks_of_role("spoke"):
        assert writes_argo_cds_kinds(committed.up(spoke)) == []
