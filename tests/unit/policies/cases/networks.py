"""Cases of the rules on networks and nodes."""

from typing import Any

from policies.pack.rule import UNKNOWN
from tests.unit.policies.cases.case import allow, bad, document, good, of

CLUSTER = "aws:eks/cluster:Cluster"
VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
DEFAULT = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"

NODE_ROLE = of(
    "aws:iam/role:Role",
    {"assumeRolePolicy": document(allow(Principal={"Service": "ec2.amazonaws.com"}))},
    name="nodes",
)


def vpc_config(**inputs: Any) -> dict[str, Any]:
    return {"vpcConfig": inputs}


def public(*cidrs: str) -> dict[str, Any]:
    return vpc_config(endpointPublicAccess=True, publicAccessCidrs=list(cidrs))


def attached(policy: str) -> Any:
    arn = f"arn:aws:iam::aws:policy/{policy}"
    return of(ATTACHMENT, {"policyArn": arn, "role": UNKNOWN}, links={"role": "nodes"})


def metadata(**options: Any) -> dict[str, Any]:
    return {"metadataOptions": options}


_CLUSTERS = [
    bad("cluster-endpoint-closed-to-the-internet", of(CLUSTER, public("0.0.0.0/0")), says="0.0.0"),
    bad("cluster-endpoint-closed-to-the-internet", of(CLUSTER, public("::/0")), says="::/0"),
    bad("cluster-endpoint-closed-to-the-internet", of(CLUSTER), says="not set"),
    good("cluster-endpoint-closed-to-the-internet", of(CLUSTER, public("203.0.113.0/24"))),
    good(
        "cluster-endpoint-closed-to-the-internet",
        of(CLUSTER, vpc_config(endpointPublicAccess=False)),
    ),
    good(
        "cluster-endpoint-closed-to-the-internet",
        of(CLUSTER, vpc_config(endpointPublicAccess=True, publicAccessCidrs=UNKNOWN)),
    ),
    bad(
        "cluster-endpoint-open-to-small-networks", of(CLUSTER, public("12.0.0.0/8")), says="167772"
    ),
    good(
        "cluster-endpoint-open-to-small-networks",
        of(CLUSTER, public("203.0.0.0/16", "2001:db8::/32", "no network")),
    ),
    bad("cluster-endpoint-answers-inside", of(CLUSTER), says="not true"),
    good("cluster-endpoint-answers-inside", of(CLUSTER, vpc_config(endpointPrivateAccess=True))),
]

