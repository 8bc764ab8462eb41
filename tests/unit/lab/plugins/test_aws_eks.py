"""EKS resources against a stub that records calls: what is asked of EKS, and what is waited for."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lab.errors import LabError
from lab.plugins.aws import resource_type
from lab.plugins.aws.account import Account
from lab.plugins.aws.plugin import AwsPlugin
from lab.plugins.aws.resource_type import Scope
from lab.plugins.aws.settings import Settings
from lab.plugins.resource_plugin import IncompleteError, Live
from lab.plugins.wire import UNKNOWN
from tests.unit.lab.plugins.aws_stack import REGION, resource, type_named

CLUSTER: dict[str, Any] = {
    "roleArn": "arn:aws:iam::1:role/r",
    "name": "hub",
    "version": "1.36",
    "vpcConfig": {"subnetIds": ["a", "b"], "endpointPrivateAccess": True},
    "accessConfig": {"authenticationMode": "API"},
    "enabledClusterLogTypes": ["api", "audit"],
    "bootstrapSelfManagedAddons": False,
}
NODES: dict[str, Any] = {
    "clusterName": "hub",
    "nodeGroupName": "system",
    "nodeRoleArn": "arn:aws:iam::1:role/n",
    "subnetIds": ["a"],
    "scalingConfig": {"minSize": 1, "maxSize": 2, "desiredSize": 1},
    "labels": {"a": "1", "b": "2"},
}


def gone() -> ClientError:
    """What EKS says of a cluster that is not there."""
    return ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "DescribeCluster")


class StubEks:
    """One cluster or node group; every update is in progress once, then done."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.body: dict[str, Any] | None = None
        self.statuses: list[str] = []
        self.update: dict[str, Any] = {"status": "Successful", "errors": []}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            self.calls.append((name, arguments))
            return {"update": {"id": "u-1"}}

        return call

    def create_cluster(self, **arguments: Any) -> None:
        self.calls.append(("create_cluster", arguments))
        self.body = {
            **arguments,
            "resourcesVpcConfig": {
                "endpointPublicAccess": True,
                "publicAccessCidrs": ["0.0.0.0/0"],
                "securityGroupIds": [],
                **arguments["resourcesVpcConfig"],
                "clusterSecurityGroupId": "sg-1",
                "vpcId": "vpc-1",
            },
            "arn": "arn:aws:eks:eu-west-1:1:cluster/hub",
            "createdAt": datetime(2026, 1, 1, tzinfo=UTC),
            "certificateAuthority": {"data": "Q0E="},
            "endpoint": "https://x",
            "status": "ACTIVE",
        }

    def describe_cluster(self, name: str) -> Any:
        del name
        if self.body is None:
            raise gone()
        status = self.statuses.pop(0) if self.statuses else "ACTIVE"
        return {"cluster": self.body | {"status": status}}

    def delete_cluster(self, name: str) -> None:
        self.calls.append(("delete_cluster", {"name": name}))
        self.body = None

    def describe_update(self, **_: Any) -> Any:
        return {"update": self.update}

    def describe_nodegroup(self, **_: Any) -> Any:
        return {
            "nodegroup": {
                **{"clusterName": "hub", "nodegroupName": "system", "subnets": ["a"]},
                **{"nodeRole": NODES["nodeRoleArn"], "scalingConfig": NODES["scalingConfig"]},
                **{"labels": NODES["labels"], "nodegroupArn": "arn", "status": "ACTIVE"},
            }
        }

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]


class StubAccount(Account):
    """An account whose every client is the stub."""

    def __init__(self, eks: StubEks) -> None:
        super().__init__(Settings(region=REGION))
        self.eks = eks

    def client(self, service: str, region: str) -> Any:
        del service, region
        return self.eks


@pytest.fixture
def eks(monkeypatch: pytest.MonkeyPatch) -> StubEks:
    monkeypatch.setattr(resource_type, "POLL_SECONDS", 0)
    return StubEks()


@pytest.fixture
def plugin(eks: StubEks) -> AwsPlugin:
    made = AwsPlugin()
    made._account = StubAccount(eks)  # pyright: ignore[reportPrivateUsage]  # in place of configure
    return made


def checked(plugin: AwsPlugin, name: str, inputs: dict[str, Any]) -> Any:
    found = plugin.check(resource(type_named(name)), {}, inputs)
    assert list(found.failures) == []
    return found.inputs


def created(plugin: AwsPlugin, **more: Any) -> Live:
    inputs = checked(plugin, "Cluster", CLUSTER | more)
    live = plugin.create(resource(type_named("Cluster")), inputs, preview=False)
    return Live(live.id, live.state, inputs)


def updated(plugin: AwsPlugin, live: Live, **more: Any) -> Any:
    inputs = checked(plugin, "Cluster", CLUSTER | more)
    return plugin.update(resource(type_named("Cluster")), live, inputs, preview=False)


def test_creation_waits_until_the_cluster_is_active(plugin: AwsPlugin, eks: StubEks) -> None:
    eks.statuses = ["CREATING", "CREATING", "ACTIVE"]
    assert created(plugin).state["status"] == "ACTIVE"


def test_a_cluster_that_fails_is_kept_with_its_reasons(plugin: AwsPlugin, eks: StubEks) -> None:
    eks.statuses = ["CREATING", "FAILED"]
    with pytest.raises(IncompleteError, match="the cluster hub is FAILED"):
        created(plugin)


def test_what_was_not_asked_is_not_sent(plugin: AwsPlugin, eks: StubEks) -> None:
    created(plugin)
    assert not {"zonalShiftConfig", "computeConfig", "encryptionConfig"} & {*eks.calls[0][1]}


