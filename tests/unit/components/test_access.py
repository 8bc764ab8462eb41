"""What the hub's Argo CD may do on a cluster: reads all, writes a table, raises rights by name."""

from collections.abc import Iterator
from typing import Any

import pytest

from components import access
from tests.unit import committed
from tests.unit.cluster_rights import CLUSTER_ROLE, RUNS, grants, of_argo_cd, rules
from tests.unit.configs import brought_up
from tests.unit.engine import Node, Run

POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
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
    "validatingadmissionpolicybindings",
    "certificatesigningrequests",
    "nodes",
    "apiservices",
    "users",
    "groups",
}


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest) -> Run:
    stack, changes = RUNS[request.param]
    return brought_up(stack, changes)


def writing(run: Run) -> Iterator[dict[str, Any]]:
    return (rule for rule in rules(run) if not set(rule["verbs"]) <= READ)


def test_argo_cd_reads_every_kind_because_it_compares(run: Run) -> None:
    everything = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}
    assert everything in rules(run)


def test_what_argo_cd_writes_is_named_kind_by_kind(run: Run) -> None:
    for rule in writing(run):
        assert "*" not in [*rule["apiGroups"], *rule["resources"], *rule["verbs"]]


def test_what_could_raise_rights_is_written_by_name_only(run: Run) -> None:
    for rule in writing(run):
        if RAISING & set(rule["resources"]) or {"bind", "escalate"} & set(rule["verbs"]):
            assert rule.get("resourceNames"), rule


def test_argo_cd_is_nobody_else_and_signs_nothing(run: Run) -> None:
    for rule in writing(run):
        assert not {"impersonate", "approve", "sign"} & set(rule["verbs"])
        assert not [resource for resource in rule["resources"] if "/" in resource], rule


def test_a_rule_with_an_empty_list_of_names_would_mean_every_object(run: Run) -> None:
    for rule in rules(run):
        assert rule.get("resourceNames") != []


def test_argo_cd_does_not_write_its_own_role_nor_kubernetes_roles(run: Run) -> None:
    """With one of them, all others would follow."""
    protected = {"argocd-hub", "admin", "edit", "view", "cluster-admin", "system:auth-delegator"}
    for group, kind, verb, name in grants(rules(run)):
        if group == "rbac.authorization.k8s.io" and kind.startswith("clusterrole"):
            assert verb in {*READ, "bind"} or name not in protected, (kind, verb, name)


def test_argo_cd_writes_neither_a_guard_nor_its_own_boundary(run: Run) -> None:
    pulumis = {node.inputs["metadata"]["name"] for node in run.of(POLICY)}
    assert pulumis
    assert not pulumis & {name for *_, name in grants(rules(run))}


@pytest.mark.parametrize("stack", ["no-add-on", *committed.stack_names()])
def test_argo_cd_binds_two_roles_for_teams(stack: str) -> None:
    run = brought_up(*RUNS[stack])
    assert {
        "apiGroups": ["rbac.authorization.k8s.io"],
        "resources": ["clusterroles"],
        "resourceNames": ["edit", "view"],
        "verbs": ["bind"],
    } in rules(run)


def test_without_add_ons_argo_cd_binds_no_other_role() -> None:
    bound = {g for g in grants(rules(brought_up(*RUNS["no-add-on"]))) if g[2] == "bind"}
    assert {name for *_, name in bound} == {"edit", "view"}


def test_what_argo_cd_may_write_it_may_also_take_back(run: Run) -> None:
    raising = {"bind", "escalate"}
    for rule in writing(run):
        verbs = set(rule["verbs"])
        assert verbs in (WRITE, WRITE | raising, raising, {"bind"}, {"delete"}), rule


def test_the_table_is_what_the_cluster_role_says(run: Run) -> None:
    anywhere = {
        rule["apiGroups"][0]: set(rule["resources"])
        for rule in writing(run)
        if "resourceNames" not in rule and set(rule["verbs"]) == WRITE
    }
    assert {group: set(kinds) for group, kinds in access.WRITABLE.items()}.items() <= (
        anywhere.items()
    )


def test_the_rights_are_bound_to_the_group_that_the_access_entry_gives(run: Run) -> None:
    binding = of_argo_cd(run, BINDING).inputs
    assert binding["subjects"] == [GROUP]
    assert binding["roleRef"] == {
        "apiGroup": "rbac.authorization.k8s.io",
        "kind": "ClusterRole",
        "name": of_argo_cd(run, CLUSTER_ROLE).inputs["metadata"]["name"],
    }
    assert entry_of_argo_cd(run).inputs["kubernetesGroups"] == [GROUP["name"]]


def test_the_rights_come_after_the_boundary_and_go_before_it(run: Run) -> None:
    boundary = {
        node.name
        for kind in (POLICY, f"{POLICY}Binding")
        for node in run.of(kind)
        if "-boundary-" in node.name
    }
    assert len(boundary) == 8
    (bound,) = [node for node in run.of(BINDING) if node.name.endswith("-hub-access-binding")]
    assert boundary <= bound.depends_on


def entry_of_argo_cd(run: Run) -> Node:
    (entry,) = (node for node in run.of(ENTRY) if node.name.endswith("-hub-access-entry"))
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
