"""VPC endpoints and flow logs: what a network adds for the services round it."""

from typing import Any

from lab.errors import LabError
from lab.plugins.aws.account import policy_text
from lab.plugins.aws.ec2 import Ec2Type, arguments, tag_specification
from lab.plugins.aws.resource_type import Scope, tag_map
from lab.plugins.aws.schema import Kind, Property, Values, listed

_SETS = {
    "routeTableIds": "RouteTableIds",
    "subnetIds": "SubnetIds",
    "securityGroupIds": "SecurityGroupIds",
}


class VpcEndpoint(Ec2Type):
    """A Gateway or Interface endpoint."""

    pulumi_type = "aws:ec2/vpcEndpoint:VpcEndpoint"
    properties = (
        Property("vpcId", required=True, replace=True),
        Property("serviceName", replace=True, computed=True),
        Property("vpcEndpointType", default="Gateway", replace=True),
        Property("routeTableIds", Kind.SET, computed=True),
        Property("subnetIds", Kind.SET, computed=True),
        Property("securityGroupIds", Kind.SET, computed=True),
        Property("privateDnsEnabled", Kind.FLAG, computed=True),
        Property("policy", Kind.JSON, computed=True),
    )
    outputs = (
        "arn",
        "cidrBlocks",
        "dnsEntries",
        "networkInterfaceIds",
        "ownerId",
        "prefixListId",
        "requesterManaged",
        "state",
    )

    def create(self, aws: Scope, inputs: Values) -> str:
        names = {
            "vpcId": "VpcId",
            "serviceName": "ServiceName",
            "vpcEndpointType": "VpcEndpointType",
            "policy": "PolicyDocument",
            **_SETS,
        }
        chosen = arguments(inputs, names)
        # AWS's own default differs by type; the official plugin always says false or true.
        if inputs["vpcEndpointType"] == "Interface":
            chosen["PrivateDnsEnabled"] = inputs.get("privateDnsEnabled", False)
        answer = aws.client("ec2").create_vpc_endpoint(
            **chosen, **tag_specification("vpc-endpoint", inputs)
        )
        return answer["VpcEndpoint"]["VpcEndpointId"]

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        del inputs
        aws.wait_until(lambda: self._available(aws, resource_id), f"{resource_id} to be available")

    def _available(self, aws: Scope, resource_id: str) -> bool:
        state = self._endpoint(aws, resource_id)["State"].lower()
        if state in ("failed", "rejected", "expired"):
            raise LabError(f"{resource_id} is {state}")
        return state == "available"

    @staticmethod
    def _endpoint(aws: Scope, resource_id: str) -> dict[str, Any]:
        answer = aws.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[resource_id])
        return answer["VpcEndpoints"][0]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        found = self._endpoint(aws, resource_id)
        if found["State"].lower() in ("deleting", "deleted"):
            return None
        policy = found.get("PolicyDocument")
        return {
            "vpcId": found["VpcId"],
            "serviceName": found["ServiceName"],
            "vpcEndpointType": found["VpcEndpointType"],
            "routeTableIds": listed(found, "RouteTableIds"),
            "subnetIds": listed(found, "SubnetIds"),
            "securityGroupIds": [group["GroupId"] for group in listed(found, "Groups")],
            "privateDnsEnabled": found.get("PrivateDnsEnabled", False),
            **({"policy": policy_text(policy)} if policy else {}),
            "arn": aws.arn("ec2", f"vpc-endpoint/{resource_id}"),
            "cidrBlocks": [],
            "dnsEntries": [
                {"dnsName": entry.get("DnsName"), "hostedZoneId": entry.get("HostedZoneId")}
                for entry in listed(found, "DnsEntries")
            ],
            "networkInterfaceIds": listed(found, "NetworkInterfaceIds"),
            "ownerId": found.get("OwnerId", aws.account_id),
            "prefixListId": "",
            "requesterManaged": found.get("RequesterManaged", False),
            "state": found["State"].lower(),
            "tagsAll": tag_map(found.get("Tags")),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        chosen: dict[str, Any] = {}
        for name, member in _SETS.items():
            if name in changed:
                before, after = set(listed(old, name)), set(listed(new, name))
                chosen |= {f"Add{member}": sorted(after - before)} if after - before else {}
                chosen |= {f"Remove{member}": sorted(before - after)} if before - after else {}
        if "privateDnsEnabled" in changed:
            chosen["PrivateDnsEnabled"] = new.get("privateDnsEnabled", False)
        if "policy" in changed:
            chosen |= {"PolicyDocument": new["policy"]} if new.get("policy") else {}
            chosen |= {} if new.get("policy") else {"ResetPolicy": True}
        aws.client("ec2").modify_vpc_endpoint(VpcEndpointId=resource_id, **chosen)
        self.settle(aws, resource_id, new)

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        answer = aws.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[resource_id])
        _refuse_unsuccessful(answer)
        aws.wait_until(lambda: self._is_gone(aws, resource_id), f"{resource_id} to be deleted")

    def _is_gone(self, aws: Scope, resource_id: str) -> bool:
        # Asked for by id it would be an error once it is gone; moto has no filter by id.
        every = aws.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
        return all(
            item["State"].lower() == "deleted"
            for item in every
            if item["VpcEndpointId"] == resource_id
        )


