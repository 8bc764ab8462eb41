"""Flow logs: what is kept, and how little their writer may do."""

from tests.unit.components.networks import ACCOUNT, LOGS_KEY, network, statement

POLICY = "aws:iam/rolePolicy:RolePolicy"
ROLE = "aws:iam/role:Role"


def test_flow_logs_are_of_all_traffic_encrypted_and_expire() -> None:
    found = network()
    flows = found.only("aws:ec2/flowLog:FlowLog").inputs
    group = found.only("aws:cloudwatch/logGroup:LogGroup").inputs
    assert (flows["trafficType"], flows["vpcId"]) == ("ALL", "net-vpc-id")
    assert group == {"retentionInDays": 14, "kmsKeyId": LOGS_KEY}


def test_the_writer_of_flow_logs_writes_to_their_group_only() -> None:
    allowed = statement(network().only(POLICY).inputs["policy"])
    group = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:net-flow-logs-group-1234567"
    assert allowed["Resource"] == [group, f"{group}:*"]


def test_the_writer_of_flow_logs_cannot_bring_their_group_back_after_a_destroy() -> None:
    allowed = statement(network().only(POLICY).inputs["policy"])
    assert "logs:CreateLogGroup" not in allowed["Action"]


def test_the_writer_of_flow_logs_is_for_flow_logs_of_this_account_and_region() -> None:
    trust = statement(network().only(ROLE).inputs["assumeRolePolicy"])
    assert (trust["Principal"], trust["Condition"]) == (
        {"Service": "vpc-flow-logs.amazonaws.com"},
        {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc-flow-log/*"},
        },
    )


def test_the_flow_log_waits_until_its_writer_may_write() -> None:
    assert "net-flow-logs-writer-policy" in network().node("net-flow-logs-log").depends_on
