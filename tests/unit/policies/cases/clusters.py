"""Cases of the rules on clusters and on rights inside them."""

from typing import Any

from policies.pack.clusters import BREAK_GLASS, LOG_TYPES
from policies.pack.rule import UNKNOWN
from tests.unit.policies.cases.case import bad, good, of

CLUSTER = "aws:eks/cluster:Cluster"
ENTRY_POLICY = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
KEY = {"provider": {"keyArn": "arn:aws:kms:::key/1"}, "resources": ["secrets"]}


def admin(policy: str, scope: str) -> dict[str, Any]:
    arn = f"arn:aws:eks::aws:cluster-access-policy/{policy}"
    return {"policyArn": arn, "principalArn": "arn:p", "accessScope": {"type": scope}}


def rules(*found: dict[str, Any]) -> dict[str, Any]:
    return {"rules": list(found)}


CASES = [
    bad(
        "clusters-are-entered-by-access-entries",
        of(CLUSTER, {"accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"}}),
        says="API_AND_CONFIG_MAP",
    ),
    bad("clusters-are-entered-by-access-entries", of(CLUSTER), says="not set"),
    good(
        "clusters-are-entered-by-access-entries",
        of(CLUSTER, {"accessConfig": {"authenticationMode": "API"}}),
    ),
    bad(
        "nothing-is-written-to-aws-auth",
        of("kubernetes:core/v1:ConfigMapPatch", {"metadata": {"name": "aws-auth"}}),
        says="aws-auth",
    ),
    good(
        "nothing-is-written-to-aws-auth",
        of("kubernetes:core/v1:ConfigMap", {"metadata": {"name": "settings"}}),
    ),
    bad("makers-of-clusters-are-no-hidden-administrators", of(CLUSTER), says="not false"),
    good(
        "makers-of-clusters-are-no-hidden-administrators",
        of(CLUSTER, {"accessConfig": {"bootstrapClusterCreatorAdminPermissions": False}}),
    ),
    *(
        bad(
            "administrators-are-exceptions",
            of(ENTRY_POLICY, admin(policy, "cluster")),
            says="arn:p",
        )
        for policy in ("AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy")
    ),
    good(
        "administrators-are-exceptions",
        of(ENTRY_POLICY, admin("AmazonEKSViewPolicy", "cluster")),
    ),
    good(
        "administrators-are-exceptions",
        of(ENTRY_POLICY, admin("AmazonEKSAdminPolicy", "namespace")),
    ),
    bad(
        "entries-have-no-group-of-the-system",
        of("aws:eks/accessEntry:AccessEntry", {"kubernetesGroups": ["a", "system:masters"]}),
        says="system:masters",
    ),
    good(
        "entries-have-no-group-of-the-system",
        of("aws:eks/accessEntry:AccessEntry", {"kubernetesGroups": ["argocd-hub"]}),
    ),
    bad(
        "nobody-has-the-glass-broken-for-good",
        of("aws:eks/accessEntry:AccessEntry", {"kubernetesGroups": [BREAK_GLASS]}),
        says=BREAK_GLASS,
    ),
    good(
        "nobody-has-the-glass-broken-for-good",
        of(
            "aws:eks/accessEntry:AccessEntry", {"kubernetesGroups": ["eks-hub-spoke:shop-dev:edit"]}
        ),
    ),
    bad(
        "clusters-log-all-that-they-can",
        of(CLUSTER, {"enabledClusterLogTypes": ["api", "scheduler"]}),
        says="audit, authenticator",
    ),
    good(
        "clusters-log-all-that-they-can",
        of(CLUSTER, {"enabledClusterLogTypes": list(LOG_TYPES)}),
    ),
    good("clusters-log-all-that-they-can", of(CLUSTER, {"enabledClusterLogTypes": UNKNOWN})),
    bad("cluster-secrets-are-encrypted-with-our-key", of(CLUSTER), says="no key"),
    bad(
        "cluster-secrets-are-encrypted-with-our-key",
        of(CLUSTER, {"encryptionConfig": {**KEY, "resources": []}}),
        says="no key",
    ),
    good("cluster-secrets-are-encrypted-with-our-key", of(CLUSTER, {"encryptionConfig": KEY})),
    good(
        "cluster-secrets-are-encrypted-with-our-key",
        of(CLUSTER, {"encryptionConfig": {**KEY, "provider": {"keyArn": UNKNOWN}}}),
    ),
    bad("clusters-are-protected-from-deletion", of(CLUSTER), says="not true"),
    good("clusters-are-protected-from-deletion", of(CLUSTER, {"deletionProtection": True})),
    bad("clusters-have-a-version", of(CLUSTER), says="not set"),
    good("clusters-have-a-version", of(CLUSTER, {"version": "1.36"})),
    bad(
        "addons-have-a-version",
        of("aws:eks/addon:Addon", {"addonVersion": "latest"}),
        says="latest",
    ),
    good(
        "addons-have-a-version",
        of("aws:eks/addon:Addon", {"addonVersion": "v1.36.0-eksbuild.21"}),
    ),
    bad(
        "nobody-is-bound-to-cluster-admin",
        of(BINDING, {"roleRef": {"name": "cluster-admin"}}),
        says="cluster-admin",
    ),
    good("nobody-is-bound-to-cluster-admin", of(BINDING, {"roleRef": {"name": "view"}})),
    *(
        bad(
            "nothing-is-bound-to-everybody",
            of(BINDING, {"subjects": [{"kind": "Group", "name": name}]}),
            says=name,
        )
        for name in ("system:masters", "system:unauthenticated")
    ),
    good(
        "nothing-is-bound-to-everybody",
        of(BINDING, {"subjects": [{"kind": "Group", "name": "argocd-hub"}]}),
    ),
    bad(
        "roles-change-named-kinds",
        of(ROLE, rules({"resources": ["*"], "verbs": ["get", "patch"]})),
        says="patch of all",
    ),
    bad(
        "roles-change-named-kinds",
        of(ROLE, rules({"resources": ["secrets"], "verbs": ["*"]})),
        says="every verb of secrets",
    ),
    good(
        "roles-change-named-kinds",
        of(
            ROLE,
            rules(
                {"resources": ["*"], "verbs": ["get", "list", "watch"]},
                {"resources": ["pods"], "verbs": ["create"]},
            ),
        ),
    ),
    *(
        bad(
            "rights-to-take-rights-are-named",
            of(ROLE, rules({"resources": ["clusterroles"], "verbs": [verb]})),
            says=verb,
        )
        for verb in ("bind", "escalate", "impersonate")
    ),
    good(
        "rights-to-take-rights-are-named",
        of(
            ROLE,
            rules({"resources": ["clusterroles"], "verbs": ["bind"], "resourceNames": ["view"]}),
        ),
    ),
]
