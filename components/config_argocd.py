"""The hub's section `argocd`, typed: two modes, self-managed or AWS's EKS Capability.

Owns: its keys, their defaults and rules. Not here: the stack's other sections (`config.py`) and
what is done with the values (`argocd.py`, `argocd_capability.py`).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias, cast

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    field_validator,
)

from components.config_types import (
    IdentityCenterArn,
    IdentityId,
    Networks,
    Region,
    Section,
    Text,
    arn_of,
    matching,
    unique,
)

ArgoCdMode: TypeAlias = Literal["self-managed", "capability"]

ChartRepository = Annotated[
    str, matching(r"(https?|oci)://\S+", "write the address of a Helm repository")
]


class ChartConfig(Section):
    """Where Argo CD's chart comes from; a company mirror goes here."""

    repository: ChartRepository
    version: Annotated[str, matching(r"\d+\.\d+\.\d+", "write an exact version in quotes")]


class RepositoryConfig(Section):
    """A Git repository that Argo CD reads."""

    url: Annotated[str, matching(r"(https|ssh|file)://\S+", "write an https or ssh address")]
    revision: Text
    base_path: Annotated[str, matching(r"([\w.-]+/)*", "end it with a slash")] = "gitops/"


class ArgoCdConfig(Section):
    """What both modes have in common."""

    platform_repository: RepositoryConfig
    chart_mirror: ChartRepository = ""
    """Where charts of add-ons come from instead of upstream."""


def _known(value: Any) -> Any:
    if value != "self-managed":
        raise ValueError("is no mode; write self-managed or capability")
    return value


class RepositoryCredentialsConfig(Section):
    """What Argo CD logs in by to every repository whose address begins alike."""

    url: Annotated[
        str,
        matching(
            r"https://[\w.-]+(:\d+)?(/[\w.~-]+)+", "write https://, a host and an organisation"
        ),
    ]
    kind: Literal["github-app", "token"]
    secret: Annotated[
        str,
        matching(
            r"[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?",
            "write what follows eks-hub-spoke/<cluster>/ in its name in Secrets Manager:"
            " lower-case letters, digits and hyphens",
        ),
    ]


def _apart(value: list[RepositoryCredentialsConfig]) -> list[RepositoryCredentialsConfig]:
    """Two of an address are two answers to one question; two of a secret are one object."""
    unique([each.url for each in value])
    unique([each.secret for each in value])
    return value


class SelfManagedConfig(ArgoCdConfig):
    """Argo CD as a Helm release on the hub, in our hands."""

    # Whatever is not the other mode ends up here, so this is what tells of a misspelt one.
    mode: Annotated[Literal["self-managed"], BeforeValidator(_known)] = "self-managed"
    chart: ChartConfig
    version: Annotated[str, matching(r"v\d+\.\d+\.\d+", "write Argo CD's own version, as v3.6.1")]
    high_availability: bool = False
    repository_credentials: Annotated[list[RepositoryCredentialsConfig], AfterValidator(_apart)] = (
        Field(default=[])
    )
    """For private repositories; External Secrets brings them from AWS Secrets Manager."""
    webhook_rotation_days: Annotated[int, Field(ge=1, le=365)] | None = None
    """After how many days External Secrets makes a new webhook secret; none: it is made by hand."""

    @property
    def by_external_secrets(self) -> bool:
        """Whether Argo CD has a secret that External Secrets is to make."""
        return bool(self.repository_credentials) or self.webhook_rotation_days is not None


class IdentityCenterConfig(Section):
    """The instance of IAM Identity Center that people log in by; EKS never lets it be changed."""

    instance_arn: IdentityCenterArn
    region: Region
    """Its home region, which need not be the hub's."""


class IdentitiesConfig(Section):
    """People of Identity Center, by their ids in its identity store."""

    groups: Annotated[list[IdentityId], AfterValidator(unique)] = Field(default=[])
    # Without a list, too, there must be somebody.
    users: Annotated[list[IdentityId], AfterValidator(unique)] = Field(
        default=[], validate_default=True
    )

    @field_validator("users")
    @classmethod
    def _somebody(cls, value: list[str], info: ValidationInfo) -> list[str]:
        if not value and info.data.get("groups") == []:
            raise ValueError("names nobody; list groups or users, or take the role out")
        return value


class RepositoryAccessConfig(Section):
    """What AWS lets the capability read repositories by; none of it is needed for public ones."""

    code_connections: Annotated[
        list[Annotated[str, arn_of("codeconnections", r"connection/[\w-]+")]],
        AfterValidator(unique),
    ] = Field(default=[])
    ecr_repositories: Annotated[
        list[Annotated[str, arn_of("ecr", r"repository/[\w./-]+")]], AfterValidator(unique)
    ] = Field(default=[])
    secrets: Annotated[
        list[Annotated[str, arn_of("secretsmanager", r"secret:[\w/+=.@-]+")]],
        AfterValidator(unique),
    ] = Field(default=[])


class CapabilityConfig(ArgoCdConfig):
    """Argo CD as an EKS Capability: AWS runs it, outside the cluster, at a version it chooses."""

    mode: Literal["capability"]
    identity_center: IdentityCenterConfig
    role_mappings: Annotated[
        dict[Literal["ADMIN", "EDITOR", "VIEWER"], IdentitiesConfig], Field(min_length=1)
    ]
    """Who is what in Argo CD; there is no other login."""
    private_access: Networks = Field(default=[])
    """Networks that reach Argo CD, by an endpoint in the hub's VPC; empty: the internet does."""
    repository_access: RepositoryAccessConfig = RepositoryAccessConfig()


MODES = frozenset({"<self-managed>", "<capability>"})
"""What pydantic puts into a mistake's place to name the mode; no key can be written so."""


def _mode(value: Any) -> str:
    """The tag of a section, typed already or as it was read."""
    if isinstance(value, CapabilityConfig):
        return "<capability>"
    if not isinstance(value, dict):
        return "<self-managed>"
    given = cast("Mapping[str, Any]", value)
    return "<capability>" if given.get("mode") == "capability" else "<self-managed>"


AnyArgoCdConfig = Annotated[
    Annotated[SelfManagedConfig, Tag("<self-managed>")]
    | Annotated[CapabilityConfig, Tag("<capability>")],
    Discriminator(_mode),
]
"""The section in either mode; a tagged union, so that a mistake is told of one mode only."""
