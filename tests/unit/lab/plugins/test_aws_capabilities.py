"""A capability as the engine sees it: what is asked of EKS for a change, and what is no change."""

from collections.abc import Mapping
from typing import Any

import pytest

from lab.plugins.aws.account import Account
from lab.plugins.aws.plugin import AwsPlugin
from lab.plugins.aws.settings import Settings
from lab.plugins.resource_plugin import Live
from tests.unit.lab.plugins.aws_stack import REGION, resource, type_named

ADMIN, VIEWER = (
    {"role": role, "identities": [{"id": role.lower(), "type": "SSO_GROUP"}]}
    for role in ("ADMIN", "VIEWER")
)
ARGOCD: dict[str, Any] = {
    "namespace": "argocd",
    "awsIdc": {"idcInstanceArn": "arn:aws:sso:::instance/ssoins-1", "idcRegion": REGION},
    "rbacRoleMappings": [ADMIN, VIEWER],
}
INPUTS: dict[str, Any] = {
    "clusterName": "hub",
    "capabilityName": "argocd",
    "type": "ARGOCD",
    "roleArn": "arn:aws:iam::1:role/r",
    "deletePropagationPolicy": "RETAIN",
    "configuration": {"argoCd": ARGOCD},
}


class StubEks(Account):
    """EKS with one capability, and the account that it is in; notes what it was asked to change."""

    def __init__(self) -> None:
        super().__init__(Settings(region=REGION))
        self.body: dict[str, Any] = {}
        self.asked: list[Mapping[str, Any]] = []

    def client(self, service: str, region: str) -> Any:
        del service, region
        return self

    def create_capability(self, **asked: Any) -> None:
        told = asked["configuration"]["argoCd"]
        answered: dict[str, Any] = {
            **told,
            "serverUrl": "https://argocd",
            "networkAccess": {"vpceIds": []},
        }
        configuration: dict[str, Any] = {"argoCd": answered}
        self.body = {**asked, "configuration": configuration, "arn": "arn", "version": "1"}

    def describe_capability(self, **_: Any) -> Any:
        return {"capability": {**self.body, "status": "ACTIVE"}}

    def update_capability(self, **asked: Any) -> Any:
        self.asked.append(asked)
        return {"update": {"id": "u-1"}}

    def describe_update(self, **_: Any) -> Any:
        return {"update": {"status": "Successful", "errors": []}}


@pytest.fixture
def eks() -> StubEks:
    return StubEks()


@pytest.fixture
def plugin(eks: StubEks) -> AwsPlugin:
    plugin = AwsPlugin()
    plugin._account = eks  # pyright: ignore[reportPrivateUsage]  # the seam of these tests
    return plugin


CAPABILITY = resource(type_named("Capability"))


def checked(plugin: AwsPlugin, **argocd: Any) -> Any:
    inputs = {**INPUTS, "configuration": {"argoCd": {**ARGOCD, **argocd}}}
    found = plugin.check(CAPABILITY, {}, inputs)
    assert list(found.failures) == []
    return found.inputs


def created(plugin: AwsPlugin) -> Live:
    inputs = checked(plugin)
    made = plugin.create(CAPABILITY, inputs, preview=False)
    return Live(made.id, made.state, inputs)


def test_its_address_is_an_output_inside_of_what_was_given(plugin: AwsPlugin) -> None:
    state = created(plugin).state
    assert state["configuration"]["argoCd"]["serverUrl"] == "https://argocd"


def test_what_was_just_created_has_no_drift(plugin: AwsPlugin) -> None:
    live = created(plugin)
    seen = plugin.read(CAPABILITY, live)
    assert seen is not None
    assert plugin.diff(CAPABILITY, seen, checked(plugin)).changes == []


def test_roles_are_given_anew_and_those_that_are_gone_are_taken(
    plugin: AwsPlugin, eks: StubEks
) -> None:
    live = created(plugin)
    plugin.update(CAPABILITY, live, checked(plugin, rbacRoleMappings=[ADMIN]), preview=False)
    (asked,) = eks.asked
    assert asked["configuration"]["argoCd"]["rbacRoleMappings"] == {
        "addOrUpdateRoleMappings": [ADMIN],
        "removeRoleMappings": [VIEWER],
    }


def test_an_endpoint_that_is_taken_away_opens_the_address_again(
    plugin: AwsPlugin, eks: StubEks
) -> None:
    live = created(plugin)
    private = checked(plugin, networkAccess={"vpceIds": ["vpce-1"]})
    plugin.update(CAPABILITY, live, private, preview=False)
    eks.body["configuration"]["argoCd"]["networkAccess"] = {"vpceIds": ["vpce-1"]}
    plugin.update(CAPABILITY, Live(live.id, live.state, private), checked(plugin), preview=False)
    access = [asked["configuration"]["argoCd"]["networkAccess"] for asked in eks.asked]
    assert access == [{"vpceIds": ["vpce-1"]}, {"vpceIds": []}]


@pytest.mark.parametrize("member", ["awsIdc", "namespace"])
def test_what_eks_never_changes_replaces_it_and_the_old_one_goes_first(
    plugin: AwsPlugin, member: str
) -> None:
    other: dict[str, Any] = {
        "awsIdc": {"idcInstanceArn": "arn:aws:sso:::instance/ssoins-2", "idcRegion": REGION},
        "namespace": "other",
    }
    found = plugin.diff(CAPABILITY, created(plugin), checked(plugin, **{member: other[member]}))
    assert any(change.replace for change in found.changes)
    assert found.delete_before_replace
