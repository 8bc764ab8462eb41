"""The hub's guards: everybody's, there before what they guard, out of Git's reach.

What it refuses and lets through is tried on an API server, in tests/lab.
"""

from typing import Any

import pytest

from components import conventions, guard
from tests.unit import committed
from tests.unit.engine import Node, Run, plain

POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
BINDING = f"{POLICY}Binding"
CLUSTER_SECRET = "kubernetes:core/v1:Secret"


@pytest.fixture(scope="module")
def run() -> Run:
    return committed.up("hub")


def guards(run: Run, kind: str = POLICY, name: str = guard.POLICY) -> list[Node]:
    return [node for node in run.of(kind) if node.inputs["metadata"]["name"] == name]


def only(run: Run, kind: str = POLICY, name: str = guard.POLICY) -> Node:
    (found,) = guards(run, kind, name)
    return found


def spec(run: Run) -> dict[str, Any]:
    return only(run).inputs["spec"]


@pytest.mark.parametrize("name", [guard.POLICY, guard.BOOTSTRAP_POLICY])
def test_the_hub_alone_has_a_guard(name: str, run: Run) -> None:
    assert guards(run, name=name)
    for spoke in committed.stacks_of_role("spoke"):
        assert guards(committed.up(spoke), name=name) == []


def test_the_guard_stands_before_every_secret_and_goes_after_it(run: Run) -> None:
    secrets = run.of(CLUSTER_SECRET)
    assert len(secrets) > 1
    for secret in secrets:
        assert {only(run).name, only(run, BINDING).name} <= secret.depends_on


@pytest.mark.parametrize("name", [guard.POLICY, guard.BOOTSTRAP_POLICY])
def test_the_guard_is_bound_to_everybody_and_refuses(name: str, run: Run) -> None:
    bound = only(run, BINDING, name).inputs["spec"]
    assert bound == {"policyName": name, "validationActions": ["Deny"]}


def test_what_argo_cd_starts_from_is_guarded_by_the_names_that_it_has(run: Run) -> None:
    started = {
        ("namespaces", "argocd"): "hub-argocd-namespace",
        ("applications", "root"): "hub-root-application",
        ("appprojects", "bootstrap"): "hub-root-project",
    }
    rules = only(run, name=guard.BOOTSTRAP_POLICY).inputs["spec"]["matchConstraints"]
    matched = {
        (rule["resources"][0], rule["resourceNames"][0]): rule["operations"]
        for rule in rules["resourceRules"]
    }
    assert matched == {key: ["DELETE"] for key in started}
    for (_, name), node in started.items():
        assert run.node(node).inputs["metadata"]["name"] == name


def test_the_root_application_comes_after_its_guard(run: Run) -> None:
    guarding = only(run, BINDING, guard.BOOTSTRAP_POLICY)
    assert guarding.name in run.node("hub-root-project").depends_on


def test_a_guard_that_cannot_decide_refuses(run: Run) -> None:
    assert spec(run)["failurePolicy"] == "Fail"


def test_a_refusal_is_seen_in_a_preview(run: Run) -> None:
    """Pulumi's Kubernetes provider goes on where a dry run is Forbidden; it stops at Invalid."""
    assert [rule for rule in spec(run)["validations"] if "reason" in rule] == []


def test_every_refusal_says_what_to_run(run: Run) -> None:
    for rule in spec(run)["validations"]:
        assert "python -m fleet drain ' + variables.cluster" in rule["messageExpression"]


def test_the_guard_looks_at_the_secrets_that_argo_cd_takes_for_clusters(run: Run) -> None:
    matched = spec(run)["matchConstraints"]
    for secret in run.of(CLUSTER_SECRET):
        metadata = plain(secret.inputs)["metadata"]
        selected = matched["namespaceSelector"]["matchLabels"]
        assert selected == {"kubernetes.io/metadata.name": metadata["namespace"]}
        assert matched["objectSelector"]["matchLabels"].items() <= metadata["labels"].items()
    (rule,) = matched["resourceRules"]
    assert rule["resources"] == ["secrets"]
    assert set(rule["operations"]) == {"UPDATE", "DELETE"}


def test_no_secret_is_made_with_the_mark_that_lifts_the_guard(run: Run) -> None:
    for secret in run.of(CLUSTER_SECRET):
        annotations = plain(secret.inputs)["metadata"]["annotations"]
        assert conventions.DRAINED_ANNOTATION not in annotations


def test_the_guards_name_is_not_one_that_git_may_write() -> None:
    """Policies from Git are named `eks-hub-spoke-…`, and the hub's Argo CD may write only those."""
    assert guard.POLICY == "cluster-secrets.eks-hub-spoke"
    assert guard.BOOTSTRAP_POLICY == "bootstrap.eks-hub-spoke"


def test_nothing_else_of_the_program_is_in_the_guards_way(run: Run) -> None:
    """Named `cluster-<cluster>`, a secret tells the guard the name that `fleet drain` asks for."""
    secrets: list[Node] = run.of(CLUSTER_SECRET)
    for secret in secrets:
        inputs = plain(secret.inputs)
        named = conventions.cluster_secret_name(inputs["stringData"]["name"])
        assert inputs["metadata"]["name"] == named
