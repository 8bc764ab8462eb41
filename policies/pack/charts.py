"""Rules on charts and images that this program installs: what was reviewed is what comes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from .rule import UNKNOWN, Resource, at, listed, resource_rule

RELEASES = ("kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v4:Chart")
APPLICATION = "kubernetes:argoproj.io/*:Application"
_EXACT = re.compile(r"v?\d+\.\d+\.\d+([-+][\w.+-]+)?")


@resource_rule(*RELEASES, level="mandatory", remedy="Write the version in full, as 10.8.4")
def charts_have_a_version(release: Resource) -> Iterator[str]:
    """A chart's version is exact, so that two runs install the same."""
    version = release.value("version")
    if version is not UNKNOWN and not _EXACT.fullmatch(str(version or "")):
        yield f"version: {version or 'not set'}"


@resource_rule(*RELEASES, level="mandatory", remedy="Use https:// or oci://")
def charts_come_over_tls(release: Resource) -> Iterator[str]:
    """Nobody on the way changes a chart."""
    for path in ("repositoryOpts.repo", "chart"):
        value = release.value(path)
        if isinstance(value, str) and value.startswith("http://") and not _is_near(value):
            yield f"{path}: {value}"


def _is_near(address: str) -> bool:
    """On the loopback of one machine, as the lab's: there is nobody on the way."""
    return address.startswith(("http://127.0.0.1:", "http://localhost:"))


@resource_rule(*RELEASES, level="mandatory", remedy="Write the version, or a digest")
def images_of_charts_have_a_version(release: Resource) -> Iterator[str]:
    """No image is latest: it changes without a commit."""
    for where, tag in _tags("values", release.value("values")):
        if tag == "latest":
            yield f"{where}: latest"


def _tags(where: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every `tag` of a mapping that is an image, at any depth."""
    if not isinstance(value, Mapping):
        return
    for key, item in cast("Mapping[str, Any]", value).items():
        if key == "tag" and isinstance(item, str):
            yield f"{where}.tag", item
        yield from _tags(f"{where}.{key}", item)


@resource_rule(
    APPLICATION,
    level="mandatory",
    remedy="Write the chart's version, or a branch that is protected",
)
def applications_follow_a_version_or_a_branch(application: Resource) -> Iterator[str]:
    """Argo CD installs an exact chart; from Git it follows a branch by name, not HEAD."""
    sources = [application.value("spec.source"), *application.items("spec.sources")]
    for source in (found for each in sources for found in listed(each)):
        revision = at(source, "targetRevision")
        chart = at(source, "chart") is not None
        exact = bool(_EXACT.fullmatch(str(revision)))
        if revision is not UNKNOWN and (revision in (None, "", "HEAD") or (chart and not exact)):
            yield f"targetRevision: {revision or 'not set'}"
