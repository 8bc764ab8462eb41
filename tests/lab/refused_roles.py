"""Roles and bindings that Argo CD tries to make on a cluster, and what it is told.

Each is let through by RBAC, which gives it `escalate` and `bind` on these names.
"""

from typing import Any

from tests.lab.tried_objects import EVERYTHING, account, binding, group, role, rule

CM, ES, RO = "cert-manager", "external-secrets", "argo-rollouts"
HOME = "add-on of this stack or a team lives"
TABLES_PLACE = "components/addon_rights.py"
LABELLED = {"labels": {"rbac.authorization.k8s.io/aggregate-to-view": "true"}}
EDIT_TO = {"labels": {"rbac.authorization.k8s.io/aggregate-to-edit": "true"}}
TEAMS_GROUP = group("eks-hub-spoke:shop-dev:edit")
ADMINS = group("system:masters")


ROLES: dict[str, tuple[dict[str, Any], str]] = {
    "an add-on's role with every right": (
        role("ClusterRole", "cert-manager-controller-issuers", EVERYTHING),
        TABLES_PLACE,
    ),
    "a role that escalates": (
        role(
            "ClusterRole",
            ES + "-controller",
            [rule("rbac.authorization.k8s.io", "clusterroles", "escalate")],
        ),
        "gives escalate on clusterroles",
    ),
    "a role that impersonates": (
        role("ClusterRole", RO, [rule("", "serviceaccounts", "impersonate")]),
        "gives impersonate on serviceaccounts",
    ),
    "a role that binds": (
        role(
            "ClusterRole", RO, [rule("rbac.authorization.k8s.io", "clusterrolebindings", "create")]
        ),
        "gives create on clusterrolebindings",
    ),
    "a role that reads secrets": (
        role("ClusterRole", "external-dns", [rule("", "secrets", "get,list")]),
        "gives get, list on secrets",
    ),
    "a role that writes secrets it may read": (
        role("ClusterRole", RO, [rule("", "secrets", "get,update")]),
        "on secrets",
    ),
    "a role that execs by get": (
        role("ClusterRole", "external-dns", [rule("", "pods/exec", "get")]),
        "on pods/exec",
    ),
    "a role that reaches kubelets": (
        role("ClusterRole", "system:metrics-server", [rule("", "nodes/proxy", "get")]),
        "on nodes/proxy",
    ),
    "a role with all kinds of core": (
        role("ClusterRole", "external-dns", [rule("", "*", "get")]),
        "gives get on *",
    ),
    "a role with all verbs on pods": (
        role("ClusterRole", "external-dns", [rule("", "pods", "*")]),
        "gives * on pods",
    ),
    "a role that removes policies": (
        role(
            "ClusterRole",
            "external-dns",
            [rule("admissionregistration.k8s.io", "validatingadmissionpolicies", "delete")],
        ),
        "gives delete on validatingadmissionpolicies",
    ),
    "a role that hides it in a second rule": (
        role(
            "ClusterRole",
            "external-dns",
            [rule("", "pods", "get"), rule("", "configmaps,secrets", "get")],
        ),
        "on configmaps, secrets",
    ),
    "a role that writes Applications": (
        role("ClusterRole", RO, [rule("argoproj.io", "*", "update")]),
        "gives update on *",
    ),
    "a role that approves certificates": (
        role(
            "ClusterRole",
            "cert-manager-controller-certificatesigningrequests",
            [rule("certificates.k8s.io", "certificatesigningrequests/approval", "update")],
        ),
        "certificatesigningrequests/approval",
    ),
    "an aggregated role": (
        role("ClusterRole", RO, [])
        | {"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}},
        "holds whatever anybody labels",
    ),
    "more rights for everybody who edits": (
        role("ClusterRole", "cert-manager-edit", [rule("", "services", "update")], **EDIT_TO),
        "only hold add-ons' own kinds",
    ),
    "powers for everybody who edits": (
        role(
            "ClusterRole", ES + "-controller", [rule("external-secrets.io", "x", "get")], **EDIT_TO
        ),
        "only hold add-ons' own kinds",
    ),
    "writing for everybody who views": (
        role(
            "ClusterRole",
            "cert-manager-view",
            [rule("cert-manager.io", "certificates", "update")],
            **LABELLED,
        ),
        "may only read",
    ),
    "a named role in a team's namespace": (
        role("Role", "cert-manager-tokenrequest", EVERYTHING, namespace="shop-dev"),
        "no roles but the cluster's own",
    ),
    "a harmless role in a team's namespace": (
        role("Role", "x", [rule("", "pods", "get")], namespace="shop-dev"),
        "no roles but the cluster's own",
    ),
    "a named role in kube-system": (
        role("Role", "cert-manager-tokenrequest", [], namespace="kube-system"),
        HOME,
    ),
    "more rights in kube-system": (
        role("Role", "karpenter", [rule("", "secrets", "get")], namespace="kube-system"),
        "gives get on secrets",
    ),
    "an add-on's binding to another's role": (
        binding(ES + "-controller", ES + "-cert-controller", account(ES, ES)),
        "it gives another role",
    ),
    "an add-on's binding for a group": (
        binding("karpenter", "karpenter", ADMINS),
        "others than the add-on's own",
    ),
    "an add-on's binding for a user": (
        binding("karpenter", "karpenter", {"kind": "User", "name": "eve"}),
        "others than the add-on's own",
    ),
    "an add-on's binding for a team's account": (
        binding("karpenter", "karpenter", account("karpenter", "shop-dev")),
        "others than the add-on's own",
    ),
    "one subject too many": (
        binding("karpenter", "karpenter", account("karpenter", "kube-system"), ADMINS),
        "others than the add-on's own",
    ),
    "a binding of kube-system for another": (
        binding(
            "karpenter-dns",
            "karpenter-dns",
            account("x", "default"),
            namespace="kube-system",
            kind="Role",
        ),
        "others than the add-on's own",
    ),
    "a new binding in kube-system": (
        binding(
            "x",
            "karpenter-dns",
            account("karpenter", "kube-system"),
            namespace="kube-system",
            kind="Role",
        ),
        "rolebindings kube-system/x",
    ),
    "a ClusterRole in an add-on's namespace": (
        binding("x", "edit", account(ES, ES), namespace=ES),
        "its own roles",
    ),
    "an add-on's role for strangers": (
        binding("x", ES + "-leaderelection", account("x", "shop-dev"), namespace=ES, kind="Role"),
        "its own service accounts",
    ),
    "another role for a team": (
        binding("team-edit", "karpenter", TEAMS_GROUP, namespace="shop-dev"),
        "edit or view",
    ),
    "a team's binding for a service account": (
        binding("team-edit", "edit", account("x", "shop-dev"), namespace="shop-dev"),
        "the team's own group",
    ),
    "a team's binding for another team": (
        binding("team-edit", "edit", group("eks-hub-spoke:shop-prod:edit"), namespace="shop-dev"),
        "the team's own group",
    ),
    "a team's binding for a group of Kubernetes": (
        binding("team-edit", "edit", group("system:authenticated"), namespace="shop-dev"),
        "the team's own group",
    ),
    "more for those who only view": (
        binding("team-edit", "edit", group("eks-hub-spoke:shop-dev:view"), namespace="shop-dev"),
        "the team's own group",
    ),
    "a team's binding for a group of another system": (
        binding("team-edit", "edit", group("shop-developers"), namespace="shop-dev"),
        "the team's own group",
    ),
    "a team's binding for Argo CD": (
        binding("team-edit", "edit", group("argocd-hub"), namespace="shop-dev"),
        "the team's own group",
    ),
}
