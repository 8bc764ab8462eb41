"""Route tables, routes, and which table a subnet uses; and a tag on somebody else's resource."""

import zlib
from typing import Any

from lab.errors import LabError
from lab.plugins.aws.ec2 import Ec2Type, arguments, tag_specification
from lab.plugins.aws.resource_type import ResourceType, Scope, tag_map
from lab.plugins.aws.schema import Kind, Property, Values

_DESTINATIONS = {
    "destinationCidrBlock": "DestinationCidrBlock",
    "destinationIpv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}
_TARGETS = {
    "gatewayId": "GatewayId",
    "natGatewayId": "NatGatewayId",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "networkInterfaceId": "NetworkInterfaceId",
    "transitGatewayId": "TransitGatewayId",
    "vpcEndpointId": "VpcEndpointId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
}


class RouteTable(Ec2Type):
    """A table without its routes: those are resources of their own."""

    pulumi_type = "aws:ec2/routeTable:RouteTable"
    properties = (
        Property("vpcId", required=True, replace=True),
        Property("propagatingVgws", Kind.SET, computed=True),
    )
    outputs = ("arn", "ownerId")

    def create(self, aws: Scope, inputs: Values) -> str:
        answer = aws.client("ec2").create_route_table(
            VpcId=inputs["vpcId"], **tag_specification("route-table", inputs)
        )
        return answer["RouteTable"]["RouteTableId"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        table = _table(aws, resource_id)
        return {
            "vpcId": table["VpcId"],
            "arn": aws.arn("ec2", f"route-table/{resource_id}"),
            "ownerId": table.get("OwnerId", aws.account_id),
            "tagsAll": tag_map(table.get("Tags")),
        }

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        aws.client("ec2").delete_route_table(RouteTableId=resource_id)


def _table(aws: Scope, table_id: str) -> dict[str, Any]:
    return aws.client("ec2").describe_route_tables(RouteTableIds=[table_id])["RouteTables"][0]


class Route(ResourceType):
    """One route; its target changes in place."""

    pulumi_type = "aws:ec2/route:Route"
    properties = (
        Property("routeTableId", required=True, replace=True),
        *(Property(name, replace=True) for name in _DESTINATIONS),
        *(Property(name) for name in _TARGETS),
    )
    outputs = ("origin", "state")

    def flaws(self, inputs: Values) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        if sum(inputs.get(name) is not None for name in _DESTINATIONS) != 1:
            found.append(("destinationCidrBlock", "exactly one destination is required"))
        if sum(inputs.get(name) is not None for name in _TARGETS) != 1:
            found.append(("gatewayId", "exactly one target is required"))
        return found

    def create(self, aws: Scope, inputs: Values) -> str:
        destination = arguments(inputs, _DESTINATIONS)
        aws.client("ec2").create_route(
            RouteTableId=inputs["routeTableId"], **destination, **arguments(inputs, _TARGETS)
        )
        # The form of the official plugin's ids: table and checksum of the destination.
        checksum = zlib.crc32(next(iter(destination.values())).encode())
        return f"r-{inputs['routeTableId']}{checksum}"

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        if not known.get("routeTableId"):
            raise LabError(f"the route {resource_id} cannot be imported by the lab's aws plugin")
        wanted = arguments(known, _DESTINATIONS)
        for route in _table(aws, known["routeTableId"])["Routes"]:
            if wanted.items() <= route.items():
                targets = {name: route.get(member) for name, member in _TARGETS.items()}
                return {
                    "routeTableId": known["routeTableId"],
                    **{name: known.get(name) for name in _DESTINATIONS},
                    **targets,
                    "origin": route.get("Origin", "CreateRoute"),
                    "state": route.get("State", "active"),
                }
        return None

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del resource_id, old, changed
        aws.client("ec2").replace_route(
            RouteTableId=new["routeTableId"],
            **arguments(new, _DESTINATIONS),
            **arguments(new, _TARGETS),
        )

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del resource_id
        aws.client("ec2").delete_route(
            RouteTableId=known["routeTableId"], **arguments(known, _DESTINATIONS)
        )


class RouteTableAssociation(ResourceType):
    """Which table a subnet uses; another table is a change in place."""

    pulumi_type = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    properties = (
        Property("routeTableId", required=True),
        Property("subnetId", replace=True),
        Property("gatewayId", replace=True),
    )
    delete_first = True

    def create(self, aws: Scope, inputs: Values) -> str:
        names = {"routeTableId": "RouteTableId", "subnetId": "SubnetId", "gatewayId": "GatewayId"}
        return aws.client("ec2").associate_route_table(**arguments(inputs, names))["AssociationId"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        found = self._association(aws, resource_id, known)
        if found is None:
            return None
        return {
            "routeTableId": found["RouteTableId"],
            "subnetId": found.get("SubnetId"),
            "gatewayId": found.get("GatewayId"),
        }

    @staticmethod
    def _association(aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        """Found by subnet: after a change of the table AWS gives it another id."""
        name, value = "association.route-table-association-id", resource_id
        if known.get("subnetId"):
            name, value = "association.subnet-id", known["subnetId"]
        tables = aws.client("ec2").describe_route_tables(
            Filters=[{"Name": name, "Values": [value]}]
        )["RouteTables"]
        for table in tables:
            for item in table["Associations"]:
                if value in (item["RouteTableAssociationId"], item.get("SubnetId")):
                    return {**item, "RouteTableId": table["RouteTableId"]}
        return None

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del changed
        found = self._association(aws, resource_id, old)
        if found is None:
            raise LabError(f"the association {resource_id} is gone", "Run pulumi refresh")
        aws.client("ec2").replace_route_table_association(
            AssociationId=found["RouteTableAssociationId"], RouteTableId=new["routeTableId"]
        )

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        found = self._association(aws, resource_id, known)
        if found is not None:
            aws.client("ec2").disassociate_route_table(
                AssociationId=found["RouteTableAssociationId"]
            )


class Tag(ResourceType):
    """One tag of a resource that something else made, such as a cluster's security group."""

    pulumi_type = "aws:ec2/tag:Tag"
    properties = (
        Property("resourceId", required=True, replace=True),
        Property("key", required=True, replace=True),
        Property("value", required=True),
    )

    def create(self, aws: Scope, inputs: Values) -> str:
        self._set(aws, inputs)
        return f"{inputs['resourceId']},{inputs['key']}"

    @staticmethod
    def _set(aws: Scope, inputs: Values) -> None:
        tag = {"Key": inputs["key"], "Value": inputs["value"]}
        aws.client("ec2").create_tags(Resources=[inputs["resourceId"]], Tags=[tag])

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        owner, key = resource_id.split(",", 1)
        filters = [
            {"Name": "resource-id", "Values": [owner]},
            {"Name": "key", "Values": [key]},
        ]
        tags = aws.client("ec2").describe_tags(Filters=filters)["Tags"]
        return {"resourceId": owner, "key": key, "value": tags[0]["Value"]} if tags else None

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del resource_id, old, changed
        self._set(aws, new)

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        owner, key = resource_id.split(",", 1)
        aws.client("ec2").delete_tags(Resources=[owner], Tags=[{"Key": key}])
