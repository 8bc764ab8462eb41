"""What access policies allow on a cluster."""

from typing import Any

import pytest

from lab.aws.authorization import review
from lab.aws.eks.access_entries import POLICY_PREFIX
from lab.aws.eks.state import ClusterKey

from .accounts import REGION, Eks

ADMIN, ADMIN_VIEW, VIEW = (
    f"AmazonEKS{name}Policy" for name in ("ClusterAdmin", "AdminView", "View")
)
ARGOCD, ARGOCD_CLUSTER = "AmazonEKSArgoCDPolicy", "AmazonEKSArgoCDClusterPolicy"
WRITE_APPLICATIONS = {
    "verb": "patch",
    "group": "argoproj.io",
    "resource": "applications",
    "namespace": "team",
}
MAKE_NAMESPACES = {"verb": "create", "resource": "namespaces"}
READ_PODS = {"verb": "list", "resource": "pods", "namespace": "team"}
WRITE_PODS = {"verb": "delete", "resource": "pods", "namespace": "team"}
READ_SECRETS = {"verb": "get", "resource": "secrets", "namespace": "team"}
READ_ROLES = {"verb": "list", "group": "rbac.authorization.k8s.io", "resource": "clusterroles"}
EXEC = {"verb": "get", "resource": "pods", "subresource": "exec", "namespace": "team"}
LOGS = {"verb": "get", "resource": "pods", "subresource": "log", "namespace": "team"}


def allowed(policy: str, spec: dict[str, Any], namespaces: list[str] | None = None) -> bool:
    eks = Eks()
    eks.active("spoke")
    principal = eks.admin.arn
    eks("CreateAccessEntry", clusterName="spoke", principalArn=principal)
    scope = {"type": "namespace", "namespaces": namespaces} if namespaces else {"type": "cluster"}
    eks(
        "AssociateAccessPolicy",
        clusterName="spoke",
        principalArn=principal,
        policyArn=POLICY_PREFIX + policy,
        accessScope=scope,
    )
    spec = {"extra": {"canonicalArn": [principal]}, **spec}
    answer = review(eks.clusters, ClusterKey(eks.account.id, REGION, "spoke"), spec)
    assert answer["allowed"] or "denied" not in answer, "RBAC may still allow it"
    return bool(answer["allowed"])


@pytest.mark.parametrize(
    ("policy", "resource", "expected"),
    [
        (ADMIN, WRITE_PODS, True),
        (ADMIN, READ_SECRETS, True),
        (ADMIN_VIEW, READ_SECRETS, True),
        (ADMIN_VIEW, READ_ROLES, True),
        (ADMIN_VIEW, WRITE_PODS, False),
        (VIEW, READ_PODS, True),
        (VIEW, LOGS, True),
        (VIEW, WRITE_PODS, False),
        (VIEW, READ_SECRETS, False),
        (VIEW, READ_ROLES, False),
        (VIEW, EXEC, False),
        (ARGOCD, WRITE_APPLICATIONS, True),
        (ARGOCD, READ_SECRETS, True),
        (ARGOCD, WRITE_PODS, False),
        (ARGOCD, READ_ROLES, False),
        (ARGOCD_CLUSTER, MAKE_NAMESPACES, True),
        (ARGOCD_CLUSTER, READ_SECRETS, False),
        (ARGOCD_CLUSTER, READ_PODS, False),
    ],
)
def test_a_policy_allows_what_its_name_says(
    policy: str, resource: dict[str, str], *, expected: bool
) -> None:
    assert allowed(policy, {"resourceAttributes": resource}) is expected


@pytest.mark.parametrize(
    ("namespaces", "expected"), [(["team"], True), (["te*"], True), (["other"], False)]
)
def test_a_scope_of_namespaces_is_kept(namespaces: list[str], *, expected: bool) -> None:
    assert allowed(ADMIN, {"resourceAttributes": WRITE_PODS}, namespaces) is expected


def test_what_has_no_namespace_is_outside_of_every_scope_but_the_cluster() -> None:
    assert not allowed(ADMIN, {"resourceAttributes": READ_ROLES}, ["team"])


def test_only_a_cluster_admin_reaches_paths() -> None:
    path = {"nonResourceAttributes": {"path": "/metrics", "verb": "get"}}
    assert allowed(ADMIN, path)
    assert not allowed(ADMIN_VIEW, path)


@pytest.mark.parametrize("extra", [None, {}, {"canonicalArn": []}, {"canonicalArn": ["a", "b"]}])
def test_a_user_of_another_authenticator_is_none_of_its_business(extra: Any) -> None:
    assert not allowed(ADMIN, {"resourceAttributes": READ_PODS, "extra": extra})
