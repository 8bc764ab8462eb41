"""Packages the lab's argo-cd chart into a folder that can be served as a Helm repository.

Argo CD's CRDs and base configuration come from the toolchain's copy of its module, so they are
those of the version that the lab runs and are committed nowhere.
"""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lab.charts.repository import Packaged, Repository, files_of, fingerprint
from lab.errors import LabError

CHART = "argo-cd"
SOURCE = Path(__file__).resolve().parent / CHART
# Where the templates look for what is copied in.
CRDS = "crds-of-argocd"
CONFIG = "config"
NOT_A_MANIFEST = "kustomization.yaml"


@dataclass(frozen=True, kw_only=True)
class Versions:
    """What is stamped into the package."""

    chart: str
    argocd: str


def package(
    *,
    helm: Path,
    manifests: Path,
    versions: Versions,
    destination: Path,
    env: Mapping[str, str] | None = None,
) -> Path:
    """Package the chart and write the repository's index; returns the package.

    Does nothing when the folder already holds a package of the same content.

    Args:
        helm: the helm program.
        manifests: Argo CD's manifests, with `crds/` and `base/config/`.
        versions: of the chart (what the hub's stack file asks for) and of Argo CD.
        destination: an existing folder; other packages in it stay.
        env: helm's whole environment.

    Raises LabError when a manifest is missing or helm refuses the chart.
    """
    crds = _manifests(manifests / "crds")
    config = _manifests(manifests / "base" / "config")
    repository = Repository(helm=helm, folder=destination, env=env)
    chart = Packaged(name=CHART, version=versions.chart)

    def fill(folder: Path) -> None:
        shutil.copytree(SOURCE, folder)
        _copy(crds, folder / CRDS)
        _copy(config, folder / CONFIG)

    inputs = fingerprint(versions, [*files_of(SOURCE), *crds, *config])
    app_version = ["--app-version", f"v{versions.argocd}"]
    repository.package(chart, inputs=inputs, fill=fill, flags=app_version)
    repository.index()
    return destination / chart.file


def _manifests(folder: Path) -> list[Path]:
    found = [path for path in sorted(folder.glob("*.yaml")) if path.name != NOT_A_MANIFEST]
    if not found:
        raise LabError(f"{folder} holds no manifests of Argo CD", "Remove that folder of the cache")
    return found


def _copy(files: Iterable[Path], folder: Path) -> None:
    folder.mkdir()
    for path in files:
        # Not copy(): the module cache is read-only, and so would be what is packaged.
        (folder / path.name).write_bytes(path.read_bytes())
