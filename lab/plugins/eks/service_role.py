"""`eks:index:ServiceRole`: a role that an AWS service assumes, with managed policies."""

import hashlib
import json
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws


class ServiceRole(pulumi.ComponentResource):
    """A role trusted by `service`, and one attachment for each managed policy."""

    role: aws.iam.Role
    attachments: list[aws.iam.RolePolicyAttachment]

    def __init__(
        self,
        name: str,
        service: str,
        policies: Sequence[str],
        *,
        tag_session: bool,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("eks:index:ServiceRole", name, None, opts)
        own = pulumi.ResourceOptions(parent=self)
        self.role = aws.iam.Role(
            f"{name}-role", assume_role_policy=trust(service, tag_session=tag_session), opts=own
        )
        self.attachments = [
            aws.iam.RolePolicyAttachment(
                f"{name}-{suffix(arn)}", policy_arn=arn, role=self.role.name, opts=own
            )
            for arn in (f"arn:aws:iam::aws:policy/{policy}" for policy in policies)
        ]
        self.register_outputs({"role": self.role})


def suffix(policy_arn: str) -> str:
    """What tells attachments apart in their names: 8 hex digits of the ARN's SHA-1."""
    return hashlib.sha1(policy_arn.encode(), usedforsecurity=False).hexdigest()[:8]


def trust(service: str, *, tag_session: bool) -> str:
    """The policy, as JSON, that lets a service assume a role."""
    actions = ["sts:AssumeRole", "sts:TagSession"] if tag_session else ["sts:AssumeRole"]
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": actions}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
