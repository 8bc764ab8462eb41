"""Clusters as EKS keeps them."""

from typing import Any

import pytest

from lab.aws.eks.access_entries import POLICY_PREFIX
from lab.aws.errors import ServiceError

from .accounts import Eks

AUTO_MODE: dict[str, Any] = {
    "computeConfig": {"enabled": True, "nodePools": ["system"]},
    "storageConfig": {"blockStorage": {"enabled": True}},
    "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
    "bootstrapSelfManagedAddons": False,
}


@pytest.fixture
def eks() -> Eks:
    return Eks()


def test_a_new_cluster_is_creating_and_its_control_plane_asked_for(eks: Eks) -> None:
    assert eks.create("spoke")["status"] == "CREATING"
    assert eks.keeper.asked == [("create", "spoke")]


def test_what_was_not_asked_for_is_not_described(eks: Eks) -> None:
    eks.active("spoke")
    described = eks("DescribeCluster", name="spoke")["cluster"]
    assert not described.keys() & {
        *("zonalShiftConfig", "computeConfig", "storageConfig", "encryptionConfig", "endpoint")
    }


def test_what_was_asked_for_is_described(eks: Eks) -> None:
    eks.active("spoke", zonalShiftConfig={"enabled": True}, tags={"a": "b"}, **AUTO_MODE)
    described = eks("DescribeCluster", name="spoke")["cluster"]
    assert described["zonalShiftConfig"] == {"enabled": True}
    assert described["computeConfig"] == AUTO_MODE["computeConfig"]
    assert described["kubernetesNetworkConfig"]["elasticLoadBalancing"] == {"enabled": True}
    assert described["tags"] == {"a": "b"}


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"version": "1.31"}, "the lab has programs for 1.36"),
        ({"accessConfig": {"authenticationMode": "CONFIG_MAP"}}, "aws-auth"),
        ({"accessConfig": {}}, "aws-auth"),
        ({"outpostConfig": {"outpostArns": []}}, "outpostConfig"),
        ({"roleArn": "arn:aws:iam::111111111111:role/none"}, "could not be assumed"),
        ({**AUTO_MODE, "computeConfig": {"enabled": False}}, "either true or false"),
        ({**AUTO_MODE, "bootstrapSelfManagedAddons": None}, "bootstrapSelfManagedAddons"),
        ({"resourcesVpcConfig": {"subnetIds": ["subnet-none"]}}, "subnet"),
        ({"resourcesVpcConfig": {"subnetIds": []}}, "Subnets must be given"),
        (
            {"encryptionConfig": [{"provider": {"keyArn": "arn:aws:kms:eu-west-1:1:key/x"}}]},
            "keyArn",
        ),
    ],
)
def test_a_cluster_that_could_not_be_is_refused_with_the_reason(
    eks: Eks, params: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ServiceError, match=reason):
        eks.create("spoke", **params)
    assert eks.keeper.asked == []


def test_subnets_in_one_zone_are_refused(eks: Eks) -> None:
    with pytest.raises(ServiceError, match="two different AZs"):
        eks.create(resourcesVpcConfig={"subnetIds": eks.account.subnets("a")})


def test_an_api_server_without_an_endpoint_is_refused(eks: Eks) -> None:
    vpc = {"subnetIds": eks.account.subnets(), "endpointPublicAccess": False}
    with pytest.raises(ServiceError, match="cannot be false"):
        eks.create(resourcesVpcConfig=vpc)


def test_a_role_that_eks_may_not_assume_is_refused(eks: Eks) -> None:
    with pytest.raises(ServiceError, match=r"eks\.amazonaws\.com asked"):
        eks.create(roleArn=eks.node_role.arn)


def test_a_name_is_taken_once(eks: Eks) -> None:
    eks.create("spoke")
    with pytest.raises(ServiceError, match="already exists") as refusal:
        eks.create("spoke")
    assert refusal.value.code == "ResourceInUseException"


