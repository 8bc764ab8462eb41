"""What the hub's Argo CD may do on a cluster: who it is there, and its Kubernetes rights.

Owns: the hub's role and the spokes' access roles, the access entry and the RBAC behind group
`argocd-hub`. Not here: people's entries (`cluster.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as k8s

from components import argocd_credentials, conventions, iam, kubernetes_rights
from components.hub_boundary import HubBoundary, HubBoundaryArgs
from components.hub_boundary_places import OWN_API_GROUP, OWN_KINDS
from components.hub_boundary_roles import BINDABLE, READ
from components.hub_boundary_table import Table
from components.kubernetes_rights import RBAC, WRITE, Kinds, Rights, Rule

WRITABLE: Kinds = {
    "": (
        "configmaps",
        "limitranges",
        "namespaces",
        "resourcequotas",
        "secrets",
        "serviceaccounts",
        "services",
    ),
    "apps": ("daemonsets", "deployments", "statefulsets"),
    "autoscaling": ("horizontalpodautoscalers",),
    "batch": ("cronjobs", "jobs"),
    "networking.k8s.io": ("ingresses", "networkpolicies"),
    "policy": ("poddisruptionbudgets",),
    RBAC: ("rolebindings", "roles"),
}
"""API group → kinds that Argo CD writes under any name, for the platform and the teams; nothing
without a namespace but namespaces. Where it does, `hub_boundary.py` says. What add-ons need beyond
it: `addon_rights.py`."""

_GROUP: k8s.rbac.v1.SubjectArgsDict = {
    "api_group": "rbac.authorization.k8s.io",
    "kind": "Group",
    "name": conventions.HUB_GROUP,
}


@dataclass(frozen=True, kw_only=True)
class AccessRoleArgs:
    """Whom a spoke's access role trusts."""

    cluster_name: str
    region: str
    hub_account_id: str
    hub_role_arn: str
    permissions_boundary: str | None = None
    """ARN of what bounds the role, which has no permission today."""


