"""IAM roles and the policies on them. Customer managed policies are in iam_policies.py."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from lab.plugins.aws.account import policy_text
from lab.plugins.aws.ec2 import arguments
from lab.plugins.aws.resource_type import AutoName, ResourceType, Scope, tag_list, tag_map
from lab.plugins.aws.schema import Kind, Property, Values, listed, section


def document_text(document: Any) -> str:
    """A policy document; the API itself returns it URL-encoded, boto3 mostly decodes it."""
    text = policy_text(document)
    return unquote(text) if text.startswith("%7B") else text


class Role(ResourceType):
    pulumi_type = "aws:iam/role:Role"
    regional = False
    taggable = True
    properties = (
        Property("name", replace=True),
        Property("path", default="/", replace=True),
        Property("assumeRolePolicy", Kind.JSON, required=True),
        Property("description"),
        Property("maxSessionDuration", Kind.NUMBER, default=3600),
        Property("permissionsBoundary"),
        Property("forceDetachPolicies", Kind.FLAG, default=False),
        Property("managedPolicyArns", Kind.SET, computed=True),
    )
    outputs = ("arn", "createDate", "uniqueId")
    auto_name = AutoName(limit=64)

    def create(self, aws: Scope, inputs: Values) -> str:
        names = {
            "name": "RoleName",
            "path": "Path",
            "assumeRolePolicy": "AssumeRolePolicyDocument",
            "description": "Description",
            "maxSessionDuration": "MaxSessionDuration",
            "permissionsBoundary": "PermissionsBoundary",
        }
        tags = tag_list(inputs.get("tagsAll"))
        aws.client("iam").create_role(
            **arguments(inputs, names), **({"Tags": tags} if tags else {})
        )
        return inputs["name"]

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        self._attach(aws, resource_id, set(), set(listed(inputs, "managedPolicyArns")))

    @staticmethod
    def _attach(aws: Scope, name: str, old: set[str], new: set[str]) -> None:
        for arn in sorted(old - new):
            aws.client("iam").detach_role_policy(RoleName=name, PolicyArn=arn)
        for arn in sorted(new - old):
            aws.client("iam").attach_role_policy(RoleName=name, PolicyArn=arn)

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        role = aws.client("iam").get_role(RoleName=resource_id)["Role"]
        return {
            "name": role["RoleName"],
            "path": role["Path"],
            "assumeRolePolicy": document_text(role["AssumeRolePolicyDocument"]),
            "description": role.get("Description") or None,
            "maxSessionDuration": role.get("MaxSessionDuration", 3600),
            "permissionsBoundary": section(role, "PermissionsBoundary").get(
                "PermissionsBoundaryArn"
            ),
            "managedPolicyArns": self._attached(aws, resource_id),
            "arn": role["Arn"],
            "createDate": role["CreateDate"].isoformat(),
            "uniqueId": role["RoleId"],
            "tagsAll": tag_map(role.get("Tags")),
        }

    @staticmethod
    def _attached(aws: Scope, name: str) -> list[str]:
        pages = aws.client("iam").get_paginator("list_attached_role_policies")
        return sorted(
            policy["PolicyArn"]
            for page in pages.paginate(RoleName=name)
            for policy in page["AttachedPolicies"]
        )

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        iam = aws.client("iam")
        if "assumeRolePolicy" in changed:
            iam.update_assume_role_policy(
                RoleName=resource_id, PolicyDocument=new["assumeRolePolicy"]
            )
        if changed & {"description", "maxSessionDuration"}:
            iam.update_role(
                RoleName=resource_id,
                Description=new.get("description") or "",
                MaxSessionDuration=new["maxSessionDuration"],
            )
        if "permissionsBoundary" in changed and new.get("permissionsBoundary"):
            iam.put_role_permissions_boundary(
                RoleName=resource_id, PermissionsBoundary=new["permissionsBoundary"]
            )
        elif "permissionsBoundary" in changed:
            iam.delete_role_permissions_boundary(RoleName=resource_id)
        if "managedPolicyArns" in changed:
            before = set(listed(old, "managedPolicyArns"))
            self._attach(aws, resource_id, before, set(listed(new, "managedPolicyArns")))

    def retag(
        self, aws: Scope, resource_id: str, known: Values, tags: Mapping[str, str], gone: list[str]
    ) -> None:
        del known
        if gone:
            aws.client("iam").untag_role(RoleName=resource_id, TagKeys=gone)
        if tags:
            aws.client("iam").tag_role(RoleName=resource_id, Tags=tag_list(tags))

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        iam = aws.client("iam")
        if known.get("forceDetachPolicies"):
            for name in iam.list_role_policies(RoleName=resource_id)["PolicyNames"]:
                iam.delete_role_policy(RoleName=resource_id, PolicyName=name)
            self._attach(aws, resource_id, set(self._attached(aws, resource_id)), set())
        iam.delete_role(RoleName=resource_id)


class RolePolicy(ResourceType):
    """A policy inside a role; id `role:name`."""

    pulumi_type = "aws:iam/rolePolicy:RolePolicy"
    regional = False
    properties = (
        Property("name", replace=True),
        Property("role", required=True, replace=True),
        Property("policy", Kind.JSON, required=True),
    )
    auto_name = AutoName(limit=128)

    def create(self, aws: Scope, inputs: Values) -> str:
        self._put(aws, inputs)
        return f"{inputs['role']}:{inputs['name']}"

    @staticmethod
    def _put(aws: Scope, inputs: Values) -> None:
        aws.client("iam").put_role_policy(
            RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"]
        )

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        role, name = resource_id.split(":", 1)
        found = aws.client("iam").get_role_policy(RoleName=role, PolicyName=name)
        return {"role": role, "name": name, "policy": document_text(found["PolicyDocument"])}

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del resource_id, old, changed
        self._put(aws, new)

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        role, name = resource_id.split(":", 1)
        aws.client("iam").delete_role_policy(RoleName=role, PolicyName=name)


class RolePolicyAttachment(ResourceType):
    """A managed policy on a role; id `role/policy ARN`."""

    pulumi_type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    regional = False
    # The replacement may be the very same attachment: deleting the old one would delete it.
    delete_first = True
    properties = (
        Property("role", required=True, replace=True),
        Property("policyArn", required=True, replace=True),
    )

    def create(self, aws: Scope, inputs: Values) -> str:
        aws.client("iam").attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
        return f"{inputs['role']}/{inputs['policyArn']}"

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        role, arn = resource_id.split("/", 1)
        pages = aws.client("iam").get_paginator("list_attached_role_policies")
        attached = {
            policy["PolicyArn"]
            for page in pages.paginate(RoleName=role)
            for policy in page["AttachedPolicies"]
        }
        return {"role": role, "policyArn": arn} if arn in attached else None

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        role, arn = resource_id.split("/", 1)
        aws.client("iam").detach_role_policy(RoleName=role, PolicyArn=arn)
