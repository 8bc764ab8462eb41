"""Rules of security groups as resources of their own."""

from typing import Any, ClassVar

from lab.plugins.aws.ec2 import Ec2Type, arguments, tag_specification
from lab.plugins.aws.resource_type import Scope, tag_map
from lab.plugins.aws.schema import Kind, Property, Values, section


class _Rule(Ec2Type):
    """A rule as a resource of its own; everything but its group changes in place."""

    direction: ClassVar[str]
    properties = (
        Property("securityGroupId", required=True, replace=True),
        Property("ipProtocol", required=True),
        Property("fromPort", Kind.NUMBER),
        Property("toPort", Kind.NUMBER),
        Property("cidrIpv4"),
        Property("cidrIpv6"),
        Property("prefixListId"),
        Property("referencedSecurityGroupId"),
        Property("description"),
    )
    outputs = ("arn", "securityGroupRuleId")
    _SOURCES = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")

    def flaws(self, inputs: Values) -> list[tuple[str, str]]:
        if sum(inputs.get(name) is not None for name in self._SOURCES) == 1:
            return []
        return [("cidrIpv4", f"exactly one of {', '.join(self._SOURCES)} is required")]

    def create(self, aws: Scope, inputs: Values) -> str:
        note = {"Description": inputs["description"]} if inputs.get("description") else {}
        sources = {
            "cidrIpv4": ("IpRanges", "CidrIp"),
            "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
            "prefixListId": ("PrefixListIds", "PrefixListId"),
            "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
        }
        permission = arguments(
            inputs, {"ipProtocol": "IpProtocol", "fromPort": "FromPort", "toPort": "ToPort"}
        ) | {
            member: [{key: inputs[name], **note}]
            for name, (member, key) in sources.items()
            if inputs.get(name)
        }
        authorize = getattr(aws.client("ec2"), f"authorize_security_group_{self.direction}")
        answer = authorize(
            GroupId=inputs["securityGroupId"],
            IpPermissions=[permission],
            **tag_specification("security-group-rule", inputs),
        )
        return answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        found = aws.client("ec2").describe_security_group_rules(SecurityGroupRuleIds=[resource_id])[
            "SecurityGroupRules"
        ]
        if not found:
            return None
        rule = found[0]
        # EC2 tells -1 for the ports of a rule that has none.
        has_ports = rule["IpProtocol"] != "-1"
        return {
            "securityGroupId": rule["GroupId"],
            "ipProtocol": rule["IpProtocol"],
            "fromPort": rule.get("FromPort") if has_ports else None,
            "toPort": rule.get("ToPort") if has_ports else None,
            "cidrIpv4": rule.get("CidrIpv4"),
            "cidrIpv6": rule.get("CidrIpv6"),
            "prefixListId": rule.get("PrefixListId"),
            "referencedSecurityGroupId": section(rule, "ReferencedGroupInfo").get("GroupId"),
            "description": rule.get("Description"),
            "arn": rule.get("SecurityGroupRuleArn")
            or aws.arn("ec2", f"security-group-rule/{resource_id}"),
            "securityGroupRuleId": resource_id,
            "tagsAll": tag_map(rule.get("Tags")),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del old, changed
        names = {
            "ipProtocol": "IpProtocol",
            "fromPort": "FromPort",
            "toPort": "ToPort",
            "cidrIpv4": "CidrIpv4",
            "cidrIpv6": "CidrIpv6",
            "prefixListId": "PrefixListId",
            "referencedSecurityGroupId": "ReferencedGroupId",
            "description": "Description",
        }
        rule = {"SecurityGroupRuleId": resource_id, "SecurityGroupRule": arguments(new, names)}
        aws.client("ec2").modify_security_group_rules(
            GroupId=new["securityGroupId"], SecurityGroupRules=[rule]
        )

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        revoke = getattr(aws.client("ec2"), f"revoke_security_group_{self.direction}")
        revoke(GroupId=known["securityGroupId"], SecurityGroupRuleIds=[resource_id])


class SecurityGroupIngressRule(_Rule):
    pulumi_type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    direction = "ingress"


class SecurityGroupEgressRule(_Rule):
    pulumi_type = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
    direction = "egress"