_NETWORKS = [
    bad(
        "security-groups-closed-to-the-world",
        of(GROUP, {"ingress": [{"cidrBlocks": ["10.0.0.0/8"]}, {"ipv6CidrBlocks": ["::/0"]}]}),
        says="ingress[1]: ::/0",
    ),
    bad(
        "security-groups-closed-to-the-world",
        of(RULE, {"type": "ingress", "cidrBlocks": ["0.0.0.0/0"]}),
        says="0.0.0.0/0",
    ),
    bad(
        "security-groups-closed-to-the-world",
        of(INGRESS, {"cidrIpv4": "0.0.0.0/0"}),
        says="0.0.0.0/0",
    ),
    good("security-groups-closed-to-the-world", of(INGRESS, {"cidrIpv4": "10.0.0.0/16"})),
    good(
        "security-groups-closed-to-the-world",
        of(RULE, {"type": "egress", "cidrBlocks": ["0.0.0.0/0"]}),
    ),
    good("security-groups-closed-to-the-world", of(GROUP, {"ingress": UNKNOWN})),
    bad("default-security-groups-are-empty", of(DEFAULT, {"egress": [{}]}), says="egress"),
    good("default-security-groups-are-empty", of(DEFAULT, {"ingress": [], "egress": []})),
    bad("vpcs-close-their-default-security-group", of(VPC), says="is AWS's"),
    good(
        "vpcs-close-their-default-security-group",
        of(VPC, name="vpc"),
        of(DEFAULT, {"vpcId": UNKNOWN}, links={"vpcId": "vpc"}),
    ),
    bad(
        "vpcs-have-flow-logs",
        of(VPC, name="vpc"),
        of(FLOW_LOG, links={"vpcId": "another"}),
        says="no flow log",
    ),
    good("vpcs-have-flow-logs", of(VPC, name="vpc"), of(FLOW_LOG, links={"vpcId": "vpc"})),
    bad("flow-logs-note-all-traffic", of(FLOW_LOG, {"trafficType": "REJECT"}), says="REJECT"),
    good("flow-logs-note-all-traffic", of(FLOW_LOG, {"trafficType": "ALL"})),
    bad("subnets-give-no-public-addresses", of(SUBNET, {"mapPublicIpOnLaunch": True}), says="true"),
    good("subnets-give-no-public-addresses", of(SUBNET, {"mapPublicIpOnLaunch": False})),
    bad(
        "endpoints-answer-by-the-services-name",
        of(ENDPOINT, {"vpcEndpointType": "Interface"}),
        says="not true",
    ),
    good("endpoints-answer-by-the-services-name", of(ENDPOINT, {"vpcEndpointType": "Gateway"})),
    good(
        "endpoints-answer-by-the-services-name",
        of(
            ENDPOINT,
            {
                "vpcEndpointType": "Interface",
                "serviceName": "com.amazonaws.eu-west-1.eks-capabilities",
            },
        ),
    ),
]

_NODES = [
    *(
        bad("node-roles-are-narrow", attached(policy), NODE_ROLE, says=policy)
        for policy in ("AmazonEKS_CNI_Policy", "AmazonS3FullAccess")
    ),
    bad(
        "node-roles-are-narrow",
        of("aws:iam/rolePolicy:RolePolicy", links={"role": "nodes"}),
        NODE_ROLE,
        says="of its own",
    ),
    good("node-roles-are-narrow", attached("AmazonEKSWorkerNodePolicy"), NODE_ROLE),
    good(
        "node-roles-are-narrow",
        of(ATTACHMENT, {"policyArn": "arn:x/Any"}, links={"role": "another"}),
        NODE_ROLE,
    ),
    bad(
        "nodes-want-a-token-for-their-metadata",
        of(TEMPLATE, metadata(httpTokens="optional")),
        says="not required",
    ),
    good("nodes-want-a-token-for-their-metadata", of(TEMPLATE, metadata(httpTokens="required"))),
    bad("pods-do-not-reach-the-nodes-metadata", of(TEMPLATE), says="not set"),
    bad(
        "pods-do-not-reach-the-nodes-metadata",
        of(TEMPLATE, metadata(httpPutResponseHopLimit=2.0)),
        says="2",
    ),
    good(
        "pods-do-not-reach-the-nodes-metadata",
        of(TEMPLATE, metadata(httpPutResponseHopLimit=1.0)),
    ),
    bad("node-groups-have-a-launch-template", of(NODE_GROUP), says="not set"),
    good("node-groups-have-a-launch-template", of(NODE_GROUP, {"launchTemplate": UNKNOWN})),
    bad("nodes-have-no-ssh", of(NODE_GROUP, {"remoteAccess": {"ec2SshKey": "k"}}), says="remote"),
    bad("nodes-have-no-ssh", of(TEMPLATE, {"keyName": "k"}), says="keyName"),
    good("nodes-have-no-ssh", of(TEMPLATE)),
    bad(
        "nodes-have-no-public-address",
        of(TEMPLATE, {"networkInterfaces": [{"associatePublicIpAddress": "true"}]}),
        says="networkInterfaces[0]",
    ),
    good("nodes-have-no-public-address", of(TEMPLATE, {"networkInterfaces": [{}]})),
]

CASES = [*_CLUSTERS, *_NETWORKS, *_NODES]
