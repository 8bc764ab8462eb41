"""The hub's stack: a cluster with Argo CD, registered with itself and with every spoke.

Owns: the wiring, and the look-ups that it needs (a stack's outputs). Not here: any resource of its
own.
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from components import foundation, iam
from components.access import (
    HubAccess,
    HubAccessArgs,
    OwnKinds,
    OwnKindsArgs,
    hub_role_args,
)
from components.argocd import ArgoCd, ArgoCdArgs
from components.bridge import ClusterRegistration, ClusterRegistrationArgs
from components.config import HubConfig
from components.contracts import Registration, RepositoryFacts


def deploy(config: HubConfig) -> None:
    """Brings up the hub; every spoke of `spokes` must have been brought up before."""
    spokes = Registration.require_all(
        config.spokes, outputs_of=stack_outputs, hub_cluster=config.cluster.name
    )
    built = foundation.build(config)
    name = config.cluster.name
    role = iam.PodIdentityRole(
        f"{name}-argocd-identity",
        hub_role_args(
            account_id=config.account.id,
            region=config.region,
            cluster_name=name,
            cluster_arn=built.cluster.cluster_arn,
        ),
        opts=pulumi.ResourceOptions(providers=[built.aws_provider]),
    )
    argocd = ArgoCd(
        f"{name}-argocd",
        ArgoCdArgs(
            config=config.argocd, cluster_name=name, after=[*built.ready, *role.associations]
        ),
        opts=built.in_cluster(),
    )
    access = HubAccess(
        f"{name}-hub-access",
        HubAccessArgs(cluster_name=built.cluster.cluster_name, principal_arn=role.role_arn),
        opts=built.in_cluster(),
    )
    OwnKinds(f"{name}-own-kinds", OwnKindsArgs(namespace=argocd.namespace), opts=built.in_cluster())
    repository = RepositoryFacts(
        url=config.argocd.platform_repository.url,
        revision=config.argocd.platform_repository.revision,
        base_path=config.argocd.platform_repository.base_path,
    )
    itself = foundation.registration(config, built, access.ready)
    for stack, registration in {pulumi.get_stack(): itself, **spokes}.items():
        ClusterRegistration(
            f"{name}-registration-{stack.replace('/', '-')}",
            ClusterRegistrationArgs(
                namespace=argocd.namespace, registration=registration, repository=repository
            ),
            opts=built.in_cluster(),
        )
    foundation.export_access(config, built)
    export_argocd(argocd)


def stack_outputs(name: str) -> Mapping[str, Any]:
    """Outputs of a stack by its full name; raises at once if there is no such stack.

    A StackReference alone would fail later, in the engine's words and not in ours.
    """
    found = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": name})
    return found.value["outputs"]


def export_argocd(argocd: ArgoCd) -> None:
    """Where Argo CD answers, and how to log in; the first password is never an output."""
    pulumi.export("argocd_address", "https://localhost:8080")
    pulumi.export(
        "argocd_port_forward_command",
        pulumi.Output.format(
            "kubectl --namespace {0} port-forward service/argocd-server 8080:443", argocd.namespace
        ),
    )
    pulumi.export(
        "argocd_login_command",
        pulumi.Output.format("argocd admin initial-password --namespace {0}", argocd.namespace),
    )
