"""Names, paths and tags that more than one component or stack relies on; pure.

Owns: what must be spelled the same by hub, spoke and Argo CD although they never meet. Not here:
names that only one component uses, and annotation keys (`contracts.py`).
"""

from collections.abc import Mapping
from hashlib import sha256

PROJECT = "eks-hub-spoke"

ROLE_PATH = f"/{PROJECT}/"
"""IAM path of every role that the program makes; a deployer's permissions can end here."""

ACCESS_ROLE_PATH = f"{ROLE_PATH}argocd/"
"""IAM path of the spokes' access roles: the hub may assume what lies below it, in any account."""

WORKLOAD_ROLE_PATH = f"{ROLE_PATH}workloads/"
"""IAM path of the roles that teams' pods work as."""

CLUSTER_TAG = f"{PROJECT}:cluster"
"""On everything that a hub's or spoke's stack makes: a deployer's permissions turn on it."""

PLATFORM_BOUNDARY, WORKLOAD_BOUNDARY = "platform-boundary", "workload-boundary"
"""Permissions boundaries of an account, under `ROLE_PATH`: every role that the program makes has
one, and its deployer can neither change them nor make a role without."""

ARGOCD_NAMESPACE = "argocd"

WEBHOOK_SECRET, WEBHOOK_SECRET_KEY = "argocd-webhook", "secret"
"""Secret, and key in it, by which Git hosts sign what they tell Argo CD; never made by Pulumi."""

HUB_SERVICE_ACCOUNTS = ("argocd-application-controller", "argocd-server")
"""Argo CD's service accounts that talk to clusters: one syncs, one shows logs and manifests."""

HUB_GROUP = "argocd-hub"
"""Kubernetes group that a cluster's access entry gives to the hub's Argo CD."""

PREVIEW_GROUP = f"{PROJECT}:preview"
"""Kubernetes group that a cluster's access entry gives to the role that previews the stack."""

CLUSTER_LABEL, CLUSTER_LABEL_VALUE = "argocd.argoproj.io/secret-type", "cluster"
"""By which Argo CD takes a secret for a cluster."""

TEAM_LABEL, ENVIRONMENT_LABEL = f"{PROJECT}/team", f"{PROJECT}/environment"
"""On whatever a team's file became: whose it is. A namespace of both is named after both."""

DRAINED_ANNOTATION = f"{PROJECT}/drained"
"""On a cluster secret, `"true"`: it may go, and what runs on the cluster with it."""

CLUSTER_NAME_LENGTH = 26
"""Longest cluster name: with suffixes, here and of Pulumi, it stays inside IAM's 64 characters."""


def partition(region: str) -> str:
    """The AWS partition of a region, as ARNs spell it (`aws`, `aws-cn`, `aws-us-gov`)."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def hub_role_name(cluster: str) -> str:
    """The role that Argo CD on hub `cluster` works as; spokes trust it before it exists."""
    return f"{cluster}-argocd"


def hub_role_arn(account: str, region: str, cluster: str) -> str:
    """ARN of that role, computable by a spoke from the hub's account and cluster name alone."""
    return f"arn:{partition(region)}:iam::{account}:role{ROLE_PATH}{hub_role_name(cluster)}"


CAPABILITY_SERVICE = "capabilities.eks.amazonaws.com"
"""Whom the role of an EKS Capability trusts, and is handed to."""


def capability_role_name(cluster: str) -> str:
    """The role that Argo CD works as where it is an EKS Capability of hub `cluster`.

    Not the name of the self-managed one's role: while a hub changes from one to the other, both
    exist.
    """
    return f"{cluster}-argocd-capability"


def capability_role_arn(account: str, region: str, cluster: str) -> str:
    """ARN of that role; a spoke's access entry names it, so it must exist before the spoke."""
    return f"arn:{partition(region)}:iam::{account}:role{ROLE_PATH}{capability_role_name(cluster)}"


def capability_log_group(cluster: str) -> str:
    """Under AWS's own prefix, where one resource policy of the account holds for all groups."""
    return f"/aws/vendedlogs/eks/{cluster}/argocd"


def boundary_arn(account: str, region: str, boundary: str) -> str:
    """ARN of one of the account's two boundaries, computable before it exists."""
    return f"arn:{partition(region)}:iam::{account}:policy{ROLE_PATH}{boundary}"


def namespace(team: str, environment: str) -> str:
    """Of a team's environment, on each of its clusters."""
    return f"{team}-{environment}"


def team_group(team: str, environment: str, role: str) -> str:
    """Kubernetes group of those whom an environment gives a role: access entries hand it out, and
    the guardrails bind it."""
    return f"{PROJECT}:{namespace(team, environment)}:{role}"


def workload_role_name(cluster: str, namespace: str, service_account: str) -> str:
    """Of the role that a service account's pods work as; 54 characters at most, of IAM's 64.

    The namespace is for people; what tells roles apart is the end, because what it stands for is
    longer than a name may be.
    """
    told = sha256(f"{cluster}/{namespace}/{service_account}".encode()).hexdigest()
    return f"{namespace}-{told[:10]}"


def deployer_role_name(stack: str) -> str:
    """The role that brings a stack up; its path is `/`, out of reach of what it may change."""
    return f"{PROJECT}-deployer-{stack}"


def preview_role_name(stack: str) -> str:
    """The role that previews a stack and changes nothing."""
    return f"{PROJECT}-preview-{stack}"


def access_role_name(cluster: str) -> str:
    """The role on a spoke that the hub's Argo CD assumes."""
    return f"{cluster}-access"


def access_role_pattern(region: str) -> str:
    """ARN pattern of every access role: what the hub's role may assume, and nothing wider."""
    return f"arn:{partition(region)}:iam::*:role{ACCESS_ROLE_PATH}*"


def cluster_secret_name(cluster: str) -> str:
    """Name of the Argo CD cluster secret; fixed, because a new name would replace it."""
    return f"cluster-{cluster}"


def tags(*, cluster: str, environment: str, extra: Mapping[str, str]) -> dict[str, str]:
    """Tags of everything a stack makes; given once, as the provider's default tags."""
    return {
        **extra,
        CLUSTER_TAG: cluster,
        f"{PROJECT}:environment": environment,
        **account_tags({}),
    }


def account_tags(extra: Mapping[str, str]) -> dict[str, str]:
    """Tags of what an account has before any cluster; none names a cluster."""
    return {**extra, f"{PROJECT}:managed-by": "pulumi"}