class AccessRole(pulumi.ComponentResource):
    """The role on a spoke's account that the hub's Argo CD assumes; it has no AWS permission.

    Trust names the hub's account with a condition on the role: IAM refuses a principal that does
    not exist yet, and a spoke comes up before its hub.
    """

    role_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: AccessRoleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:AccessRole", name, None, opts)
        partition = conventions.partition(args.region)
        trust: iam.Statement = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{partition}:iam::{args.hub_account_id}:root"},
            # Sessions of Pod Identity carry tags, and take them along into this role.
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {"ArnEquals": {"aws:PrincipalArn": args.hub_role_arn}},
        }
        role = aws.iam.Role(
            f"{name}-role",
            name=conventions.access_role_name(args.cluster_name),
            path=conventions.ACCESS_ROLE_PATH,
            description=f"Assumed by {args.hub_role_arn} to deploy to {args.cluster_name}",
            permissions_boundary=args.permissions_boundary,
            assume_role_policy=iam.document_json(iam.policy(trust)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.role_arn = role.arn
        self.register_outputs({"roleArn": self.role_arn})


def hub_role_args(
    *,
    account_id: str,
    region: str,
    cluster_name: str,
    cluster_arn: pulumi.Input[str],
    permissions_boundary: str | None = None,
) -> iam.PodIdentityRoleArgs:
    """The role of Argo CD's service accounts: it may assume access roles, and nothing else."""
    access_roles = conventions.access_role_pattern(region)
    return iam.PodIdentityRoleArgs(
        account_id=account_id,
        cluster_name=cluster_name,
        cluster_arn=cluster_arn,
        namespace=conventions.ARGOCD_NAMESPACE,
        service_accounts=conventions.HUB_SERVICE_ACCOUNTS,
        role_name=conventions.hub_role_name(cluster_name),
        permissions=iam.Permissions(
            policy=iam.policy(iam.allow(["sts:AssumeRole", "sts:TagSession"], [access_roles]))
        ),
        permissions_boundary=permissions_boundary,
    )


@dataclass(frozen=True, kw_only=True)
class HubAccessArgs:
    """Where the hub's Argo CD gets its rights, and as which IAM role it comes."""

    cluster_name: pulumi.Input[str]
    principal_arn: pulumi.Input[str]
    addons: Sequence[str]
    """Those that the stack turns on: no others are Argo CD's to install."""
    compute: Literal["auto", "managed"]
    runs_argocd: bool = False
    """On the hub: Argo CD's own objects are there."""
    makes_credentials: bool = False
    """On the hub: it asks External Secrets for secrets of its own."""


class HubAccess(pulumi.ComponentResource):
    """Access entry, ClusterRole and binding of the hub's Argo CD: reads all, writes its own.

    Before it has a right, admission holds it to the table.
    """

    ready: Sequence[pulumi.Resource]
    """What Argo CD must wait for before it can deploy to the cluster."""

    def __init__(
        self, name: str, args: HubAccessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:HubAccess", name, None, opts)
        own = pulumi.ResourceOptions(parent=self)
        entry = aws.eks.AccessEntry(
            f"{name}-entry",
            cluster_name=args.cluster_name,
            principal_arn=args.principal_arn,
            kubernetes_groups=[conventions.HUB_GROUP],
            type="STANDARD",
            # Known by its principal: made first, the new one would be refused as already there.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        table = Table(
            addons=args.addons,
            compute=args.compute,
            runs_argocd=args.runs_argocd,
            makes_credentials=args.makes_credentials,
        )
        boundary = HubBoundary(f"{name}-boundary", HubBoundaryArgs(table=table), opts=own)
        role = k8s.rbac.v1.ClusterRole(
            f"{name}-cluster-role",
            metadata={"name": conventions.HUB_GROUP},
            rules=cluster_rules(table),
            opts=own,
        )
        binding = k8s.rbac.v1.ClusterRoleBinding(
            f"{name}-binding",
            metadata={"name": conventions.HUB_GROUP},
            role_ref=_reference("ClusterRole", role.metadata),
            subjects=[_GROUP],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*boundary.ready]),
        )
        self.ready = (entry, binding)
        self.register_outputs({"principalArn": entry.principal_arn})


@dataclass(frozen=True, kw_only=True)
class OwnKindsArgs:
    """Where Argo CD keeps its own objects."""

    namespace: pulumi.Input[str]
    makes_credentials: bool
    """Whether it asks External Secrets for secrets of its own there."""


class OwnKinds(pulumi.ComponentResource):
    """On the hub alone: the hub's Argo CD writes its own kinds, in its own namespace.

    The root Application reaches the hub as group `argocd-hub`, like every other cluster.
    """

    def __init__(
        self, name: str, args: OwnKindsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:OwnKinds", name, None, opts)
        own = pulumi.ResourceOptions(parent=self)
        metadata: k8s.meta.v1.ObjectMetaArgsDict = {
            "name": conventions.HUB_GROUP,
            "namespace": args.namespace,
        }
        role = k8s.rbac.v1.Role(
            f"{name}-role",
            metadata=metadata,
            rules=[
                {
                    "api_groups": [OWN_API_GROUP],
                    "resources": list(OWN_KINDS),
                    "verbs": list(WRITE),
                },
                *argocd_credentials.rules(makes=args.makes_credentials),
            ],
            opts=own,
        )
        binding = k8s.rbac.v1.RoleBinding(
            f"{name}-binding",
            metadata=metadata,
            role_ref=_reference("Role", role.metadata),
            subjects=[_GROUP],
            opts=own,
        )
        self.register_outputs({"bindingId": binding.id})


def _reference(
    kind: str, metadata: pulumi.Output[k8s.meta.v1.outputs.ObjectMeta]
) -> k8s.rbac.v1.RoleRefArgsDict:
    """To a role by its own name, so that the binding comes after it."""
    name = metadata.apply(lambda made: str(made.name))
    return {"api_group": "rbac.authorization.k8s.io", "kind": kind, "name": name}


def cluster_rules(table: Table) -> list[Rule]:
    """Read of every kind, because Argo CD compares; write of what the cluster is to have.

    What it is not to have may be removed, but nothing that bears data.
    """
    granted = [Rights(writes=WRITABLE), *table.granted]
    return [
        {"api_groups": ["*"], "resources": ["*"], "verbs": list(READ)},
        {"non_resource_urls": ["*"], "verbs": ["get"]},
        *kubernetes_rights.bindings(BINDABLE),
        *(rule for rights in granted for rule in kubernetes_rights.rules(rights)),
        *(rule for rights in table.removable for rule in kubernetes_rights.removals(rights)),
    ]
