"""CloudWatch log groups."""

from collections.abc import Mapping
from typing import Any

from lab.plugins.aws.ec2 import arguments
from lab.plugins.aws.resource_type import AutoName, ResourceType, Scope, own_tags
from lab.plugins.aws.schema import Kind, Property, Values


class LogGroup(ResourceType):
    pulumi_type = "aws:cloudwatch/logGroup:LogGroup"
    taggable = True
    properties = (
        Property("name", replace=True),
        Property("retentionInDays", Kind.NUMBER, default=0),
        Property("kmsKeyId"),
        Property("logGroupClass", replace=True, computed=True),
        Property("skipDestroy", Kind.FLAG, default=False),
    )
    outputs = ("arn",)
    auto_name = AutoName(limit=512)

    def create(self, aws: Scope, inputs: Values) -> str:
        names = {"name": "logGroupName", "kmsKeyId": "kmsKeyId", "logGroupClass": "logGroupClass"}
        tags = inputs.get("tagsAll")
        aws.client("logs").create_log_group(
            **arguments(inputs, names), **({"tags": tags} if tags else {})
        )
        return inputs["name"]

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        if inputs["retentionInDays"]:
            self._retain(aws, resource_id, inputs)

    @staticmethod
    def _retain(aws: Scope, name: str, inputs: Values) -> None:
        if inputs["retentionInDays"]:
            aws.client("logs").put_retention_policy(
                logGroupName=name, retentionInDays=inputs["retentionInDays"]
            )
        else:
            aws.client("logs").delete_retention_policy(logGroupName=name)

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        logs = aws.client("logs")
        found = logs.describe_log_groups(logGroupNamePrefix=resource_id)["logGroups"]
        group = next((item for item in found if item["logGroupName"] == resource_id), None)
        if group is None:
            return None
        arn = group["arn"].removesuffix(":*")
        return {
            "name": resource_id,
            "retentionInDays": group.get("retentionInDays", 0),
            "kmsKeyId": group.get("kmsKeyId"),
            "logGroupClass": group.get("logGroupClass", "STANDARD"),
            "arn": arn,
            "tagsAll": own_tags(logs.list_tags_for_resource(resourceArn=arn).get("tags")),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del old
        if "retentionInDays" in changed:
            self._retain(aws, resource_id, new)
        if "kmsKeyId" in changed and new.get("kmsKeyId"):
            aws.client("logs").associate_kms_key(logGroupName=resource_id, kmsKeyId=new["kmsKeyId"])
        elif "kmsKeyId" in changed:
            aws.client("logs").disassociate_kms_key(logGroupName=resource_id)

    def retag(
        self, aws: Scope, resource_id: str, known: Values, tags: Mapping[str, str], gone: list[str]
    ) -> None:
        arn = known.get("arn") or aws.arn("logs", f"log-group:{resource_id}")
        if gone:
            aws.client("logs").untag_resource(resourceArn=arn, tagKeys=gone)
        if tags:
            aws.client("logs").tag_resource(resourceArn=arn, tags=dict(tags))

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        if not known.get("skipDestroy"):
            aws.client("logs").delete_log_group(logGroupName=resource_id)
