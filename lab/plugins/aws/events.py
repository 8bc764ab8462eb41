"""EventBridge rules and their targets."""

from collections.abc import Mapping
from typing import Any

from lab.errors import LabError
from lab.plugins.aws.ec2 import arguments
from lab.plugins.aws.resource_type import AutoName, ResourceType, Scope, tag_list, tag_map
from lab.plugins.aws.schema import Kind, Property, Values, listed

_DEFAULT_BUS = "default"


def _refuse_failed(answer: Values) -> None:
    """EventBridge reports failed entries in an answer that is otherwise a success."""
    for entry in listed(answer, "FailedEntries"):
        raise LabError(f"{entry.get('ErrorCode')}: {entry.get('ErrorMessage')}")


def _parts(resource_id: str) -> tuple[str, str]:
    """Bus and name in a rule's id: `name`, or `bus/name` off the default bus."""
    bus, _, name = resource_id.rpartition("/")
    return bus or _DEFAULT_BUS, name


class EventRule(ResourceType):
    pulumi_type = "aws:cloudwatch/eventRule:EventRule"
    taggable = True
    properties = (
        Property("name", replace=True),
        Property("eventBusName", default=_DEFAULT_BUS, replace=True),
        Property("eventPattern", Kind.JSON),
        Property("scheduleExpression"),
        Property("description"),
        Property("roleArn"),
        Property("state", default="ENABLED"),
        Property("forceDestroy", Kind.FLAG, default=False),
    )
    outputs = ("arn",)
    auto_name = AutoName(limit=64)

    def flaws(self, inputs: Values) -> list[tuple[str, str]]:
        if inputs.get("eventPattern") or inputs.get("scheduleExpression"):
            return []
        return [("eventPattern", "this or scheduleExpression is required")]

    def create(self, aws: Scope, inputs: Values) -> str:
        tags = tag_list(inputs.get("tagsAll"))
        self._put(aws, inputs, {"Tags": tags} if tags else {})
        bus, name = inputs["eventBusName"], inputs["name"]
        return name if bus == _DEFAULT_BUS else f"{bus}/{name}"

    @staticmethod
    def _put(aws: Scope, inputs: Values, more: Values) -> None:
        names = {
            "name": "Name",
            "eventBusName": "EventBusName",
            "eventPattern": "EventPattern",
            "scheduleExpression": "ScheduleExpression",
            "description": "Description",
            "roleArn": "RoleArn",
            "state": "State",
        }
        aws.client("events").put_rule(**arguments(inputs, names), **more)

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        bus, name = _parts(resource_id)
        events = aws.client("events")
        rule = events.describe_rule(Name=name, EventBusName=bus)
        return {
            "name": rule["Name"],
            "eventBusName": bus,
            "eventPattern": rule.get("EventPattern"),
            "scheduleExpression": rule.get("ScheduleExpression"),
            "description": rule.get("Description") or None,
            "roleArn": rule.get("RoleArn"),
            "state": rule["State"],
            "arn": rule["Arn"],
            "tagsAll": tag_map(events.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"]),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del resource_id, old, changed
        self._put(aws, new, {})

    def retag(
        self, aws: Scope, resource_id: str, known: Values, tags: Mapping[str, str], gone: list[str]
    ) -> None:
        arn = known.get("arn") or aws.arn("events", f"rule/{resource_id}")
        if gone:
            aws.client("events").untag_resource(ResourceARN=arn, TagKeys=gone)
        if tags:
            aws.client("events").tag_resource(ResourceARN=arn, Tags=tag_list(tags))

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        bus, name = _parts(resource_id)
        aws.client("events").delete_rule(
            Name=name, EventBusName=bus, Force=bool(known.get("forceDestroy"))
        )


class EventTarget(ResourceType):
    """Where a rule sends its events; id `rule-target`."""

    pulumi_type = "aws:cloudwatch/eventTarget:EventTarget"
    properties = (
        Property("rule", required=True, replace=True),
        Property("arn", required=True),
        Property("eventBusName", default=_DEFAULT_BUS, replace=True),
        Property("targetId", replace=True),
        Property("roleArn"),
        Property("input", Kind.JSON),
        Property("inputPath"),
        Property(
            "inputTransformer",
            Kind.OBJECT,
            fields=(Property("inputPaths", Kind.MAP), Property("inputTemplate", required=True)),
        ),
        Property("deadLetterConfig", Kind.OBJECT, fields=(Property("arn"),)),
        Property(
            "retryPolicy",
            Kind.OBJECT,
            fields=(
                Property("maximumEventAgeInSeconds", Kind.NUMBER),
                Property("maximumRetryAttempts", Kind.NUMBER),
            ),
        ),
        Property("sqsTarget", Kind.OBJECT, fields=(Property("messageGroupId"),)),
        Property("forceDestroy", Kind.FLAG, default=False),
    )
    auto_name = AutoName("targetId", limit=64)
    _PLAIN: Mapping[str, str] = {
        "arn": "Arn",
        "roleArn": "RoleArn",
        "input": "Input",
        "inputPath": "InputPath",
    }
    _OBJECTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
        "inputTransformer": (
            "InputTransformer",
            {"inputPaths": "InputPathsMap", "inputTemplate": "InputTemplate"},
        ),
        "deadLetterConfig": ("DeadLetterConfig", {"arn": "Arn"}),
        "retryPolicy": (
            "RetryPolicy",
            {
                "maximumEventAgeInSeconds": "MaximumEventAgeInSeconds",
                "maximumRetryAttempts": "MaximumRetryAttempts",
            },
        ),
        "sqsTarget": ("SqsParameters", {"messageGroupId": "MessageGroupId"}),
    }

    def create(self, aws: Scope, inputs: Values) -> str:
        self._put(aws, inputs)
        return f"{inputs['rule']}-{inputs['targetId']}"

    def _put(self, aws: Scope, inputs: Values) -> None:
        target = {"Id": inputs["targetId"], **arguments(inputs, self._PLAIN)}
        for name, (member, names) in self._OBJECTS.items():
            if inputs.get(name):
                target[member] = arguments(inputs[name], names)
        answer = aws.client("events").put_targets(
            Rule=inputs["rule"], EventBusName=inputs["eventBusName"], Targets=[target]
        )
        _refuse_failed(answer)

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        if not known.get("rule"):
            raise LabError(f"the target {resource_id} cannot be imported by the lab's aws plugin")
        answer = aws.client("events").list_targets_by_rule(
            Rule=known["rule"], EventBusName=known.get("eventBusName", _DEFAULT_BUS)
        )
        target = next((item for item in answer["Targets"] if item["Id"] == known["targetId"]), None)
        if target is None:
            return None
        seen = {name: target.get(member) for name, member in self._PLAIN.items()}
        for name, (member, names) in self._OBJECTS.items():
            part = target.get(member)
            seen[name] = (
                {key: part[names[key]] for key in names if names[key] in part} if part else None
            )
        return {
            **{name: known.get(name) for name in ("rule", "eventBusName", "targetId")},
            **seen,
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del resource_id, old, changed
        self._put(aws, new)

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del resource_id
        answer = aws.client("events").remove_targets(
            Rule=known["rule"],
            EventBusName=known.get("eventBusName", _DEFAULT_BUS),
            Ids=[known["targetId"]],
            Force=bool(known.get("forceDestroy")),
        )
        _refuse_failed(answer)
