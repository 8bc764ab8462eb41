"""Internet gateways, addresses and NAT gateways. Routes to them are in routing.py."""

from typing import Any

from lab.errors import LabError
from lab.plugins.aws.account import is_gone
from lab.plugins.aws.ec2 import Ec2Type, arguments, tag_specification
from lab.plugins.aws.resource_type import Scope, tag_map
from lab.plugins.aws.schema import Property, Values, listed


class InternetGateway(Ec2Type):
    pulumi_type = "aws:ec2/internetGateway:InternetGateway"
    properties = (Property("vpcId", computed=True),)
    outputs = ("arn", "ownerId")

    def create(self, aws: Scope, inputs: Values) -> str:
        answer = aws.client("ec2").create_internet_gateway(
            **tag_specification("internet-gateway", inputs)
        )
        return answer["InternetGateway"]["InternetGatewayId"]

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        seen = self.read(aws, resource_id, inputs) or {}
        if inputs.get("vpcId") and not seen.get("vpcId"):
            self._attach(aws, resource_id, inputs["vpcId"])

    @staticmethod
    def _attach(aws: Scope, resource_id: str, vpc_id: str) -> None:
        aws.client("ec2").attach_internet_gateway(InternetGatewayId=resource_id, VpcId=vpc_id)

    @staticmethod
    def _detach(aws: Scope, resource_id: str, vpc_id: str) -> None:
        aws.client("ec2").detach_internet_gateway(InternetGatewayId=resource_id, VpcId=vpc_id)

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        answer = aws.client("ec2").describe_internet_gateways(InternetGatewayIds=[resource_id])
        gateway = answer["InternetGateways"][0]
        attachments = listed(gateway, "Attachments")
        return {
            "vpcId": attachments[0]["VpcId"] if attachments else "",
            "arn": aws.arn("ec2", f"internet-gateway/{resource_id}"),
            "ownerId": gateway.get("OwnerId", aws.account_id),
            "tagsAll": tag_map(gateway.get("Tags")),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del changed
        if old.get("vpcId"):
            self._detach(aws, resource_id, old["vpcId"])
        self.settle(aws, resource_id, new)

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        seen = self.read(aws, resource_id, known) or {}
        if seen.get("vpcId"):
            self._detach(aws, resource_id, seen["vpcId"])
        aws.client("ec2").delete_internet_gateway(InternetGatewayId=resource_id)


class Eip(Ec2Type):
    pulumi_type = "aws:ec2/eip:Eip"
    properties = (Property("domain", replace=True, computed=True),)
    outputs = ("allocationId", "arn", "publicDns", "publicIp", "privateIp", "associationId")

    def create(self, aws: Scope, inputs: Values) -> str:
        answer = aws.client("ec2").allocate_address(
            Domain=inputs.get("domain", "vpc"), **tag_specification("elastic-ip", inputs)
        )
        return answer["AllocationId"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        answer = aws.client("ec2").describe_addresses(AllocationIds=[resource_id])["Addresses"]
        if not answer:
            return None
        address = answer[0]
        dashed = address["PublicIp"].replace(".", "-")
        return {
            "domain": address["Domain"],
            "allocationId": resource_id,
            "arn": aws.arn("ec2", f"elastic-ip/{resource_id}"),
            "publicDns": f"ec2-{dashed}.{aws.region}.compute.amazonaws.com",
            "publicIp": address["PublicIp"],
            "privateIp": address.get("PrivateIpAddress", ""),
            "associationId": address.get("AssociationId", ""),
            "tagsAll": tag_map(address.get("Tags")),
        }

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        aws.client("ec2").release_address(AllocationId=resource_id)


class NatGateway(Ec2Type):
    pulumi_type = "aws:ec2/natGateway:NatGateway"
    properties = (
        Property("subnetId", required=False, replace=True),
        Property("allocationId", replace=True),
        Property("connectivityType", default="public", replace=True),
        Property("privateIp", replace=True, computed=True),
    )
    outputs = ("associationId", "networkInterfaceId", "publicIp", "privateIp")

    def create(self, aws: Scope, inputs: Values) -> str:
        names = {
            "subnetId": "SubnetId",
            "allocationId": "AllocationId",
            "connectivityType": "ConnectivityType",
            "privateIp": "PrivateIpAddress",
        }
        answer = aws.client("ec2").create_nat_gateway(
            **arguments(inputs, names), **tag_specification("natgateway", inputs)
        )
        return answer["NatGateway"]["NatGatewayId"]

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        del inputs
        aws.wait_until(lambda: self._available(aws, resource_id), f"{resource_id} to be available")

    def _available(self, aws: Scope, resource_id: str) -> bool:
        gateway = self._gateway(aws, resource_id) or {}
        if gateway.get("State") == "failed":
            raise LabError(f"{resource_id} failed: {gateway.get('FailureMessage')}")
        return gateway.get("State") == "available"

    @staticmethod
    def _gateway(aws: Scope, resource_id: str) -> dict[str, Any] | None:
        """None once it is deleted; AWS shows deleted ones for about an hour."""
        try:
            answer = aws.client("ec2").describe_nat_gateways(NatGatewayIds=[resource_id])
        except Exception as error:
            if is_gone(error):
                return None
            raise
        found = [item for item in answer["NatGateways"] if item["State"] != "deleted"]
        return found[0] if found else None

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        gateway = self._gateway(aws, resource_id)
        if gateway is None or gateway["State"] == "deleting":
            return None
        address = gateway["NatGatewayAddresses"][0]
        return {
            "subnetId": gateway["SubnetId"],
            "allocationId": address.get("AllocationId"),
            "connectivityType": gateway.get("ConnectivityType", "public"),
            "privateIp": address.get("PrivateIp", ""),
            "publicIp": address.get("PublicIp", ""),
            "networkInterfaceId": address.get("NetworkInterfaceId", ""),
            "associationId": address.get("AssociationId", ""),
            "tagsAll": tag_map(gateway.get("Tags")),
        }

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        aws.client("ec2").delete_nat_gateway(NatGatewayId=resource_id)
        aws.wait_until(
            lambda: self._gateway(aws, resource_id) is None, f"{resource_id} to be deleted"
        )
