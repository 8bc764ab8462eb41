"""Security groups and a VPC's default one.

Rules inside a group (`ingress`, `egress`) are here; rules as resources, the other way to write
them, are in security_group_rules.py.
"""

from collections.abc import Sequence
from typing import Any

from lab.plugins.aws.account import error_code
from lab.plugins.aws.ec2 import Ec2Type, arguments, tag_specification
from lab.plugins.aws.resource_type import AutoName, Scope, tag_map
from lab.plugins.aws.schema import Kind, Property, Values, listed, section

_DELETE_SECONDS = 900.0
"""As long as the official plugin waits for the interfaces that still use a group."""

_INLINE_FIELDS = (
    Property("protocol", required=True),
    Property("fromPort", Kind.NUMBER, required=True),
    Property("toPort", Kind.NUMBER, required=True),
    Property("cidrBlocks", Kind.LIST),
    Property("ipv6CidrBlocks", Kind.LIST),
    Property("prefixListIds", Kind.LIST),
    Property("securityGroups", Kind.SET),
    Property("self", Kind.FLAG, default=False),
    Property("description"),
)
_INLINE = (
    Property("ingress", Kind.OBJECTS, computed=True, fields=_INLINE_FIELDS),
    Property("egress", Kind.OBJECTS, computed=True, fields=_INLINE_FIELDS),
)


def _permission(group_id: str, rule: Values) -> dict[str, Any]:
    """EC2's form of an inline rule."""
    note = {"Description": rule["description"]} if rule.get("description") else {}
    groups = [*listed(rule, "securityGroups"), *([group_id] if rule.get("self") else [])]
    ports = (
        {} if rule["protocol"] == "-1" else {"FromPort": rule["fromPort"], "ToPort": rule["toPort"]}
    )
    return {
        "IpProtocol": rule["protocol"],
        **ports,
        "IpRanges": [{"CidrIp": cidr, **note} for cidr in listed(rule, "cidrBlocks")],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **note} for cidr in listed(rule, "ipv6CidrBlocks")],
        "PrefixListIds": [{"PrefixListId": item, **note} for item in listed(rule, "prefixListIds")],
        "UserIdGroupPairs": [{"GroupId": item, **note} for item in groups],
    }


def _inline(group_id: str, permission: Values) -> dict[str, Any]:
    """An inline rule from EC2's form of it."""
    parts = (
        ("IpRanges", "CidrIp", "cidrBlocks"),
        ("Ipv6Ranges", "CidrIpv6", "ipv6CidrBlocks"),
        ("PrefixListIds", "PrefixListId", "prefixListIds"),
        ("UserIdGroupPairs", "GroupId", "securityGroups"),
    )
    rule: dict[str, Any] = {
        "protocol": permission["IpProtocol"],
        "fromPort": permission.get("FromPort", 0),
        "toPort": permission.get("ToPort", 0),
        "self": False,
    }
    for member, key, name in parts:
        items = listed(permission, member)
        values = [item[key] for item in items if item[key] != group_id]
        rule |= {name: values} if values else {}
        rule["self"] = rule["self"] or any(item[key] == group_id for item in items)
        notes = [item["Description"] for item in items if item.get("Description")]
        rule |= {"description": notes[0]} if notes else {}
    return rule


def _group(aws: Scope, group_id: str) -> dict[str, Any]:
    return aws.client("ec2").describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]


def _set_rules(aws: Scope, group_id: str, inputs: Values, directions: Sequence[str]) -> None:
    """Make a group's inline rules those of the inputs: all old ones out, all new ones in."""
    ec2 = aws.client("ec2")
    group = _group(aws, group_id)
    members = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
    for direction in directions:
        old = group[members[direction]]
        if old:
            getattr(ec2, f"revoke_security_group_{direction}")(GroupId=group_id, IpPermissions=old)
        new = [_permission(group_id, rule) for rule in listed(inputs, direction)]
        if new:
            getattr(ec2, f"authorize_security_group_{direction}")(
                GroupId=group_id, IpPermissions=new
            )


def _seen(aws: Scope, group: Values) -> dict[str, Any]:
    group_id = group["GroupId"]
    return {
        "name": group["GroupName"],
        "description": group["Description"],
        "vpcId": group["VpcId"],
        "ingress": [_inline(group_id, item) for item in group["IpPermissions"]],
        "egress": [_inline(group_id, item) for item in group["IpPermissionsEgress"]],
        "arn": aws.arn("ec2", f"security-group/{group_id}"),
        "ownerId": group.get("OwnerId", aws.account_id),
        "tagsAll": tag_map(group.get("Tags")),
    }


class RuledGroup(Ec2Type):
    """What the two kinds of group have in common: rules written inline, read and changed alike."""

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        return _seen(aws, _group(aws, resource_id))

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del old
        _set_rules(aws, resource_id, new, sorted(changed & {"ingress", "egress"}))


class SecurityGroup(RuledGroup):
    pulumi_type = "aws:ec2/securityGroup:SecurityGroup"
    properties = (
        Property("name", replace=True),
        Property("description", default="Managed by Pulumi", replace=True),
        Property("vpcId", replace=True, computed=True),
        Property("revokeRulesOnDelete", Kind.FLAG, default=False),
        *_INLINE,
    )
    outputs = ("arn", "ownerId")
    auto_name = AutoName(limit=255)

    def create(self, aws: Scope, inputs: Values) -> str:
        names = {"name": "GroupName", "description": "Description", "vpcId": "VpcId"}
        answer = aws.client("ec2").create_security_group(
            **arguments(inputs, names), **tag_specification("security-group", inputs)
        )
        return answer["GroupId"]

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        # EC2 lets everything out of a new group; nobody asked for that rule.
        _set_rules(aws, resource_id, inputs, ("ingress", "egress"))

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        if known.get("revokeRulesOnDelete"):
            _set_rules(aws, resource_id, {}, ("ingress", "egress"))
        aws.wait_until(
            lambda: self._deleted(aws, resource_id),
            f"{resource_id} to be free of users",
            _DELETE_SECONDS,
        )

    @staticmethod
    def _deleted(aws: Scope, resource_id: str) -> bool:
        try:
            aws.client("ec2").delete_security_group(GroupId=resource_id)
        except Exception as error:
            # Interfaces of endpoints and clusters outlive their owners by some seconds.
            if error_code(error) == "DependencyViolation":
                return False
            raise
        return True


class DefaultSecurityGroup(RuledGroup):
    """The group that comes with a VPC: taken over, stripped to the given rules, never deleted."""

    pulumi_type = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
    properties = (
        Property("vpcId", replace=True, computed=True),
        Property("revokeRulesOnDelete", Kind.FLAG, default=False),
        *_INLINE,
    )
    outputs = ("arn", "description", "name", "ownerId")

    def create(self, aws: Scope, inputs: Values) -> str:
        filters = [{"Name": "group-name", "Values": ["default"]}]
        if inputs.get("vpcId"):
            filters.append({"Name": "vpc-id", "Values": [inputs["vpcId"]]})
        found = aws.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
        return found[0]["GroupId"]

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        # Tags first, as the official plugin: only then is it the deployer's to change.
        self.retag(aws, resource_id, inputs, section(inputs, "tagsAll"), [])
        _set_rules(aws, resource_id, inputs, ("ingress", "egress"))

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        """Leave it alone: it goes with its VPC."""
