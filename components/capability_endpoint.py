"""The private way to the managed Argo CD: an interface endpoint in the hub's VPC.

Owns: the endpoint and who reaches it. Not here: the endpoints by which nodes reach AWS
(`endpoints.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws

_HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class CapabilityEndpointArgs:
    """Where the endpoint lies, and for whom."""

    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Input[list[str]]
    region: str
    cluster_name: str
    """For Name tags."""
    networks: Sequence[IPv4Network]


class CapabilityEndpoint(pulumi.ComponentResource):
    """One endpoint, for HTTPS from these networks.

    Its security group is the only guard on the way, for the service takes no endpoint policy. EKS
    itself makes Argo CD's name resolve to it, so it has no private DNS.
    https://docs.aws.amazon.com/eks/latest/userguide/argocd-private-access.html
    """

    endpoint_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: CapabilityEndpointArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:CapabilityEndpoint", name, None, opts)
        own = pulumi.ResourceOptions(parent=self)
        tags = {"Name": f"{args.cluster_name}-argocd"}
        group = aws.ec2.SecurityGroup(
            f"{name}-security-group",
            vpc_id=args.vpc_id,
            description="Argo CD: HTTPS from the networks that may reach it",
            tags=tags,
            opts=own,
        )
        for network in args.networks:
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-https-from-{str(network).replace('/', '_')}",
                security_group_id=group.id,
                description="HTTPS to Argo CD",
                ip_protocol="tcp",
                from_port=_HTTPS,
                to_port=_HTTPS,
                cidr_ipv4=str(network),
                tags=tags,
                opts=own,
            )
        endpoint = aws.ec2.VpcEndpoint(
            f"{name}-endpoint",
            vpc_id=args.vpc_id,
            vpc_endpoint_type="Interface",
            service_name=f"com.amazonaws.{args.region}.eks-capabilities",
            subnet_ids=args.subnet_ids,
            security_group_ids=[group.id],
            private_dns_enabled=False,
            tags=tags,
            opts=own,
        )
        self.endpoint_id = endpoint.id
        self.register_outputs({"endpointId": self.endpoint_id})
