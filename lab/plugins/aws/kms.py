"""KMS keys and their aliases."""

from collections.abc import Mapping
from typing import Any

from lab.plugins.aws.ec2 import arguments
from lab.plugins.aws.resource_type import AutoName, ResourceType, Scope, tag_list, tag_map
from lab.plugins.aws.schema import Kind, Property, Values

_DELETION_DAYS = 30
"""KMS's own default waiting period."""


class Key(ResourceType):
    """A key; deleting one schedules its deletion, as KMS has nothing quicker."""

    pulumi_type = "aws:kms/key:Key"
    taggable = True
    properties = (
        Property("description", computed=True),
        Property("policy", Kind.JSON, computed=True),
        Property("keyUsage", default="ENCRYPT_DECRYPT", replace=True),
        Property("customerMasterKeySpec", default="SYMMETRIC_DEFAULT", replace=True),
        Property("multiRegion", Kind.FLAG, replace=True, computed=True),
        Property("deletionWindowInDays", Kind.NUMBER),
        Property("enableKeyRotation", Kind.FLAG, default=False),
        Property("rotationPeriodInDays", Kind.NUMBER, computed=True),
        Property("isEnabled", Kind.FLAG, default=True),
        Property("bypassPolicyLockoutSafetyCheck", Kind.FLAG, default=False),
    )
    outputs = ("arn", "keyId")

    def create(self, aws: Scope, inputs: Values) -> str:
        names = {
            "description": "Description",
            "policy": "Policy",
            "keyUsage": "KeyUsage",
            "customerMasterKeySpec": "KeySpec",
            "multiRegion": "MultiRegion",
            "bypassPolicyLockoutSafetyCheck": "BypassPolicyLockoutSafetyCheck",
        }
        tags = tag_list(inputs.get("tagsAll"), "TagKey", "TagValue")
        answer = aws.client("kms").create_key(
            **arguments(inputs, names), **({"Tags": tags} if tags else {})
        )
        return answer["KeyMetadata"]["KeyId"]

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        if inputs["enableKeyRotation"]:
            self._rotate(aws, resource_id, inputs)
        if not inputs["isEnabled"]:
            aws.client("kms").disable_key(KeyId=resource_id)

    @staticmethod
    def _rotate(aws: Scope, resource_id: str, inputs: Values) -> None:
        period = arguments(inputs, {"rotationPeriodInDays": "RotationPeriodInDays"})
        if inputs["enableKeyRotation"]:
            aws.client("kms").enable_key_rotation(KeyId=resource_id, **period)
        else:
            aws.client("kms").disable_key_rotation(KeyId=resource_id)

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        kms = aws.client("kms")
        key = kms.describe_key(KeyId=resource_id)["KeyMetadata"]
        if key["KeyState"] in ("PendingDeletion", "PendingReplicaDeletion"):
            return None
        rotation = kms.get_key_rotation_status(KeyId=resource_id)
        enabled = rotation["KeyRotationEnabled"]
        return {
            "description": key.get("Description", ""),
            "policy": kms.get_key_policy(KeyId=resource_id, PolicyName="default")["Policy"],
            "keyUsage": key["KeyUsage"],
            "customerMasterKeySpec": key.get("KeySpec", "SYMMETRIC_DEFAULT"),
            "multiRegion": key.get("MultiRegion", False),
            "enableKeyRotation": enabled,
            "rotationPeriodInDays": rotation.get("RotationPeriodInDays") if enabled else None,
            "isEnabled": key["Enabled"],
            "arn": key["Arn"],
            "keyId": key["KeyId"],
            "tagsAll": tag_map(
                kms.list_resource_tags(KeyId=resource_id).get("Tags"), "TagKey", "TagValue"
            ),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del old
        kms = aws.client("kms")
        if "isEnabled" in changed and new["isEnabled"]:
            kms.enable_key(KeyId=resource_id)
        if "description" in changed:
            kms.update_key_description(KeyId=resource_id, Description=new.get("description") or "")
        if "policy" in changed and new.get("policy"):
            kms.put_key_policy(
                KeyId=resource_id,
                PolicyName="default",
                Policy=new["policy"],
                BypassPolicyLockoutSafetyCheck=new["bypassPolicyLockoutSafetyCheck"],
            )
        if changed & {"enableKeyRotation", "rotationPeriodInDays"}:
            self._rotate(aws, resource_id, new)
        if "isEnabled" in changed and not new["isEnabled"]:
            kms.disable_key(KeyId=resource_id)

    def retag(
        self, aws: Scope, resource_id: str, known: Values, tags: Mapping[str, str], gone: list[str]
    ) -> None:
        del known
        if gone:
            aws.client("kms").untag_resource(KeyId=resource_id, TagKeys=gone)
        if tags:
            aws.client("kms").tag_resource(
                KeyId=resource_id, Tags=tag_list(tags, "TagKey", "TagValue")
            )

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        if self.read(aws, resource_id, known) is not None:
            aws.client("kms").schedule_key_deletion(
                KeyId=resource_id,
                PendingWindowInDays=known.get("deletionWindowInDays") or _DELETION_DAYS,
            )


class Alias(ResourceType):
    """A key's name; pointing it at another key is a change in place."""

    pulumi_type = "aws:kms/alias:Alias"
    properties = (
        Property("name", replace=True),
        Property("targetKeyId", required=True),
    )
    outputs = ("arn", "targetKeyArn")
    auto_name = AutoName(limit=256, prefix="alias/")

    def flaws(self, inputs: Values) -> list[tuple[str, str]]:
        name = inputs.get("name")
        if isinstance(name, str) and not name.startswith("alias/"):
            return [("name", 'must begin with "alias/"')]
        return []

    def create(self, aws: Scope, inputs: Values) -> str:
        aws.client("kms").create_alias(AliasName=inputs["name"], TargetKeyId=inputs["targetKeyId"])
        return inputs["name"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        pages = aws.client("kms").get_paginator("list_aliases").paginate()
        for page in pages:
            for alias in page["Aliases"]:
                if alias["AliasName"] == resource_id:
                    return self._seen(aws, alias, known)
        return None

    @staticmethod
    def _seen(aws: Scope, alias: Values, known: Values) -> dict[str, Any]:
        key_arn = aws.arn("kms", f"key/{alias['TargetKeyId']}")
        # The program may give the key's ARN where KMS returns its id.
        by_arn = known.get("targetKeyId") == key_arn
        return {
            "name": alias["AliasName"],
            "targetKeyId": key_arn if by_arn else alias["TargetKeyId"],
            "arn": alias["AliasArn"],
            "targetKeyArn": key_arn,
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del old, changed
        aws.client("kms").update_alias(AliasName=resource_id, TargetKeyId=new["targetKeyId"])

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        aws.client("kms").delete_alias(AliasName=resource_id)
