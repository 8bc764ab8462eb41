"""What hangs on a cluster: entries, node groups, add-ons, Pod Identity associations."""

from typing import Any

import pytest

from lab.aws.eks.access_entries import POLICY_PREFIX
from lab.aws.errors import ServiceError

from .accounts import Account, Eks, trust

ON = {"clusterName": "spoke"}


@pytest.fixture
def eks() -> Eks:
    eks = Eks()
    eks.active("spoke")
    return eks


def entry(eks: Eks, **params: Any) -> Any:
    return eks("CreateAccessEntry", **ON, **{"principalArn": eks.admin.arn, **params})


def test_an_entry_names_the_session_unless_told_otherwise(eks: Eks) -> None:
    assert entry(eks)["accessEntry"]["username"] == (
        f"arn:aws:sts::{eks.account.id}:assumed-role/admin/{{{{SessionName}}}}"
    )


def test_a_principal_of_another_account_has_an_entry_too(eks: Eks) -> None:
    hub = Account().role("hub", trust({"AWS": "*"}))
    assert entry(eks, principalArn=hub.arn)["accessEntry"]["principalArn"] == hub.arn


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"principalArn": "arn:aws:iam::111111111111:role/none"}, "invalid principal"),
        ({"principalArn": "platform"}, "format is not valid"),
        ({"kubernetesGroups": ["system:masters"]}, "must not start with"),
        ({"type": "EC2_LINUX", "kubernetesGroups": ["g"]}, "can't be given"),
        ({"type": "FARGATE_LINUX"}, "FARGATE_LINUX"),
    ],
)
def test_an_entry_that_could_not_be_is_refused(
    eks: Eks, params: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ServiceError, match=reason):
        entry(eks, **params)


def test_a_principal_has_one_entry(eks: Eks) -> None:
    entry(eks)
    with pytest.raises(ServiceError, match="already in use"):
        entry(eks)


def test_a_changed_entry_keeps_what_was_not_named(eks: Eks) -> None:
    entry(eks, username="me")
    eks("UpdateAccessEntry", **ON, principalArn=eks.admin.arn, kubernetesGroups=["g"])
    found = eks("DescribeAccessEntry", **ON, principalArn=eks.admin.arn)["accessEntry"]
    assert (found["username"], found["kubernetesGroups"]) == ("me", ["g"])


@pytest.mark.parametrize("name", ["AmazonEKSEditPolicy", "AmazonEKSAutoNodePolicyX"])
def test_a_policy_that_the_lab_cannot_honour_is_refused_by_name(eks: Eks, name: str) -> None:
    entry(eks)
    with pytest.raises(ServiceError, match=name):
        eks(
            "AssociateAccessPolicy",
            **ON,
            principalArn=eks.admin.arn,
            policyArn=POLICY_PREFIX + name,
            accessScope={"type": "cluster"},
        )


def test_an_association_again_changes_its_scope(eks: Eks) -> None:
    entry(eks)
    principal = {**ON, "principalArn": eks.admin.arn}
    policy = {**principal, "policyArn": POLICY_PREFIX + "AmazonEKSViewPolicy"}
    eks("AssociateAccessPolicy", **policy, accessScope={"type": "cluster"})
    scope = {"type": "namespace", "namespaces": ["a"]}
    eks("AssociateAccessPolicy", **policy, accessScope=scope)
    associated = eks("ListAssociatedAccessPolicies", **principal)["associatedAccessPolicies"]
    assert [one["accessScope"] for one in associated] == [scope]
    eks("DisassociateAccessPolicy", **policy)
    assert not eks("ListAssociatedAccessPolicies", **principal)["associatedAccessPolicies"]


def group(eks: Eks, **params: Any) -> Any:
    return eks(
        "CreateNodegroup",
        **ON,
        nodegroupName="system",
        nodeRole=eks.node_role.arn,
        **{"subnets": eks.account.subnets(), **params},
    )["nodegroup"]


def test_a_node_groups_role_gets_its_entry_from_eks(eks: Eks) -> None:
    group(eks)
    with pytest.raises(ServiceError, match="already in use"):
        entry(eks, principalArn=eks.node_role.arn, type="EC2_LINUX")


