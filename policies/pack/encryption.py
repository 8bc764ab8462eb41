"""Rules on what is kept: encrypted, with keys that turn, and not lost by a slip of the hand."""

from collections.abc import Iterator, Mapping

from .rule import Resource, at, is_false, is_true, numeric, resource_rule

KEY = "aws:kms/key:Key"
MUST_BE_ON = {
    "aws:docdb/cluster:Cluster": "storageEncrypted",
    "aws:ebs/volume:Volume": "encrypted",
    "aws:efs/fileSystem:FileSystem": "encrypted",
    "aws:elasticache/replicationGroup:ReplicationGroup": "atRestEncryptionEnabled",
    "aws:rds/cluster:Cluster": "storageEncrypted",
    "aws:rds/instance:Instance": "storageEncrypted",
}
"""Type → the input without which AWS keeps it in the clear."""
STATEFUL = (
    "aws:dynamodb/table:Table",
    "aws:efs/fileSystem:FileSystem",
    "aws:eks/cluster:Cluster",
    "aws:kms/key:Key",
    "aws:rds/cluster:Cluster",
    "aws:rds/instance:Instance",
    "aws:s3/bucket:Bucket",
)
PUBLIC_ACCESS_BLOCK = (
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets",
)
SHORTEST_WINDOW_DAYS = 14
"""In which a key that is to go can be had back; AWS lets it be 7 to 30. A holiday fits in."""


@resource_rule(*MUST_BE_ON, level="mandatory", remedy="Set it to true")
def storage_is_encrypted(store: Resource) -> Iterator[str]:
    """What AWS would keep in the clear is encrypted."""
    path = MUST_BE_ON[store.type]
    if is_false(store.value(path)):
        yield f"{path}: not true"


@resource_rule(
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2/instance:Instance",
    level="mandatory",
    remedy="Set ebs.encrypted to true for each volume",
)
def nodes_have_encrypted_volumes(machine: Resource) -> Iterator[str]:
    """Images, logs and emptyDir volumes lie on a node's disks."""
    for number, mapping in enumerate(machine.items("blockDeviceMappings")):
        volume = at(mapping, "ebs")
        if isinstance(volume, Mapping) and is_false(at(volume, "encrypted")):
            yield f"blockDeviceMappings[{number}].ebs.encrypted: not true"


@resource_rule(
    "aws:sqs/queue:Queue", level="mandatory", remedy="Leave it out: SQS encrypts by default"
)
def queues_are_encrypted(queue: Resource) -> Iterator[str]:
    """Encryption of a queue is not switched off."""
    switch, key = queue.value("sqsManagedSseEnabled"), queue.value("kmsMasterKeyId")
    if switch is not None and is_false(switch) and key is None:
        yield "sqsManagedSseEnabled: false, and no kmsMasterKeyId"


@resource_rule(
    "kubernetes:storage.k8s.io/*:StorageClass", level="mandatory", remedy='Set it to "true"'
)
def storage_classes_encrypt(storage: Resource) -> Iterator[str]:
    """The volumes that claims of teams make are encrypted."""
    of_ebs = str(storage.value("provisioner") or "").startswith("ebs.csi.")
    if of_ebs and is_false(storage.value("parameters.encrypted")):
        yield "parameters.encrypted: not true"


@resource_rule(KEY, level="mandatory", remedy="Set enableKeyRotation to true")
def keys_turn(key: Resource) -> Iterator[str]:
    """A symmetric key's material is replaced every year, by AWS and without anybody noticing."""
    symmetric = key.value("customerMasterKeySpec") in (None, "SYMMETRIC_DEFAULT")
    if symmetric and is_false(key.value("enableKeyRotation")):
        yield "enableKeyRotation: not true"


@resource_rule(KEY, level="mandatory", remedy=f"Set it to {SHORTEST_WINDOW_DAYS} to 30 days")
def keys_can_be_had_back(key: Resource) -> Iterator[str]:
    """What is encrypted is lost with its key, so a deleted key waits long enough to be missed."""
    days = numeric(key.value("deletionWindowInDays"))
    if days is not None and days < SHORTEST_WINDOW_DAYS:
        yield f"deletionWindowInDays: {days:g}"


# Advisory: it follows cluster.deletionProtection, which is switched off to take a stack away.
@resource_rule(*STATEFUL, level="advisory", remedy="Set the resource option protect")
def what_cannot_be_made_again_is_protected(store: Resource) -> Iterator[str]:
    """No update deletes what holds data, a cluster or a key without being told to first."""
    if not store.protect:
        yield "protect: not set"


@resource_rule(
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    level="mandatory",
    remedy="Set all four to true",
)
def buckets_block_public_access(block: Resource) -> Iterator[str]:
    """A bucket is public to nobody, by no list and no policy."""
    for path in PUBLIC_ACCESS_BLOCK:
        if is_false(block.value(path)):
            yield f"{path}: not true"


@resource_rule(
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketAcl:BucketAcl",
    level="mandatory",
    remedy="Leave it out; name readers in a bucket policy",
)
def buckets_have_no_public_list(bucket: Resource) -> Iterator[str]:
    """No access list opens a bucket."""
    if str(bucket.value("acl")).startswith(("public-", "authenticated-")):
        yield f"acl: {bucket.value('acl')}"


@resource_rule(
    "aws:ecr/repository:Repository",
    level="mandatory",
    remedy="Set imageTagMutability to IMMUTABLE",
)
def images_do_not_change_under_their_tag(repository: Resource) -> Iterator[str]:
    """A tag that was reviewed is the image that runs."""
    if not str(repository.value("imageTagMutability") or "").startswith("IMMUTABLE"):
        yield "imageTagMutability: not IMMUTABLE"


@resource_rule(
    "aws:rds/cluster:Cluster",
    "aws:rds/instance:Instance",
    level="mandatory",
    remedy="Leave it out; reach it inside the VPC",
)
def databases_are_not_public(database: Resource) -> Iterator[str]:
    """A database has no public address."""
    if is_true(database.value("publiclyAccessible")):
        yield "publiclyAccessible: true"
