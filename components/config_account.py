"""The section `account` of every stack, and the stacks of accounts, typed.

Owns: their keys, defaults and rules. Not here: the other stacks (`config.py`), and what an account
gets (`account.py`).
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from components.config_argocd import ArgoCdMode
from components.config_types import (
    AccountId,
    ClusterName,
    PrincipalArn,
    Region,
    RoleArn,
    Section,
    ShortStackName,
    Text,
    matching,
    unique,
)


class AccountConfig(Section):
    """The AWS account of the stack, and the role that Pulumi works as in it."""

    id: AccountId
    deployer_role_arn: RoleArn
    """Holds the deployer's access entry; the same whoever runs `pulumi up`, so it never flaps."""
    preview_role_arn: RoleArn | None = None
    """Looks at the cluster, where pull requests are previewed; None where nobody is."""
    assume_deployer_role: bool = True
    """False where the credentials already are that role, as in Pulumi Deployments by OIDC."""
    boundary: bool = True
    """Whether every role has the account's permissions boundary; False where none was made."""

    @field_validator("deployer_role_arn", "preview_role_arn")
    @classmethod
    def _of_this_account(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        account = info.data.get("id", value.split(":")[4])
        if value.split(":")[4] != account:
            raise ValueError(f"is not of account {account}; name a role of the stack's account")
        return value


class DeployedStackConfig(Section):
    """A hub or spoke of the account, as far as its deployer's permissions speak of it."""

    cluster_name: ClusterName
    region: Region
    argocd: ArgoCdMode = "self-managed"
    """Of a hub, as its own file says; a spoke needs no other rights for either."""


class PulumiConfig(Section):
    """Whose Pulumi Deployments may work as the account's roles."""

    organization: Annotated[str, matching(r"[\w-]+", "write the organization's name")]


class GitHubConfig(Section):
    """Whose GitHub Actions may work as the account's roles."""

    repository: Annotated[str, matching(r"[\w.-]+/[\w.-]+", "write <owner>/<repository>")]


class AccountStackConfig(Section):
    """What an AWS account has before any cluster: who may deploy to it, and what bounds roles."""

    role: Literal["account"]
    region: Region
    account: AccountConfig
    stacks: Annotated[dict[ShortStackName, DeployedStackConfig], Field(min_length=1)]
    """The stacks that deploy to the account, by their names."""
    deployers: Annotated[list[PrincipalArn], AfterValidator(unique)] = Field(default=[])
    """People, by their roles: who may work as the deployers by hand."""
    pulumi: PulumiConfig | None = None
    github: GitHubConfig | None = None
    tags: dict[Text, str] = Field(default={})

    @field_validator("stacks")
    @classmethod
    def _one_each(cls, value: dict[str, DeployedStackConfig]) -> dict[str, DeployedStackConfig]:
        unique([stack.cluster_name for stack in value.values()])
        return value
