"""Vended logs of CloudWatch: where they come from, where they go, and what joins the two."""

from collections.abc import Mapping
from typing import Any

from lab.plugins.aws.ec2 import arguments
from lab.plugins.aws.resource_type import AutoName, ResourceType, Scope, own_tags
from lab.plugins.aws.schema import Kind, Property, Values

_NAME_LIMIT = 60


class _Logs(ResourceType):
    """What the three have in common: tags by ARN."""

    taggable = True

    def retag(
        self, aws: Scope, resource_id: str, known: Values, tags: Mapping[str, str], gone: list[str]
    ) -> None:
        del resource_id
        logs = aws.client("logs")
        if gone:
            logs.untag_resource(resourceArn=known["arn"], tagKeys=gone)
        if tags:
            logs.tag_resource(resourceArn=known["arn"], tags=dict(tags))

    @staticmethod
    def _tags(aws: Scope, arn: str) -> dict[str, str]:
        found = aws.client("logs").list_tags_for_resource(resourceArn=arn).get("tags")
        return own_tags(found)


def _tags_argument(inputs: Values) -> dict[str, Any]:
    return {"tags": inputs["tagsAll"]} if inputs.get("tagsAll") else {}


class LogDeliverySource(_Logs):
    """A log of an AWS resource; its id is its name."""

    pulumi_type = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
    properties = (
        Property("name", replace=True),
        Property("logType", required=True, replace=True),
        Property("resourceArn", required=True, replace=True),
    )
    outputs = ("arn", "service")
    auto_name = AutoName(limit=_NAME_LIMIT)

    def create(self, aws: Scope, inputs: Values) -> str:
        names = {"name": "name", "logType": "logType", "resourceArn": "resourceArn"}
        aws.client("logs").put_delivery_source(**arguments(inputs, names), **_tags_argument(inputs))
        return inputs["name"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        found = aws.client("logs").get_delivery_source(name=resource_id)["deliverySource"]
        return {
            "name": resource_id,
            "logType": found["logType"],
            "resourceArn": found["resourceArns"][0],
            "arn": found["arn"],
            "service": found["service"],
            "tagsAll": self._tags(aws, found["arn"]),
        }

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        aws.client("logs").delete_delivery_source(name=resource_id)


class LogDeliveryDestination(_Logs):
    """Where logs go; its id is its name."""

    pulumi_type = "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination"
    properties = (
        Property("name", replace=True),
        Property(
            "deliveryDestinationConfiguration",
            Kind.OBJECT,
            replace=True,
            fields=(Property("destinationResourceArn"),),
        ),
        Property("deliveryDestinationType", replace=True, computed=True),
        Property("outputFormat", replace=True),
    )
    outputs = ("arn",)
    auto_name = AutoName(limit=_NAME_LIMIT)

    def create(self, aws: Scope, inputs: Values) -> str:
        same = ("name", "deliveryDestinationConfiguration", "outputFormat")
        aws.client("logs").put_delivery_destination(
            **arguments(inputs, {name: name for name in same}), **_tags_argument(inputs)
        )
        return inputs["name"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        answer = aws.client("logs").get_delivery_destination(name=resource_id)
        found = answer["deliveryDestination"]
        return {
            "name": resource_id,
            "deliveryDestinationConfiguration": found["deliveryDestinationConfiguration"],
            "deliveryDestinationType": found["deliveryDestinationType"],
            "outputFormat": found.get("outputFormat"),
            "arn": found["arn"],
            "tagsAll": self._tags(aws, found["arn"]),
        }

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        aws.client("logs").delete_delivery_destination(name=resource_id)


class LogDelivery(_Logs):
    """A source and a destination joined; CloudWatch gives the id."""

    pulumi_type = "aws:cloudwatch/logDelivery:LogDelivery"
    properties = (
        Property("deliverySourceName", required=True, replace=True),
        Property("deliveryDestinationArn", required=True, replace=True),
    )
    outputs = ("arn",)

    def create(self, aws: Scope, inputs: Values) -> str:
        same = ("deliverySourceName", "deliveryDestinationArn")
        answer = aws.client("logs").create_delivery(
            **arguments(inputs, {name: name for name in same}), **_tags_argument(inputs)
        )
        return answer["delivery"]["id"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        found = aws.client("logs").get_delivery(id=resource_id)["delivery"]
        return {
            "deliverySourceName": found["deliverySourceName"],
            "deliveryDestinationArn": found["deliveryDestinationArn"],
            "arn": found["arn"],
            "tagsAll": self._tags(aws, found["arn"]),
        }

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        aws.client("logs").delete_delivery(id=resource_id)
