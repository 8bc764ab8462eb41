"""EC2 launch templates: a change of what instances get is a new version."""

from collections.abc import Sequence
from typing import Any, cast

from lab.plugins.aws.ec2 import Ec2Type, arguments, tag_specification
from lab.plugins.aws.resource_type import AutoName, Scope, tag_list, tag_map
from lab.plugins.aws.schema import Kind, Property, Values

_TEXT_FLAGS = frozenset(
    {"ebsOptimized", "encrypted", "deleteOnTermination", "associatePublicIpAddress"}
)
"""Flags which the SDK types as text, so that absent differs from false."""

_EBS = (
    Property("deleteOnTermination"),
    Property("encrypted"),
    Property("iops", Kind.NUMBER, computed=True),
    Property("kmsKeyId"),
    Property("snapshotId"),
    Property("throughput", Kind.NUMBER, computed=True),
    Property("volumeSize", Kind.NUMBER, computed=True),
    Property("volumeType", computed=True),
)
_DATA = (
    Property(
        "blockDeviceMappings",
        Kind.OBJECTS,
        fields=(
            Property("deviceName"),
            Property("noDevice"),
            Property("virtualName"),
            Property("ebs", Kind.OBJECT, fields=_EBS),
        ),
    ),
    Property("ebsOptimized"),
    Property("iamInstanceProfile", Kind.OBJECT, fields=(Property("arn"), Property("name"))),
    Property("imageId"),
    Property("instanceType"),
    Property("keyName"),
    Property(
        "metadataOptions",
        Kind.OBJECT,
        computed=True,
        fields=(
            Property("httpEndpoint", computed=True),
            Property("httpProtocolIpv6", computed=True),
            Property("httpPutResponseHopLimit", Kind.NUMBER, computed=True),
            Property("httpTokens", computed=True),
            Property("instanceMetadataTags", computed=True),
        ),
    ),
    Property("monitoring", Kind.OBJECT, fields=(Property("enabled", Kind.FLAG),)),
    Property(
        "networkInterfaces",
        Kind.OBJECTS,
        fields=(
            Property("associatePublicIpAddress"),
            Property("deleteOnTermination"),
            Property("description"),
            Property("deviceIndex", Kind.NUMBER),
            Property("securityGroups", Kind.SET),
            Property("subnetId"),
        ),
    ),
    Property(
        "tagSpecifications",
        Kind.OBJECTS,
        fields=(Property("resourceType"), Property("tags", Kind.MAP)),
    ),
    Property("userData"),
    Property("vpcSecurityGroupIds", Kind.SET),
)
_API_NAMES = {"vpcSecurityGroupIds": "SecurityGroupIds", "securityGroups": "Groups"}


def _api_name(name: str) -> str:
    return _API_NAMES.get(name, name[0].upper() + name[1:])


def template_data(fields: Sequence[Property], values: Values) -> dict[str, Any]:
    """LaunchTemplateData (or a part of it) from inputs."""
    data: dict[str, Any] = {}
    for item in fields:
        value = values.get(item.name)
        if value is None:
            continue
        if item.kind is Kind.OBJECT:
            value = template_data(item.fields, value)
        elif item.kind is Kind.OBJECTS:
            value = [template_data(item.fields, part) for part in value]
        elif item.kind is Kind.MAP:
            value = tag_list(value)
        elif item.name in _TEXT_FLAGS:
            value = value == "true"
        data[_api_name(item.name)] = value
    return data


def template_inputs(fields: Sequence[Property], data: Values) -> dict[str, Any]:
    """Inputs from LaunchTemplateData; the reverse of `template_data`."""
    values: dict[str, Any] = {}
    for item in fields:
        value = data.get(_api_name(item.name))
        if value is None:
            values[item.name] = None
        elif item.kind is Kind.OBJECT:
            values[item.name] = template_inputs(item.fields, value)
        elif item.kind is Kind.OBJECTS:
            parts = cast("list[Values]", value)
            values[item.name] = [template_inputs(item.fields, part) for part in parts]
        elif item.kind is Kind.MAP:
            values[item.name] = tag_map(value)
        elif item.name in _TEXT_FLAGS:
            values[item.name] = "true" if value in (True, "true") else "false"
        else:
            values[item.name] = value
    return values


class LaunchTemplate(Ec2Type):
    pulumi_type = "aws:ec2/launchTemplate:LaunchTemplate"
    properties = (
        Property("name", replace=True),
        Property("description"),
        Property("defaultVersion", Kind.NUMBER, computed=True),
        Property("updateDefaultVersion", Kind.FLAG),
        *_DATA,
    )
    outputs = ("arn", "latestVersion")
    unstable = frozenset({"latestVersion"})
    auto_name = AutoName(limit=125)
    _NOT_DATA = frozenset({"defaultVersion", "updateDefaultVersion"})

    def create(self, aws: Scope, inputs: Values) -> str:
        names = {"name": "LaunchTemplateName", "description": "VersionDescription"}
        answer = aws.client("ec2").create_launch_template(
            **arguments(inputs, names),
            LaunchTemplateData=template_data(_DATA, inputs),
            **tag_specification("launch-template", inputs),
        )
        return answer["LaunchTemplate"]["LaunchTemplateId"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        ec2 = aws.client("ec2")
        found = ec2.describe_launch_templates(LaunchTemplateIds=[resource_id])["LaunchTemplates"]
        if not found:
            return None
        template = found[0]
        latest = ec2.describe_launch_template_versions(
            LaunchTemplateId=resource_id, Versions=[str(template["LatestVersionNumber"])]
        )["LaunchTemplateVersions"][0]
        return {
            **template_inputs(_DATA, latest["LaunchTemplateData"]),
            "name": template["LaunchTemplateName"],
            "description": latest.get("VersionDescription") or None,
            "defaultVersion": template["DefaultVersionNumber"],
            "latestVersion": template["LatestVersionNumber"],
            "arn": aws.arn("ec2", f"launch-template/{resource_id}"),
            "tagsAll": tag_map(template.get("Tags")),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        ec2 = aws.client("ec2")
        default = new.get("defaultVersion") if "defaultVersion" in changed else None
        if changed - self._NOT_DATA:
            answer = ec2.create_launch_template_version(
                LaunchTemplateId=resource_id,
                LaunchTemplateData=template_data(_DATA, new),
                **arguments(new, {"description": "VersionDescription"}),
            )
            if new.get("updateDefaultVersion"):
                default = answer["LaunchTemplateVersion"]["VersionNumber"]
        elif new.get("updateDefaultVersion"):
            default = old.get("latestVersion")
        if default is not None:
            ec2.modify_launch_template(LaunchTemplateId=resource_id, DefaultVersion=str(default))

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        aws.client("ec2").delete_launch_template(LaunchTemplateId=resource_id)