def test_outputs_inside_a_given_object_are_merged_into_it(plugin: AwsPlugin) -> None:
    config = created(plugin).state["vpcConfig"]
    assert (config["subnetIds"], config["clusterSecurityGroupId"]) == (["a", "b"], "sg-1")


def test_a_preview_does_not_know_the_outputs_inside_a_given_object(plugin: AwsPlugin) -> None:
    inputs = checked(plugin, "Cluster", CLUSTER)
    planned = plugin.create(resource(type_named("Cluster")), inputs, preview=True).state
    assert planned["vpcConfig"]["clusterSecurityGroupId"] is UNKNOWN


def test_each_kind_of_change_is_a_request_of_its_own(plugin: AwsPlugin, eks: StubEks) -> None:
    live = created(plugin)
    eks.calls.clear()
    updated(
        plugin,
        live,
        enabledClusterLogTypes=["audit"],
        zonalShiftConfig={"enabled": True},
        vpcConfig={"subnetIds": ["b", "c"], "endpointPrivateAccess": False},
    )
    requests = [{*arguments} - {"name"} for _, arguments in eks.calls]
    assert requests == [
        {"zonalShiftConfig"},
        {"logging"},
        {"resourcesVpcConfig"},
        {"resourcesVpcConfig"},
    ]


def test_log_types_left_out_are_switched_off(plugin: AwsPlugin, eks: StubEks) -> None:
    live = created(plugin)
    eks.calls.clear()
    updated(plugin, live, enabledClusterLogTypes=["audit"])
    assert eks.calls[0][1]["logging"]["clusterLogging"] == [
        {"types": ["audit"], "enabled": True},
        {"types": ["api", "authenticator", "controllerManager", "scheduler"], "enabled": False},
    ]


def test_a_version_is_updated_in_place(plugin: AwsPlugin, eks: StubEks) -> None:
    live = created(plugin)
    eks.calls.clear()
    updated(plugin, live, version="1.37")
    assert eks.calls == [("update_cluster_version", {"name": "hub", "version": "1.37"})]


def test_a_failed_update_says_why(plugin: AwsPlugin, eks: StubEks) -> None:
    live = created(plugin)
    eks.update = {"status": "Failed", "errors": [{"errorMessage": "no free address"}]}
    with pytest.raises(LabError, match="the cluster hub: the update failed: no free address"):
        updated(plugin, live, version="1.37")


@pytest.mark.parametrize(
    ("change", "replaces"),
    [
        ({"roleArn": "arn:aws:iam::1:role/other"}, True),
        ({"bootstrapSelfManagedAddons": True}, True),
        ({"kubernetesNetworkConfig": {"serviceIpv4Cidr": "10.1.0.0/16"}}, True),
        ({"encryptionConfig": {"provider": {"keyArn": "k"}, "resources": ["secrets"]}}, False),
        ({"deletionProtection": True}, False),
        ({"vpcConfig": {"subnetIds": ["c", "d"], "endpointPrivateAccess": True}}, False),
    ],
)
def test_which_changes_replace_a_cluster(
    plugin: AwsPlugin, change: dict[str, Any], replaces: bool
) -> None:
    live = Live("hub", {}, checked(plugin, "Cluster", CLUSTER))
    inputs = checked(plugin, "Cluster", CLUSTER | change)
    found = plugin.diff(resource(type_named("Cluster")), live, inputs).changes
    assert [item.replace for item in found] == [replaces] * len(found) != []


def test_a_deleted_cluster_is_gone(plugin: AwsPlugin) -> None:
    live = created(plugin)
    plugin.delete(resource(type_named("Cluster")), live)
    assert plugin.read(resource(type_named("Cluster")), live) is None


def test_giving_a_computed_value_that_it_has_anyway_is_no_change(plugin: AwsPlugin) -> None:
    network = {"serviceIpv4Cidr": "10.100.0.0/16"}
    state = {"kubernetesNetworkConfig": network | {"ipFamily": "ipv4"}}
    live = Live("hub", state, checked(plugin, "Cluster", CLUSTER))
    inputs = checked(plugin, "Cluster", CLUSTER | {"kubernetesNetworkConfig": network})
    assert plugin.diff(resource(type_named("Cluster")), live, inputs).changes == []


def test_an_interrupt_ends_a_wait(eks: StubEks) -> None:
    cancelled = threading.Event()
    cancelled.set()
    scope = Scope(StubAccount(eks), REGION, cancelled)
    with pytest.raises(LabError, match="interrupted while waiting: the end of days"):
        scope.wait_until(lambda: False, "the end of days")


def test_a_wait_has_an_end(eks: StubEks) -> None:
    scope = Scope(StubAccount(eks), REGION, threading.Event())
    with pytest.raises(LabError, match="the end of days took longer than 0 s"):
        scope.wait_until(lambda: False, "the end of days", timeout_seconds=0)


def test_labels_are_changed_one_by_one(plugin: AwsPlugin, eks: StubEks) -> None:
    nodes = resource(type_named("NodeGroup"))
    live = Live("hub:system", {}, checked(plugin, "NodeGroup", NODES))
    inputs = checked(plugin, "NodeGroup", NODES | {"labels": {"a": "3", "c": "4"}})
    plugin.update(nodes, live, inputs, preview=False)
    assert eks.calls == [
        (
            "update_nodegroup_config",
            {
                "clusterName": "hub",
                "nodegroupName": "system",
                "labels": {"addOrUpdateLabels": {"a": "3", "c": "4"}, "removeLabels": ["b"]},
            },
        )
    ]


def test_a_size_ignored_by_the_program_is_no_change(plugin: AwsPlugin) -> None:
    live = Live("hub:system", {}, checked(plugin, "NodeGroup", NODES))
    assert plugin.diff(resource(type_named("NodeGroup")), live, live.inputs).changes == []
