"""What admission holds the hub's Argo CD to: made of the table, on every cluster, out of its reach.

What the policies refuse and let through is tried on an API server, in tests/lab.
"""

import json
import re
from typing import Any

import pytest
import yaml

from components import conventions, hub_boundary_places, hub_boundary_roles
from components.addon_catalogue import CHARTS
from components.addon_rights import RIGHTS
from components.hub_boundary import boundary, spec
from components.hub_boundary_policy import IS_ARGO_CD, PLACE, Policy
from components.hub_boundary_table import SHARED, Table
from components.kubernetes_rights import Powers
from tests.unit import committed
from tests.unit.cluster_rights import RUNS
from tests.unit.configs import brought_up
from tests.unit.engine import Run, plain

KIND = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
EVERYTHING = Table(addons=list(CHARTS), compute="managed", runs_argocd=True)
NOTHING = Table(addons=[], compute="auto")
OF_THE_CLUSTER = {"cluster-admin", "system:auth-delegator"}


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest) -> Run:
    stack, changes = RUNS[request.param]
    return brought_up(stack, changes)


def specs(run: Run) -> dict[str, dict[str, Any]]:
    """Of the boundary's policies, by name."""
    made = [plain(node.inputs) for node in run.of(KIND) if "-boundary-" in node.name]
    return {each["metadata"]["name"]: each["spec"] for each in made}


def of(policy: str, table: Table) -> Policy:
    (found,) = [each for each in boundary(table) if each.key == policy]
    return found


def written(policy: str, table: Table) -> str:
    """All of one policy as text."""
    return str(spec(of(policy, table)))


def test_every_cluster_has_the_boundary_and_each_policy_refuses(run: Run) -> None:
    assert set(specs(run)) == {policy.name for policy in boundary(NOTHING)}
    bindings = [n.inputs["spec"] for n in run.of(f"{KIND}Binding") if "-boundary-" in n.name]
    assert {each["policyName"] for each in bindings} == set(specs(run))
    assert all(each["validationActions"] == ["Deny"] for each in bindings)


def test_the_boundary_is_for_argo_cd_alone_and_refuses_what_it_cannot_decide(run: Run) -> None:
    for each in specs(run).values():
        assert [one["expression"] for one in each["matchConditions"]] == [IS_ARGO_CD]
        assert each["failurePolicy"] == "Fail"


def test_the_names_of_the_boundary_are_none_that_git_may_write(run: Run) -> None:
    assert [name for name in specs(run) if name.startswith("eks-hub-spoke-")] == []


def test_every_refusal_says_who_and_what_before_it_says_why() -> None:
    for policy in boundary(EVERYTHING):
        for held in policy.held:
            assert held.message.startswith("variables.act + "), held.why
            assert len(held.why) > 20


def test_no_two_variables_of_a_policy_depend_on_a_later_one() -> None:
    """The API server refuses a policy whose variable is not there yet."""
    for policy in boundary(EVERYTHING):
        known: set[str] = set()
        for name, expression in {**PLACE, **policy.variables}.items():
            assert set(re.findall(r"variables\.(\w+)", expression)) <= known, policy.key
            known.add(name)


def test_the_namespace_of_every_add_on_is_its_own_or_shared() -> None:
    own = {row.namespace for row in CHARTS.values()} - {*SHARED}
    assert set(EVERYTHING.homes) == own
    assert "kube-prometheus-stack" in own


@pytest.mark.parametrize("addon", CHARTS)
def test_an_add_on_in_a_shared_namespace_is_known_by_names(addon: str) -> None:
    assert bool(RIGHTS[addon].shared_names) is (CHARTS[addon].namespace in SHARED)


@pytest.mark.parametrize("addon", RIGHTS)
def test_powers_belong_to_roles_of_the_same_row(addon: str) -> None:
    row = RIGHTS[addon]
    assert set(row.powers) <= {*row.cluster_roles, *row.roles}


@pytest.mark.parametrize("addon", RIGHTS)
def test_a_binding_gives_a_role_of_the_same_row_or_one_of_the_clusters(addon: str) -> None:
    row = RIGHTS[addon]
    assert set(row.cluster_role_bindings.values()) <= {*row.cluster_roles, *OF_THE_CLUSTER}
    for bindings in row.elsewhere.values():
        unknown = set(bindings.values()) - {*row.roles}
        assert unknown <= {"extension-apiserver-authentication-reader"}


