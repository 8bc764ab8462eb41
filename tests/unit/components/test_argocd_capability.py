"""Argo CD as an EKS Capability: the order it comes up in, what it is told, what it is not given."""

from itertools import pairwise
from typing import Any

import pytest

from components import argocd, conventions
from tests.unit import committed
from tests.unit.configs import (
    ADMINS,
    CAPABILITY_HUB,
    CAPABILITY_SPOKE,
    IDENTITY_CENTER,
    MISSING,
    PLAIN_CAPABILITY_HUB,
    brought_up,
    changed,
    spokes_of,
)
from tests.unit.engine import Node, Run, plain

CAPABILITY = "aws:eks/capability:Capability"
ENTRY = "aws:eks/accessEntry:AccessEntry"
ENTRY_POLICY = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
SOURCE = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
DELIVERY = "aws:cloudwatch/logDelivery:LogDelivery"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
SECRET = "kubernetes:core/v1:Secret"
PROJECT = "kubernetes:argoproj.io/v1alpha1:AppProject"
APPLICATION = "kubernetes:argoproj.io/v1alpha1:Application"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


@pytest.fixture(scope="module")
def run() -> Run:
    return brought_up("hub", CAPABILITY_HUB)


def capability(run: Run) -> Node:
    return run.only(CAPABILITY)


def told(run: Run) -> dict[str, Any]:
    return capability(run).inputs["configuration"]["argoCd"]


def before(run: Run, node: Node) -> set[str]:
    """Every resource that must exist before this one, over any number of steps."""
    found: set[str] = set()
    open_ends = set(node.options.depends_on)
    while open_ends:
        found |= open_ends
        open_ends = {urn for end in open_ends for urn in run.nodes[end].options.depends_on} - found
    return {run.nodes[urn].name for urn in found}


def test_a_committed_hub_that_names_no_mode_manages_argo_cd_itself() -> None:
    assert committed.up("hub").of(CAPABILITY) == []


def test_a_preview_shows_the_same_resources_as_the_run(run: Run) -> None:
    values = changed("hub", CAPABILITY_HUB)
    engine = committed.engine("hub", values, stacks=spokes_of(values), preview=True)
    assert set(engine.run(committed.program).nodes) == set(run.nodes)


