"""What guardrails bind, and to whom: groups that only access entries give."""

from collections.abc import Sequence

import pytest

from components import conventions, team_files
from components.team_grants import Here, grants
from tests.gitops.fleet import Rendered

pytestmark = pytest.mark.rendered


def bindings(rendered: Sequence[Rendered]) -> dict[tuple[str, str], set[str]]:
    """Cluster and group → namespaces in which a team's binding names it."""
    found: dict[tuple[str, str], set[str]] = {}
    for each in of_kind(rendered, "RoleBinding"):
        for subject in each.manifest["subjects"]:
            found.setdefault((each.cluster, subject["name"]), set()).add(each.namespace)
    return found


def of_kind(rendered: Sequence[Rendered], kind: str) -> list[Rendered]:
    """Objects of a kind that guardrails make."""
    made = [each for each in rendered if each.parent and each.parent.name.endswith("-guardrails")]
    return [each for each in made if each.kind == kind]


def granted(labels: dict[str, str]) -> set[str]:
    """Groups that the stack of a cluster with these labels hands out."""
    rules = team_files.policy()
    here = Here(labels=labels, administrators=frozenset())
    found = grants(team_files.read(rules), here, rules, {})
    return {group for groups in found.groups.values() for group in groups}


def test_a_group_is_bound_in_its_own_namespace_alone(rendered: Sequence[Rendered]) -> None:
    found = bindings(rendered)
    assert found
    for (_, group), namespaces in found.items():
        project, namespace, role = group.split(":")
        assert project == conventions.PROJECT
        assert namespaces == {namespace}
        assert role in team_files.ROLES


def test_a_group_is_bound_to_the_role_that_it_is_called_after(
    rendered: Sequence[Rendered],
) -> None:
    for each in of_kind(rendered, "RoleBinding"):
        (subject,) = each.manifest["subjects"]
        assert each.manifest["roleRef"] == {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": subject["name"].rpartition(":")[2],
        }


def test_what_the_stacks_hand_out_is_what_the_guardrails_bind(
    rendered: Sequence[Rendered],
) -> None:
    """Two programs read one file: Pulumi makes people members, Argo CD says what members may."""
    found = bindings(rendered)
    common = {"team-clusters": "true", "role": "spoke"}
    for cluster, environment in (("spoke-dev", "dev"), ("spoke-prod", "prod")):
        bound = {group for on, group in found if on == cluster}
        assert granted(common | {"environment": environment}) == bound


def test_only_pods_with_a_role_reach_the_agent_of_pod_identity(
    rendered: Sequence[Rendered],
) -> None:
    policies = of_kind(rendered, "NetworkPolicy")
    found = {each.namespace for each in policies if each.name == "allow-pod-identity"}
    assert found == {"payments-dev", "shop-prod"}
