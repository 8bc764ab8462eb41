"""The stack's configuration, typed; the only reader of `pulumi.Config`.

Owns: every key, its default (here and nowhere else) and the rule it must keep. Values are plain:
what is not known before a preview, or is secret, is not configuration. Not here: the wording of
mistakes (`config_errors.py`), the sections of the modules beside this one (`config_argocd.py`,
`config_account.py`) and what is done with a value.
"""

import json
from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Annotated, Any, Literal, TypeAlias

import pulumi
from pydantic import (
    AfterValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from components import addon_catalogue, config_errors, subnets
from components.addon_settings import AddonSettings
from components.config_account import AccountConfig, AccountStackConfig
from components.config_argocd import AnyArgoCdConfig, ArgoCdConfig, ArgoCdMode, SelfManagedConfig
from components.config_types import (
    AccountId,
    ClusterName,
    Environment,
    LabelKey,
    LabelValue,
    PrincipalArn,
    PublicAccess,
    Region,
    RetentionDays,
    Section,
    StackName,
    Text,
    VpcCidr,
    Zone,
    matching,
    unique,
)

_ANY_VPC = IPv4Network("10.0.0.0/16")
"""Whether zones fit beside each other does not depend on the block that is shared out."""


class NetworkConfig(Section):
    """The VPC of one cluster."""

    cidr: VpcCidr
    availability_zones: Annotated[
        list[Zone], Field(min_length=2, max_length=3), AfterValidator(unique)
    ]
    nat_gateways: Literal["none", "single", "one-per-az"] = "single"
    flow_log_retention_days: RetentionDays = 30

    @field_validator("nat_gateways")
    @classmethod
    def _has_endpoints(cls, value: str, info: ValidationInfo) -> str:
        context: dict[str, Any] = info.context or {}
        if value == "none" and str(context.get("region", "")).startswith("cn-"):
            raise ValueError("needs endpoints that the regions of China do not have; take single")
        return value

    @field_validator("availability_zones")
    @classmethod
    def _have_room_for_each_other(cls, value: list[str]) -> list[str]:
        subnets.plan(_ANY_VPC, value)
        return value


class NodesConfig(Section):
    """The system node group of `compute: managed`."""

    instance_types: Annotated[list[str], Field(min_length=1), AfterValidator(unique)] = Field(
        default=["m7g.large"]
    )
    ami_type: Text = "AL2023_ARM_64_STANDARD"
    min_size: Annotated[int, Field(ge=1)] = 2
    max_size: Annotated[int, Field(ge=1)] = 4
    disk_gib: Annotated[int, Field(ge=20, le=16384)] = 50

    @field_validator("max_size")
    @classmethod
    def _not_below_the_least(cls, value: int, info: ValidationInfo) -> int:
        least = info.data.get("min_size", value)
        if value < least:
            raise ValueError(f"is below minSize {least}; raise it")
        return value


class ClusterConfig(Section):
    """The EKS control plane and what computes for it."""

    name: ClusterName
    version: Annotated[str, matching(r"1\.\d\d", "write a minor version in quotes")] = "1.36"
    support_type: Literal["STANDARD", "EXTENDED"] = "STANDARD"
    compute: Literal["auto", "managed"] = "auto"
    nodes: NodesConfig = NodesConfig()
    public_access: PublicAccess = "none"
    admins: Annotated[list[PrincipalArn], AfterValidator(unique)] = Field(default=[])
    log_retention_days: RetentionDays = 90
    zonal_shift: bool = True
    deletion_protection: bool = True


class HubReference(Section):
    """The hub, as much of it as a spoke must know: enough to trust its role before it exists."""

    account_id: AccountId
    cluster_name: ClusterName
    argocd: ArgoCdMode = "self-managed"
    """The hub's mode: which of its roles comes here, and how."""


class _Stack(Section):
    """What hub and spoke have in common."""

    region: Region
    environment: Environment
    tenant: LabelValue = "platform"
    account: AccountConfig
    network: NetworkConfig
    cluster: ClusterConfig
    addon_settings: AddonSettings = AddonSettings()
    # Without a list, too, settings may be there that belong to nothing.
    addons: Annotated[list[str], AfterValidator(unique)] = Field(default=[], validate_default=True)
    labels: dict[LabelKey, LabelValue] = Field(default={})
    tags: dict[Text, str] = Field(default={})

    @field_validator("addons")
    @classmethod
    def _known(cls, value: list[str]) -> list[str]:
        if unknown := [addon for addon in value if addon not in addon_catalogue.CHARTS]:
            known = ", ".join(sorted(addon_catalogue.CHARTS))
            raise ValueError(f"{', '.join(unknown)} not in the catalogue; take of {known}")
        return value

    @field_validator("addons")
    @classmethod
    def _fit(cls, value: list[str], info: ValidationInfo) -> list[str]:
        cluster, settings = info.data.get("cluster"), info.data.get("addon_settings")
        mistakes = addon_catalogue.contradictions(
            value,
            auto_mode=cluster is not None and cluster.compute == "auto",
            settings=None if settings is None else settings.given(),
        )
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return value


class HubConfig(_Stack):
    """The one cluster that runs Argo CD."""

    role: Literal["hub"]
    argocd: AnyArgoCdConfig

    @field_validator("argocd")
    @classmethod
    def _has_external_secrets(cls, value: ArgoCdConfig, info: ValidationInfo) -> ArgoCdConfig:
        asked = isinstance(value, SelfManagedConfig) and value.by_external_secrets
        if asked and "external_secrets" not in info.data.get("addons", ["external_secrets"]):
            raise ValueError(
                "repositoryCredentials and webhookRotationDays need add-on external_secrets;"
                " add it to addons, or take them out"
            )
        return value

    spokes: Annotated[list[StackName], AfterValidator(unique)] = Field(default=[])

    @field_validator("spokes")
    @classmethod
    def _others(cls, value: list[str], info: ValidationInfo) -> list[str]:
        context: dict[str, Any] = info.context or {}
        if context.get("stack") in value:
            raise ValueError("names the hub itself; leave it out, it is registered anyway")
        return value


class SpokeConfig(_Stack):
    """A workload cluster, managed by the hub's Argo CD."""

    role: Literal["spoke"]
    hub: HubReference


StackConfig: TypeAlias = HubConfig | SpokeConfig | AccountStackConfig

_ROLES: Mapping[str, type[HubConfig] | type[SpokeConfig] | type[AccountStackConfig]] = {
    "hub": HubConfig,
    "spoke": SpokeConfig,
    "account": AccountStackConfig,
}


class ConfigError(pulumi.RunError):
    """Every mistake of the stack file, one a line; Pulumi prints it without a traceback."""

    def __init__(self, stack: str, mistakes: list[str]) -> None:
        where = f"Pulumi.{stack}.yaml"
        super().__init__("\n".join(f"{where}: {mistake}" for mistake in mistakes))
        self.mistakes = mistakes


def parse(values: dict[str, Any], stack: str) -> StackConfig:
    """The typed configuration of a stack.

    Args:
        values: the file's keys, without the project's name, and their values.
        stack: whose file it is, for the messages.

    Raises:
        ConfigError: with all mistakes, not just the first.
    """
    model = _ROLES.get(str(values.get("role")))
    if model is None:
        given = repr(values["role"]) if "role" in values else "is missing"
        raise ConfigError(stack, [f"role: {given}; write hub, spoke or account"])
    try:
        return model.model_validate(
            values, context={"region": values.get("region"), "stack": stack}
        )
    except ValidationError as error:
        raise ConfigError(stack, config_errors.lines(error, model)) from None


def load() -> StackConfig:
    """The configuration of the stack that runs; see `parse`."""
    config = pulumi.Config()
    keys = (key for key in _all_keys() if key.startswith(f"{config.name}:"))
    values = {key.partition(":")[2]: _decoded(pulumi.runtime.get_config(key)) for key in keys}
    # Pulumi.yaml gives every key an empty default: what is empty was not written.
    return parse({k: v for k, v in values.items() if v not in ({}, [], "")}, pulumi.get_stack())


def _all_keys() -> set[str]:
    """Every key that the engine handed over, so that an unknown one is seen."""
    return {*pulumi.runtime.config.CONFIG.get(), *pulumi.runtime.config.get_config_env()}


def _decoded(value: str) -> Any:
    """Objects, lists and booleans travel as JSON; a text that looks like a number stays a text."""
    try:
        decoded: Any = json.loads(value)
    except ValueError:
        return value
    return decoded if value.startswith(("{", "[")) or value in ("true", "false") else value
