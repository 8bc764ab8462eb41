"""The hub's stack: a cluster with Argo CD, registered with itself and with every spoke.

Owns: the wiring. Not here: any resource of its own.
"""

from collections.abc import Mapping

import pulumi

from components import foundation, iam
from components.access import (
    HubAccess,
    HubAccessArgs,
    OwnKinds,
    OwnKindsArgs,
    hub_role_args,
)
from components.argocd import (
    BOOTSTRAP,
    ROOT,
    ArgoCd,
    ArgoCdArgs,
    RootApplication,
    RootApplicationArgs,
)
from components.bridge import ClusterRegistration, ClusterRegistrationArgs
from components.config import HubConfig
from components.contracts import Registration, RepositoryFacts
from components.guard import (
    BootstrapGuard,
    BootstrapGuardArgs,
    ClusterSecretGuard,
    ClusterSecretGuardArgs,
)
from components.ordering import after


def deploy(config: HubConfig) -> None:
    """Brings up the hub; every spoke of `spokes` must have been brought up before."""
    spokes = Registration.require_all(
        config.spokes, outputs_of=foundation.stack_outputs, hub_cluster=config.cluster.name
    )
    # Both, because Argo CD must run before anything comes from Git, nodes for its pods included.
    built = foundation.build(config, builtin_pools=["general-purpose", "system"])
    name = config.cluster.name
    role = iam.PodIdentityRole(
        f"{name}-argocd-identity",
        hub_role_args(
            account_id=config.account.id,
            region=config.region,
            cluster_name=name,
            cluster_arn=built.cluster.cluster_arn,
            permissions_boundary=foundation.boundary(config),
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
        HubAccessArgs(
            cluster_name=built.cluster.cluster_name,
            principal_arn=role.role_arn,
            addons=config.addons,
            compute=config.cluster.compute,
            runs_argocd=True,
        ),
        opts=built.in_cluster(),
    )
    own_kinds = OwnKinds(
        f"{name}-own-kinds", OwnKindsArgs(namespace=argocd.namespace), opts=built.in_cluster()
    )
    itself = foundation.registration(config, built, access.ready)
    registered = register(config, built, argocd, {pulumi.get_stack(): itself, **spokes})
    guard = BootstrapGuard(
        f"{name}-bootstrap-guard",
        BootstrapGuardArgs(namespace=argocd.namespace, application=ROOT, project=BOOTSTRAP),
        opts=built.in_cluster(),
    )
    RootApplication(
        f"{name}-root",
        RootApplicationArgs(
            config=config.argocd,
            cluster_name=name,
            namespace=argocd.namespace,
            after=[*argocd.ready, own_kinds, *guard.ready, *registered],
        ),
        opts=built.in_cluster(),
    )
    foundation.export_access(config, built)
    export_argocd(argocd)


def register(
    config: HubConfig,
    built: foundation.Foundation,
    argocd: ArgoCd,
    registrations: Mapping[str, Registration],
) -> list[pulumi.Resource]:
    """Clusters that Argo CD knows, by the stacks that made them, under the hub's guard."""
    name, repository = config.cluster.name, config.argocd.platform_repository
    guard = ClusterSecretGuard(
        f"{name}-guard",
        ClusterSecretGuardArgs(namespace=argocd.namespace),
        opts=built.in_cluster(),
    )
    facts = RepositoryFacts(
        url=repository.url,
        revision=repository.revision,
        base_path=repository.base_path,
        chart_mirror=config.argocd.chart_mirror,
    )
    made = [
        ClusterRegistration(
            f"{name}-registration-{stack.replace('/', '-')}",
            ClusterRegistrationArgs(
                namespace=after(argocd.namespace, guard.ready),
                registration=registration,
                repository=facts,
            ),
            opts=built.in_cluster(),
        )
        for stack, registration in registrations.items()
    ]
    return [resource for registration in made for resource in registration.ready]


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
