"""Cases of the rules on what is kept: storage, keys, logs, tags."""

from typing import Any

from policies.pack.rule import UNKNOWN
from tests.unit.policies.cases.case import bad, good, of

KEY = "aws:kms/key:Key"
QUEUE = "aws:sqs/queue:Queue"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
STORAGE = "kubernetes:storage.k8s.io/v1:StorageClass"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
CLUSTER = "aws:eks/cluster:Cluster"
PROVIDER = "pulumi:providers:aws"
DATABASE = "aws:rds/instance:Instance"
TAGS = {"eks-hub-spoke:environment": "dev", "eks-hub-spoke:managed-by": "pulumi"}
LOGGED = {"name": "hub", "enabledClusterLogTypes": ["api"]}


def volume(**ebs: Any) -> Any:
    return of(TEMPLATE, {"blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": ebs}]})


def tagged(*kinds: str) -> dict[str, Any]:
    return {"tagSpecifications": [{"resourceType": kind, "tags": TAGS} for kind in kinds]}


def blocked(**changes: bool) -> dict[str, Any]:
    on = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    return {**dict.fromkeys(on, True), **changes}


_STORAGE = [
    bad("storage-is-encrypted", of(DATABASE), says="storageEncrypted"),
    good("storage-is-encrypted", of("aws:ebs/volume:Volume", {"encrypted": True})),
    bad("nodes-have-encrypted-volumes", volume(), says="blockDeviceMappings[0]"),
    good("nodes-have-encrypted-volumes", volume(encrypted="true")),
    bad("queues-are-encrypted", of(QUEUE, {"sqsManagedSseEnabled": False}), says="false"),
    good("queues-are-encrypted", of(QUEUE)),
    bad(
        "storage-classes-encrypt",
        of(STORAGE, {"provisioner": "ebs.csi.eks.amazonaws.com", "parameters": {"type": "gp3"}}),
        says="not true",
    ),
    good(
        "storage-classes-encrypt",
        of(STORAGE, {"provisioner": "ebs.csi.aws.com", "parameters": {"encrypted": "true"}}),
    ),
    bad("keys-turn", of(KEY), says="not true"),
    good("keys-turn", of(KEY, {"enableKeyRotation": True})),
    good("keys-turn", of(KEY, {"customerMasterKeySpec": "RSA_2048"})),
    bad("keys-can-be-had-back", of(KEY, {"deletionWindowInDays": 7}), says="7"),
    good("keys-can-be-had-back", of(KEY, {"deletionWindowInDays": 30.0})),
    bad("what-cannot-be-made-again-is-protected", of(KEY), says="protect"),
    good("what-cannot-be-made-again-is-protected", of(QUEUE)),
    bad(
        "buckets-block-public-access",
        of(BLOCK, blocked(restrictPublicBuckets=False)),
        says="restrictPublicBuckets",
    ),
    good("buckets-block-public-access", of(BLOCK, blocked())),
    bad(
        "buckets-have-no-public-list",
        of("aws:s3/bucketAcl:BucketAcl", {"acl": "public-read"}),
        says="public-read",
    ),
    good("buckets-have-no-public-list", of("aws:s3/bucketAcl:BucketAcl", {"acl": "private"})),
    bad("images-do-not-change-under-their-tag", of("aws:ecr/repository:Repository"), says="not"),
    good(
        "images-do-not-change-under-their-tag",
        of("aws:ecr/repository:Repository", {"imageTagMutability": "IMMUTABLE"}),
    ),
    bad("databases-are-not-public", of(DATABASE, {"publiclyAccessible": True}), says="true"),
    good("databases-are-not-public", of(DATABASE)),
]

_LOGS = [
    bad("logs-end", of(LOGS), says="not set"),
    bad("logs-end", of(LOGS, {"retentionInDays": 0}), says="not set"),
    good("logs-end", of(LOGS, {"retentionInDays": 30})),
    bad(
        "audit-logs-last",
        of(LOGS, {"name": "/aws/eks/hub/cluster", "retentionInDays": 7}),
        says="7",
    ),
    good("audit-logs-last", of(LOGS, {"name": "/flow", "retentionInDays": 7})),
    good("audit-logs-last", of(LOGS, {"name": "/aws/eks/hub/cluster", "retentionInDays": 90})),
    bad(
        "clusters-bring-their-log-group",
        of(CLUSTER, LOGGED),
        of(LOGS, {"name": "/aws/eks/other/cluster"}),
        says="nobody makes /aws/eks/hub/cluster",
    ),
    good(
        "clusters-bring-their-log-group",
        of(CLUSTER, LOGGED),
        of(LOGS, {"name": "/aws/eks/hub/cluster"}),
    ),
]

_TAGS = [
    bad("everything-is-tagged", of(PROVIDER), says="without eks-hub-spoke:managed-by"),
    bad(
        "everything-is-tagged",
        of(PROVIDER, {"defaultTags": '{"tags": {"eks-hub-spoke:managed-by": ""}}'}),
        says="managed-by",
    ),
    good("everything-is-tagged", of(PROVIDER, {"defaultTags": {"tags": TAGS}})),
    good("everything-is-tagged", of(PROVIDER, {"defaultTags": UNKNOWN})),
    bad(
        "what-is-of-a-cluster-is-tagged-with-it",
        of(PROVIDER, {"defaultTags": {"tags": TAGS}}),
        of(CLUSTER),
        says="without eks-hub-spoke:cluster",
    ),
    good("what-is-of-a-cluster-is-tagged-with-it", of(PROVIDER), of(KEY)),
    good(
        "what-is-of-a-cluster-is-tagged-with-it",
        of(PROVIDER, {"defaultTags": {"tags": {**TAGS, "eks-hub-spoke:cluster": "dev"}}}),
        of(CLUSTER),
    ),
    bad("nodes-and-their-volumes-are-tagged", of(TEMPLATE, tagged("instance")), says="of volume"),
    good("nodes-and-their-volumes-are-tagged", of(TEMPLATE, tagged("instance", "volume"))),
    bad("a-stack-stays-in-its-account", of(PROVIDER, {"allowedAccountIds": "[]"}), says="not set"),
    good("a-stack-stays-in-its-account", of(PROVIDER, {"allowedAccountIds": '["1"]'})),
]

CASES = [*_STORAGE, *_LOGS, *_TAGS]
