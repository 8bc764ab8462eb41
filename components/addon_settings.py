"""What a stack may set of an add-on that works with something outside of the cluster.

Owns: the sections of `addonSettings`, their defaults and rules. Not here: whether a section must be
there (`config.py`, by the catalogue), and what becomes of it (`addon_policies.py`).
"""

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field

from components.config_types import (
    BucketName,
    BucketPrefix,
    Domain,
    HostedZone,
    RetentionDays,
    Section,
    unique,
)

HostedZones = Annotated[list[HostedZone], Field(min_length=1), AfterValidator(unique)]
_Section = TypeVar("_Section", bound=Section)


class ExternalDnsSettings(Section):
    """Where ExternalDNS keeps records, and whether it also takes them away."""

    zones: HostedZones
    domain_filters: Annotated[list[Domain], Field(min_length=1), AfterValidator(unique)]
    policy: Literal["upsert-only", "sync"] = "upsert-only"


class CertManagerSettings(Section):
    """The hosted zones in which cert-manager proves that a domain is ours (DNS01)."""

    zones: HostedZones


class VeleroSettings(Section):
    """Where backups go; the bucket is not the stack's, because it must outlive the cluster."""

    bucket: BucketName
    prefix: BucketPrefix | None = None
    """The cluster's name if not given, so that two clusters can share a bucket."""


class FluentBitSettings(Section):
    """The log group of the workloads."""

    log_retention_days: RetentionDays = 30


class AddonSettings(Section):
    """One section for each add-on that has settings, under the add-on's own name."""

    external_dns: ExternalDnsSettings | None = Field(default=None, alias="external_dns")
    cert_manager: CertManagerSettings | None = Field(default=None, alias="cert_manager")
    velero: VeleroSettings | None = Field(default=None, alias="velero")
    aws_for_fluentbit: FluentBitSettings | None = Field(default=None, alias="aws_for_fluentbit")

    def given(self) -> set[str]:
        """The add-ons that have a section."""
        return {addon for addon, section in self if section is not None}


def given(section: _Section | None) -> _Section:
    """The section of an add-on that cannot be turned on without one.

    Raises ValueError where it is missing; `config.py` refuses such a stack before.
    """
    if section is None:
        raise ValueError("an add-on that is turned on lacks its settings")
    return section
