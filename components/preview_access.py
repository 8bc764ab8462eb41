"""What a preview may look at on a cluster: the objects that the stack makes, but for Secrets.

Owns: the preview role's access entry, and the rights of its group. Not here: what it may read in
AWS (`deployer_policy.py`), and the group of the hub's Argo CD (`access.py`).

A preview asks the server for dry runs, which need the right to write. Where that is refused, the
Kubernetes provider compares with its state instead; so nobody but the deployer writes.
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as k8s

from components import conventions
from components.kubernetes_rights import RBAC, Kinds

READABLE: Kinds = {
    "": ("configmaps", "namespaces"),
    "admissionregistration.k8s.io": (
        "validatingadmissionpolicies",
        "validatingadmissionpolicybindings",
    ),
    "argoproj.io": ("applications", "appprojects"),
    RBAC: ("clusterrolebindings", "clusterroles", "rolebindings", "roles"),
}
"""Kinds of the program. Secrets are left out: a pull request's program runs as this role."""

_NAME = f"{conventions.PROJECT}-preview"


@dataclass(frozen=True, kw_only=True)
class PreviewAccessArgs:
    """Where, and who previews."""

    cluster_name: pulumi.Input[str]
    principal_arn: str


class PreviewAccess(pulumi.ComponentResource):
    """Access entry, ClusterRole and binding of the role that previews the stack."""

    def __init__(
        self, name: str, args: PreviewAccessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:PreviewAccess", name, None, opts)
        own = pulumi.ResourceOptions(parent=self)
        entry = aws.eks.AccessEntry(
            f"{name}-entry",
            cluster_name=args.cluster_name,
            principal_arn=args.principal_arn,
            kubernetes_groups=[conventions.PREVIEW_GROUP],
            type="STANDARD",
            # Known by its principal: made first, the new one would be refused as already there.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        role = k8s.rbac.v1.ClusterRole(
            f"{name}-cluster-role",
            metadata={"name": _NAME},
            rules=[
                {"api_groups": [group], "resources": list(kinds), "verbs": ["get", "list", "watch"]}
                for group, kinds in READABLE.items()
            ],
            opts=own,
        )
        k8s.rbac.v1.ClusterRoleBinding(
            f"{name}-binding",
            metadata={"name": _NAME},
            role_ref={
                "api_group": RBAC,
                "kind": "ClusterRole",
                "name": role.metadata.apply(lambda made: str(made.name)),
            },
            subjects=[
                {"api_group": RBAC, "kind": "Group", "name": conventions.PREVIEW_GROUP},
            ],
            opts=own,
        )
        self.register_outputs({"principalArn": entry.principal_arn})
