"""The rules for every ApplicationSet; each yields what it finds wrong.

Not here: whether what they name exists (`test_fleet`) and what they may name (`facts`).
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.gitops.strict_yaml import Manifest

Rule = Callable[[Manifest], Iterator[str]]

_EXACT = re.compile(r"v?\d+\.\d+\.\d+(-[\w.]+)?(\+[\w.]+)?")
_BASE = re.compile(r"\{\{ ?\.metadata\.annotations\.(addons|platform)_repo_basepath ?\}\}")


def a_missing_value_is_an_error(appset: Manifest) -> Iterator[str]:
    """Else a misspelt fact becomes `<no value>` in a manifest, or the braces themselves."""
    spec = appset["spec"]
    if spec.get("goTemplate") is not True:
        yield "goTemplate is not true"
    if spec.get("goTemplateOptions") != ["missingkey=error"]:
        yield "goTemplateOptions is not [missingkey=error]"


def every_parameter_set_gets_a_name(appset: Manifest) -> Iterator[str]:
    """Else two clusters make one Application, and the set stops as soon as the second joins."""
    name = _template(appset)["metadata"].get("name", "")
    for generator in _generators(appset["spec"]["generators"]):
        for kind, settings in generator.items():
            wanted = _distinguishing(kind, settings)
            if wanted and not any(f"{{{{ {each} }}}}" in name for each in wanted):
                yield f"{kind}: {name} contains no {{{{ {wanted[0]} }}}}"


def it_has_a_project_of_its_own(appset: Manifest) -> Iterator[str]:
    """`default` may do nothing here, and a project from a parameter is anybody's."""
    project = _template(appset)["spec"].get("project", "")
    if not re.fullmatch(r"[a-z][a-z0-9-]*", project) or project == "default":
        yield f"project: {project!r}"


def versions_are_exact(appset: Manifest) -> Iterator[str]:
    """Else what runs changes without a commit."""
    for source in _sources(appset):
        revision = str(source.get("targetRevision", ""))
        if "chart" in source and not _EXACT.fullmatch(revision):
            yield f"chart {source['chart']}: version {revision!r}"
        elif not revision or revision == "HEAD":
            yield f"{source['repoURL']}: targetRevision {revision!r}"


def fixed_files_may_not_be_missing(appset: Manifest) -> Iterator[str]:
    """The flag is the whole source's: with nothing but fixed files it only hides a typing error."""
    for source in _sources(appset):
        settings = source.get("helm", {})
        layers = [file for file in settings.get("valueFiles", []) if "{{" in _BASE.sub("", file)]
        if settings.get("ignoreMissingValueFiles") and not layers:
            yield "ignoreMissingValueFiles, but no file that depends on the cluster"


def deletion_is_decided(appset: Manifest) -> Iterator[str]:
    """Whether what runs goes with its Application is said, in one of two ways."""
    goes = bool(_template(appset)["metadata"].get("finalizers"))
    stays = appset["spec"].get("syncPolicy", {}).get("preserveResourcesOnDeletion") is True
    if goes == stays:
        yield "neither or both of finalizers and preserveResourcesOnDeletion"


def a_selector_chooses_clusters(appset: Manifest) -> Iterator[str]:
    """Without one the generator adds Argo CD's own cluster, under another name."""
    for generator in _generators(appset["spec"]["generators"]):
        selector = generator.get("clusters", {"selector": {"matchLabels": "any"}}).get("selector")
        if not selector:
            yield "clusters without a selector"


def destinations_are_names(appset: Manifest) -> Iterator[str]:
    """A cluster's address changes when it is made anew; its name does not."""
    destination = _template(appset)["spec"]["destination"]
    if "server" in destination or not destination.get("name"):
        yield f"destination: {destination}"


RULES: tuple[Rule, ...] = (
    a_missing_value_is_an_error,
    every_parameter_set_gets_a_name,
    it_has_a_project_of_its_own,
    versions_are_exact,
    fixed_files_may_not_be_missing,
    deletion_is_decided,
    a_selector_chooses_clusters,
    destinations_are_names,
)


def _template(appset: Manifest) -> Manifest:
    return appset["spec"]["template"]


def _sources(appset: Manifest) -> list[Manifest]:
    spec = _template(appset)["spec"]
    return spec.get("sources") or [spec["source"]]


def _generators(generators: list[Manifest]) -> Iterator[Manifest]:
    """The simple ones, out of matrices too."""
    for generator in generators:
        if "matrix" in generator:
            yield from _generators(generator["matrix"]["generators"])
        else:
            yield generator


def _distinguishing(kind: str, settings: Manifest) -> list[str]:
    """The parameters of which the name needs one; none where there is one set for all."""
    if kind == "clusters":
        return [] if settings.get("flatList") else [".nameNormalized"]
    if kind == "git":
        return [".path.basename", ".path.basenameNormalized"]
    elements: list[dict[str, Any]] = settings.get("elements", [])
    return sorted({f".{key}" for element in elements for key in element})