def _refuse_unsuccessful(answer: Values) -> None:
    """EC2 reports failures of these calls in an answer that is otherwise a success."""
    for item in listed(answer, "Unsuccessful"):
        error = item["Error"]
        if "NotFound" not in error["Code"]:
            raise LabError(f"{item.get('ResourceId', 'EC2')}: {error['Code']}: {error['Message']}")


class FlowLog(Ec2Type):
    """A flow log; only its tags can change in place."""

    pulumi_type = "aws:ec2/flowLog:FlowLog"
    properties = (
        Property("vpcId", replace=True),
        Property("subnetId", replace=True),
        Property("eniId", replace=True),
        Property("trafficType", replace=True),
        Property("logDestinationType", default="cloud-watch-logs", replace=True),
        Property("logDestination", replace=True, computed=True),
        Property("iamRoleArn", replace=True),
        Property("logFormat", replace=True, computed=True),
        Property("maxAggregationInterval", Kind.NUMBER, default=600, replace=True),
    )
    outputs = ("arn",)
    _SOURCES = (("vpcId", "VPC"), ("subnetId", "Subnet"), ("eniId", "NetworkInterface"))

    def flaws(self, inputs: Values) -> list[tuple[str, str]]:
        if sum(inputs.get(name) is not None for name, _ in self._SOURCES) == 1:
            return []
        return [("vpcId", "exactly one of vpcId, subnetId and eniId is required")]

    def create(self, aws: Scope, inputs: Values) -> str:
        names = {
            "trafficType": "TrafficType",
            "logDestinationType": "LogDestinationType",
            "logDestination": "LogDestination",
            "iamRoleArn": "DeliverLogsPermissionArn",
            "logFormat": "LogFormat",
            "maxAggregationInterval": "MaxAggregationInterval",
        }
        name, source = next(item for item in self._SOURCES if inputs.get(item[0]))
        answer = aws.client("ec2").create_flow_logs(
            ResourceType=source,
            ResourceIds=[inputs[name]],
            **arguments(inputs, names),
            **tag_specification("vpc-flow-log", inputs),
        )
        _refuse_unsuccessful(answer)
        return answer["FlowLogIds"][0]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        found = aws.client("ec2").describe_flow_logs(FlowLogIds=[resource_id])["FlowLogs"]
        if not found:
            return None
        log = found[0]
        prefixes = {"vpc-": "vpcId", "subnet-": "subnetId", "eni-": "eniId"}
        source = log["ResourceId"]
        name = next(prefixes[prefix] for prefix in prefixes if source.startswith(prefix))
        return {
            name: source,
            "trafficType": log.get("TrafficType"),
            "logDestinationType": log["LogDestinationType"],
            "logDestination": log.get("LogDestination") or known.get("logDestination"),
            "iamRoleArn": log.get("DeliverLogsPermissionArn"),
            "logFormat": log.get("LogFormat"),
            "maxAggregationInterval": int(log.get("MaxAggregationInterval", 600)),
            "arn": aws.arn("ec2", f"vpc-flow-log/{resource_id}"),
            "tagsAll": tag_map(log.get("Tags")),
        }

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        _refuse_unsuccessful(aws.client("ec2").delete_flow_logs(FlowLogIds=[resource_id]))