def test_an_add_on_that_is_off_is_in_no_list_of_what_may_be_made() -> None:
    assert NOTHING.homes == NOTHING.shared == NOTHING.node_homes == []
    assert NOTHING.cluster_role_bindings == NOTHING.shared_role_bindings == {}
    assert NOTHING.powers == NOTHING.homes_of_groups == NOTHING.homes_of_apis == {}


def test_what_is_left_of_an_add_on_may_go_unless_it_bears_data() -> None:
    left = {row.namespace for row in CHARTS.values() if not row.data_bearing} - {*SHARED}
    assert set(NOTHING.left_homes) == left
    assert EVERYTHING.left_homes == EVERYTHING.left_shared == EVERYTHING.left_placed == []


@pytest.mark.parametrize(("role", "expected"), [("hub", True), ("spoke", False)])
def test_argo_cds_own_kinds_are_written_on_the_hub_alone(role: str, expected: bool) -> None:
    for stack in committed.stacks_of_role(role):
        found = str(specs(committed.up(stack))["hub-places.eks-hub-spoke"])
        assert ("argoproj.io/applicationsets" in found) is expected


def test_what_argo_cd_starts_from_has_the_names_that_it_may_not_write() -> None:
    hub = committed.up("hub")
    made = {
        f"{kind} argocd/{hub.node(node).inputs['metadata']['name']}"
        for kind, node in {
            "applications": "hub-root-application",
            "appprojects": "hub-root-project",
        }.items()
    }
    assert made == set(hub_boundary_places.PULUMIS)


def test_the_roles_that_guardrails_bind_are_those_that_argo_cd_may_bind() -> None:
    schema = committed.ROOT / "gitops/charts/guardrails/values.schema.json"
    allowed = json.loads(schema.read_text())["properties"]["access"]["items"]["enum"]
    assert tuple(allowed) == hub_boundary_roles.BINDABLE


def test_the_group_that_a_team_has_is_the_one_that_access_entries_give() -> None:
    given = conventions.team_group("shop", "dev", "edit")
    assert given == "eks-hub-spoke:shop-dev:edit"
    bound = "subject.name == 'eks-hub-spoke:' + variables.where + ':' + object.roleRef.name"
    assert [held for held in of("roles", NOTHING).held if bound in held.expression]


def test_no_namespace_of_a_team_has_a_name_that_is_an_add_ons() -> None:
    """`fleet team check` says so before the merge, the boundary after it."""
    policy = yaml.safe_load((committed.ROOT / "gitops/charts/team-cluster/policy.yaml").read_text())
    for name in policy["reservedNamespaces"]:
        assert name.startswith("kube-") or f'"{name}"' in written("namespaces", NOTHING)


def test_a_power_to_write_is_one_to_read() -> None:
    powers = Powers(
        reads={"": ("nodes",)}, writes={"apps": ("jobs",)}, specials=(("sign", "x.io", "signers"),)
    )
    assert sorted(hub_boundary_roles.tokens(powers)) == [
        "read /nodes",
        "read apps/jobs",
        "sign x.io/signers",
        "write apps/jobs",
    ]


@pytest.mark.parametrize("addon", RIGHTS)
def test_a_power_is_one_of_those_that_raise(addon: str) -> None:
    """What does not raise need not be listed, and a list of it would hide what does."""
    for powers in RIGHTS[addon].powers.values():
        for group, kinds in powers.writes.items():
            for kind in kinds:
                assert group in hub_boundary_roles.RAISING_GROUPS or f"{group}/{kind}" in (
                    *hub_boundary_roles.RAISING,
                    *hub_boundary_roles.CREDENTIALS,
                ), (addon, group, kind)
        for group, kinds in powers.reads.items():
            for kind in kinds:
                assert f"{group}/{kind}" in hub_boundary_roles.CREDENTIALS, (addon, group, kind)
        assert {verb for verb, *_ in powers.specials} <= set(hub_boundary_roles.SPECIAL)
