"""The whole server over HTTP: STS, the gate, the landing zone, repairs to moto, its end."""

import importlib.metadata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.lab.served import DEPLOYER, HUB, SPOKE, Server
from tests.unit.lab.aws.accounts import trust


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("aws"))
    yield server
    server.stop()


def refusal(call: Any, **params: Any) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as refused:
        call(**params)
    error: Any = refused.value
    answer = error.response
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    return status, answer["Error"]["Code"], answer["Error"]["Message"]


def test_moto_is_the_version_that_the_repairs_were_written_for() -> None:
    assert importlib.metadata.version("moto") == "5.2.5"


def test_the_landing_zone_is_laid_out_once(server: Server) -> None:
    assert server.land() == server.engineer


def test_the_engineer_becomes_the_deployer_of_each_account(server: Server) -> None:
    identity = server.deployer(SPOKE, "sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{SPOKE}:assumed-role/eks-hub-spoke-deployer/test"


def test_one_accounts_deployer_is_not_anothers(server: Server) -> None:
    call = server.deployer(SPOKE, "sts").assume_role
    status, code, message = refusal(call, RoleArn=DEPLOYER.format(HUB), RoleSessionName="test")
    assert (status, code) == (403, "AccessDenied")
    assert "is not authorized to perform: sts:AssumeRole" in message


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("ec2", "describe_vpcs", "InvalidClientTokenId"),
        ("iam", "list_roles", "InvalidClientTokenId"),
        ("eks", "list_clusters", "UnrecognizedClientException"),
        ("kms", "list_keys", "UnrecognizedClientException"),
    ],
)
def test_a_key_that_nobody_was_given_has_no_account(
    server: Server, service: str, operation: str, code: str
) -> None:
    client = server.client(service, "AKIAQQQQQQQQQQQQQQQQ", "secret")
    assert refusal(getattr(client, operation))[:2] == (403, code)


def test_a_wrong_secret_is_refused(server: Server) -> None:
    client = server.client("sts", server.engineer["access_key_id"], "wrong")
    assert refusal(client.get_caller_identity)[:2] == (403, "SignatureDoesNotMatch")


def test_a_session_token_is_part_of_the_key(server: Server) -> None:
    assumed = server.as_engineer("sts").assume_role(
        RoleArn=DEPLOYER.format(HUB), RoleSessionName="test"
    )["Credentials"]
    client = server.client("sts", assumed["AccessKeyId"], assumed["SecretAccessKey"], "other")
    assert refusal(client.get_caller_identity)[:2] == (403, "InvalidClientTokenId")


@pytest.mark.parametrize(
    ("seconds", "reason"), [(28800 + 60, "MaxSessionDuration"), (60, "at least 900")]
)
def test_a_session_lasts_no_longer_than_its_role_allows(
    server: Server, seconds: int, reason: str
) -> None:
    call = server.as_engineer("sts").assume_role
    params = {"RoleArn": DEPLOYER.format(HUB), "RoleSessionName": "test"}
    with pytest.raises(Exception, match=reason if seconds > 900 else "DurationSeconds"):
        call(**params, DurationSeconds=seconds)


def test_an_operation_that_is_not_emulated_is_named(server: Server) -> None:
    call = server.deployer(HUB, "eks").list_insights
    assert refusal(call, clusterName="hub")[2] == "The lab does not emulate eks:ListInsights"