def test_the_mode_leaves_no_trace_of_the_other_one(run: Run) -> None:
    assert run.of("kubernetes:helm.sh/v3:Release") == []
    assert run.of("kubernetes:core/v1:Namespace") == []
    associations = run.of("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    assert [n.name for n in associations if n.inputs["namespace"] == "argocd"] == []


def test_the_capability_comes_after_its_entry_and_both_policies(run: Run) -> None:
    """The entry that EKS makes by itself has no group, and a second one is refused."""
    role = run.node("hub-argocd-identity-role").outputs["arn"]
    prepared = {
        n.name
        for kind in (ENTRY, ENTRY_POLICY)
        for n in run.of(kind)
        if n.inputs["principalArn"] == role
    }
    assert len(prepared) == 3
    assert prepared <= before(run, capability(run))


def test_the_capability_is_deleted_before_its_cluster(run: Run) -> None:
    """EKS refuses to delete a cluster with a capability; what is deleted with it is left out."""
    assert capability(run).deleted_with == ""
    assert "hub-cluster-eks" in before(run, capability(run))


def test_what_the_capability_made_stays_when_it_goes(run: Run) -> None:
    assert capability(run).inputs["deletePropagationPolicy"] == "RETAIN"
    assert capability(run).inputs["type"] == "ARGOCD"


def test_a_capability_that_is_replaced_makes_way_first(run: Run) -> None:
    """A cluster has one of its type: the new one would be refused."""
    assert capability(run).options.delete_before_replace


def test_people_log_in_by_identity_center_and_are_what_the_file_says(run: Run) -> None:
    assert told(run)["awsIdc"] == {
        "idcInstanceArn": IDENTITY_CENTER,
        "idcRegion": "eu-central-1",
    }
    assert told(run)["rbacRoleMappings"] == [
        {"role": "ADMIN", "identities": [{"id": ADMINS, "type": "SSO_GROUP"}]},
        {
            "role": "VIEWER",
            "identities": [{"id": "99999999-2222-3333-4444-555555555555", "type": "SSO_USER"}],
        },
    ]


def test_a_role_that_iam_has_not_told_eks_of_yet_is_waited_for(run: Run) -> None:
    assert capability(run).options.error_hooks == ("hub-argocd-role-too-new",)


def test_waves_wait_as_in_the_other_mode(run: Run) -> None:
    inputs = run.only(CONFIG_MAP).inputs
    self_managed = committed.up("hub").only("kubernetes:helm.sh/v3:Release").inputs["values"]
    health = {k: v for k, v in self_managed["configs"]["cm"].items() if ".health." in k}
    assert inputs["data"] == health == argocd.HEALTH
    assert inputs["metadata"]["name"] == "argocd-cm"
    assert inputs["metadata"]["labels"] == {"app.kubernetes.io/part-of": "argocd"}


@pytest.mark.parametrize("library", ["string.", "os.", "io.", "math.", "table."])
def test_health_needs_no_library_that_the_capability_does_not_have(library: str) -> None:
    assert [script for script in argocd.HEALTH.values() if library in script] == []


def test_the_root_waits_for_kinds_settings_and_every_cluster(run: Run) -> None:
    first = {capability(run).name, run.only(CONFIG_MAP).name, *(n.name for n in run.of(SECRET))}
    assert first <= before(run, run.only(PROJECT))
    assert run.only(PROJECT).name in run.only(APPLICATION).depends_on


def test_the_root_is_the_same_in_both_modes(run: Run) -> None:
    """But for what External Secrets makes for the other mode alone."""
    other = brought_up("hub", {"argocd.webhookRotationDays": MISSING})
    for kind in (PROJECT, APPLICATION):
        assert run.only(kind).inputs == other.only(kind).inputs


def test_clusters_are_registered_by_arn_and_nothing_else_differs(run: Run) -> None:
    arns = {"hub": "111111111111:cluster/hub", "spoke-dev": "222222222222:cluster/spoke-dev"}
    for stack, arn in arns.items():
        name = f"hub-registration-{stack}-secret"
        found = plain(run.node(name).inputs)
        other = plain(committed.up("hub").node(name).inputs)
        assert found["stringData"] == {"name": stack, "server": f"arn:aws:eks:eu-west-1:{arn}"}
        assert found["metadata"] == other["metadata"]


def test_what_a_spoke_promises_the_hub_is_the_same_in_both_modes_but_for_the_role() -> None:
    managed, own = (
        plain(r.exports)["registration"]
        for r in (brought_up("spoke-dev", CAPABILITY_SPOKE), committed.up("spoke-dev"))
    )
    assert managed == {**own, "access_role_arn": ""}


def test_every_controllers_log_arrives_in_a_group_that_forgets(run: Run) -> None:
    kinds = {n.inputs["logType"] for n in run.of(SOURCE)}
    assert kinds == {
        f"EKS_CAPABILITY_ARGOCD_{controller}_LOGS"
        for controller in ("APPLICATION", "APPLICATIONSET", "COMMITSERVER", "REPOSERVER", "SERVER")
    }
    assert {n.inputs["resourceArn"] for n in run.of(SOURCE)} == {capability(run).outputs["arn"]}
    group = run.node("hub-argocd-log-group")
    assert group.inputs["retentionInDays"] == 90
    assert group.inputs["name"].startswith("/aws/vendedlogs/")


def test_the_controllers_logs_are_encrypted_with_a_key_that_is_for_their_group(run: Run) -> None:
    group = run.node("hub-argocd-log-group").inputs
    (key,) = (n for n in run.of("aws:kms/key:Key") if n.outputs["arn"] == group["kmsKeyId"])
    assert f":log-group:{group['name']}" in key.inputs["policy"]
    other = committed.up("hub").node("hub-logs-key", "aws:kms/key:Key")
    assert "vendedlogs" not in other.inputs["policy"]


def test_log_deliveries_are_made_one_after_the_other(run: Run) -> None:
    """In parallel most are refused: each changes the capability or the group's policy."""
    steps = [n.name for n in run.nodes.values() if n.type in (SOURCE, DELIVERY)]
    assert len(steps) == 10
    for earlier, later in pairwise(steps):
        assert earlier in run.node(later).depends_on


def test_a_log_source_that_comes_too_early_is_asked_for_again(run: Run) -> None:
    assert {n.options.error_hooks for n in run.of(SOURCE)} == {("hub-argocd-log-being-changed",)}


def test_the_longest_cluster_name_leaves_room_for_a_sources_name(run: Run) -> None:
    """CloudWatch takes 60 characters, with the hyphen and the seven digits that Pulumi appends."""
    longest = max(len(n.name.removeprefix("hub")) for n in run.of(SOURCE))
    assert conventions.CLUSTER_NAME_LENGTH + longest + 8 <= 60


def test_without_private_access_argo_cd_is_reached_by_its_public_address() -> None:
    public = brought_up("hub", PLAIN_CAPABILITY_HUB)
    assert "networkAccess" not in told(public)
    assert [n.name for n in public.of(ENDPOINT) if "capabilities" in n.inputs["serviceName"]] == []


def test_private_access_is_one_endpoint_for_https_from_the_listed_networks(run: Run) -> None:
    endpoint = run.node("hub-argocd-endpoint-endpoint")
    assert told(run)["networkAccess"] == {"vpceIds": [endpoint.id]}
    assert endpoint.inputs["serviceName"] == "com.amazonaws.eu-west-1.eks-capabilities"
    assert endpoint.inputs["privateDnsEnabled"] is False
    rules = [n.inputs for n in run.of(INGRESS) if n.parent == "hub-argocd-endpoint"]
    assert [(r["cidrIpv4"], r["fromPort"], r["toPort"], r["ipProtocol"]) for r in rules] == [
        ("10.0.0.0/16", 443, 443, "tcp"),
        ("10.200.0.0/16", 443, 443, "tcp"),
    ]


def test_the_hub_exports_the_address_and_no_password_command(run: Run) -> None:
    assert ".eks-capabilities." in run.exports["argocd_address"]
    assert [key for key in run.exports if key.startswith("argocd_")] == ["argocd_address"]
