"""The control plane: every default of `pulumi_eks` explicit, its gaps closed, nobody let in."""

import json
from typing import Any

import pytest

from tests.unit import committed
from tests.unit.configs import ADMIN, CLOSED_SPOKE, MANAGED_HUB, OPEN_SPOKE, brought_up
from tests.unit.engine import Node, Reference, Run

EKS = "eks:index:Cluster"
HIDDEN = "aws:eks/cluster:Cluster"
KEY = "aws:kms/key:Key"
KUBERNETES = "pulumi:providers:kubernetes"
DEPLOYER = "arn:aws:iam::222222222222:role/eks-hub-spoke-deployer-spoke-dev"


def eks(stack: str = "spoke-dev", changes: dict[str, Any] | None = None) -> Node:
    return brought_up(stack, changes).only(EKS)


def kubeconfig(run: Run) -> dict[str, Any]:
    return json.loads(run.only(KUBERNETES).inputs["kubeconfig"])


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("name", "spoke-dev"),
        ("version", "1.36"),
        ("authenticationMode", "API"),
        ("endpointPrivateAccess", True),
        ("endpointPublicAccess", True),
        ("publicAccessCidrs", ["203.0.113.0/24"]),
        ("deletionProtection", True),
        ("upgradePolicy", {"supportType": "STANDARD"}),
        ("createOidcProvider", False),
        ("skipDefaultNodeGroup", True),
        ("skipDefaultSecurityGroups", True),
        ("createInstanceRole", False),
        ("corednsAddonOptions", {"enabled": False}),
        ("kubeProxyAddonOptions", {"enabled": False}),
        ("useDefaultVpcCni", True),
    ],
)
def test_a_default_of_pulumi_eks_is_set_in_so_many_words(argument: str, value: Any) -> None:
    assert eks().inputs[argument] == value


def test_all_control_plane_logs_are_kept() -> None:
    logs = {"api", "audit", "authenticator", "controllerManager", "scheduler"}
    assert set(eks().inputs["enabledClusterLogTypes"]) == logs


def test_the_log_group_has_a_retention_and_stands_before_eks_makes_its_own() -> None:
    run = committed.up("spoke-dev")
    group = run.node("spoke-dev-cluster-logs")
    assert group.inputs["name"] == "/aws/eks/spoke-dev/cluster"
    assert group.inputs["retentionInDays"] == 90
    assert group.name in run.only(EKS).depends_on


def test_secrets_are_encrypted_with_a_key_of_our_own_that_rotates() -> None:
    run = committed.up("spoke-dev")
    key = run.node("spoke-dev-cluster-secrets", KEY)
    assert run.only(EKS).inputs["encryptionConfigKeyArn"] == key.outputs["arn"]
    assert key.inputs["enableKeyRotation"] is True
    assert key.inputs["deletionWindowInDays"] == 30
    assert key.options.protect


def test_the_public_endpoint_is_closed_unless_asked_for() -> None:
    closed = eks("spoke-dev", CLOSED_SPOKE).inputs
    assert closed["endpointPublicAccess"] is False
    assert not closed.get("publicAccessCidrs")
    assert closed["endpointPrivateAccess"] is True


def test_the_internet_is_let_in_only_by_its_name() -> None:
    opened = eks("spoke-dev", OPEN_SPOKE).inputs
    assert opened["endpointPublicAccess"] is True
    assert opened["publicAccessCidrs"] == ["0.0.0.0/0"]


def test_extended_support_is_a_choice() -> None:
    extended = eks("hub", MANAGED_HUB)
    assert extended.inputs["upgradePolicy"] == {"supportType": "EXTENDED"}


def test_the_creator_is_no_administrator() -> None:
    access = committed.up("spoke-dev").only(HIDDEN).inputs["accessConfig"]
    assert access == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    }


@pytest.mark.parametrize(("changes", "enabled"), [({}, True), (OPEN_SPOKE, False)])
def test_zonal_shift_is_as_configured(changes: dict[str, Any], enabled: bool) -> None:
    hidden = brought_up("spoke-dev", changes).only(HIDDEN)
    assert hidden.inputs["zonalShiftConfig"] == {"enabled": enabled}


def test_the_transform_leaves_everything_else_as_it_was() -> None:
    hidden = committed.up("spoke-dev").only(HIDDEN)
    assert hidden.inputs["name"] == "spoke-dev"
    assert hidden.inputs["version"] == "1.36"
    assert hidden.options.protect


