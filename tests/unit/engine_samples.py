"""What the tests of the engine build: types of resources, another stack, and one component."""

import pulumi
import pulumi_aws as aws

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
CLUSTER = "aws:eks/cluster:Cluster"
SPOKE = "organization/eks-hub-spoke/spoke-dev"


class Box(pulumi.ComponentResource):
    """A component with a VPC in it."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("eks-hub-spoke:index:Box", name, None, opts)
        self.vpc = aws.ec2.Vpc(f"{name}-vpc", opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({"vpc_id": self.vpc.id})
