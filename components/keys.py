"""Encryption keys of one stack: each rotates every year, and waits 30 days before it is gone.

Owns: what all keys have in common, and the key of the log groups. Not here: who may use them
(`key_policies.py`), and what is encrypted with them.
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import conventions, iam
from components.key_policies import KeyOwner, logs_policy

DELETION_DAYS = 30
"""The longest that KMS waits: without its key what was encrypted is lost."""


@dataclass(frozen=True, kw_only=True)
class LogsKeyArgs:
    """What a LogsKey needs."""

    owner: KeyOwner
    cluster_name: str
    groups: tuple[str, ...]
    """Names of the log groups that it is for; one may end in "*"."""
    protect: bool


class LogsKey(pulumi.ComponentResource):
    """The key under a stack's log groups, which CloudWatch Logs alone can use."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: LogsKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:LogsKey", name, None, opts)
        key = encryption_key(
            f"{name}-key",
            f"Log groups of EKS cluster {args.cluster_name}",
            f"{args.cluster_name}-logs",
            logs_policy(args.owner, args.groups),
            pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})


def encryption_key(
    name: str,
    description: str,
    alias: str,
    policy: iam.PolicyDocument,
    opts: pulumi.ResourceOptions,
) -> aws.kms.Key:
    """A symmetric key and its alias, of the same name and below `opts.parent`.

    `alias` stands below the project's prefix; only the key is protected, if `opts` says so.
    """
    key = aws.kms.Key(
        name,
        description=description,
        enable_key_rotation=True,
        deletion_window_in_days=DELETION_DAYS,
        policy=iam.document_json(policy),
        opts=opts,
    )
    aws.kms.Alias(
        name,
        name=f"alias/{conventions.PROJECT}/{alias}",
        target_key_id=key.key_id,
        opts=pulumi.ResourceOptions(parent=opts.parent),
    )
    return key
