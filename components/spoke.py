"""The spoke's stack: a cluster, what the hub may do on it, and what the hub must know of it.

Owns: the wiring. Not here: any resource of its own.
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from components import cluster_labels, conventions, foundation, team_files, team_grants
from components.access import AccessRole, AccessRoleArgs, HubAccess, HubAccessArgs
from components.config import SpokeConfig
from components.contracts import full_name
from components.team_access import TeamAccess, TeamAccessArgs
from components.team_grants import Grants, Here
from components.team_rules import TeamPolicy
from components.workload_roles import WorkloadRoles, WorkloadRolesArgs

TEAMS = "teams"
"""Output of the stack: what it gave teams, which the next update keeps where a file is wrong."""


class UnknownGrantsError(pulumi.RunError):
    """A team's file is wrong, and nobody can tell what the team had: nothing may be taken away."""


def deploy(config: SpokeConfig) -> None:
    """Brings up the spoke and exports its registration.

    The hub's role need not exist yet, unless Argo CD there is an EKS Capability.
    """
    # Teams' pods go to nodes of a pool from Git, whose NodeClass enforces network policies; nothing
    # can be said to the built-in ones. What tolerates the system pool's taint needs no other.
    built = foundation.build(config, builtin_pools=["system"])
    name = config.cluster.name
    principal, access_role = (
        _capability(config) if config.hub.argocd == "capability" else _access_role(config, built)
    )
    access = HubAccess(
        f"{name}-hub-access",
        HubAccessArgs(
            cluster_name=built.cluster.cluster_name,
            principal_arn=principal,
            addons=config.addons,
            compute=config.cluster.compute,
        ),
        opts=built.in_cluster(),
    )
    grant_teams(config, built)
    foundation.registration(config, built, access.ready, access_role).export()
    foundation.export_access(config, built)


def _access_role(
    config: SpokeConfig, built: foundation.Foundation
) -> tuple[pulumi.Input[str], pulumi.Input[str]]:
    """Who enters, and what the hub is told to assume: a role that trusts the hub's, to come."""
    name, hub = config.cluster.name, config.hub
    role = AccessRole(
        f"{name}-access",
        AccessRoleArgs(
            cluster_name=name,
            region=config.region,
            hub_account_id=hub.account_id,
            hub_role_arn=conventions.hub_role_arn(hub.account_id, config.region, hub.cluster_name),
            permissions_boundary=foundation.boundary(config),
        ),
        opts=pulumi.ResourceOptions(providers=[built.aws_provider]),
    )
    return role.role_arn, role.role_arn


def _capability(config: SpokeConfig) -> tuple[pulumi.Input[str], pulumi.Input[str]]:
    """The capability enters as its own role, which EKS looks for: the hub comes first."""
    hub = config.hub
    return conventions.capability_role_arn(hub.account_id, config.region, hub.cluster_name), ""


def grant_teams(config: SpokeConfig, built: foundation.Foundation) -> None:
    """What the teams' files give people and workloads on this cluster.

    Raises:
        PolicyError: the platform's policy for teams is wrong.
        UnknownGrantsError: a team's file is wrong, and what it had cannot be read.
    """
    name = config.cluster.name
    rules = team_files.policy()
    granted = _grants(config, rules)
    TeamAccess(
        f"{name}-teams",
        TeamAccessArgs(cluster_name=built.cluster.cluster_name, groups=granted.groups),
        opts=built.in_cluster(),
    )
    WorkloadRoles(
        f"{name}-workloads",
        WorkloadRolesArgs(
            workloads=granted.workloads,
            account_id=config.account.id,
            region=config.region,
            cluster_name=name,
            cluster_arn=built.cluster.cluster_arn,
            other_accounts=rules.workload_accounts,
        ),
        opts=pulumi.ResourceOptions(providers=[built.aws_provider]),
    )
    pulumi.export(TEAMS, granted.record)


def _grants(config: SpokeConfig, rules: TeamPolicy) -> Grants:
    files = team_files.read(rules)
    administrators = {config.account.deployer_role_arn, *config.cluster.admins}
    here = Here(labels=cluster_labels.labels(config), administrators=administrators)
    wrong = files.mistakes
    granted = team_grants.grants(files, here, rules, _granted_before(wrong) if wrong else {})
    for line in granted.warnings:
        pulumi.log.warn(line)
    return granted


def _granted_before(wrong: Mapping[str, list[str]]) -> Mapping[str, Any]:
    stack = full_name(pulumi.get_stack())
    try:
        return foundation.stack_outputs(stack).get(TEAMS, {})
    except Exception as error:
        lines = [line for found in wrong.values() for line in found]
        reason = f"{stack}: its outputs cannot be read ({error}); try again, or mend the files"
        raise UnknownGrantsError("\n".join([*lines, reason])) from None
