"""The actions that AWS cannot limit to a resource; pure.

Owns: the only actions that a policy may allow on "*", each with who calls it and what for; what no
policy uses is not listed. Not here: the policies.
"""

from collections.abc import Mapping

_LOAD_BALANCERS = "AWS Load Balancer Controller, to compare what is with what ought to be"
_NODES = "Karpenter, to choose what to start and to find what it started; its region only"

_DEPLOYER = "deployers and previews, to read what is there; the AWS provider asks for all of them"

UNSCOPED_ACTIONS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "acm:ListCertificates",
            "ec2:DescribeAccountAttributes",
            "ec2:DescribeAddresses",
            "ec2:DescribeAvailabilityZones",
            "ec2:DescribeInternetGateways",
            "ec2:DescribeIpamPools",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeRouteTables",
            "ec2:DescribeTags",
            "ec2:DescribeVpcPeeringConnections",
            "ec2:DescribeVpcs",
            "elasticloadbalancing:DescribeCapacityReservation",
            "elasticloadbalancing:DescribeListenerAttributes",
            "elasticloadbalancing:DescribeListenerCertificates",
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeLoadBalancerAttributes",
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeSSLPolicies",
            "elasticloadbalancing:DescribeTags",
            "elasticloadbalancing:DescribeTargetGroupAttributes",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
            "elasticloadbalancing:DescribeTrustStores",
            "iam:ListServerCertificates",
            "shield:GetSubscriptionState",
        ),
        _LOAD_BALANCERS,
    ),
    **dict.fromkeys(
        (
            "ec2:DescribeCapacityReservations",
            "ec2:DescribeImages",
            "ec2:DescribeInstanceStatus",
            "ec2:DescribeInstanceTypeOfferings",
            "ec2:DescribeInstanceTypes",
            "ec2:DescribeLaunchTemplates",
            "ec2:DescribeSpotPriceHistory",
        ),
        _NODES,
    ),
    **dict.fromkeys(
        (
            "ec2:DescribeAddressesAttribute",
            "ec2:DescribeFlowLogs",
            "ec2:DescribeLaunchTemplateVersions",
            "ec2:DescribeNatGateways",
            "ec2:DescribeNetworkAcls",
            "ec2:DescribePrefixLists",
            "ec2:DescribeSecurityGroupRules",
            "ec2:DescribeVpcAttribute",
            "ec2:DescribeVpcEndpoints",
            "kms:ListAliases",
        ),
        _DEPLOYER,
    ),
    "ec2:DescribeInstances": f"{_LOAD_BALANCERS}; {_NODES}",
    "ec2:DescribeSecurityGroups": f"{_LOAD_BALANCERS}; {_NODES}",
    "ec2:DescribeSubnets": f"{_LOAD_BALANCERS}; {_NODES}",
    "ec2:DescribeSnapshots": "Velero, to follow the snapshots of a backup",
    "ec2:DescribeVolumes": "Velero, for the tags of a volume that it takes a snapshot of",
    "ecr:GetAuthorizationToken": "Argo CD as an EKS Capability, to log in to the registry at all",
    "pricing:GetProducts": "Karpenter, for what instances cost on demand",
    "route53:ListHostedZones": "ExternalDNS, to find the zone of a name; it changes only its own",
    "route53:ListHostedZonesByName": "cert-manager, to find the zone of a name",
}
"""Action → who needs it, and what for.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

UNSCOPED_IF_TAGGED: Mapping[str, str] = {
    "kms:CreateKey": "deployers: a key has no ARN before it is made",
    "kms:TagResource": "deployers, while the key is made: it has neither ARN nor tag yet",
}
"""Action → who needs it: allowed on "*" only where the request carries the cluster's tag."""
