"""The add-ons that a stack can turn on, as data; pure.

Owns: names, namespaces, service accounts, what goes with what, and pinned versions of EKS add-ons.
Not here: what each may do in AWS (`addon_policies.py` and the modules beside it) and Argo CD for it
(`addon_rights.py`), the resources (`addons.py`), versions and values of charts (`gitops/addons/`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi

from components import addon_policies, iam, karpenter_policy, load_balancer_policy
from components.addon_settings import AddonSettings
from components.place import Place


@dataclass(frozen=True, kw_only=True)
class ChartAddon:
    """An add-on whose chart Argo CD installs; Pulumi gives it a role and tells Argo CD where."""

    namespace: str
    service_account: str
    permissions: Callable[[Place, AddonSettings], Sequence[iam.Statement]] | None = None
    """None where the add-on does not talk to AWS."""
    facts: Callable[[Place, AddonSettings], Mapping[str, pulumi.Input[str]]] | None = None
    """What its chart asks for besides: annotations, without the add-on's name in front."""
    settings: Literal["none", "optional", "required"] = "none"
    """Whether a stack that turns it on has a section of `addonSettings` for it."""
    requires: Sequence[str] = ()
    """Add-ons without which it does nothing."""
    replaced_by_auto_mode: bool = False
    """Two of the same would work against each other on one cluster."""
    data_bearing: bool = False
    """Keeps what cannot be made anew: nothing of it goes when it is turned off."""


@dataclass(frozen=True, kw_only=True)
class EksAddon:
    """An add-on that EKS installs; only for clusters without Auto Mode, which has its own."""

    version: str
    stage: Literal["before-nodes", "after-nodes"]
    """Nodes need a network to be ready; CoreDNS and CSI without nodes are degraded for 20 min."""
    service_account: str = ""
    managed_policy: str = ""
    """Name of the AWS managed policy its Pod Identity role gets."""


CHARTS: Mapping[str, ChartAddon] = {
    "aws_load_balancer_controller": ChartAddon(
        namespace="kube-system",
        service_account="aws-load-balancer-controller",
        permissions=load_balancer_policy.aws_load_balancer_controller,
        replaced_by_auto_mode=True,
    ),
    "external_dns": ChartAddon(
        namespace="external-dns",
        service_account="external-dns",
        permissions=addon_policies.external_dns,
        facts=addon_policies.external_dns_facts,
        settings="required",
    ),
    "external_secrets": ChartAddon(
        namespace="external-secrets",
        service_account="external-secrets",
        permissions=addon_policies.external_secrets,
    ),
    "cert_manager": ChartAddon(
        namespace="cert-manager",
        service_account="cert-manager",
        permissions=addon_policies.cert_manager,
        settings="required",
    ),
    "metrics_server": ChartAddon(namespace="kube-system", service_account="metrics-server"),
    "karpenter": ChartAddon(
        namespace="kube-system",
        service_account="karpenter",
        permissions=karpenter_policy.karpenter,
        facts=karpenter_policy.karpenter_facts,
        replaced_by_auto_mode=True,
    ),
    "argo_rollouts": ChartAddon(namespace="argo-rollouts", service_account="argo-rollouts"),
    "kube_prometheus_stack": ChartAddon(
        namespace="kube-prometheus-stack",
        service_account="kube-prometheus-stack-prometheus",
        data_bearing=True,
    ),
    "opencost": ChartAddon(
        namespace="opencost", service_account="opencost", requires=["kube_prometheus_stack"]
    ),
    "velero": ChartAddon(
        namespace="velero",
        service_account="velero",
        permissions=addon_policies.velero,
        facts=addon_policies.velero_facts,
        settings="required",
        data_bearing=True,
    ),
    "aws_for_fluentbit": ChartAddon(
        namespace="aws-for-fluentbit",
        service_account="aws-for-fluentbit",
        permissions=addon_policies.aws_for_fluentbit,
        facts=addon_policies.aws_for_fluentbit_facts,
        settings="optional",
    ),
}

# Of EKS 1.36; `aws eks describe-addon-versions --kubernetes-version 1.36` lists newer ones.
EKS: Mapping[str, EksAddon] = {
    "vpc-cni": EksAddon(
        version="v1.22.4-eksbuild.3",
        stage="before-nodes",
        service_account="aws-node",
        managed_policy="AmazonEKS_CNI_Policy",
    ),
    "kube-proxy": EksAddon(version="v1.36.0-eksbuild.21", stage="before-nodes"),
    "eks-pod-identity-agent": EksAddon(version="v1.3.10-eksbuild.3", stage="before-nodes"),
    "coredns": EksAddon(version="v1.14.3-eksbuild.16", stage="after-nodes"),
    "aws-ebs-csi-driver": EksAddon(
        version="v1.63.1-eksbuild.1",
        stage="after-nodes",
        service_account="ebs-csi-controller-sa",
        managed_policy="service-role/AmazonEBSCSIDriverPolicy",
    ),
}


def contradictions(
    addons: Sequence[str], *, auto_mode: bool, settings: Collection[str] | None
) -> list[str]:
    """What a choice of add-ons lacks or has too much of, each with its remedy.

    Args:
        addons: the ones that are turned on, all of them in `CHARTS`.
        auto_mode: whether EKS makes the cluster's nodes by itself.
        settings: the add-ons that have a section in `addonSettings`; None if that is not known.
    """
    rows = {addon: CHARTS[addon] for addon in addons}
    found = [
        f"{addon} is built into Auto Mode; take it out"
        for addon, row in rows.items()
        if auto_mode and row.replaced_by_auto_mode
    ]
    found += [
        f"{addon} needs {other}; add it"
        for addon, row in rows.items()
        for other in row.requires
        if other not in rows
    ]
    if settings is not None:
        found += [
            f"{addon} needs settings; write addonSettings.{addon}"
            for addon, row in rows.items()
            if row.settings == "required" and addon not in settings
        ]
        found += [
            f"{addon} is not among them; add it, or take addonSettings.{addon} out"
            for addon in sorted(settings)
            if addon not in rows
        ]
    return found
