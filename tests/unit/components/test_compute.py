"""`compute: managed`: network before nodes, nodes before names; nodes give nothing away."""

import json

import pytest

from components import addon_catalogue
from tests.unit.configs import MANAGED_HUB, brought_up
from tests.unit.engine import Node, Run

ADDON = "aws:eks/addon:Addon"
GROUP = "aws:eks/nodeGroup:NodeGroup"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
BEFORE = {"vpc-cni", "kube-proxy", "eks-pod-identity-agent"}
AFTER = {"coredns", "aws-ebs-csi-driver"}


@pytest.fixture(scope="module")
def run() -> Run:
    return brought_up("hub", MANAGED_HUB)


def addons(run: Run) -> dict[str, Node]:
    return {node.inputs["addonName"]: node for node in run.of(ADDON)}


def test_auto_mode_gets_no_add_on_and_no_group_of_ours() -> None:
    run = brought_up("hub")
    assert run.of(ADDON) == []
    assert run.of(GROUP) == []


def test_the_catalogue_says_which_half_an_add_on_belongs_to() -> None:
    stages = {name: row.stage for name, row in addon_catalogue.EKS.items()}
    assert {name for name, stage in stages.items() if stage == "before-nodes"} == BEFORE
    assert {name for name, stage in stages.items() if stage == "after-nodes"} == AFTER


def test_every_add_on_of_the_catalogue_is_installed_at_its_pinned_version(run: Run) -> None:
    versions = {name: node.inputs["addonVersion"] for name, node in addons(run).items()}
    assert versions == {name: row.version for name, row in addon_catalogue.EKS.items()}


def test_nodes_wait_for_the_network(run: Run) -> None:
    group = run.only(GROUP)
    assert {addons(run)[name].name for name in BEFORE} <= group.depends_on


@pytest.mark.parametrize("name", sorted(AFTER))
def test_what_runs_on_nodes_waits_for_them(run: Run, name: str) -> None:
    assert run.only(GROUP).name in addons(run)[name].depends_on


@pytest.mark.parametrize("name", sorted(BEFORE))
def test_what_nodes_wait_for_does_not_wait_for_nodes(run: Run, name: str) -> None:
    assert run.only(GROUP).name not in addons(run)[name].depends_on


def test_argo_cd_waits_for_names_and_volumes(run: Run) -> None:
    release = run.only("kubernetes:helm.sh/v3:Release")
    assert {addons(run)[name].name for name in AFTER} <= release.depends_on


def test_conflicts_are_decided_in_so_many_words(run: Run) -> None:
    for node in run.of(ADDON):
        assert node.inputs["resolveConflictsOnCreate"] == "OVERWRITE"
        assert node.inputs["resolveConflictsOnUpdate"] == "PRESERVE"


@pytest.mark.parametrize(
    ("addon", "account"),
    [("vpc-cni", "aws-node"), ("aws-ebs-csi-driver", "ebs-csi-controller-sa")],
)
def test_an_add_on_that_talks_to_aws_has_a_role_for_its_service_account_only(
    run: Run, addon: str, account: str
) -> None:
    (association,) = addons(run)[addon].inputs["podIdentityAssociations"]
    assert association["serviceAccount"] == account
    (role,) = (n for n in run.of("aws:iam/role:Role") if n.outputs["arn"] == association["roleArn"])
    (statement,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    condition = statement["Condition"]["StringEquals"]
    assert condition["aws:RequestTag/kubernetes-service-account"] == [account]
    assert condition["aws:RequestTag/kubernetes-namespace"] == "kube-system"


@pytest.mark.parametrize("addon", ["kube-proxy", "coredns", "eks-pod-identity-agent"])
def test_an_add_on_that_does_not_talk_to_aws_has_no_role(run: Run, addon: str) -> None:
    assert not addons(run)[addon].inputs.get("podIdentityAssociations")


def test_nodes_are_of_the_clusters_version_in_private_subnets(run: Run) -> None:
    group = run.only(GROUP).inputs
    ids = {node.id: node.name for node in run.of("aws:ec2/subnet:Subnet")}
    assert group["version"] == "1.36"
    assert {ids[id_] for id_ in group["subnetIds"]} == {
        f"hub-network-private-eu-west-1{zone}" for zone in "abc"
    }


def test_an_autoscaler_may_move_the_number_of_nodes_between_the_limits(run: Run) -> None:
    group = run.only(GROUP)
    assert group.inputs["scalingConfig"] == {"minSize": 2, "maxSize": 4, "desiredSize": 2}
    assert group.options.ignore_changes == ("scalingConfig.desiredSize",)


def test_pods_cannot_reach_their_nodes_credentials(run: Run) -> None:
    assert run.only(TEMPLATE).inputs["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }


def test_volumes_of_nodes_are_encrypted(run: Run) -> None:
    for device in run.only(TEMPLATE).inputs["blockDeviceMappings"]:
        assert device["ebs"]["encrypted"] == "true"


def test_tags_reach_what_ec2_launches(run: Run) -> None:
    """Default tags of the provider stop at the launch template."""
    specifications = run.only(TEMPLATE).inputs["tagSpecifications"]
    kinds = {specification["resourceType"] for specification in specifications}
    assert kinds == {"instance", "volume", "network-interface"}
    for specification in specifications:
        assert specification["tags"]["eks-hub-spoke:cluster"] == "hub"


def test_eks_itself_makes_the_access_entry_of_managed_nodes(run: Run) -> None:
    """Declared here too, one of the two comes second and fails."""
    kinds = {node.inputs.get("type") for node in run.of("aws:eks/accessEntry:AccessEntry")}
    assert kinds == {"STANDARD"}


def test_the_nodes_role_is_a_fact_in_both_modes() -> None:
    for changes in ({}, MANAGED_HUB):
        run = brought_up("hub", changes)
        secret = run.node("hub-registration-hub-secret").inputs
        name = secret["metadata"]["annotations"]["aws_node_role_name"]
        assert name in {role.outputs["name"] for role in run.of("aws:iam/role:Role")}
