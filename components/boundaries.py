"""What bounds the roles of an account, whatever a deployer or a team gives them; pure.

Owns: the two permissions boundaries. A boundary grants nothing: it is cut with what a role is
given, so here whole services may stand where AWS's own policies name most of their actions. Not
here: who must set which (`deployer_identity.py`), and the policies of roles.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from collections.abc import Sequence

from components import addon_catalogue, conventions, iam
from components.addon_settings import AddonSettings
from components.place import Place

SERVICES = ("ec2", "elasticloadbalancing")
"""Of which AWS's policies for control planes, nodes and the network use most actions."""

ACTIONS = (
    # Control planes, which scale what they start.
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:UpdateAutoScalingGroup",
    "iam:AddRoleToInstanceProfile",
    "iam:CreateServiceLinkedRole",
    "iam:PassRole",
    "kms:DescribeKey",
    # Nodes, which pull images and hand pods their roles.
    "ecr:BatchGetImage",
    "ecr:BatchImportUpstreamImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "eks-auth:AssumeRoleForPodIdentity",
    "eks:DescribeCluster",
    # Load balancers of Auto Mode, with certificates, user pools, firewalls and protection.
    "acm:DescribeCertificate",
    "acm:ListCertificates",
    "cognito-idp:DescribeUserPoolClient",
    "shield:CreateProtection",
    "shield:DeleteProtection",
    "shield:TagResource",
    "wafv2:AssociateWebACL",
    "wafv2:DisassociateWebACL",
    "wafv2:GetWebACL",
    "wafv2:GetWebACLForResource",
    "wafv2:ListWebACLs",
    # Argo CD as an EKS Capability, which reads repositories.
    "codeconnections:GetConnection",
    "codeconnections:UseConnection",
    "ecr:BatchCheckLayerAvailability",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    # Flow logs.
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
)
"""Beside them and the add-ons' own, every action that some role of the platform is given."""


def platform(account: str, region: str) -> iam.PolicyDocument:
    """For every role that the program makes: control planes, nodes, add-ons and Argo CD's."""
    actions = sorted({*ACTIONS, *_addon_actions(), *(f"{service}:*" for service in SERVICES)})
    partition = conventions.partition(region)
    passed = f"arn:{partition}:iam::{account}:role{conventions.ROLE_PATH}*"
    beside = [action for action in actions if action != "iam:PassRole"]
    beside = [a for a in beside if a.partition(":")[0] not in SERVICES or a.endswith(":*")]
    return iam.policy(
        {"Effect": "Allow", "Action": beside, "Resource": "*"},
        iam.allow(["iam:PassRole"], [passed]),
        iam.allow(["sts:AssumeRole", "sts:TagSession"], [conventions.access_role_pattern(region)]),
    )


def workload(actions: Sequence[str]) -> iam.PolicyDocument:
    """For the roles of teams' service accounts: the actions that the platform's policy names."""
    if not actions:
        return iam.policy({"Effect": "Deny", "Action": ["*"], "Resource": "*"})
    return iam.policy({"Effect": "Allow", "Action": sorted(actions), "Resource": "*"})


def _addon_actions() -> set[str]:
    """Every action of the catalogue's add-ons, whichever a stack turns on."""
    place = Place(account="0" * 12, region="us-east-1", cluster="any", node_role_name="any")
    settings = AddonSettings.model_validate(
        {
            "external_dns": {"zones": ["Z00000"], "domainFilters": ["any.example"]},
            "cert_manager": {"zones": ["Z00000"]},
            "velero": {"bucket": "any"},
        }
    )
    return {
        action
        for row in addon_catalogue.CHARTS.values()
        if row.permissions
        for statement in row.permissions(place, settings)
        for action in statement["Action"]
    }
