"""Roles of teams' workloads: what pods of a service account may do in AWS.

Owns: one role for each service account, under the workloads' permissions boundary, by Pod Identity.
Not here: what a team may ask for (`team_rules.py`), the boundary (the account's stack makes it),
and the service account (the team's own chart does).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulumi

from components import conventions, iam, team_rules
from components.team_files import Allowed
from components.team_grants import Workload


@dataclass(frozen=True, kw_only=True)
class WorkloadRolesArgs:
    """The workloads of one cluster that work with AWS."""

    workloads: Sequence[Workload]
    account_id: str
    region: str
    cluster_name: str
    cluster_arn: pulumi.Input[str]
    other_accounts: Sequence[str]
    """Besides the cluster's own: whose buckets, which bear no account, may be reached."""


class WorkloadRoles(pulumi.ComponentResource):
    """A bounded Pod Identity role for each service account that a team's file names."""

    def __init__(
        self, name: str, args: WorkloadRolesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:WorkloadRoles", name, None, opts)
        boundary = conventions.boundary_arn(
            args.account_id, args.region, conventions.WORKLOAD_BOUNDARY
        )
        roles = {
            f"{workload.namespace}/{workload.service_account}": iam.PodIdentityRole(
                # A namespace holds no dot: whatever follows the first one is the service account.
                f"{name}-{workload.namespace}.{workload.service_account}",
                iam.PodIdentityRoleArgs(
                    account_id=args.account_id,
                    cluster_name=args.cluster_name,
                    cluster_arn=args.cluster_arn,
                    namespace=workload.namespace,
                    service_accounts=[workload.service_account],
                    permissions=iam.Permissions(policy=iam.policy(*statements(workload, args))),
                    role_name=conventions.workload_role_name(
                        args.cluster_name, workload.namespace, workload.service_account
                    ),
                    role_path=conventions.WORKLOAD_ROLE_PATH,
                    permissions_boundary=boundary,
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
            for workload in args.workloads
        }
        self.register_outputs({"roleArns": {key: role.role_arn for key, role in roles.items()}})


def statements(workload: Workload, args: WorkloadRolesArgs) -> Iterator[iam.Statement]:
    """A workload's policy: its own entries, with the cluster's place in their ARNs."""
    for allowed in workload.allow:
        resources = [_placed(arn, args) for arn in allowed.resources]
        yield iam.allow(allowed.actions, resources, _held(allowed, args))


def _placed(arn: str, args: WorkloadRolesArgs) -> str:
    own = arn.replace(team_rules.OWN_REGION, args.region)
    own = own.replace(team_rules.OWN_ACCOUNT, args.account_id)
    return re.sub(r"\Aarn:aws[a-z-]*:", f"arn:{conventions.partition(args.region)}:", own)


def _held(allowed: Allowed, args: WorkloadRolesArgs) -> iam.Conditions | None:
    """A bucket's ARN has no account, and its name is anybody's once it is free."""
    if not all(action.startswith("s3:") for action in allowed.actions):
        return None
    return {"StringEquals": {"aws:ResourceAccount": [args.account_id, *args.other_accounts]}}
