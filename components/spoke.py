"""The spoke's stack: a cluster, what the hub may do on it, and what the hub must know of it.

Owns: the wiring. Not here: any resource of its own.
"""

import pulumi

from components import conventions, foundation
from components.access import AccessRole, AccessRoleArgs, HubAccess, HubAccessArgs
from components.config import SpokeConfig


def deploy(config: SpokeConfig) -> None:
    """Brings up the spoke and exports its registration; the hub's role need not exist yet."""
    # Teams' pods go to nodes of a pool from Git, whose NodeClass enforces network policies; nothing
    # can be said to the built-in ones. What tolerates the system pool's taint needs no other.
    built = foundation.build(config, builtin_pools=["system"])
    name = config.cluster.name
    role = AccessRole(
        f"{name}-access",
        AccessRoleArgs(
            cluster_name=name,
            region=config.region,
            hub_account_id=config.hub.account_id,
            hub_role_arn=conventions.hub_role_arn(
                config.hub.account_id, config.region, config.hub.cluster_name
            ),
        ),
        opts=pulumi.ResourceOptions(providers=[built.aws_provider]),
    )
    access = HubAccess(
        f"{name}-hub-access",
        HubAccessArgs(
            cluster_name=built.cluster.cluster_name,
            principal_arn=role.role_arn,
            addons=config.addons,
            compute=config.cluster.compute,
        ),
        opts=built.in_cluster(),
    )
    foundation.registration(config, built, access.ready, role.role_arn).export()
    foundation.export_access(config, built)
