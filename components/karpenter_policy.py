"""What Karpenter may do; pure.

Owns: its policy, which follows the one that Karpenter documents. It makes and ends only what
carries the cluster's tag, and hands instances the cluster's node role and no other. Not here: who
gets it (`addon_catalogue.py`), and the queue of interruptions, which is not there yet.

https://karpenter.sh/docs/reference/cloudformation/
"""

from collections.abc import Sequence

import pulumi

from components import conventions, iam
from components.addon_settings import AddonSettings
from components.place import Place

_STARTS = ("fleet", "instance", "launch-template", "network-interface", "spot-instances-request")


def karpenter(place: Place, _settings: AddonSettings) -> Sequence[iam.Statement]:
    """Starts, tags and ends nodes of this cluster; knows prices and images."""
    return [*_reads(place), *_launches(place), *_ends(place), *_instance_profiles(place)]


def karpenter_facts(place: Place, _settings: AddonSettings) -> dict[str, pulumi.Input[str]]:
    """The role of the nodes that it starts."""
    return {"node_iam_role_name": place.node_role_name}


def _reads(place: Place) -> list[iam.Statement]:
    things = (
        "AvailabilityZones CapacityReservations Images InstanceStatus InstanceTypeOfferings "
        "InstanceTypes Instances LaunchTemplates SecurityGroups SpotPriceHistory Subnets"
    )
    here = {"StringEquals": {"aws:RequestedRegion": place.region}}
    images = place.ownerless_arn("ssm", "parameter/aws/service/*")
    return [
        iam.allow([f"ec2:Describe{thing}" for thing in things.split()], ["*"], here),
        iam.allow(["pricing:GetProducts"], ["*"]),
        iam.allow(["ssm:GetParameter"], [images]),
        iam.allow(["eks:DescribeCluster"], [place.arn("eks", f"cluster/{place.cluster}")]),
    ]


def _launches(place: Place) -> list[iam.Statement]:
    launch = ["ec2:CreateFleet", "ec2:RunInstances"]
    ingredients = [
        place.ownerless_arn("ec2", "image/*"),
        place.ownerless_arn("ec2", "snapshot/*"),
        place.arn("ec2", "security-group/*"),
        place.arn("ec2", "subnet/*"),
        place.arn("ec2", "capacity-reservation/*"),
    ]
    templates = place.arn("ec2", "launch-template/*")
    started = [place.arn("ec2", f"{kind}/*") for kind in (*_STARTS, "volume")]
    calls = ["CreateFleet", "CreateLaunchTemplate", "RunInstances"]
    asked = _tags(place, "aws:RequestTag", "karpenter.sh/nodepool")
    at_creation = {**asked["StringEquals"], "ec2:CreateAction": calls}
    return [
        iam.allow(launch, ingredients),
        iam.allow(launch, [templates], _owned(place, "karpenter.sh/nodepool")),
        iam.allow([*launch, "ec2:CreateLaunchTemplate"], started, asked),
        iam.allow(["ec2:CreateTags"], started, {**asked, "StringEquals": at_creation}),
        iam.allow(
            ["ec2:CreateTags"],
            [place.arn("ec2", "instance/*")],
            {
                **_owned(place, "karpenter.sh/nodepool"),
                "ForAllValues:StringEquals": {
                    "aws:TagKeys": ["Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"]
                },
            },
        ),
    ]


def _ends(place: Place) -> list[iam.Statement]:
    made = [place.arn("ec2", "instance/*"), place.arn("ec2", "launch-template/*")]
    actions = ["ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"]
    return [iam.allow(actions, made, _owned(place, "karpenter.sh/nodepool"))]


def _instance_profiles(place: Place) -> list[iam.Statement]:
    """One for each node class; what it may hold is the cluster's node role."""
    role = f"arn:{place.partition}:iam::{place.account}:role{conventions.ROLE_PATH}"
    profiles = [place.global_arn("iam", "instance-profile/*")]
    node_class = "karpenter.k8s.aws/ec2nodeclass"
    changes = ["iam:AddRoleToInstanceProfile", "iam:DeleteInstanceProfile"]
    changes.append("iam:RemoveRoleFromInstanceProfile")
    asked = _tags(place, "aws:RequestTag", node_class)
    both = {**asked["StringEquals"], **_owned(place, node_class)["StringEquals"]}
    either = {**asked["StringLike"], **_owned(place, node_class)["StringLike"]}
    return [
        iam.allow(
            ["iam:PassRole"],
            [pulumi.Output.concat(role, place.node_role_name)],
            {
                "StringEquals": {
                    "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"]
                }
            },
        ),
        iam.allow(["iam:CreateInstanceProfile"], profiles, asked),
        iam.allow(
            ["iam:TagInstanceProfile"], profiles, {"StringEquals": both, "StringLike": either}
        ),
        iam.allow(changes, profiles, _owned(place, node_class)),
        iam.allow(["iam:GetInstanceProfile", "iam:ListInstanceProfiles"], profiles),
    ]


def _owned(place: Place, any_value: str) -> dict[str, dict[str, iam.Values]]:
    return _tags(place, "aws:ResourceTag", any_value)


def _tags(place: Place, key: str, any_value: str) -> dict[str, dict[str, iam.Values]]:
    """The cluster's tags, and one more with whatever value."""
    cluster: dict[str, iam.Values] = {f"{key}/kubernetes.io/cluster/{place.cluster}": "owned"}
    if key == "aws:RequestTag":
        cluster[f"{key}/eks:eks-cluster-name"] = place.cluster
    return {"StringEquals": cluster, "StringLike": {f"{key}/{any_value}": "*"}}
