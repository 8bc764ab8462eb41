"""What `eks:index:Cluster` creates for the arguments it takes, and which it refuses."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from pulumi.errors import InputPropertyError

from lab.plugins.eks.arguments import parse
from lab.plugins.eks.cluster import Cluster
from tests.unit.engine import Engine, Node, Run

AUTO_MODE: dict[str, Any] = {
    "authenticationMode": "API",
    "autoMode": {"enabled": True},
    "corednsAddonOptions": {"enabled": False},
    "createInstanceRole": False,
    "name": "hub",
    "privateSubnetIds": ["subnet-1", "subnet-2"],
    "skipDefaultNodeGroup": True,
    "version": "1.36",
    "vpcId": "vpc-1",
}
OWN_COMPUTE: dict[str, Any] = {
    **{k: v for k, v in AUTO_MODE.items() if k not in ("autoMode", "corednsAddonOptions")},
    "kubeProxyAddonOptions": {"enabled": False},
    "skipDefaultSecurityGroups": True,
    "useDefaultVpcCni": True,
}
EKS_CLUSTER = "aws:eks/cluster:Cluster"
OWN_NODE_ROLE = {"createNodeRole": False, "computeConfig": {"nodeRoleArn": "arn:nodes"}}


def answers(node: Node, _run: Run) -> Mapping[str, Any]:
    """What AWS would compute."""
    if node.type != EKS_CLUSTER:
        return {"arn": f"arn:{node.name}", "name": node.name}
    return {
        "certificateAuthority": {"data": "Q0E="},
        "endpoint": "https://endpoint",
        "identities": [{"oidcs": [{"issuer": "https://oidc/id"}]}],
        "vpcConfig": {**node.inputs["vpcConfig"], "clusterSecurityGroupId": "sg-1"},
    }


def run(inputs: Mapping[str, Any], *, own_role: bool = False) -> Run:
    def program() -> None:
        given = dict(inputs)
        if own_role:
            given["serviceRole"] = aws.iam.Role("own", assume_role_policy="{}")
        cluster = Cluster("c", parse(given), pulumi.ResourceOptions())
        for name, value in cluster.outputs.items():
            if name not in ("eksCluster", "instanceRoles"):
                pulumi.export(name, value)

    return Engine(answers=answers).run(program)


def names(made: Run) -> set[str]:
    kinds = ("eks:", "aws:", "pulumi:providers:kubernetes")
    return {node.name for node in made.nodes.values() if node.type.startswith(kinds)} - {"own"}


def test_auto_mode_makes_the_official_plugins_children() -> None:
    assert names(run(AUTO_MODE)) == {
        "c",
        "c-eks-k8s",
        "c-eksCluster",
        "c-eksRole",
        "c-eksRole-role",
        "c-eksRole-4b490823",
        "c-eksRole-d86a545b",
        "c-eksRole-1e381056",
        "c-eksRole-1587f79c",
        "c-eksRole-9ae443cd",
        "c-nodeRole",
        "c-nodeRole-role",
        "c-nodeRole-7b85ae6b",
        "c-nodeRole-22021ef5",
    }


def test_with_roles_of_ones_own_nothing_but_the_cluster_is_made() -> None:
    auto = {"enabled": True, **OWN_NODE_ROLE}
    assert names(run({**AUTO_MODE, "autoMode": auto}, own_role=True)) == {
        "c",
        "c-eks-k8s",
        "c-eksCluster",
    }


def test_without_auto_mode_the_role_has_one_policy() -> None:
    assert names(run(OWN_COMPUTE)) == {
        "c",
        "c-eks-k8s",
        "c-eksCluster",
        "c-eksRole",
        "c-eksRole-role",
        "c-eksRole-4b490823",
    }


def test_auto_mode_turns_its_three_switches_on() -> None:
    inputs = run(AUTO_MODE).only(EKS_CLUSTER).inputs
    assert inputs["computeConfig"] == {
        "enabled": True,
        "nodePools": ["general-purpose", "system"],
        "nodeRoleArn": "arn:c-nodeRole-role",
    }
    assert inputs["storageConfig"] == {"blockStorage": {"enabled": True}}
    assert inputs["kubernetesNetworkConfig"] == {
        "ipFamily": "ipv4",
        "elasticLoadBalancing": {"enabled": True},
    }
    assert inputs["bootstrapSelfManagedAddons"] is False


def test_arguments_reach_the_control_plane() -> None:
    more = {
        "encryptionConfigKeyArn": "arn:key",
        "upgradePolicy": {"supportType": "STANDARD"},
        "endpointPublicAccess": False,
        "endpointPrivateAccess": True,
        "tags": {"a": "b"},
        "deletionProtection": True,
    }
    inputs = run({**OWN_COMPUTE, **more}).only(EKS_CLUSTER).inputs
    assert inputs["name"] == "hub"
    assert inputs["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": True,
    }
    assert inputs["encryptionConfig"] == {
        "provider": {"keyArn": "arn:key"},
        "resources": ["secrets"],
    }
    assert inputs["upgradePolicy"] == {"supportType": "STANDARD"}
    assert inputs["vpcConfig"] == {
        "subnetIds": ["subnet-1", "subnet-2"],
        "endpointPrivateAccess": True,
        "endpointPublicAccess": False,
    }
    assert inputs["tags"] == {"Name": "c-eksCluster", "a": "b"}
    assert inputs["deletionProtection"] is True


def test_the_control_plane_waits_for_its_permissions() -> None:
    needed = run(AUTO_MODE).only(EKS_CLUSTER).depends_on
    assert {name for name in needed if "Role-" in name} == {
        name for name in names(run(AUTO_MODE)) if "Role-" in name
    }


def test_outputs_are_the_official_plugins() -> None:
    exports = run(AUTO_MODE).exports
    assert exports["clusterSecurityGroupId"] == exports["nodeSecurityGroupId"] == "sg-1"
    assert exports["oidcIssuer"] == "oidc/id"
    assert exports["autoModeNodeRoleName"] == "c-nodeRole-role"
    assert exports["oidcProviderArn"] == exports["fargateProfileId"] == ""
    assert json.loads(exports["kubeconfigJson"]) == exports["kubeconfig"]
    assert exports["kubeconfig"]["clusters"][0]["cluster"]["server"] == "https://endpoint"


@pytest.mark.parametrize(
    ("base", "change", "argument"),
    [
        (AUTO_MODE, {"proxy": "x"}, "proxy"),
        (AUTO_MODE, {"fargate": True}, "fargate"),
        (AUTO_MODE, {"vpcId": None}, "vpcId"),
        (AUTO_MODE, {"authenticationMode": "CONFIG_MAP"}, "authenticationMode"),
        (AUTO_MODE, {"createOidcProvider": True}, "createOidcProvider"),
        (AUTO_MODE, {"createInstanceRole": None}, "createInstanceRole"),
        (AUTO_MODE, {"corednsAddonOptions": None}, "corednsAddonOptions"),
        (AUTO_MODE, {"skipDefaultNodeGroup": False}, "skipDefaultNodeGroup"),
        (
            AUTO_MODE,
            {"autoMode": {"enabled": True, "createNodeRole": False}},
            "autoMode.computeConfig.nodeRoleArn",
        ),
        (OWN_COMPUTE, {"skipDefaultSecurityGroups": None}, "skipDefaultSecurityGroups"),
        (OWN_COMPUTE, {"useDefaultVpcCni": None}, "useDefaultVpcCni"),
        (OWN_COMPUTE, {"kubeProxyAddonOptions": {}}, "kubeProxyAddonOptions"),
    ],
)
def test_what_would_make_something_else_is_refused_by_name(
    base: dict[str, Any], change: dict[str, Any], argument: str
) -> None:
    with pytest.raises(InputPropertyError) as raised:
        parse({**base, **change})
    assert raised.value.property_path == argument
