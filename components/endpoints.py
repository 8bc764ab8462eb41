"""Endpoints of AWS services inside a VPC: the way to AWS that needs no way out.

Owns which services a private EKS cluster calls, the endpoints and their security group. Not here:
when they are needed (network.py decides by the NAT mode) and what single workloads may want.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

PRIVATE_CLUSTER_SERVICES = {
    "ec2": "addresses, volumes and names of nodes",
    "ecr.api": "pulling images: tokens and manifests",
    "ecr.dkr": "pulling images: the registry",
    "eks": "nodes that join, and `aws eks`",
    "eks-auth": "EKS Pod Identity",
    "elasticloadbalancing": "load balancers, from inside the cluster",
    "logs": "logs of nodes and pods",
    "sqs": "Karpenter's interruption queue",
    "ssm": "Karpenter's choice of machine images",
    "sts": "roles, and the hub's way to its spokes",
}
"""What a cluster without a way out still calls, and what for; S3 comes by its gateway.

The required rows of AWS's table, and what Karpenter adds to them. Left out: autoscaling, which
only Cluster Autoscaler calls, and what single workloads may want (xray, kms, secretsmanager).
Names as in the commercial and the US government regions; in China some have a prefix.
https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html
https://docs.aws.amazon.com/eks/latest/best-practices/karpenter.html
"""

_HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class EndpointsArgs:
    """What Endpoints needs."""

    vpc_id: pulumi.Input[str]
    vpc_cidr: str
    region: str
    cluster_name: str
    """For Name tags."""
    route_table_ids: Sequence[pulumi.Input[str]]
    """The tables through which S3 is reached."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Where interface endpoints have their addresses: one subnet a zone."""
    interface_services: Sequence[str]
    """Keys of PRIVATE_CLUSTER_SERVICES; none where there is a way out."""


class Endpoints(pulumi.ComponentResource):
    """A gateway endpoint of S3 and, if asked, interface endpoints that answer the VPC alone.

    Interface endpoints have private DNS: clients call AWS's usual names and notice nothing.
    """

    endpoints: Sequence[aws.ec2.VpcEndpoint]
    """For those who must wait: an endpoint's id alone does not say that all of them are there."""

    def __init__(
        self, name: str, args: EndpointsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:Endpoints", name, opts=opts)
        child = pulumi.ResourceOptions(parent=self)
        s3 = aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=args.vpc_id,
            vpc_endpoint_type="Gateway",
            service_name=f"com.amazonaws.{args.region}.s3",
            route_table_ids=args.route_table_ids,
            tags={"Name": f"{args.cluster_name}-s3"},
            opts=child,
        )
        self.endpoints = [s3, *_interfaces(name, args, self)]
        self.register_outputs({})


def _interfaces(
    name: str, args: EndpointsArgs, parent: pulumi.Resource
) -> list[aws.ec2.VpcEndpoint]:
    if not args.interface_services:
        return []
    child = pulumi.ResourceOptions(parent=parent)
    group = aws.ec2.SecurityGroup(
        f"{name}-security-group",
        vpc_id=args.vpc_id,
        description="AWS service endpoints: HTTPS from inside the VPC",
        tags={"Name": f"{args.cluster_name}-endpoints"},
        opts=child,
    )
    https = aws.vpc.SecurityGroupIngressRule(
        f"{name}-https-from-vpc",
        security_group_id=group.id,
        description="HTTPS from the VPC",
        ip_protocol="tcp",
        from_port=_HTTPS,
        to_port=_HTTPS,
        cidr_ipv4=args.vpc_cidr,
        tags={"Name": f"{args.cluster_name}-endpoints"},
        opts=child,
    )
    return [
        aws.ec2.VpcEndpoint(
            f"{name}-{service}",
            vpc_id=args.vpc_id,
            vpc_endpoint_type="Interface",
            service_name=f"com.amazonaws.{args.region}.{service}",
            subnet_ids=args.subnet_ids,
            security_group_ids=[group.id],
            private_dns_enabled=True,
            tags={"Name": f"{args.cluster_name}-{service}"},
            # With private DNS, calls go to the endpoint at once, and hang until the rule is there.
            opts=pulumi.ResourceOptions(parent=parent, depends_on=[https]),
        )
        for service in args.interface_services
    ]
