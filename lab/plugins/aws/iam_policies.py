"""Customer managed IAM policies."""

from collections.abc import Mapping
from typing import Any

from lab.plugins.aws.ec2 import arguments
from lab.plugins.aws.iam import document_text
from lab.plugins.aws.resource_type import AutoName, ResourceType, Scope, tag_list, tag_map
from lab.plugins.aws.schema import Kind, Property, Values

_POLICY_VERSIONS = 5
"""Versions of one managed policy that IAM keeps."""


class Policy(ResourceType):
    """A customer managed policy; a new document is a new default version."""

    pulumi_type = "aws:iam/policy:Policy"
    regional = False
    taggable = True
    properties = (
        Property("name", replace=True),
        Property("path", default="/", replace=True),
        Property("description", replace=True),
        Property("policy", Kind.JSON, required=True),
    )
    outputs = ("arn", "attachmentCount", "policyId")
    auto_name = AutoName(limit=128)

    def create(self, aws: Scope, inputs: Values) -> str:
        names = {
            "name": "PolicyName",
            "path": "Path",
            "description": "Description",
            "policy": "PolicyDocument",
        }
        tags = tag_list(inputs.get("tagsAll"))
        answer = aws.client("iam").create_policy(
            **arguments(inputs, names), **({"Tags": tags} if tags else {})
        )
        return answer["Policy"]["Arn"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        iam = aws.client("iam")
        policy = iam.get_policy(PolicyArn=resource_id)["Policy"]
        version = iam.get_policy_version(
            PolicyArn=resource_id, VersionId=policy["DefaultVersionId"]
        )["PolicyVersion"]
        return {
            "name": policy["PolicyName"],
            "path": policy["Path"],
            "description": policy.get("Description") or None,
            "policy": document_text(version["Document"]),
            "arn": resource_id,
            "attachmentCount": policy.get("AttachmentCount", 0),
            "policyId": policy["PolicyId"],
            "tagsAll": tag_map(policy.get("Tags")),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del old, changed
        iam = aws.client("iam")
        versions = iam.list_policy_versions(PolicyArn=resource_id)["Versions"]
        if len(versions) >= _POLICY_VERSIONS:
            spare = [item for item in versions if not item["IsDefaultVersion"]]
            oldest = min(spare, key=lambda item: item["CreateDate"])
            iam.delete_policy_version(PolicyArn=resource_id, VersionId=oldest["VersionId"])
        iam.create_policy_version(
            PolicyArn=resource_id, PolicyDocument=new["policy"], SetAsDefault=True
        )

    def retag(
        self, aws: Scope, resource_id: str, known: Values, tags: Mapping[str, str], gone: list[str]
    ) -> None:
        del known
        if gone:
            aws.client("iam").untag_policy(PolicyArn=resource_id, TagKeys=gone)
        if tags:
            aws.client("iam").tag_policy(PolicyArn=resource_id, Tags=tag_list(tags))

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        iam = aws.client("iam")
        for version in iam.list_policy_versions(PolicyArn=resource_id)["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=resource_id, VersionId=version["VersionId"])
        iam.delete_policy(PolicyArn=resource_id)