def test_the_creator_becomes_admin_only_when_asked(eks: Eks) -> None:
    eks.active("without")
    access = {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": True}
    eks.active("with", accessConfig=access)
    assert eks("ListAccessEntries", clusterName="without")["accessEntries"] == []
    assert eks("ListAccessEntries", clusterName="with")["accessEntries"] == [eks.admin.arn]


def test_creator_admin_is_never_told_again(eks: Eks) -> None:
    assert eks.create()["accessConfig"] == {"authenticationMode": "API"}


def test_auto_mode_makes_its_node_roles_entry_itself(eks: Eks) -> None:
    compute = {**AUTO_MODE["computeConfig"], "nodeRoleArn": eks.node_role.arn}
    eks.active("spoke", **{**AUTO_MODE, "computeConfig": compute})
    principal = {"clusterName": "spoke", "principalArn": eks.node_role.arn}
    assert eks("DescribeAccessEntry", **principal)["accessEntry"]["type"] == "EC2"
    policies = eks("ListAssociatedAccessPolicies", **principal)["associatedAccessPolicies"]
    assert [one["policyArn"] for one in policies] == [POLICY_PREFIX + "AmazonEKSAutoNodePolicy"]


def test_auto_mode_that_is_turned_on_later_brings_its_kinds_then(eks: Eks) -> None:
    eks.active("spoke", bootstrapSelfManagedAddons=False)
    before = len(eks.keeper.asked)
    switches = {key: AUTO_MODE[key] for key in AUTO_MODE if key != "bootstrapSelfManagedAddons"}
    eks("UpdateClusterConfig", name="spoke", **switches)
    assert eks.keeper.asked[before:] == [("create", "spoke")]
    eks("UpdateClusterConfig", name="spoke", deletionProtection=True)
    assert len(eks.keeper.asked) == before + 1


def test_deletion_protection_protects(eks: Eks) -> None:
    eks.active("spoke", deletionProtection=True)
    with pytest.raises(ServiceError, match="deletion protection"):
        eks("DeleteCluster", name="spoke")
    eks("UpdateClusterConfig", name="spoke", deletionProtection=False)
    assert eks("DeleteCluster", name="spoke")["cluster"]["status"] == "DELETING"
    assert eks.keeper.asked[-1] == ("delete", "spoke")


def test_a_cluster_with_node_groups_is_not_deleted(eks: Eks) -> None:
    eks.active("spoke")
    group = {"clusterName": "spoke", "nodegroupName": "system"}
    eks("CreateNodegroup", **group, subnets=eks.account.subnets(), nodeRole=eks.node_role.arn)
    with pytest.raises(ServiceError, match="nodegroups attached"):
        eks("DeleteCluster", name="spoke")
    eks("DeleteNodegroup", **group)
    assert eks("DeleteCluster", name="spoke")


def test_an_update_changes_one_kind_of_thing(eks: Eks) -> None:
    eks.active("spoke")
    with pytest.raises(ServiceError, match="Only one type of update"):
        eks(
            "UpdateClusterConfig",
            name="spoke",
            deletionProtection=True,
            zonalShiftConfig={"enabled": True},
        )


@pytest.mark.parametrize(
    "nothing",
    [
        {},
        {"deletionProtection": False},
        {"logging": {"clusterLogging": [{"types": ["api"], "enabled": False}]}},
        {"upgradePolicy": {"supportType": "EXTENDED"}},
    ],
)
def test_an_update_that_changes_nothing_is_an_error(eks: Eks, nothing: dict[str, Any]) -> None:
    eks.active("spoke")
    with pytest.raises(ServiceError, match="No changes needed"):
        eks("UpdateClusterConfig", name="spoke", **nothing)


def test_logs_are_turned_on_and_off_one_by_one(eks: Eks) -> None:
    eks.active("spoke", logging={"clusterLogging": [{"types": ["api"], "enabled": True}]})
    change = [{"types": ["audit"], "enabled": True}, {"types": ["api"], "enabled": False}]
    update = eks("UpdateClusterConfig", name="spoke", logging={"clusterLogging": change})["update"]
    logs = eks("DescribeCluster", name="spoke")["cluster"]["logging"]["clusterLogging"]
    assert {"types": ["audit"], "enabled": True} in logs
    found = eks("DescribeUpdate", name="spoke", updateId=update["id"])["update"]
    assert (update["status"], found["status"]) == ("InProgress", "Successful")


def test_other_members_of_the_vpc_survive_a_change_of_one(eks: Eks) -> None:
    eks.active("spoke")
    before = eks("DescribeCluster", name="spoke")["cluster"]["resourcesVpcConfig"]
    change = {"publicAccessCidrs": ["203.0.113.0/24"]}
    eks("UpdateClusterConfig", name="spoke", resourcesVpcConfig=change)
    after = eks("DescribeCluster", name="spoke")["cluster"]["resourcesVpcConfig"]
    assert after == {**before, **change}


def test_a_cluster_that_is_not_active_is_not_updated(eks: Eks) -> None:
    eks.create("spoke")
    with pytest.raises(ServiceError, match="CREATING, not ACTIVE"):
        eks("UpdateClusterConfig", name="spoke", deletionProtection=True)


def test_a_version_that_the_lab_lacks_is_no_upgrade(eks: Eks) -> None:
    eks.active("spoke")
    with pytest.raises(ServiceError, match=r"1\.37"):
        eks("UpdateClusterVersion", name="spoke", version="1.37")


def test_tags_are_of_one_resource(eks: Eks) -> None:
    cluster = eks.active("spoke")
    eks("TagResource", resourceArn=cluster.body["arn"], tags={"a": "1", "b": "2"})
    eks("UntagResource", resourceArn=cluster.body["arn"], tagKeys=["a", "none"])
    assert eks("ListTagsForResource", resourceArn=cluster.body["arn"])["tags"] == {"b": "2"}


def test_the_lab_offers_the_version_that_it_runs(eks: Eks) -> None:
    versions = eks("DescribeClusterVersions")["clusterVersions"]
    assert [one["clusterVersion"] for one in versions] == ["1.36"]
