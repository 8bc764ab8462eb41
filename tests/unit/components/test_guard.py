"""The hub's guard on cluster secrets: everybody's, there before what it guards, out of Git's reach.

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


def spec(run: Run) -> dict[str, Any]:
    return run.only(POLICY).inputs["spec"]


def test_the_hub_alone_has_a_guard(run: Run) -> None:
    assert run.of(POLICY)
    for spoke in committed.stacks_of_role("spoke"):
        assert committed.up(spoke).of(POLICY) == []


def test_the_guard_stands_before_every_secret_and_goes_after_it(run: Run) -> None:
    secrets = run.of(CLUSTER_SECRET)
    assert len(secrets) > 1
    for secret in secrets:
        assert {run.only(POLICY).name, run.only(BINDING).name} <= secret.depends_on


def test_the_guard_is_bound_to_everybody_and_refuses(run: Run) -> None:
    bound = run.only(BINDING).inputs["spec"]
    assert bound == {
        "policyName": run.only(POLICY).inputs["metadata"]["name"],
        "validationActions": ["Deny"],
    }


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


def test_nothing_else_of_the_program_is_in_the_guards_way(run: Run) -> None:
    """Named `cluster-<cluster>`, a secret tells the guard the name that `fleet drain` asks for."""
    secrets: list[Node] = run.of(CLUSTER_SECRET)
    for secret in secrets:
        inputs = plain(secret.inputs)
        named = conventions.cluster_secret_name(inputs["stringData"]["name"])
        assert inputs["metadata"]["name"] == named
