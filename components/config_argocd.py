"""The hub's section `argocd`, typed.

Owns: its keys, their defaults and rules. Not here: the stack's other sections (`config.py`) and
what is done with the values (`argocd.py`).
"""

from typing import Annotated

from components.config_types import Section, Text, matching

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
    """The hub's Argo CD."""

    chart: ChartConfig
    version: Annotated[str, matching(r"v\d+\.\d+\.\d+", "write Argo CD's own version, as v3.6.1")]
    high_availability: bool = False
    platform_repository: RepositoryConfig
    chart_mirror: ChartRepository = ""
    """Where charts of add-ons come from instead of upstream."""
