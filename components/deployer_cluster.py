"""What a deployer may do to its cluster, and to the cluster's keys and log groups; pure.

Owns: the actions of EKS, KMS and CloudWatch Logs that the AWS provider calls for the types of
`cluster.py`, `compute.py`, `addons.py`, `access.py` and `flow_logs.py`. Not here: the network
(`deployer_network.py`) and IAM (`deployer_identity.py`).

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html
"""

from components import conventions, iam
from components.deployer_tags import asked, owned
from components.place import Place

_EKS_READS = (
    "DescribeAccessEntry DescribeAddon DescribeCluster DescribeNodegroup "
    "DescribePodIdentityAssociation DescribeUpdate ListAssociatedAccessPolicies"
)
_EKS_WRITES = (
    "AssociateAccessPolicy CreateAccessEntry CreateAddon CreateCluster "
    "CreateNodegroup CreatePodIdentityAssociation DeleteAccessEntry DeleteAddon DeleteCluster "
    "DeleteNodegroup DeletePodIdentityAssociation DisassociateAccessPolicy TagResource "
    "UntagResource UpdateAccessEntry UpdateAddon UpdateClusterConfig UpdateClusterVersion "
    "UpdateNodegroupConfig UpdateNodegroupVersion UpdatePodIdentityAssociation"
)
LOGS_WRITES = [
    *("logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:DeleteLogGroup"),
    *("logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource"),
]
"""On log groups, which are always encrypted."""
_KEY_READS = "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags"
_KEY_WRITES = (
    "CreateAlias DeleteAlias EnableKeyRotation PutKeyPolicy ScheduleKeyDeletion TagResource "
    "UntagResource UpdateAlias UpdateKeyDescription"
)


def reads(place: Place) -> list[iam.Statement]:
    """The cluster, its keys and its log groups."""
    return [
        iam.allow(_of("eks", _EKS_READS), _cluster(place)),
        iam.allow(_of("kms", _KEY_READS), [place.arn("kms", "key/*")], owned(place)),
        iam.allow(["kms:ListAliases"], ["*"]),
        iam.allow(["logs:DescribeLogGroups"], [place.arn("logs", "log-group:*")]),
        iam.allow(["logs:ListTagsForResource"], _log_groups(place)),
    ]


def writes(place: Place) -> list[iam.Statement]:
    """Makes, changes and removes them; no key is used but by EKS, for the cluster's secrets.

    A key has no ARN before it is made: it is the tag that says whose it will be.
    https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html
    """
    keys = place.arn("kms", "key/*")
    alias = place.arn("kms", f"alias/{conventions.PROJECT}/{place.cluster}")
    by_eks = {**owned(place), "Bool": {"kms:GrantIsForAWSResource": "true"}}
    return [
        iam.allow(_of("eks", _EKS_WRITES), _cluster(place)),
        iam.allow(["kms:CreateKey", "kms:TagResource"], ["*"], asked(place)),
        iam.allow(_of("kms", _KEY_WRITES), [keys], owned(place)),
        iam.allow(_of("kms", "CreateAlias DeleteAlias UpdateAlias"), [alias, f"{alias}-*"]),
        iam.allow(["kms:CreateGrant"], [keys], by_eks),
        iam.allow(LOGS_WRITES, _log_groups(place)),
    ]


def _cluster(place: Place) -> list[str]:
    kinds = ("access-entry", "addon", "nodegroup", "podidentityassociation")
    of_cluster = [place.arn("eks", f"{kind}/{place.cluster}/*") for kind in kinds]
    return [place.arn("eks", f"cluster/{place.cluster}"), *of_cluster]


def _log_groups(place: Place) -> list[str]:
    """The control plane's, and the flow logs', whose name the network's begins."""
    names = (f"/aws/eks/{place.cluster}/cluster", f"{place.cluster}-network-*")
    groups = [place.arn("logs", f"log-group:{name}") for name in names]
    return [*groups, *(f"{group}:*" for group in groups)]


def _of(service: str, actions: str) -> list[str]:
    return [f"{service}:{action}" for action in actions.split()]