def test_a_node_group_is_described_as_it_was_asked_for(eks: Eks) -> None:
    asked = {"scalingConfig": {"minSize": 2, "maxSize": 3, "desiredSize": 2}, "labels": {"a": "b"}}
    asked |= {"updateConfig": {"maxUnavailable": 2}, "nodeRepairConfig": {"enabled": True}}
    group(eks, **asked)
    found = eks("DescribeNodegroup", **ON, nodegroupName="system")["nodegroup"]
    assert {name: found[name] for name in asked} == asked
    assert found["status"] == "ACTIVE"
    assert "remoteAccess" not in found


def test_labels_and_taints_change_in_place(eks: Eks) -> None:
    group(eks, labels={"a": "1", "b": "2"}, taints=[{"key": "k", "effect": "NO_SCHEDULE"}])
    eks(
        "UpdateNodegroupConfig",
        **ON,
        nodegroupName="system",
        labels={"addOrUpdateLabels": {"a": "3"}, "removeLabels": ["b"]},
        taints={"removeTaints": [{"key": "k", "effect": "NO_SCHEDULE"}]},
    )
    found = eks("DescribeNodegroup", **ON, nodegroupName="system")["nodegroup"]
    assert (found["labels"], found["taints"]) == ({"a": "3"}, [])


def test_a_node_group_without_its_launch_template_is_refused(eks: Eks) -> None:
    with pytest.raises(ServiceError, match="was not found"):
        group(eks, launchTemplate={"id": "lt-none"})


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"addonName": "karpenter"}, "karpenter"),
        ({"addonName": "coredns", "addonVersion": "latest"}, "latest"),
        ({"addonName": "coredns", "configurationValues": "[1"}, "not YAML or JSON"),
        ({"addonName": "coredns", "configurationValues": "text"}, "not an object"),
    ],
)
def test_an_addon_that_could_not_be_is_refused(
    eks: Eks, params: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ServiceError, match=reason):
        eks("CreateAddon", **ON, **params)


def test_an_addon_owns_the_associations_that_it_came_with(eks: Eks) -> None:
    wanted = [{"serviceAccount": "ebs", "roleArn": eks.role.arn}]
    eks("CreateAddon", **ON, addonName="aws-ebs-csi-driver", podIdentityAssociations=wanted)
    (found,) = eks("ListPodIdentityAssociations", **ON)["associations"]
    assert found["ownerArn"].split("/")[2] == "aws-ebs-csi-driver"
    eks("DeleteAddon", **ON, addonName="aws-ebs-csi-driver")
    assert eks("ListPodIdentityAssociations", **ON)["associations"] == []


def test_an_addon_takes_the_version_that_a_stack_pins(eks: Eks) -> None:
    eks("CreateAddon", **ON, addonName="coredns", addonVersion="v1.13.2-eksbuild.4")
    eks("UpdateAddon", **ON, addonName="coredns", addonVersion="v1.13.3-eksbuild.1")
    addon = eks("DescribeAddon", **ON, addonName="coredns")["addon"]
    assert addon["addonVersion"] == "v1.13.3-eksbuild.1"


def association(eks: Eks, **params: Any) -> Any:
    asked = {"namespace": "argocd", "serviceAccount": "argocd-server", "roleArn": eks.role.arn}
    return eks("CreatePodIdentityAssociation", **ON, **{**asked, **params})["association"]


def test_a_service_account_has_one_association(eks: Eks) -> None:
    association(eks)
    with pytest.raises(ServiceError, match="already exists"):
        association(eks)


def test_an_associations_role_is_of_the_clusters_account(eks: Eks) -> None:
    elsewhere = Account().role("r", trust({"Service": "pods.eks.amazonaws.com"}))
    with pytest.raises(ServiceError, match="does not exist"):
        association(eks, roleArn=elsewhere.arn)


def test_associations_are_listed_by_namespace(eks: Eks) -> None:
    mine = association(eks)
    association(eks, namespace="other")
    found = eks("ListPodIdentityAssociations", **ON, namespace="argocd")["associations"]
    assert [one["associationId"] for one in found] == [mine["associationId"]]


def test_a_long_list_comes_in_pages(eks: Eks) -> None:
    for name in "abc":
        association(eks, serviceAccount=name)
    first = eks("ListPodIdentityAssociations", **ON, maxResults=2)
    rest = eks("ListPodIdentityAssociations", **ON, maxResults=2, nextToken=first["nextToken"])
    assert (len(first["associations"]), len(rest["associations"])) == (2, 1)
    assert "nextToken" not in rest
