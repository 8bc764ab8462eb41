"""The add-ons that a stack can turn on, as data; pure.

Owns: names, namespaces, service accounts, pinned versions of EKS add-ons and the permissions each
needs. Not here: the resources (`addons.py`) and the versions of charts (`gitops/addons/`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from components import conventions, iam


@dataclass(frozen=True, kw_only=True)
class Place:
    """The cluster that an add-on runs on, as far as its permissions speak of it."""

    account: str
    region: str
    cluster: str

    def arn(self, service: str, resource: str) -> str:
        """ARN of a resource of this account and region."""
        partition = conventions.partition(self.region)
        return f"arn:{partition}:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True, kw_only=True)
class ChartAddon:
    """An add-on whose chart Argo CD installs; Pulumi gives it a role and tells Argo CD where."""

    namespace: str
    service_account: str
    permissions: Callable[[Place], iam.Statement] | None = None
    """None where the add-on does not talk to AWS."""


@dataclass(frozen=True, kw_only=True)
class EksAddon:
    """An add-on that EKS installs; only for clusters without Auto Mode, which has its own."""

    version: str
    stage: Literal["before-nodes", "after-nodes"]
    """Nodes need a network to be ready; CoreDNS and CSI without nodes are degraded for 20 min."""
    service_account: str = ""
    managed_policy: str = ""
    """Name of the AWS managed policy its Pod Identity role gets."""


def _read_secrets(place: Place) -> iam.Statement:
    """Secrets whose name starts with the cluster's: `eks-hub-spoke/<cluster>/…`."""
    prefix = f"secret:{conventions.PROJECT}/{place.cluster}/*"
    return iam.allow(
        ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
        [place.arn("secretsmanager", prefix)],
    )


CHARTS: Mapping[str, ChartAddon] = {
    "external_secrets": ChartAddon(
        namespace="external-secrets",
        service_account="external-secrets",
        permissions=_read_secrets,
    ),
    "metrics_server": ChartAddon(namespace="kube-system", service_account="metrics-server"),
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
