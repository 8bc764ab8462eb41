"""What admission holds the hub's Argo CD to on a cluster, beyond its rights in RBAC.

Owns: the policies as resources. They are Pulumi's, and RBAC gives Argo CD no right on them. Not
here: what they refuse is in `hub_boundary_….py`, the table that they follow in `addon_rights.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from components.hub_boundary_kinds import kinds
from components.hub_boundary_namespaces import namespaces
from components.hub_boundary_places import places
from components.hub_boundary_policy import IS_ARGO_CD, PLACE, Policy
from components.hub_boundary_roles import roles
from components.hub_boundary_table import Table


@dataclass(frozen=True, kw_only=True)
class HubBoundaryArgs:
    """What Argo CD has to do on the cluster."""

    table: Table


class HubBoundary(pulumi.ComponentResource):
    """ValidatingAdmissionPolicies with their bindings, for group `argocd-hub` alone."""

    ready: Sequence[pulumi.Resource]
    """What must stand before Argo CD gets its rights."""

    def __init__(
        self, name: str, args: HubBoundaryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:HubBoundary", name, None, opts)
        own = pulumi.ResourceOptions(parent=self)
        ready: list[pulumi.Resource] = []
        for policy in boundary(args.table):
            made = k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
                f"{name}-policy-{policy.key}",
                metadata={"name": policy.name},
                spec=spec(policy),
                opts=own,
            )
            bound = k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
                f"{name}-binding-{policy.key}",
                metadata={"name": policy.name},
                spec={
                    "policy_name": made.metadata.apply(lambda metadata: str(metadata.name)),
                    "validation_actions": ["Deny"],
                },
                opts=own,
            )
            ready += [made, bound]
        self.ready = ready
        self.register_outputs({"policies": [policy.name for policy in boundary(args.table)]})


def boundary(table: Table) -> list[Policy]:
    """Every policy of a cluster's boundary."""
    return [places(table), namespaces(table), roles(table), kinds(table)]


def spec(policy: Policy) -> k8s.admissionregistration.v1.ValidatingAdmissionPolicySpecArgsDict:
    """A policy as Kubernetes has it; what it cannot decide, it refuses."""
    return {
        "failure_policy": "Fail",
        "match_constraints": {
            "resource_rules": [
                {
                    "api_groups": list(matched.groups),
                    "api_versions": ["*"],
                    "operations": list(matched.operations),
                    "resources": list(matched.kinds),
                }
                for matched in policy.matched
            ]
        },
        "match_conditions": [{"name": "is-argo-cd", "expression": IS_ARGO_CD}],
        "variables": [
            {"name": name, "expression": expression}
            for name, expression in {**PLACE, **policy.variables}.items()
        ],
        "validations": [
            {
                "expression": held.expression,
                "message_expression": held.message,
                "reason": "Forbidden",
            }
            for held in policy.held
        ],
    }
