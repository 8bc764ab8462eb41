"""The stack of an account: who may deploy to it, and what bounds the roles that they make.

Owns: the wiring. Not here: any resource of its own.
"""

import pulumi

from components import conventions, foundation, team_files
from components.account_roles import (
    Boundaries,
    BoundariesArgs,
    DeployerRoles,
    DeployerRolesArgs,
    Issuers,
    IssuersArgs,
)
from components.config_account import AccountStackConfig
from components.place import Place


def deploy(config: AccountStackConfig) -> None:
    """Brings up an account; an administrator of it does so, before any other stack."""
    provider = foundation.aws_provider(config)
    own = pulumi.ResourceOptions(providers=[provider])
    name, account = conventions.PROJECT, config.account.id
    Boundaries(
        f"{name}-boundaries",
        BoundariesArgs(
            account_id=account,
            region=config.region,
            workload_actions=team_files.workload_actions(),
        ),
        opts=own,
    )
    issuers = Issuers(
        f"{name}-issuers", IssuersArgs(pulumi=config.pulumi, github=config.github), opts=own
    )
    for stack, deployed in config.stacks.items():
        place = Place(
            account=account,
            region=deployed.region,
            cluster=deployed.cluster_name,
            node_role_name="",
        )
        DeployerRoles(
            f"{name}-{stack}",
            DeployerRolesArgs(
                stack=stack,
                place=place,
                argocd=deployed.argocd,
                people=config.deployers,
                pulumi=config.pulumi,
                github=config.github,
                issuers=issuers.by_host,
            ),
            opts=own,
        )
