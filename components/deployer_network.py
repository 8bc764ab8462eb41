"""What a deployer may do to a cluster's network and launch template; pure.

Owns: the actions of EC2 that the AWS provider calls for the types of `network.py`, `endpoints.py`,
`flow_logs.py` and `compute.py`. What is made must carry the cluster's tag, and only what carries it
is changed or removed. Not here: IAM (`deployer_identity.py`), EKS and its keys and logs
(`deployer_cluster.py`).

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

from collections.abc import Mapping, Sequence

from components import iam
from components.deployer_tags import asked, owned
from components.place import Place

READS = (
    "Addresses AddressesAttribute FlowLogs InternetGateways LaunchTemplateVersions LaunchTemplates "
    "NatGateways NetworkAcls NetworkInterfaces PrefixLists RouteTables SecurityGroupRules "
    "SecurityGroups Subnets VpcAttribute VpcEndpoints Vpcs"
)
"""Of `ec2:Describe…`, none of which AWS limits to a resource."""

CREATES: Mapping[str, Sequence[str]] = {
    "AllocateAddress": ["elastic-ip"],
    "AuthorizeSecurityGroupIngress": ["security-group-rule"],
    "CreateFlowLogs": ["vpc-flow-log"],
    "CreateInternetGateway": ["internet-gateway"],
    "CreateLaunchTemplate": ["launch-template"],
    "CreateNatGateway": ["natgateway"],
    "CreateRouteTable": ["route-table"],
    "CreateSecurityGroup": ["security-group"],
    "CreateSubnet": ["subnet"],
    "CreateVpc": ["vpc"],
    "CreateVpcEndpoint": ["vpc-endpoint"],
}
"""Action → what it makes; what it makes that in must be the cluster's already."""

CHANGES = (
    "AssociateRouteTable AttachInternetGateway AuthorizeSecurityGroupIngress CreateFlowLogs "
    "CreateLaunchTemplateVersion CreateNatGateway CreateRoute CreateRouteTable "
    "CreateSecurityGroup CreateSubnet CreateVpcEndpoint DeleteFlowLogs DeleteInternetGateway "
    "DeleteLaunchTemplate DeleteNatGateway DeleteRoute DeleteRouteTable DeleteSecurityGroup "
    "DeleteSubnet DeleteTags DeleteVpc DeleteVpcEndpoints DetachInternetGateway "
    "DisassociateAddress DisassociateRouteTable ModifyLaunchTemplate ModifySecurityGroupRules "
    "ModifyVpcAttribute ModifyVpcEndpoint ReleaseAddress ReplaceRoute "
    "ReplaceRouteTableAssociation RevokeSecurityGroupEgress RevokeSecurityGroupIngress"
)
"""On what carries the cluster's tag; an action of `CREATES` needs both halves."""


def reads(_place: Place) -> list[iam.Statement]:
    """Everything of networks; AWS offers nothing narrower."""
    return [iam.allow([f"ec2:Describe{thing}" for thing in READS.split()], ["*"])]


def writes(place: Place) -> list[iam.Statement]:
    """Makes the cluster's network, changes and removes it; nobody else's."""
    anything = place.arn("ec2", "*/*")
    return [
        *_creations(place),
        iam.allow(_ec2(CHANGES.split()), [anything], owned(place)),
        *_tags(place),
        *_launches(place),
        # Private DNS of an interface endpoint: a zone that AWS keeps, in an account of its own.
        iam.allow(
            ["route53:AssociateVPCWithHostedZone"], [place.bare_arn("route53", "hostedzone/*")]
        ),
    ]


def _creations(place: Place) -> list[iam.Statement]:
    by_kind: dict[str, list[str]] = {}
    for action, kinds in CREATES.items():
        by_kind.setdefault(kinds[0], []).append(action)
    return [
        iam.allow(_ec2(actions), [place.arn("ec2", f"{kind}/*")], asked(place))
        for kind, actions in by_kind.items()
    ]


def _tags(place: Place) -> list[iam.Statement]:
    """At creation, on its own, and once on the VPC's default security group, which AWS makes bare.

    What is another cluster's is tagged by nobody else: its own tag says so.
    """
    anything = place.arn("ec2", "*/*")
    ours = asked(place)["StringEquals"]
    cluster_tag = next(iter(owned(place)["StringEquals"]))
    created = {"StringEquals": {**ours, "ec2:CreateAction": list(CREATES)}}
    untagged: iam.Conditions = {"StringEquals": ours, "Null": {cluster_tag: "true"}}
    return [
        iam.allow(["ec2:CreateTags"], [anything], created),
        iam.allow(["ec2:CreateTags"], [anything], owned(place)),
        iam.allow(["ec2:CreateTags"], [place.arn("ec2", "security-group/*")], untagged),
    ]


def _launches(place: Place) -> list[iam.Statement]:
    """EKS tries a node group's launch template with its maker's rights, so the maker has them.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
    """
    kinds = ("instance", "network-interface", "security-group", "subnet", "volume")
    parts = [place.arn("ec2", f"{kind}/*") for kind in kinds]
    parts.append(place.ownerless_arn("ec2", "image/*"))
    templates = place.arn("ec2", "launch-template/*")
    by_template: iam.Conditions = {"ArnLike": {"ec2:LaunchTemplate": templates}}
    return [
        iam.allow(["ec2:RunInstances"], parts, by_template),
        iam.allow(["ec2:RunInstances"], [templates], owned(place)),
        iam.allow(
            ["ec2:CreateTags"],
            [place.arn("ec2", f"{kind}/*") for kind in ("instance", "network-interface", "volume")],
            {"StringEquals": {"ec2:CreateAction": "RunInstances"}},
        ),
    ]


def _ec2(actions: Sequence[str]) -> list[str]:
    return [f"ec2:{action}" for action in actions]
