"""SQS queues and their policies."""

from collections.abc import Mapping
from typing import Any

from lab.plugins.aws.resource_type import AutoName, ResourceType, Scope, own_tags
from lab.plugins.aws.schema import Kind, Property, Values, section

_ATTRIBUTES: Mapping[str, str] = {
    "delaySeconds": "DelaySeconds",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
    "fifoQueue": "FifoQueue",
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "redrivePolicy": "RedrivePolicy",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "policy": "Policy",
}


def _text(value: Any) -> str:
    """An attribute's value as SQS takes it: always text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class Queue(ResourceType):
    """A queue; its id is its URL."""

    pulumi_type = "aws:sqs/queue:Queue"
    taggable = True
    properties = (
        Property("name", replace=True),
        Property("delaySeconds", Kind.NUMBER, default=0),
        Property("maxMessageSize", Kind.NUMBER, computed=True),
        Property("messageRetentionSeconds", Kind.NUMBER, default=345600),
        Property("receiveWaitTimeSeconds", Kind.NUMBER, default=0),
        Property("visibilityTimeoutSeconds", Kind.NUMBER, default=30),
        Property("fifoQueue", Kind.FLAG, default=False, replace=True),
        Property("contentBasedDeduplication", Kind.FLAG, default=False),
        Property("kmsMasterKeyId"),
        Property("kmsDataKeyReusePeriodSeconds", Kind.NUMBER, computed=True),
        Property("sqsManagedSseEnabled", Kind.FLAG, computed=True),
        Property("redrivePolicy", Kind.JSON),
        Property("redriveAllowPolicy", Kind.JSON, computed=True),
        Property("policy", Kind.JSON, computed=True),
    )
    outputs = ("arn", "url")
    auto_name = AutoName(limit=80)

    def create(self, aws: Scope, inputs: Values) -> str:
        attributes = {
            member: _text(inputs[name])
            for name, member in _ATTRIBUTES.items()
            # SQS refuses FIFO attributes, even false ones, on other queues.
            if inputs.get(name) is not None and (inputs[name] is not False or not _fifo(name))
        }
        tags = inputs.get("tagsAll")
        answer = aws.client("sqs").create_queue(
            QueueName=inputs["name"], Attributes=attributes, **({"tags": tags} if tags else {})
        )
        return answer["QueueUrl"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        sqs = aws.client("sqs")
        found = sqs.get_queue_attributes(QueueUrl=resource_id, AttributeNames=["All"])["Attributes"]
        seen: dict[str, Any] = {}
        for item in self.properties:
            value = found.get(_ATTRIBUTES.get(item.name, ""))
            seen[item.name] = _value(item, value)
        return {
            **seen,
            "name": resource_id.rsplit("/", 1)[-1],
            "arn": found["QueueArn"],
            "url": resource_id,
            "tagsAll": own_tags(sqs.list_queue_tags(QueueUrl=resource_id).get("Tags")),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del old
        attributes = {
            _ATTRIBUTES[name]: _text(new[name]) if new.get(name) is not None else ""
            for name in sorted(changed)
        }
        aws.client("sqs").set_queue_attributes(QueueUrl=resource_id, Attributes=attributes)

    def retag(
        self, aws: Scope, resource_id: str, known: Values, tags: Mapping[str, str], gone: list[str]
    ) -> None:
        del known
        if gone:
            aws.client("sqs").untag_queue(QueueUrl=resource_id, TagKeys=gone)
        if tags:
            aws.client("sqs").tag_queue(QueueUrl=resource_id, Tags=dict(tags))

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        aws.client("sqs").delete_queue(QueueUrl=resource_id)


def _fifo(name: str) -> bool:
    return name in ("fifoQueue", "contentBasedDeduplication")


def _value(item: Property, text: str | None) -> Any:
    """An attribute's value in the property's own type; absent flags are false."""
    if item.kind is Kind.FLAG:
        return text == "true" if text else False
    if item.kind is Kind.NUMBER:
        return int(text) if text else None
    return text or None


class QueuePolicy(ResourceType):
    """Who may use a queue; its id is the queue's URL."""

    pulumi_type = "aws:sqs/queuePolicy:QueuePolicy"
    properties = (
        Property("queueUrl", required=True, replace=True),
        Property("policy", Kind.JSON, required=True),
    )

    def create(self, aws: Scope, inputs: Values) -> str:
        self._set(aws, inputs["queueUrl"], inputs["policy"])
        return inputs["queueUrl"]

    @staticmethod
    def _set(aws: Scope, url: str, policy: str) -> None:
        aws.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        answer = aws.client("sqs").get_queue_attributes(
            QueueUrl=resource_id, AttributeNames=["Policy"]
        )
        policy = section(answer, "Attributes").get("Policy")
        return {"queueUrl": resource_id, "policy": policy} if policy else None

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del old, changed
        self._set(aws, resource_id, new["policy"])

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        self._set(aws, resource_id, "")
