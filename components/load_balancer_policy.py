"""What the AWS Load Balancer Controller may do; pure.

Owns: its policy, which follows the one that the controller documents but names account, region and
cluster wherever AWS can tell them apart. Left out: WAF Classic, which AWS has ended, and pools of
Outposts; the chart's `enableWaf` must be false. Not here: who gets it (`addon_catalogue.py`).

https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/
"""

from collections.abc import Sequence

from components import iam
from components.addon_settings import AddonSettings
from components.place import Place

_TAG = "elbv2.k8s.aws/cluster"
"""The tag that the controller gives all that it makes; its value is the cluster's name."""


def aws_load_balancer_controller(place: Place, _settings: AddonSettings) -> Sequence[iam.Statement]:
    """Reads what load balancers consist of, and changes what carries the cluster's tag."""
    return [
        *_reads(place),
        *_integrations(place),
        *_security_groups(place),
        *_load_balancers(place),
        *_listeners(place),
    ]


def _reads(place: Place) -> list[iam.Statement]:
    ec2 = (
        "AccountAttributes Addresses AvailabilityZones Instances InternetGateways IpamPools "
        "NetworkInterfaces RouteTables SecurityGroups Subnets Tags VpcPeeringConnections Vpcs"
    )
    elb = (
        "CapacityReservation ListenerAttributes ListenerCertificates Listeners "
        "LoadBalancerAttributes LoadBalancers Rules SSLPolicies Tags TargetGroupAttributes "
        "TargetGroups TargetHealth TrustStores"
    )
    return [
        iam.allow([f"ec2:Describe{thing}" for thing in ec2.split()], ["*"]),
        iam.allow([f"elasticloadbalancing:Describe{thing}" for thing in elb.split()], ["*"]),
        iam.allow(["ec2:GetSecurityGroupsForVpc"], [place.arn("ec2", "vpc/*")]),
    ]


def _integrations(place: Place) -> list[iam.Statement]:
    """Certificates, user pools, WAF and Shield, as far as Ingresses may ask for them."""
    application = place.arn("elasticloadbalancing", "loadbalancer/app/*/*")
    linked_role = (
        "role/aws-service-role/elasticloadbalancing.amazonaws.com/"
        "AWSServiceRoleForElasticLoadBalancing"
    )
    return [
        iam.allow(
            ["iam:CreateServiceLinkedRole"],
            [place.global_arn("iam", linked_role)],
            {"StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}},
        ),
        iam.allow(
            ["acm:ListCertificates", "iam:ListServerCertificates", "shield:GetSubscriptionState"],
            ["*"],
        ),
        iam.allow(["acm:DescribeCertificate"], [place.arn("acm", "certificate/*")]),
        iam.allow(["iam:GetServerCertificate"], [place.global_arn("iam", "server-certificate/*")]),
        iam.allow(["cognito-idp:DescribeUserPoolClient"], [place.arn("cognito-idp", "userpool/*")]),
        iam.allow(
            [
                "wafv2:AssociateWebACL",
                "wafv2:DisassociateWebACL",
                "wafv2:GetWebACL",
                "wafv2:GetWebACLForResource",
            ],
            [place.arn("wafv2", "regional/webacl/*/*"), application],
        ),
        iam.allow(
            ["shield:CreateProtection", "shield:DeleteProtection", "shield:DescribeProtection"],
            [place.global_arn("shield", "protection/*"), application],
        ),
    ]


def _security_groups(place: Place) -> list[iam.Statement]:
    """Makes its own, and opens ports in those of the cluster's nodes."""
    groups = place.arn("ec2", "security-group/*")
    rules = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
    nodes = {f"aws:ResourceTag/kubernetes.io/cluster/{place.cluster}": "owned"}
    asked, tagged = _asked(place), _tagged(place)
    return [
        iam.allow(["ec2:CreateSecurityGroup"], [place.arn("ec2", "vpc/*")]),
        iam.allow(["ec2:CreateSecurityGroup"], [groups], {"StringEquals": asked}),
        iam.allow(
            ["ec2:CreateTags"],
            [groups],
            {"StringEquals": {**asked, "ec2:CreateAction": "CreateSecurityGroup"}},
        ),
        iam.allow(["ec2:CreateTags", "ec2:DeleteTags"], [groups], _other_tags(place)),
        iam.allow([*rules, "ec2:DeleteSecurityGroup"], [groups], {"StringEquals": tagged}),
        iam.allow(rules, [groups], {"StringEquals": nodes}),
    ]


def _load_balancers(place: Place) -> list[iam.Statement]:
    """Load balancers and target groups: those that carry the cluster's tag, and no others."""
    targets = place.arn("elasticloadbalancing", "targetgroup/*/*")
    both = [
        place.arn("elasticloadbalancing", "loadbalancer/app/*/*"),
        place.arn("elasticloadbalancing", "loadbalancer/net/*/*"),
        targets,
    ]
    created = {"elasticloadbalancing:CreateAction": ["CreateLoadBalancer", "CreateTargetGroup"]}
    changes = (
        "DeleteLoadBalancer DeleteTargetGroup ModifyCapacityReservation ModifyIpPools "
        "ModifyLoadBalancerAttributes ModifyTargetGroup ModifyTargetGroupAttributes "
        "SetIpAddressType SetSecurityGroups SetSubnets"
    )
    asked = _asked(place)
    return [
        _allow(["CreateLoadBalancer", "CreateTargetGroup"], both, {"StringEquals": asked}),
        _allow(["AddTags"], both, {"StringEquals": {**asked, **created}}),
        _allow(["AddTags", "RemoveTags"], both, _other_tags(place)),
        _allow(changes.split(), both, {"StringEquals": _tagged(place)}),
        _allow(["DeregisterTargets", "RegisterTargets"], [targets]),
    ]


def _listeners(place: Place) -> list[iam.Statement]:
    """By account and region alone: rules made by older versions carry no tag."""
    of_application = ["loadbalancer/app/*/*", "listener/app/*/*/*", "listener-rule/app/*/*/*/*"]
    of_network = ["loadbalancer/net/*/*", "listener/net/*/*/*", "listener-rule/net/*/*/*/*"]
    arns = [place.arn("elasticloadbalancing", thing) for thing in (*of_application, *of_network)]
    actions = (
        "AddListenerCertificates CreateListener CreateRule DeleteListener DeleteRule "
        "ModifyListener ModifyListenerAttributes ModifyRule RemoveListenerCertificates "
        "SetRulePriorities SetWebAcl"
    )
    listeners = [arn for arn in arns if ":listener" in arn]
    return [_allow(actions.split(), arns), _allow(["AddTags", "RemoveTags"], listeners)]


def _allow(
    actions: Sequence[str], resources: Sequence[str], conditions: iam.Conditions | None = None
) -> iam.Statement:
    return iam.allow(
        [f"elasticloadbalancing:{action}" for action in actions], resources, conditions
    )


def _asked(place: Place) -> dict[str, str]:
    return {f"aws:RequestTag/{_TAG}": place.cluster}


def _tagged(place: Place) -> dict[str, str]:
    return {f"aws:ResourceTag/{_TAG}": place.cluster}


def _other_tags(place: Place) -> iam.Conditions:
    """Of what carries the cluster's tag, every tag but that one."""
    return {"StringEquals": _tagged(place), "Null": {f"aws:RequestTag/{_TAG}": "true"}}
