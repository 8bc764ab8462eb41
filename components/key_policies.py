"""Who may do what with the project's encryption keys; pure.

Owns: the policies of the two keys. In a key's policy "*" is the key itself. The account as a whole
is named for reading what a key is, and for nothing else: so no IAM policy of the account lets
anybody use a key, or change who may. Not here: the keys (`keys.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components import conventions, iam
from components.config_account import AccountConfig

_READING = (
    *("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListGrants"),
    *("kms:ListKeyPolicies", "kms:ListResourceTags"),
)
_ADMINISTRATION = (
    *("kms:DisableKey", "kms:EnableKey", "kms:DisableKeyRotation", "kms:EnableKeyRotation"),
    *("kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias", "kms:UpdateKeyDescription"),
    *("kms:TagResource", "kms:UntagResource", "kms:PutKeyPolicy", "kms:RevokeGrant"),
    *("kms:CancelKeyDeletion", "kms:ScheduleKeyDeletion"),
)
_RECOVERY = ("kms:PutKeyPolicy", "kms:CancelKeyDeletion")
"""What gets a key back whose administrator is gone, which AWS's support else has to do.
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"""

_CLUSTER_USE = ("kms:Encrypt", "kms:Decrypt", "kms:DescribeKey", "kms:ListGrants")
_LOGS_USE = (
    *("kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
    *("kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:DescribeKey"),
)
_FOR_AWS_ONLY = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
"""A grant that a service of AWS takes on for somebody, and none that is given to a person."""


@dataclass(frozen=True, kw_only=True)
class KeyOwner:
    """The account that a key lies in, and who keeps it there."""

    account_id: str
    region: str
    deployer_role_arn: str

    @classmethod
    def of(cls, account: AccountConfig, region: str) -> "KeyOwner":
        """The owner of a stack's keys."""
        return cls(
            account_id=account.id, region=region, deployer_role_arn=account.deployer_role_arn
        )

    @property
    def everybody(self) -> str:
        """The account, as a principal: its root user, and whomever IAM allows it."""
        return f"arn:{conventions.partition(self.region)}:iam::{self.account_id}:root"


def secrets_policy(owner: KeyOwner, cluster_role_arn: pulumi.Input[str]) -> iam.PolicyDocument:
    """For the key under the cluster's data: used by the cluster's role, in EKS's hands.

    EKS takes a grant in the name of whoever makes the cluster, which is the deployer.
    https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html
    """
    return iam.policy(
        *_kept_by(owner),
        _on_the_key({"AWS": owner.deployer_role_arn}, ["kms:CreateGrant"], _FOR_AWS_ONLY),
        _on_the_key({"AWS": cluster_role_arn}, _CLUSTER_USE),
        _on_the_key({"AWS": cluster_role_arn}, ["kms:CreateGrant"], _FOR_AWS_ONLY),
    )


def logs_policy(owner: KeyOwner, groups: Sequence[str]) -> iam.PolicyDocument:
    """For the key under log groups: used by CloudWatch Logs, for groups of these names only.

    A name may end in "*". The service says for which group it asks, and says it by ARN, which has
    the account in it.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    partition = conventions.partition(owner.region)
    suffix = ".cn" if partition == "aws-cn" else ""
    place = f"arn:{partition}:logs:{owner.region}:{owner.account_id}"
    asked_for = {"kms:EncryptionContext:aws:logs:arn": [f"{place}:log-group:{g}" for g in groups]}
    return iam.policy(
        *_kept_by(owner),
        _on_the_key(
            {"Service": f"logs.{owner.region}.amazonaws.com{suffix}"},
            _LOGS_USE,
            {"ArnLike": asked_for},
        ),
    )


def _kept_by(owner: KeyOwner) -> list[iam.Statement]:
    """The deployer keeps it, whom IAM lets may look at it, and the root user can get it back."""
    root_user = {"StringEquals": {"aws:PrincipalType": "Account"}}
    return [
        _on_the_key({"AWS": owner.deployer_role_arn}, _ADMINISTRATION),
        _on_the_key({"AWS": owner.everybody}, _READING),
        _on_the_key({"AWS": owner.everybody}, _RECOVERY, root_user),
    ]


def _on_the_key(
    principal: dict[str, pulumi.Input[str]],
    actions: Sequence[str],
    conditions: iam.Conditions | None = None,
) -> iam.Statement:
    statement: iam.Statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": list(actions),
        "Resource": "*",
    }
    if conditions:
        statement["Condition"] = conditions
    return statement
