"""The hub's stack: a cluster with Argo CD, registered with itself and with every spoke.

Owns: the wiring. Not here: any resource of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
from components.argocd_capability import (
    ArgoCdCapability,
    ArgoCdCapabilityArgs,
    ArgoCdSettings,
    ArgoCdSettingsArgs,
    capability_role_args,
)
from components.bridge import ClusterRegistration, ClusterRegistrationArgs
from components.capability_endpoint import CapabilityEndpoint, CapabilityEndpointArgs
from components.capability_logs import CapabilityLogs, CapabilityLogsArgs
from components.config import HubConfig
from components.config_argocd import CapabilityConfig, SelfManagedConfig
from components.contracts import Registration, RepositoryFacts
from components.guard import (
    BootstrapGuard,
    BootstrapGuardArgs,
    ClusterSecretGuard,
    ClusterSecretGuardArgs,
)
from components.ordering import after


@dataclass(frozen=True, kw_only=True)
class Installed:
    """An Argo CD that runs, in either mode."""

    namespace: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]
    """What brings its kinds, and what it must be told before its first sync."""
    access: Sequence[pulumi.Resource]
    """What lets it deploy to the hub itself."""


def deploy(config: HubConfig) -> None:
    """Brings up the hub; every spoke of `spokes` must have been brought up before."""
    spokes = Registration.require_all(
        config.spokes,
        outputs_of=foundation.stack_outputs,
        hub_cluster=config.cluster.name,
        mode=config.argocd.mode,
    )
    # Both, because Argo CD must run before anything comes from Git, nodes for its pods included.
    built = foundation.build(config, builtin_pools=["general-purpose", "system"])
    name = config.cluster.name
    match config.argocd:
        case SelfManagedConfig() as chosen:
            argocd = self_managed(config, chosen, built)
        case CapabilityConfig() as chosen:
            argocd = managed(config, chosen, built)
    own_kinds = OwnKinds(
        f"{name}-own-kinds",
        OwnKindsArgs(namespace=argocd.namespace, makes_credentials=makes_credentials(config)),
        opts=built.in_cluster(),
    )
    itself = foundation.registration(config, built, argocd.access)
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


def self_managed(
    config: HubConfig, chosen: SelfManagedConfig, built: foundation.Foundation
) -> Installed:
    """Argo CD's chart, whose pods hold the hub's role by Pod Identity."""
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
        ArgoCdArgs(config=chosen, cluster_name=name, after=[*built.ready, *role.associations]),
        opts=built.in_cluster(),
    )
    export_self_managed(argocd.namespace)
    access = hub_access(config, built, role.role_arn)
    return Installed(namespace=argocd.namespace, ready=argocd.ready, access=access.ready)


def managed(config: HubConfig, chosen: CapabilityConfig, built: foundation.Foundation) -> Installed:
    """Argo CD as an EKS Capability, after its access entry, with its settings and logs."""
    name = config.cluster.name
    own = pulumi.ResourceOptions(providers=[built.aws_provider])
    role = iam.ServiceRole(
        f"{name}-argocd-identity",
        capability_role_args(
            chosen,
            account_id=config.account.id,
            cluster_name=name,
            permissions_boundary=foundation.boundary(config),
        ),
        opts=own,
    )
    access = hub_access(config, built, role.role_arn)
    capability = ArgoCdCapability(
        f"{name}-argocd",
        ArgoCdCapabilityArgs(
            config=chosen,
            region=config.region,
            cluster_name=built.cluster.cluster_name,
            principal_arn=after(role.role_arn, access.ready),
            endpoint_ids=private_endpoints(config, chosen, built),
        ),
        opts=own,
    )
    settings = ArgoCdSettings(
        f"{name}-argocd-settings",
        ArgoCdSettingsArgs(namespace=capability.namespace),
        opts=built.in_cluster(),
    )
    CapabilityLogs(
        f"{name}-argocd-log",
        CapabilityLogsArgs(
            capability_arn=capability.arn,
            cluster_name=name,
            retention_days=config.cluster.log_retention_days,
            key_arn=built.logs_key_arn,
        ),
        opts=own,
    )
    pulumi.export("argocd_address", capability.address)
    return Installed(
        namespace=capability.namespace,
        ready=[*capability.ready, *settings.ready],
        access=access.ready,
    )


def hub_access(
    config: HubConfig, built: foundation.Foundation, role_arn: pulumi.Input[str]
) -> HubAccess:
    """What Argo CD, as that role, may do on the hub."""
    return HubAccess(
        f"{config.cluster.name}-hub-access",
        HubAccessArgs(
            cluster_name=built.cluster.cluster_name,
            principal_arn=role_arn,
            addons=config.addons,
            compute=config.cluster.compute,
            runs_argocd=True,
            makes_credentials=makes_credentials(config),
        ),
        opts=built.in_cluster(),
    )


def makes_credentials(config: HubConfig) -> bool:
    """Whether External Secrets can be asked for secrets of Argo CD; the capability reads AWS."""
    return isinstance(config.argocd, SelfManagedConfig) and "external_secrets" in config.addons


def private_endpoints(
    config: HubConfig, chosen: CapabilityConfig, built: foundation.Foundation
) -> list[pulumi.Input[str]]:
    """The endpoint that alone leads to Argo CD, if that is asked for."""
    if not chosen.private_access:
        return []
    endpoint = CapabilityEndpoint(
        f"{config.cluster.name}-argocd-endpoint",
        CapabilityEndpointArgs(
            vpc_id=built.network.vpc_id,
            subnet_ids=built.network.private_subnet_ids,
            region=config.region,
            cluster_name=config.cluster.name,
            networks=chosen.private_access,
        ),
        opts=pulumi.ResourceOptions(providers=[built.aws_provider]),
    )
    return [endpoint.endpoint_id]


def register(
    config: HubConfig,
    built: foundation.Foundation,
    argocd: Installed,
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
                mode=config.argocd.mode,
            ),
            opts=built.in_cluster(),
        )
        for stack, registration in registrations.items()
    ]
    return [resource for registration in made for resource in registration.ready]


def export_self_managed(namespace: pulumi.Output[str]) -> None:
    """Where Argo CD answers, and how to log in; the first password is never an output."""
    pulumi.export("argocd_address", "https://localhost:8080")
    pulumi.export(
        "argocd_port_forward_command",
        pulumi.Output.format(
            "kubectl --namespace {0} port-forward service/argocd-server 8080:443", namespace
        ),
    )
    pulumi.export(
        "argocd_login_command",
        pulumi.Output.format("argocd admin initial-password --namespace {0}", namespace),
    )
