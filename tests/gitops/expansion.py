"""What the ApplicationSet controller would generate, without one.

Owns: the generators that this repository uses (clusters and git directories) and the filling in of
templates; anything else is an error, never skipped. Written
after applicationset/generators and applicationset/utils of Argo CD 3.6. Not here: the language of
the templates (`go_templates`), and what the Applications bring (`fleet`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, cast

from tests.gitops.clusters import Cluster
from tests.gitops.go_templates import TemplateError, evaluate
from tests.gitops.helm import Helm
from tests.gitops.selectors import matches
from tests.gitops.strict_yaml import Manifest, texts

FINALIZER = "resources-finalizer.argocd.argoproj.io"


class ExpansionError(Exception):
    """The controller would refuse, or this module does not know what it would do."""


@dataclass(frozen=True, kw_only=True)
class World:
    """What generators look at: the repository's files and the registered clusters."""

    root: Path
    """The repository's working tree."""
    url: str
    clusters: Sequence[Cluster]
    helm: Helm


def applications(appset: Manifest, world: World) -> list[Manifest]:
    """The Applications of one ApplicationSet. ExpansionError says what is wrong with it."""
    name, spec = appset["metadata"]["name"], appset["spec"]
    _refuse(f"ApplicationSet {name}", spec, {"templatePatch", "strategy"})
    if not spec.get("goTemplate") or "missingkey=error" not in spec.get("goTemplateOptions", []):
        raise ExpansionError(f"ApplicationSet {name}: not with goTemplate and missingkey=error")
    sets = [each for one in spec["generators"] for each in parameters(one, world)]
    try:
        made = _filled([(spec["template"], each) for each in sets], world.helm)
    except TemplateError as error:
        raise ExpansionError(f"ApplicationSet {name}: {error}") from None
    names = [each["metadata"]["name"] for each in made]
    if twice := sorted({each for each in names if names.count(each) > 1}):
        raise ExpansionError(f"ApplicationSet {name}: makes {', '.join(twice)} more than once")
    return [_application(appset, template) for template in made]


def parameters(generator: Manifest, world: World) -> list[dict[str, Any]]:
    """The parameter sets of one generator."""
    kinds = {
        "clusters": _of_clusters,
        "git": _of_directories,
    }
    _refuse("generator", generator, generator.keys() - kinds.keys())
    ((kind, settings),) = generator.items()
    return kinds[kind](settings, world)


def _of_clusters(settings: Manifest, world: World) -> list[dict[str, Any]]:
    _refuse("clusters", settings, settings.keys() - {"selector"})
    selector: Manifest = settings.get("selector") or {}
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        raise ExpansionError("clusters: without a selector the cluster `in-cluster` is generated")
    return [_of_cluster(each) for each in world.clusters if matches(each.labels, selector)]


def _of_cluster(cluster: Cluster) -> dict[str, Any]:
    return {
        "name": cluster.name,
        "nameNormalized": re.sub(r"[^-a-z0-9.]", "-", cluster.name.lower()).strip("-."),
        "server": cluster.server,
        "project": "",
        "metadata": {"labels": cluster.labels, "annotations": cluster.annotations},
    }


def _of_directories(settings: Manifest, world: World) -> list[dict[str, Any]]:
    _refuse("git", settings, settings.keys() - {"repoURL", "revision", "directories"})
    if settings["repoURL"] != world.url:
        raise ExpansionError(f"git: {settings['repoURL']} is not this repository, {world.url}")
    wanted = [each["path"] for each in settings["directories"] if not each.get("exclude")]
    unwanted = [each["path"] for each in settings["directories"] if each.get("exclude")]
    found = {path for pattern in wanted for path in _directories(world.root, pattern)}
    return [_of_directory(path) for path in sorted(found) if not _any_matches(path, unwanted)]


def _of_directory(path: str) -> dict[str, Any]:
    name = PurePosixPath(path).name
    normalized = re.sub(r"[^-a-z0-9.]", "-", name.lower()).strip("-.")
    segments = list(PurePosixPath(path).parts)
    return {
        "path": {
            "path": path,
            "basename": name,
            "basenameNormalized": normalized,
            "segments": segments,
        }
    }


def _directories(root: Path, pattern: str) -> Iterator[str]:
    """Folders with something in them: Git knows no others."""
    for path in root.glob(pattern):
        if path.is_dir() and any(each.is_file() for each in path.rglob("*")):
            yield str(path.relative_to(root))


def _any_matches(path: str, patterns: Sequence[str]) -> bool:
    return any(PurePosixPath(path).match(f"/{pattern}") or path == pattern for pattern in patterns)


def _application(appset: Manifest, template: Manifest) -> Manifest:
    keeps = appset["spec"].get("syncPolicy", {}).get("preserveResourcesOnDeletion")
    metadata = {"namespace": appset["metadata"]["namespace"], **template["metadata"]}
    if not keeps:
        metadata.setdefault("finalizers", [FINALIZER])
    return {**template, "apiVersion": appset["apiVersion"], "kind": "Application"} | {
        "metadata": metadata
    }


def _refuse(what: str, settings: Mapping[str, Any], keys: set[str]) -> None:
    if known := sorted(keys & settings.keys()):
        raise ExpansionError(f"{what}: {', '.join(known)} is not expanded by this module")


def _filled(jobs: Sequence[tuple[Any, Mapping[str, Any]]], helm: Helm) -> list[Any]:
    """Each value with every text in it, keys included, filled in; one call of helm for all."""
    wanted = [(text, each) for value, each in jobs for text in _templates(value)]
    results = iter(evaluate(helm, wanted) if wanted else [])
    return [
        _replaced(value, {text: next(results) for text in _templates(value)}) for value, _ in jobs
    ]


def _templates(value: Any) -> list[str]:
    return [text for text in dict.fromkeys(texts(value)) if "{{" in text]


def _replaced(value: Any, table: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return table.get(value, value)
    if isinstance(value, dict):
        pairs = cast(dict[Any, Any], value).items()
        return {_replaced(key, table): _replaced(each, table) for key, each in pairs}
    if isinstance(value, list):
        return [_replaced(each, table) for each in cast(list[Any], value)]
    return value
