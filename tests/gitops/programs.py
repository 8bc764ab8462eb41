"""The programs that rendering needs, by the lab's toolchain, and the committed fleet for them.

Owns: the wiring of the other modules for tests. A program that is on PATH in the right version, or
in the cache, is taken as it is; else it is fetched, once.
"""

from collections.abc import Sequence
from pathlib import Path

from lab.programs.install import ensure
from tests.gitops.clusters import Fleet, committed_fleet
from tests.gitops.expansion import World
from tests.gitops.helm import Helm
from tests.gitops.schemas import Kubeconform, write_definitions, write_kubernetes
from tests.gitops.strict_yaml import Manifest
from tests.gitops.tree import ROOT


def find_helm() -> Helm:
    """The lab's helm."""
    return Helm(program=ensure(["helm"])["helm"].path)


def find_kubeconform(schemas: Path, versions: Sequence[str]) -> Kubeconform:
    """The lab's kubeconform, with schemas of Kubernetes and of Argo CD in an empty folder."""
    found = ensure(["kubeconform", "argocd-manifests"])
    definitions = sorted((found["argocd-manifests"].path / "crds").glob("*-crd.yaml"))
    for version in versions:
        write_kubernetes(schemas, version)
        write_definitions(schemas, version, definitions)
    return Kubeconform(program=found["kubeconform"].path, schemas=schemas)


def world_of(fleet: Fleet, helm: Helm, root: Path = ROOT) -> World:
    """What the generators of a fleet look at; `root` holds the repository's files."""
    return World(root=root, url=fleet.repository, clusters=fleet.clusters, helm=helm)


def committed_world(helm: Helm) -> tuple[World, Sequence[Manifest]]:
    """The committed fleet, and what Pulumi hands over to Argo CD."""
    fleet = committed_fleet()
    return world_of(fleet, helm), fleet.handed_over