def test_the_cluster_works_as_a_role_of_ours() -> None:
    run = committed.up("spoke-dev")
    role = run.node("spoke-dev-cluster-control-plane-role")
    assert run.only(EKS).inputs["serviceRole"] == Reference(role.urn)


def test_auto_mode_is_wholly_on_with_nodes_of_our_role() -> None:
    run = committed.up("spoke-dev")
    auto = run.only(EKS).inputs["autoMode"]
    assert auto["enabled"] is True
    assert auto["createNodeRole"] is False
    nodes = run.node("spoke-dev-cluster-nodes-role").outputs["arn"]
    assert auto["computeConfig"]["nodeRoleArn"] == nodes


def test_a_spokes_built_in_pool_takes_no_pods_of_teams() -> None:
    """They go to a pool from Git, whose nodes enforce network policies; `system` has a taint."""
    for spoke in committed.stacks_of_role("spoke"):
        compute = eks(spoke).inputs["autoMode"]["computeConfig"]
        assert compute["nodePools"] == ["system"]


def test_the_hubs_built_in_pools_take_argo_cd_before_git_can_bring_another() -> None:
    compute = eks("hub").inputs["autoMode"]["computeConfig"]
    assert set(compute["nodePools"]) == {"general-purpose", "system"}


def test_eks_itself_makes_the_access_entry_of_auto_modes_nodes() -> None:
    """Of the role it is given, whatever pool they are in; declared here too, one would fail."""
    for stack in committed.stack_names():
        entries = committed.up(stack).of("aws:eks/accessEntry:AccessEntry")
        assert {entry.inputs["type"] for entry in entries} == {"STANDARD"}


def test_auto_modes_own_pools_get_subnets_that_hold_nodes() -> None:
    run = committed.up("spoke-dev")
    assert subnets_of(run) == {
        "spoke-dev-network-private-eu-west-1a",
        "spoke-dev-network-private-eu-west-1b",
    }


def test_without_auto_mode_the_control_plane_has_its_small_subnets_to_itself() -> None:
    run = brought_up("hub", MANAGED_HUB)
    assert "autoMode" not in run.only(EKS).inputs
    assert subnets_of(run) == {f"hub-network-control-plane-eu-west-1{zone}" for zone in "abc"}


def subnets_of(run: Run) -> set[str]:
    ids = {node.id: node.name for node in run.of("aws:ec2/subnet:Subnet")}
    return {ids[id_] for id_ in run.only(EKS).inputs["privateSubnetIds"]}


def test_the_kubeconfig_holds_no_credential_and_logs_in_as_the_deployer() -> None:
    (user,) = kubeconfig(committed.up("spoke-dev"))["users"]
    assert set(user["user"]) == {"exec"}
    assert user["user"]["exec"]["command"] == "aws"
    arguments = user["user"]["exec"]["args"]
    assert arguments[:2] == ["eks", "get-token"]
    assert arguments[-2:] == ["--role-arn", DEPLOYER]


def test_the_kubeconfig_is_of_this_cluster_and_no_other() -> None:
    for stack in committed.stack_names():
        run = committed.up(stack)
        (cluster,) = kubeconfig(run)["clusters"]
        created = run.only(HIDDEN).outputs
        assert cluster["cluster"]["server"] == created["endpoint"]
        authority = created["certificateAuthority"]["data"]
        assert cluster["cluster"]["certificate-authority-data"] == authority


def test_secrets_and_config_maps_are_changed_in_place() -> None:
    """By default a changed cluster secret is deleted and made anew: an outage of every team."""
    provider = committed.up("hub").only(KUBERNETES)
    assert provider.inputs["enableSecretMutable"] == "true"
    assert provider.inputs["enableConfigMapMutable"] == "true"


def test_a_new_endpoint_does_not_replace_what_was_made_through_the_provider() -> None:
    run = committed.up("hub")
    arn = run.only(HIDDEN).outputs["arn"]
    assert run.only(KUBERNETES).inputs["clusterIdentifier"] == arn


def test_the_deployer_may_enter_before_anything_is_made_in_the_cluster() -> None:
    """And leaves last: what is in the cluster cannot be deleted once the entry is gone."""
    assert "hub-cluster-deployer-policy" in committed.up("hub").only(KUBERNETES).depends_on


def test_an_administrators_entry_is_named_after_the_principal_and_not_its_place() -> None:
    run = brought_up("spoke-dev", OPEN_SPOKE)
    assert run.node("spoke-dev-cluster-admin-role-platform-admins-entry").inputs == {
        "clusterName": "spoke-dev",
        "principalArn": ADMIN,
        "type": "STANDARD",
    }
