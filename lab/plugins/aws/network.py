"""VPCs and subnets. Ways out of them are in gateways.py, routes in routing.py."""

from typing import Any

from lab.plugins.aws.ec2 import Ec2Type, arguments, tag_specification
from lab.plugins.aws.resource_type import Scope, tag_map
from lab.plugins.aws.schema import Kind, Property, Values, section


class Vpc(Ec2Type):
    pulumi_type = "aws:ec2/vpc:Vpc"
    properties = (
        Property("cidrBlock", replace=True, computed=True),
        Property("instanceTenancy", default="default", replace=True),
        Property("enableDnsSupport", Kind.FLAG, default=True),
        Property("enableDnsHostnames", Kind.FLAG, computed=True),
        Property("enableNetworkAddressUsageMetrics", Kind.FLAG, computed=True),
        Property("assignGeneratedIpv6CidrBlock", Kind.FLAG, replace=True),
    )
    outputs = (
        "arn",
        "defaultNetworkAclId",
        "defaultRouteTableId",
        "defaultSecurityGroupId",
        "dhcpOptionsId",
        "mainRouteTableId",
        "ownerId",
    )
    _ATTRIBUTES = ("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics")

    def create(self, aws: Scope, inputs: Values) -> str:
        names = {
            "cidrBlock": "CidrBlock",
            "instanceTenancy": "InstanceTenancy",
            "assignGeneratedIpv6CidrBlock": "AmazonProvidedIpv6CidrBlock",
        }
        answer = aws.client("ec2").create_vpc(
            **arguments(inputs, names), **tag_specification("vpc", inputs)
        )
        return answer["Vpc"]["VpcId"]

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        self._set_attributes(aws, resource_id, inputs)

    def _set_attributes(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        for name in self._ATTRIBUTES:
            if inputs.get(name) is not None:
                attribute = name[0].upper() + name[1:]
                aws.client("ec2").modify_vpc_attribute(
                    VpcId=resource_id, **{attribute: {"Value": inputs[name]}}
                )

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        ec2 = aws.client("ec2")
        vpc = ec2.describe_vpcs(VpcIds=[resource_id])["Vpcs"][0]
        of_vpc = [{"Name": "vpc-id", "Values": [resource_id]}]
        main = [{"Name": "association.main", "Values": ["true"]}]
        default = [{"Name": "default", "Values": ["true"]}]
        named = [{"Name": "group-name", "Values": ["default"]}]
        tables = ec2.describe_route_tables(Filters=of_vpc + main)["RouteTables"]
        groups = ec2.describe_security_groups(Filters=of_vpc + named)["SecurityGroups"]
        acls = ec2.describe_network_acls(Filters=of_vpc + default)["NetworkAcls"]
        main_table = tables[0]["RouteTableId"] if tables else ""
        return {
            "cidrBlock": vpc["CidrBlock"],
            "instanceTenancy": vpc["InstanceTenancy"],
            **{name: self._attribute(aws, resource_id, name) for name in self._ATTRIBUTES},
            "arn": aws.arn("ec2", f"vpc/{resource_id}"),
            "defaultNetworkAclId": acls[0]["NetworkAclId"] if acls else "",
            "defaultRouteTableId": main_table,
            "defaultSecurityGroupId": groups[0]["GroupId"] if groups else "",
            "dhcpOptionsId": vpc.get("DhcpOptionsId", ""),
            "mainRouteTableId": main_table,
            "ownerId": vpc.get("OwnerId", aws.account_id),
            "tagsAll": tag_map(vpc.get("Tags")),
        }

    @staticmethod
    def _attribute(aws: Scope, resource_id: str, name: str) -> bool:
        answer = aws.client("ec2").describe_vpc_attribute(VpcId=resource_id, Attribute=name)
        return answer[name[0].upper() + name[1:]]["Value"]

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del old
        self._set_attributes(aws, resource_id, {name: new.get(name) for name in changed})

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        aws.client("ec2").delete_vpc(VpcId=resource_id)


class Subnet(Ec2Type):
    pulumi_type = "aws:ec2/subnet:Subnet"
    properties = (
        Property("vpcId", required=True, replace=True),
        Property("cidrBlock", replace=True),
        Property("availabilityZone", replace=True, computed=True),
        Property("availabilityZoneId", replace=True, computed=True),
        Property("mapPublicIpOnLaunch", Kind.FLAG, default=False),
        Property("assignIpv6AddressOnCreation", Kind.FLAG, default=False),
        Property("enableResourceNameDnsARecordOnLaunch", Kind.FLAG, default=False),
    )
    outputs = ("arn", "ownerId")
    _ATTRIBUTES = (
        "mapPublicIpOnLaunch",
        "assignIpv6AddressOnCreation",
        "enableResourceNameDnsARecordOnLaunch",
    )

    def create(self, aws: Scope, inputs: Values) -> str:
        names = {
            "vpcId": "VpcId",
            "cidrBlock": "CidrBlock",
            "availabilityZone": "AvailabilityZone",
            "availabilityZoneId": "AvailabilityZoneId",
        }
        answer = aws.client("ec2").create_subnet(
            **arguments(inputs, names), **tag_specification("subnet", inputs)
        )
        return answer["Subnet"]["SubnetId"]

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        asked = {name: inputs[name] for name in self._ATTRIBUTES if inputs.get(name)}
        self._set_attributes(aws, resource_id, asked)

    @staticmethod
    def _set_attributes(aws: Scope, resource_id: str, attributes: Values) -> None:
        for name, value in attributes.items():
            attribute = name[0].upper() + name[1:]
            aws.client("ec2").modify_subnet_attribute(
                SubnetId=resource_id, **{attribute: {"Value": value}}
            )

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        subnet = aws.client("ec2").describe_subnets(SubnetIds=[resource_id])["Subnets"][0]
        dns = section(subnet, "PrivateDnsNameOptionsOnLaunch")
        return {
            "vpcId": subnet["VpcId"],
            "cidrBlock": subnet["CidrBlock"],
            "availabilityZone": subnet["AvailabilityZone"],
            "availabilityZoneId": subnet.get("AvailabilityZoneId", ""),
            "mapPublicIpOnLaunch": subnet["MapPublicIpOnLaunch"],
            "assignIpv6AddressOnCreation": subnet.get("AssignIpv6AddressOnCreation", False),
            "enableResourceNameDnsARecordOnLaunch": dns.get("EnableResourceNameDnsARecord", False),
            "arn": subnet.get("SubnetArn") or aws.arn("ec2", f"subnet/{resource_id}"),
            "ownerId": subnet.get("OwnerId", aws.account_id),
            "tagsAll": tag_map(subnet.get("Tags")),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del old
        self._set_attributes(aws, resource_id, {name: new[name] for name in sorted(changed)})

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        aws.client("ec2").delete_subnet(SubnetId=resource_id)
