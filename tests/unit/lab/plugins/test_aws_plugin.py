"""What holds for every AWS resource: checks, names, tags, drift, replacement, errors."""

import json
import re
from typing import Any, cast

import boto3
import pytest

from lab.errors import LabError
from lab.plugins import wire
from lab.plugins.aws.account import Account
from lab.plugins.aws.plugin import AwsPlugin
from lab.plugins.aws.settings import Settings
from lab.plugins.resource_plugin import IncompleteError, Live, Resource
from lab.plugins.wire import UNKNOWN, Kind
from tests.unit.lab.plugins.aws_stack import REGION, Stack, resource, type_named

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


def client(service: str) -> Any:
    """Another hand than the plugin's."""
    return cast("Any", boto3).client(service, region_name=REGION)


def texts(changes: Any) -> dict[str, Kind]:
    return {wire.path_text(change.path): change.kind for change in changes}


def test_all_mistakes_are_reported_at_once(stack: Stack) -> None:
    found = stack.failures(
        "Cluster", version=1, vpcConfig={"nonsense": 1}, computeConfig="x", outpostConfig={}
    )
    assert found == {
        "outpostConfig": "the lab's aws plugin does not know this property",
        "roleArn": "is required",
        "version": "must be text, not int",
        "vpcConfig.nonsense": "the lab's aws plugin does not know this property",
        "vpcConfig.subnetIds": "is required",
        "computeConfig": "must be an object, not str",
    }


def test_a_flag_is_not_a_number_and_a_number_no_flag(stack: Stack) -> None:
    found = stack.failures("LogGroup", retentionInDays=True, skipDestroy=1)
    assert sorted(found) == ["retentionInDays", "skipDestroy"]


def test_an_unknown_value_passes_every_check(stack: Stack) -> None:
    assert stack.failures("Subnet", vpcId=UNKNOWN, cidrBlock=UNKNOWN, tags=UNKNOWN) == {}


def test_invalid_json_is_refused_at_check(stack: Stack) -> None:
    assert stack.failures("Role", assumeRolePolicy="{") == {"assumeRolePolicy": "is not valid JSON"}


def test_an_automatic_name_is_the_logical_one_and_seven_hex_digits(stack: Stack) -> None:
    assert re.fullmatch(r"thing-[0-9a-f]{7}", stack.checked("LogGroup")["name"])


def test_an_automatic_name_stays_from_one_check_to_the_next(stack: Stack) -> None:
    first = stack.checked("LogGroup")
    assert stack.checked("LogGroup", first)["name"] == first["name"]


def test_an_automatic_name_too_long_for_aws_is_refused() -> None:
    plugin = AwsPlugin()
    plugin._account = Account(Settings(region=REGION))  # pyright: ignore[reportPrivateUsage]  # no call
    role = resource(type_named("Role"), "x" * 60)
    assert [name for name, _ in plugin.check(role, {}, {"assumeRolePolicy": TRUST}).failures] == [
        "name"
    ]


def test_all_tags_are_the_provider_s_and_the_resource_s_own(stack: Stack) -> None:
    assert stack.checked("Vpc", tags={"a": "b"})["tagsAll"] == {"Owner": "us", "a": "b"}


def test_inputs_tell_which_of_them_are_defaults(stack: Stack) -> None:
    inputs = stack.checked("LogGroup", retentionInDays=1)
    assert inputs["__defaults"] == ["name", "region", "skipDestroy"]


def test_a_set_in_another_order_is_no_change(stack: Stack) -> None:
    live = Live("x", {}, stack.checked("VpcEndpoint", vpcId="v", subnetIds=["a", "b"]))
    assert stack.diff("VpcEndpoint", live, vpcId="v", subnetIds=["b", "a"]).changes == []


def test_a_set_shows_what_left_and_what_came(stack: Stack) -> None:
    live = Live("x", {}, stack.checked("VpcEndpoint", vpcId="v", subnetIds=["a", "b"]))
    changes = stack.diff("VpcEndpoint", live, vpcId="v", subnetIds=["b", "c"]).changes
    assert texts(changes) == {"subnetIds[0]": Kind.DELETE, "subnetIds[1]": Kind.ADD}


