"""The whole fleet rendered: from the root Application down, as Argo CD would, nothing applied.

Owns: an Application's sources in this repository as objects, and the descent through the
Applications and ApplicationSets among them. A chart of somebody else's repository is a leaf.
"""

import fnmatch
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any

from tests.gitops.expansion import World, applications
from tests.gitops.helm import Release
from tests.gitops.strict_yaml import Manifest, documents
from tests.gitops.strict_yaml import manifests as read

_GROUP = "argoproj.io/v1alpha1"


class FleetError(Exception):
    """An Application that Argo CD could not make manifests of."""


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """One object, where it goes and what brings it."""

    manifest: Manifest
    cluster: str
    namespace: str
    """Where it goes if it does not say so itself."""
    parent: "Rendered | None" = field(default=None, repr=False)
    """The Application or ApplicationSet that brings it; none: Pulumi."""

    @property
    def kind(self) -> str:
        """Of the object."""
        return self.manifest["kind"]

    @property
    def name(self) -> str:
        """Of the object."""
        return self.manifest["metadata"]["name"]


def render(world: World, handed_over: Sequence[Manifest]) -> list[Rendered]:
    """Every object of the fleet, those that Pulumi hands over first."""
    found = [_of_pulumi(each) for each in handed_over]
    fresh = found
    with ThreadPoolExecutor() as pool:
        while fresh:
            brought = pool.map(_children, fresh, repeat(world))
            fresh = [child for children in brought for child in children]
            found = [*found, *fresh]
    return found


def _of_pulumi(manifest: Manifest) -> Rendered:
    return Rendered(
        manifest=manifest,
        cluster="",
        namespace=manifest["metadata"]["namespace"],
    )


def _children(parent: Rendered, world: World) -> list[Rendered]:
    if parent.manifest["apiVersion"] != _GROUP or parent.kind == "AppProject":
        return []
    if parent.kind == "ApplicationSet":
        made = applications(parent.manifest, world)
        place = {"name": parent.cluster, "namespace": parent.namespace}
    else:
        made = objects(parent.manifest, world)
        place = parent.manifest["spec"]["destination"]
    return [
        Rendered(
            manifest=each,
            cluster=place["name"],
            namespace=place["namespace"],
            parent=parent,
        )
        for each in made
    ]


def sources(application: Manifest) -> list[Manifest]:
    """Its sources, one or many."""
    spec = application["spec"]
    return spec.get("sources") or [spec["source"]]


def objects(application: Manifest, world: World) -> list[Manifest]:
    """What its sources in this repository are, as objects."""
    return [
        manifest
        for source in sources(application)
        if source["repoURL"] == world.url and "path" in source
        for manifest in _of_path(application, source, world)
    ]


def _of_path(application: Manifest, source: Manifest, world: World) -> list[Manifest]:
    folder = (world.root / source["path"]).resolve()
    if not folder.is_relative_to(world.root.resolve()):
        raise FleetError(f"{source['path']} is not in the repository")
    if (folder / "Chart.yaml").is_file():
        return _of_chart(application, source, world)
    if not folder.is_dir():
        raise FleetError(f"{application['metadata']['name']}: there is no folder {source['path']}")
    if (folder / "kustomization.yaml").is_file():
        raise FleetError(f"{source['path']}: kustomizations are not rendered by this module")
    return [
        manifest for file in _chosen(folder, source.get("directory", {})) for manifest in read(file)
    ]


def _chosen(folder: Path, settings: Manifest) -> list[Path]:
    files = folder.rglob("*") if settings.get("recurse") else folder.glob("*")
    wanted = settings.get("include") or "*"
    return sorted(
        file
        for file in files
        if file.suffix in {".yaml", ".yml", ".json"}
        and fnmatch.fnmatchcase(str(file.relative_to(folder)), wanted)
    )


def _of_chart(application: Manifest, source: Manifest, world: World) -> list[Manifest]:
    settings = source.get("helm", {})
    destination = application["spec"]["destination"]
    (version,) = {
        each.kubernetes for each in world.clusters if each.name == destination["name"]
    } or {""}
    if not version:
        raise FleetError(
            f"{application['metadata']['name']}: {destination['name']} is not registered"
        )
    release = Release(
        name=settings.get("releaseName") or application["metadata"]["name"],
        namespace=destination["namespace"],
        kubernetes=version,
    )
    return world.helm.template(
        world.root / source["path"], release, list(_values(source, world.root))
    )


def _values(source: Manifest, root: Path) -> Iterator[Path | Manifest]:
    """In Argo CD's order: files, then the object or, without one, the text."""
    settings: dict[str, Any] = source.get("helm", {})
    for file in settings.get("valueFiles", []):
        path = root / file.lstrip("/") if file.startswith("/") else root / source["path"] / file
        if not path.is_file() and not settings.get("ignoreMissingValueFiles"):
            raise FleetError(f"{source['path']}: there is no {file}")
        if path.is_file():
            yield path
    if "valuesObject" in settings:
        yield settings["valuesObject"]
    elif settings.get("values"):
        (values,) = documents(settings["values"])
        yield values
