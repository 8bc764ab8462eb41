"""What a hub's deployer may do for Argo CD as an EKS Capability, beside everything else; pure.

Owns: the actions that the AWS provider calls for the types of `argocd_capability.py` and
`capability_logs.py`, and those that EKS asks for then. Not here: what the deployer of any stack may
do (`deployer_cluster.py` and its neighbours), the capability's own role (`argocd_capability.py`).

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
"""

from components import conventions, deployer_cluster, iam
from components.deployer_tags import asked, owned
from components.place import Place

_JOINED_READS = "GetDelivery GetDeliveryDestination GetDeliverySource ListTagsForResource"
_NAMED_WRITES = (
    "CreateDelivery DeleteDeliveryDestination DeleteDeliverySource PutDeliveryDestination "
    "PutDeliverySource TagResource UntagResource"
)
_IDENTITY_CENTER = (
    "CreateApplication CreateApplicationAssignment DeleteApplication DeleteApplicationAccessScope "
    "DeleteApplicationAssignment DeleteApplicationAuthenticationMethod DeleteApplicationGrant "
    "DescribeApplication ListApplicationAssignments PutApplicationAccessScope "
    "PutApplicationAssignmentConfiguration PutApplicationAuthenticationMethod PutApplicationGrant"
)
"""AWS documents none of them. EKS makes an application for the logins, and assigns it to the people
of the role mappings, by the rights of who asked for the capability; found out on AWS by others:
https://github.com/ministryofjustice/modernisation-platform-environments/pull/18225
"""


def reads(place: Place) -> list[iam.Statement]:
    """The capability, its logs and where they go."""
    groups = _log_groups(place)
    return [
        iam.allow(["eks:DescribeCapability", "eks:DescribeUpdate"], _capability(place)),
        iam.allow(_logs(_JOINED_READS), [*_named(place), _deliveries(place), *groups]),
    ]


def writes(place: Place) -> list[iam.Statement]:
    """Makes, changes and removes them, and hands the capability its role.

    Sources and destinations are known by their names, deliveries, which CloudWatch names, by the
    cluster's tag. CreateDelivery writes the resource policy of the log group, if the caller may:
    an action without resources, for which AWS itself names the account.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-CloudWatchLogs.html
    """
    deliveries = [_deliveries(place)]
    ours = owned(place)["StringEquals"]
    changes = "DeleteCapability TagResource UntagResource UpdateCapability"
    return [
        iam.allow(["eks:CreateCapability"], [place.arn("eks", f"cluster/{place.cluster}")]),
        iam.allow([f"eks:{action}" for action in changes.split()], _capability(place)),
        _handed_on(place),
        _logins(place),
        iam.allow(deployer_cluster.LOGS_WRITES, _log_groups(place)),
        iam.allow(_logs(_NAMED_WRITES), _named(place)),
        iam.allow(
            _logs("CreateDelivery TagResource"),
            deliveries,
            {**asked(place), "StringEqualsIfExists": ours},
        ),
        iam.allow(_logs("DeleteDelivery TagResource UntagResource"), deliveries, owned(place)),
        iam.allow(_logs("DescribeResourcePolicies PutResourcePolicy"), [place.arn("logs", "*")]),
    ]


def _handed_on(place: Place) -> iam.Statement:
    """Under the name that the role trusts, beside `eks.amazonaws.com`, to which any role may go.

    AWS's reference says that EKS asks for the latter; policies of AWS's workshops name the former.
    """
    role = f"{conventions.ROLE_PATH}{conventions.capability_role_name(place.cluster)}"
    to_whom: iam.Conditions = {
        "StringEquals": {"iam:PassedToService": conventions.CAPABILITY_SERVICE}
    }
    return iam.allow(["iam:PassRole"], [place.global_arn("iam", f"role{role}")], to_whom)


def _logins(place: Place) -> iam.Statement:
    """On this account's own applications; the instance may be the organization's."""
    applications = [
        place.bare_arn("sso", "instance/*"),
        place.global_arn("sso", "application/*"),
        f"arn:{place.partition}:sso::aws:applicationProvider/*",
    ]
    return iam.allow([f"sso:{action}" for action in _IDENTITY_CENTER.split()], applications)


def _capability(place: Place) -> list[str]:
    return [place.arn("eks", f"capability/{place.cluster}/*")]


def _log_groups(place: Place) -> list[str]:
    group = place.arn("logs", f"log-group:{conventions.capability_log_group(place.cluster)}")
    return [group, f"{group}:*"]


def _named(place: Place) -> list[str]:
    """By the name that the program gives their component."""
    kinds = ("delivery-destination", "delivery-source")
    return [place.arn("logs", f"{kind}:{place.cluster}-argocd-log-*") for kind in kinds]


def _deliveries(place: Place) -> str:
    return place.arn("logs", "delivery:*")


def _logs(actions: str) -> list[str]:
    return [f"logs:{action}" for action in actions.split()]
