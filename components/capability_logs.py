"""Logs of the managed Argo CD: its five controllers, kept for a while in CloudWatch.

Owns: the log group, and the deliveries into it. Not here: the capability (`argocd_capability.py`)
and the control plane's logs (`cluster.py`).
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import conventions, retries

CONTROLLERS = ("application", "applicationset", "commitserver", "reposerver", "server")
"""https://docs.aws.amazon.com/eks/latest/userguide/capabilities-controller-logs.html"""

BEING_CHANGED = "being modified by another request"
"""Each source changes the capability, which takes one change at a time, and is busy for a while
after the call: waiting for the one before is not enough."""


@dataclass(frozen=True, kw_only=True)
class CapabilityLogsArgs:
    """Whose logs, and for how long."""

    capability_arn: pulumi.Input[str]
    cluster_name: str
    retention_days: int
    key_arn: pulumi.Input[str]
    """Of the key that lets CloudWatch Logs encrypt the group."""


class CapabilityLogs(pulumi.ComponentResource):
    """A log group, and for each controller a source and its delivery, one after the other.

    All at once, most sources are refused because the capability is being changed, and deliveries
    because each of them changes the log group's resource policy.
    """

    def __init__(
        self, name: str, args: CapabilityLogsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:CapabilityLogs", name, None, opts)
        own = pulumi.ResourceOptions(parent=self)
        group = aws.cloudwatch.LogGroup(
            f"{name}-group",
            name=conventions.capability_log_group(args.cluster_name),
            retention_in_days=args.retention_days,
            kms_key_id=args.key_arn,
            opts=own,
        )
        destination = aws.cloudwatch.LogDeliveryDestination(
            f"{name}-destination",
            delivery_destination_configuration={"destination_resource_arn": group.arn},
            output_format="json",
            opts=own,
        )
        patience = retries.asked_again(f"{name}-being-changed", when=[BEING_CHANGED])
        before: pulumi.Resource = destination
        for controller in CONTROLLERS:
            source = aws.cloudwatch.LogDeliverySource(
                f"{name}-{controller}",
                resource_arn=args.capability_arn,
                log_type=f"EKS_CAPABILITY_ARGOCD_{controller.upper()}_LOGS",
                opts=pulumi.ResourceOptions(parent=self, depends_on=[before], hooks=patience),
            )
            before = aws.cloudwatch.LogDelivery(
                f"{name}-{controller}-delivery",
                delivery_source_name=source.name,
                delivery_destination_arn=destination.arn,
                opts=own,
            )
        self.register_outputs({"logGroupArn": group.arn})