def test_aws_managed_policies_can_be_attached(server: Server) -> None:
    iam = server.deployer(HUB, "iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust({"Service": "x"}))
    arn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
    iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    iam.detach_role_policy(RoleName="r", PolicyArn=arn)
    iam.delete_role(RoleName="r")


def test_tags_of_a_launch_template_are_its_own_and_read_back(server: Server) -> None:
    ec2 = server.deployer(HUB, "ec2")
    made = ec2.create_launch_template(
        LaunchTemplateName="t",
        LaunchTemplateData={"InstanceType": "m7g.large"},
        TagSpecifications=[
            {"ResourceType": "launch-template", "Tags": [{"Key": "a", "Value": "1"}]}
        ],
    )["LaunchTemplate"]["LaunchTemplateId"]
    ec2.create_tags(Resources=[made], Tags=[{"Key": "b", "Value": "2"}])
    (found,) = ec2.describe_launch_templates(LaunchTemplateIds=[made])["LaunchTemplates"]
    (version,) = ec2.describe_launch_template_versions(LaunchTemplateId=made)[
        "LaunchTemplateVersions"
    ]
    ec2.delete_launch_template(LaunchTemplateId=made)
    assert {tag["Key"] for tag in found["Tags"]} == {"a", "b"}
    assert version["LaunchTemplateData"] == {"InstanceType": "m7g.large"}


def test_a_rule_that_names_a_group_keeps_its_description_and_can_change_it(
    server: Server,
) -> None:
    ec2 = server.deployer(HUB, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    pair: dict[str, Any] = {"GroupId": group, "Description": "before"}
    (rule,) = ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": [pair]}]
    )["SecurityGroupRules"]
    changed = {"IpProtocol": "-1", "ReferencedGroupId": group, "Description": "after"}
    identity = rule["SecurityGroupRuleId"]
    ec2.modify_security_group_rules(
        GroupId=group,
        SecurityGroupRules=[{"SecurityGroupRuleId": identity, "SecurityGroupRule": changed}],
    )
    (after,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[identity])[
        "SecurityGroupRules"
    ]
    ec2.delete_security_group(GroupId=group)
    ec2.delete_vpc(VpcId=vpc)
    assert (rule["Description"], after["Description"]) == ("before", "after")


def test_a_key_can_be_deleted_by_its_arn(server: Server) -> None:
    kms = server.deployer(HUB, "kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    kms.schedule_key_deletion(KeyId=arn)
    assert kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_leftovers_are_what_a_stack_made(server: Server) -> None:
    assert server.get("/_lab/leftovers") == {}
    ec2, logs = server.deployer(HUB, "ec2"), server.deployer(SPOKE, "logs")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    logs.create_log_group(logGroupName="flow")
    found = server.get("/_lab/leftovers")
    ec2.delete_vpc(VpcId=vpc)
    logs.delete_log_group(logGroupName="flow")
    assert found[f"{HUB}/eu-west-1"]["ec2:vpc"] == [vpc]
    assert found[f"{SPOKE}/eu-west-1"] == {"logs:group": ["flow"]}
    assert server.get("/_lab/leftovers") == {}


def test_a_path_that_is_not_there_says_so(server: Server) -> None:
    assert server.get("/_lab/none") == {"error": "The lab has nothing at /_lab/none"}


def test_a_cluster_is_made_and_gone_by_the_aws_clients(server: Server) -> None:
    eks, ec2, iam = (server.deployer(HUB, service) for service in ("eks", "ec2", "iam"))
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=zone)["Subnet"]
        for n, zone in enumerate(("eu-west-1a", "eu-west-1b"))
    ]
    role = iam.create_role(
        RoleName="c", AssumeRolePolicyDocument=trust({"Service": "eks.amazonaws.com"})
    )["Role"]["Arn"]
    eks.create_cluster(
        name="hub",
        roleArn=role,
        resourcesVpcConfig={"subnetIds": [subnet["SubnetId"] for subnet in subnets]},
        accessConfig={"authenticationMode": "API"},
    )
    poll = {"Delay": 0.05, "MaxAttempts": 100}
    eks.get_waiter("cluster_active").wait(name="hub", WaiterConfig=poll)
    # The principal's ARN is part of the path, slashes and all.
    entry = eks.describe_access_entry(clusterName="hub", principalArn=DEPLOYER.format(HUB))
    assert entry["accessEntry"]["type"] == "STANDARD"
    eks.delete_cluster(name="hub")
    eks.get_waiter("cluster_deleted").wait(name="hub", WaiterConfig=poll)
    iam.delete_role(RoleName="c")
    for subnet in subnets:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    ec2.delete_vpc(VpcId=vpc)


def test_a_signal_ends_it(tmp_path: Path) -> None:
    server = Server(tmp_path)
    assert server.stop() == 0
    assert (server.state / "aws.pickle").stat().st_mode & 0o777 == 0o600
