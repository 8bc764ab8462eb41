"""What the add-ons of `addon_catalogue.py` need from AWS, as resources.

Owns: EKS's own add-ons, and the roles of those whose charts Argo CD installs. Not here: the table,
and the charts (`gitops/addons/`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from components import addon_catalogue, iam
from components.addon_settings import AddonSettings
from components.contracts import AddonFacts
from components.place import Place

ADDON_NAMESPACE = "kube-system"


@dataclass(frozen=True, kw_only=True)
class EksAddonsArgs:
    """Which half of the catalogue's EKS add-ons, and on which cluster."""

    stage: Literal["before-nodes", "after-nodes"]
    account_id: str
    region: str
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    after: Sequence[pulumi.Resource]
    """What must stand first: the nodes, for those that run on them."""
    permissions_boundary: str | None = None
    """ARN of what bounds the roles."""


class EksAddons(pulumi.ComponentResource):
    """EKS add-ons of one stage, pinned, each with its own role by Pod Identity."""

    installed: Sequence[pulumi.Resource]
    """For those who must wait until the add-ons are active."""

    def __init__(
        self, name: str, args: EksAddonsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:EksAddons", name, None, opts)
        self.installed = [
            self._addon(f"{name}-{addon}", addon, row, args)
            for addon, row in addon_catalogue.EKS.items()
            if row.stage == args.stage
        ]
        self.register_outputs({"stage": args.stage})

    def _addon(
        self, name: str, addon: str, row: addon_catalogue.EksAddon, args: EksAddonsArgs
    ) -> aws.eks.Addon:
        role = self._role(name, row, args)
        identities: list[aws.eks.AddonPodIdentityAssociationArgsDict] = (
            [{"role_arn": role.role_arn, "service_account": row.service_account}] if role else []
        )
        return aws.eks.Addon(
            name,
            addon_name=addon,
            addon_version=row.version,
            cluster_name=args.cluster_name,
            pod_identity_associations=identities,
            # EKS leaves a copy of its own on the cluster, which must give way at creation; later
            # changes made by hand are kept.
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="PRESERVE",
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
        )

    def _role(
        self, name: str, row: addon_catalogue.EksAddon, args: EksAddonsArgs
    ) -> iam.ServiceRole | None:
        if not row.managed_policy:
            return None
        policy = iam.managed_policy_arn(args.region, row.managed_policy)
        return iam.ServiceRole(
            name,
            iam.ServiceRoleArgs(
                trust=iam.pod_identity_trust(
                    account_id=args.account_id,
                    cluster_arn=args.cluster_arn,
                    namespace=ADDON_NAMESPACE,
                    service_accounts=[row.service_account],
                ),
                permissions=iam.Permissions(managed_policy_arns=[policy]),
                permissions_boundary=args.permissions_boundary,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )


@dataclass(frozen=True, kw_only=True)
class AddonRolesArgs:
    """The chart add-ons that a stack turns on, by their names in the catalogue."""

    addons: Sequence[str]
    settings: AddonSettings
    place: Place
    cluster_arn: pulumi.Input[str]
    permissions_boundary: str | None = None
    """ARN of what bounds the roles."""


class AddonRoles(pulumi.ComponentResource):
    """A Pod Identity role for each chart add-on that talks to AWS; no role for the others."""

    facts: Mapping[str, AddonFacts]
    """What Argo CD must know of each add-on, by name."""

    def __init__(
        self, name: str, args: AddonRolesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:AddonRoles", name, None, opts)
        self.facts = {addon: self._fact(name, addon, args) for addon in args.addons}
        roles = {
            addon: fact.role_arn for addon, fact in self.facts.items() if fact.role_arn is not None
        }
        self.register_outputs({"roleArns": roles})

    def _fact(self, name: str, addon: str, args: AddonRolesArgs) -> AddonFacts:
        row = addon_catalogue.CHARTS[addon]
        return AddonFacts(
            namespace=row.namespace,
            service_account=row.service_account,
            role_arn=self._role(f"{name}-{addon.replace('_', '-')}", row, args),
            extra=row.facts(args.place, args.settings) if row.facts else {},
        )

    def _role(
        self, name: str, row: addon_catalogue.ChartAddon, args: AddonRolesArgs
    ) -> pulumi.Output[str] | None:
        if row.permissions is None:
            return None
        policy = iam.policy(*row.permissions(args.place, args.settings))
        role = iam.PodIdentityRole(
            name,
            iam.PodIdentityRoleArgs(
                account_id=args.place.account,
                cluster_name=args.place.cluster,
                cluster_arn=args.cluster_arn,
                namespace=row.namespace,
                service_accounts=[row.service_account],
                permissions=iam.Permissions(policy=policy),
                permissions_boundary=args.permissions_boundary,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return role.role_arn
