"""Flow logs of a VPC: who talked to whom, kept for a while in CloudWatch.

Owns the log group, the flow log, and the role that writes it. Not here: logs of the control plane
(cluster.py) and of pods.
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import conventions, iam


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    """What FlowLogs needs."""

    vpc_id: pulumi.Input[str]
    account_id: str
    region: str
    retention_days: int
    key_arn: pulumi.Input[str]
    """Of the key that lets CloudWatch Logs encrypt the group."""
    display_name: str
    """For the Name tag."""
    permissions_boundary: str | None = None
    """ARN of what bounds the writer's role."""


class FlowLogs(pulumi.ComponentResource):
    """A flow log of all of a VPC's traffic, its log group, and a role that can do only that."""

    def __init__(
        self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:FlowLogs", name, opts=opts)
        child = pulumi.ResourceOptions(parent=self)
        logs = aws.cloudwatch.LogGroup(
            f"{name}-group",
            retention_in_days=args.retention_days,
            kms_key_id=args.key_arn,
            opts=child,
        )
        writer = iam.ServiceRole(
            f"{name}-writer",
            iam.ServiceRoleArgs(
                trust=writer_trust(args.account_id, args.region),
                permissions=iam.Permissions(policy=writer_policy(logs.arn)),
                permissions_boundary=args.permissions_boundary,
            ),
            child,
        )
        aws.ec2.FlowLog(
            f"{name}-log",
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=logs.arn,
            iam_role_arn=writer.role_arn,
            tags={"Name": args.display_name},
            opts=child,
        )
        self.register_outputs({})


def writer_trust(account_id: str, region: str) -> iam.PolicyDocument:
    """Trust in flow logs of this account and region; the log's own id comes after the role.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    flow_logs = f"arn:{conventions.partition(region)}:ec2:{region}:{account_id}:vpc-flow-log/*"
    return iam.service_trust(
        "vpc-flow-logs.amazonaws.com",
        {
            "StringEquals": {"aws:SourceAccount": account_id},
            "ArnLike": {"aws:SourceArn": flow_logs},
        },
    )


def writer_policy(log_group_arn: pulumi.Output[str]) -> iam.PolicyDocument:
    """Writing to one log group.

    Without logs:CreateLogGroup, which AWS lists too: a last delivery after a destroy would bring
    the group back, with no retention and no owner.
    """
    return iam.policy(
        iam.allow(
            [
                "logs:CreateLogStream",
                "logs:DescribeLogGroups",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ],
            [log_group_arn, pulumi.Output.concat(log_group_arn, ":*")],
        )
    )
