"""What the emulated EKS offers: Kubernetes versions, add-ons, access policies.

The lab's own numbers where AWS has its own (platform versions, node releases, add-on builds): they
only need to be stable, and say by "lab" where a person could mistake them for AWS's.
"""

import re

from lab.versions import KUBERNETES

# Only what the lab has server programs for; another minor would be a lie that kubectl shows.
VERSIONS = (KUBERNETES.rpartition(".")[0],)
DEFAULT_VERSION = VERSIONS[-1]
PLATFORM_VERSION = "eks.1"
NODE_RELEASE = f"{KUBERNETES}-20261101"

# Names only: which builds exist is AWS's matter, so any well-formed one that a stack pins is taken.
ADDONS = {
    "amazon-cloudwatch-observability": "observability",
    "aws-ebs-csi-driver": "storage",
    "aws-efs-csi-driver": "storage",
    "cert-manager": "security",
    "coredns": "networking",
    "eks-node-monitoring-agent": "observability",
    "eks-pod-identity-agent": "security",
    "external-dns": "networking",
    "kube-proxy": "networking",
    "kube-state-metrics": "observability",
    "metrics-server": "observability",
    "prometheus-node-exporter": "observability",
    "snapshot-controller": "storage",
    "vpc-cni": "networking",
}
ADDON_VERSION = re.compile(r"v\d+\.\d+\.\d+-eksbuild\.\d+")
DEFAULT_ADDON_VERSION = "v1.0.0-eksbuild.1"

# Those whose rights the authorization webhook grants (`lab.aws.authorization`), people's and the
# managed Argo CD's …
GRANTED_POLICIES = (
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSViewPolicy",
    "AmazonEKSArgoCDClusterPolicy",
    "AmazonEKSArgoCDPolicy",
)
# … and those of Auto Mode's nodes and controllers, which the lab runs with rights of its own.
NODE_POLICIES = (
    "AmazonEKSAutoNodePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
ACCESS_POLICIES = (*GRANTED_POLICIES, *NODE_POLICIES)
