"""What AWS and EKS would compute, as far as the program uses it: ids, ARNs, endpoints.

In the shapes of the real ones (account and region in every ARN), so that a mix-up of two accounts
shows. Also the hidden child of `eks.Cluster` that the program's transform is for. Not here:
behaviour; the lab has that.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

from tests.unit.engine import HiddenChild, Node, Run

EKS_CLUSTER = "eks:index:Cluster"
CONTROL_PLANE = "aws:eks/cluster:Cluster"
_OF_VPC = ("endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs")
_AS_THEY_ARE = ("deletionProtection", "enabledClusterLogTypes", "upgradePolicy")


def answers(node: Node, run: Run) -> dict[str, Any]:
    """The outputs of one resource, beyond its inputs."""
    answer = _ANSWERS.get(node.type)
    return answer(node, run) if answer else {}


def eks_children(node: Node) -> list[HiddenChild]:
    """The control plane as `pulumi_eks` 4.4 asks for it, with the opinions that it hard-codes."""
    if node.type != EKS_CLUSTER:
        return []
    key = node.inputs.get("encryptionConfigKeyArn")
    inputs = {
        "name": node.inputs["name"],
        "version": node.inputs["version"],
        "accessConfig": {
            "authenticationMode": node.inputs["authenticationMode"],
            "bootstrapClusterCreatorAdminPermissions": True,
        },
        "encryptionConfig": key and {"provider": {"keyArn": key}, "resources": ["secrets"]},
        "vpcConfig": {name: node.inputs[name] for name in _OF_VPC if name in node.inputs},
        **{name: node.inputs[name] for name in _AS_THEY_ARE if name in node.inputs},
    }
    return [HiddenChild(type=CONTROL_PLANE, name=f"{node.name}-eksCluster", inputs=inputs)]


def account(node: Node, run: Run) -> str:
    """The account of the provider that a resource is made with; none for a default provider."""
    return json.loads(_provider(node, run).inputs["allowedAccountIds"])[0]


def region(node: Node, run: Run) -> str:
    """The region of the provider that a resource is made with."""
    return _provider(node, run).inputs["region"]


def _provider(node: Node, run: Run) -> Node:
    urn = node.options.provider
    while not urn and node.parent_urn:  # children of remote components have their parent's
        node = run.nodes[node.parent_urn]
        urn = node.options.provider or node.options.providers.get("aws", "")
    assert urn, f"{node.name} uses a default provider"
    return run.nodes[urn]


def _suffix(node: Node, digits: int) -> str:
    return hashlib.sha256(node.urn.encode()).hexdigest()[:digits]


def _hex_id(prefix: str) -> Callable[[Node, Run], dict[str, Any]]:
    return lambda node, _run: {"id": f"{prefix}-{_suffix(node, 17)}"}


def _nat_gateway(node: Node, run: Run) -> dict[str, Any]:
    host = int(_suffix(node, 2), 16)
    return {**_hex_id("nat")(node, run), "publicIp": f"198.51.100.{host}"}


def _role(node: Node, run: Run) -> dict[str, Any]:
    name = node.inputs.get("name") or f"{node.name}-{_suffix(node, 7)}"
    path = node.inputs.get("path", "/")
    arn = f"arn:aws:iam::{account(node, run)}:role{path}{name}"
    return {"id": name, "name": name, "arn": arn}


def _arn(service: str, resource: str) -> Callable[[Node, Run], dict[str, Any]]:
    def answer(node: Node, run: Run) -> dict[str, Any]:
        name = node.inputs.get("name") or f"{node.name}-{_suffix(node, 7)}"
        where = f"arn:aws:{service}:{region(node, run)}:{account(node, run)}"
        return {"id": name, "name": name, "arn": f"{where}:{resource}{name}"}

    return answer


def _policy(node: Node, run: Run) -> dict[str, Any]:
    name = node.inputs.get("name") or f"{node.name}-{_suffix(node, 7)}"
    path = node.inputs.get("path", "/")
    arn = f"arn:aws:iam::{account(node, run)}:policy{path}{name}"
    return {"id": arn, "name": name, "arn": arn}


def _oidc_provider(node: Node, run: Run) -> dict[str, Any]:
    host = node.inputs["url"].removeprefix("https://")
    arn = f"arn:aws:iam::{account(node, run)}:oidc-provider/{host}"
    return {"id": arn, "arn": arn}


def _key(node: Node, run: Run) -> dict[str, Any]:
    key_id = _suffix(node, 32)
    where = f"arn:aws:kms:{region(node, run)}:{account(node, run)}"
    return {"id": key_id, "keyId": key_id, "arn": f"{where}:key/{key_id}"}


def _control_plane(node: Node, run: Run) -> dict[str, Any]:
    name = node.inputs["name"]
    where = f"{region(node, run)}:{account(node, run)}"
    host = f"{_suffix(node, 32).upper()}.gr7.{region(node, run)}.eks.amazonaws.com"
    authority = base64.b64encode(f"CA of {where} {name}".encode()).decode()
    return {
        "id": name,
        "arn": f"arn:aws:eks:{where}:cluster/{name}",
        "endpoint": f"https://{host}",
        "certificateAuthority": {"data": authority},
        "vpcConfig": {"subnetIds": [], "clusterSecurityGroupId": f"sg-{_suffix(node, 17)}"},
    }


def _eks_cluster(_node: Node, run: Run) -> dict[str, Any]:
    return {"eksCluster": run.reference(CONTROL_PLANE)}


def _launch_template(node: Node, _run: Run) -> dict[str, Any]:
    return {"id": f"lt-{_suffix(node, 17)}", "latestVersion": 1}


def _capability(node: Node, run: Run) -> dict[str, Any]:
    cluster, name = node.inputs["clusterName"], node.inputs["capabilityName"]
    where = f"{region(node, run)}:{account(node, run)}"
    host = f"{name}-{_suffix(node, 8)}-{account(node, run)}.eks-capabilities.{region(node, run)}"
    told = node.inputs["configuration"]["argoCd"]
    return {
        "id": f"{cluster},{name}",
        "arn": f"arn:aws:eks:{where}:capability/{cluster}/argocd/{name}/{_suffix(node, 32)}",
        "configuration": {"argoCd": {**told, "serverUrl": f"https://{host}.amazonaws.com"}},
    }


_ANSWERS: dict[str, Callable[[Node, Run], dict[str, Any]]] = {
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": _arn(
        "logs", "delivery-destination:"
    ),
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": _arn("logs", "delivery-source:"),
    "aws:cloudwatch/logGroup:LogGroup": _arn("logs", "log-group:"),
    "aws:ec2/eip:Eip": _hex_id("eipalloc"),
    "aws:ec2/internetGateway:InternetGateway": _hex_id("igw"),
    "aws:ec2/launchTemplate:LaunchTemplate": _launch_template,
    "aws:ec2/natGateway:NatGateway": _nat_gateway,
    "aws:ec2/routeTable:RouteTable": _hex_id("rtb"),
    "aws:ec2/securityGroup:SecurityGroup": _hex_id("sg"),
    "aws:ec2/subnet:Subnet": _hex_id("subnet"),
    "aws:ec2/vpc:Vpc": _hex_id("vpc"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _hex_id("vpce"),
    "aws:eks/capability:Capability": _capability,
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": _oidc_provider,
    "aws:iam/policy:Policy": _policy,
    "aws:iam/role:Role": _role,
    "aws:kms/key:Key": _key,
    "aws:sqs/queue:Queue": _arn("sqs", ""),
    CONTROL_PLANE: _control_plane,
    EKS_CLUSTER: _eks_cluster,
}