def test_json_in_another_layout_is_no_change(stack: Stack) -> None:
    live = Live("x", {}, stack.checked("Policy", policy='{"a": 1, "b": 2}'))
    assert stack.diff("Policy", live, policy='{"b":2,"a":1}').changes == []


def test_leaving_out_what_aws_computes_is_no_change(stack: Stack) -> None:
    live = Live("x", {}, stack.checked("Subnet", vpcId="v", availabilityZone="a"))
    assert stack.diff("Subnet", live, vpcId="v").changes == []


def test_leaving_out_what_has_a_default_is_a_change_back_to_it(stack: Stack) -> None:
    live = Live("x", {}, stack.checked("LogGroup", name="x", retentionInDays=30))
    changes = stack.diff("LogGroup", live, name="x").changes
    assert texts(changes) == {"retentionInDays": Kind.UPDATE}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("Vpc", {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.1.0.0/16"}),
        ("Role", {"assumeRolePolicy": TRUST}, {"assumeRolePolicy": TRUST, "path": "/x/"}),
        ("EventRule", {"eventPattern": "{}"}, {"eventPattern": "{}", "eventBusName": "b"}),
        ("LogGroup", {"name": "a"}, {"name": "b"}),
    ],
)
def test_what_aws_cannot_change_replaces(
    stack: Stack, name: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    difference = stack.diff(name, Live("x", {}, stack.checked(name, **old)), **new)
    assert any(change.replace for change in difference.changes)


def test_a_fixed_name_is_free_again_before_its_replacement_takes_it(stack: Stack) -> None:
    live = Live("x", {}, stack.checked("Role", name="fixed", assumeRolePolicy=TRUST))
    difference = stack.diff("Role", live, name="fixed", assumeRolePolicy=TRUST, path="/x/")
    assert difference.delete_before_replace


def test_an_automatic_name_lets_the_replacement_come_first(stack: Stack) -> None:
    live = Live("x", {}, stack.checked("Role", assumeRolePolicy=TRUST))
    difference = stack.diff("Role", live, assumeRolePolicy=TRUST, path="/x/")
    assert not difference.delete_before_replace


def test_a_changed_attachment_is_detached_first(stack: Stack) -> None:
    live = Live("x", {}, stack.checked("RolePolicyAttachment", role="r", policyArn="a"))
    difference = stack.diff("RolePolicyAttachment", live, role="r", policyArn="b")
    assert difference.delete_before_replace


def test_a_tag_set_by_hand_is_drift(stack: Stack) -> None:
    live = stack.create("Vpc", cidrBlock="10.0.0.0/16")
    client("ec2").create_tags(Resources=[live.id], Tags=[{"Key": "Hand", "Value": "made"}])
    seen = stack.read("Vpc", live)
    assert seen is not None
    changes = stack.diff("Vpc", seen, cidrBlock="10.0.0.0/16").changes
    assert texts(changes) == {"tags": Kind.DELETE, "tagsAll.Hand": Kind.DELETE}


def test_a_property_changed_by_hand_is_drift(stack: Stack) -> None:
    live = stack.create("LogGroup", retentionInDays=30)
    client("logs").put_retention_policy(logGroupName=live.id, retentionInDays=7)
    seen = stack.read("LogGroup", live)
    assert seen is not None
    changes = stack.diff("LogGroup", seen, retentionInDays=30).changes
    assert texts(changes) == {"retentionInDays": Kind.UPDATE}


def test_a_rule_opened_by_hand_in_the_closed_group_is_drift(stack: Stack) -> None:
    vpc = stack.create("Vpc", cidrBlock="10.0.0.0/16")
    wanted: dict[str, Any] = {"vpcId": vpc.id, "ingress": [], "egress": []}
    live = stack.create("DefaultSecurityGroup", **wanted)
    client("ec2").authorize_security_group_ingress(
        GroupId=live.id, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )
    seen = stack.read("DefaultSecurityGroup", live)
    assert seen is not None
    changes = stack.diff("DefaultSecurityGroup", seen, **wanted).changes
    assert texts(changes) == {"ingress[0]": Kind.DELETE}


def test_what_aws_computes_does_not_become_an_input(stack: Stack) -> None:
    vpc = stack.create("Vpc", cidrBlock="10.0.0.0/16")
    group = stack.create("SecurityGroup", vpcId=vpc.id)
    rule = {"ipProtocol": "tcp", "fromPort": 1, "toPort": 2, "cidrIpv4": "10.0.0.0/8"}
    stack.create("SecurityGroupIngressRule", securityGroupId=group.id, **rule)
    seen = stack.read("SecurityGroup", group)
    assert seen is not None
    assert ("ingress" in seen.inputs, len(seen.state["ingress"])) == (False, 1)


def test_an_import_by_id_has_the_inputs_that_made_it(stack: Stack) -> None:
    live = stack.create("Vpc", cidrBlock="10.0.0.0/16", tags={"Name": "x"})
    seen = stack.read("Vpc", Live(live.id, {}))
    assert seen is not None
    assert stack.diff("Vpc", seen, cidrBlock="10.0.0.0/16", tags={"Name": "x"}).changes == []


def test_a_new_template_version_is_unknown_before_and_counted_after(stack: Stack) -> None:
    live = stack.create("LaunchTemplate", updateDefaultVersion=True)
    wanted = stack.checked(
        "LaunchTemplate", live.inputs, updateDefaultVersion=True, imageId="ami-1"
    )
    template = resource(type_named("LaunchTemplate"))
    planned = stack.plugin.update(template, live, wanted, preview=True)
    made = stack.plugin.update(template, live, wanted, preview=False)
    assert (planned["latestVersion"], made["latestVersion"], made["defaultVersion"]) == (
        UNKNOWN,
        2,
        2,
    )


def test_an_update_that_aws_has_already_is_not_sent_again(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = stack.create("LogGroup", retentionInDays=30)
    client("logs").put_retention_policy(logGroupName=live.id, retentionInDays=60)
    sent: list[str] = []
    logs = stack.plugin.account.client("logs", REGION)

    def send(**arguments: Any) -> None:
        sent.append(arguments["logGroupName"])

    monkeypatch.setattr(logs, "put_retention_policy", send)
    stack.update("LogGroup", live, retentionInDays=60)
    assert sent == []


def test_an_aws_error_is_one_line_with_operation_and_code(stack: Stack) -> None:
    with pytest.raises(LabError, match=r"^CreateSubnet: InvalidVpcID.NotFound: [^\n]+$"):
        stack.create("Subnet", vpcId="vpc-1", cidrBlock="10.0.0.0/24")


def test_what_fails_after_creation_is_kept_with_its_id(stack: Stack) -> None:
    with pytest.raises(IncompleteError) as caught:
        stack.create("InternetGateway", vpcId="vpc-nowhere")
    assert caught.value.live.id.startswith("igw-")


def test_an_unknown_type_is_refused_by_name(stack: Stack) -> None:
    bucket = Resource("urn:pulumi:dev::probe::aws:s3/bucket:Bucket::b")
    with pytest.raises(LabError, match="does not know the type aws:s3/bucket:Bucket"):
        stack.plugin.check(bucket, {}, {})


def test_an_unknown_function_is_refused_by_name(stack: Stack) -> None:
    with pytest.raises(LabError, match="has no function aws:index/getRegion:getRegion"):
        stack.plugin.invoke("aws:index/getRegion:getRegion", {})


def test_the_caller_is_told_by_account_and_arn(stack: Stack) -> None:
    found = stack.plugin.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})
    assert found["accountId"] == "123456789012"


def test_the_issuer_of_a_session_is_its_role_with_the_role_s_path(stack: Stack) -> None:
    role = stack.create("Role", name="deployer", path="/p/", assumeRolePolicy=TRUST)
    arn = "arn:aws:sts::123456789012:assumed-role/deployer/me"
    found = stack.plugin.invoke("aws:iam/getSessionContext:getSessionContext", {"arn": arn})
    assert (found["issuerArn"], found["sessionName"]) == (role.state["arn"], "me")
