"""Packages the lab's argo-cd chart into a folder that can be served as a Helm repository.

Argo CD's CRDs and base configuration come from the toolchain's copy of its module, so they are
those of the version that the lab runs and are committed nowhere.
"""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

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
    package_path = destination / f"{CHART}-{versions.chart}.tgz"
    fingerprint_path = package_path.with_suffix(".inputs")
    fingerprint = _fingerprint(versions, [*_files(SOURCE), *crds, *config])
    if (
        package_path.exists()
        and fingerprint_path.exists()
        and fingerprint_path.read_text() == fingerprint
    ):
        return package_path
    with tempfile.TemporaryDirectory(dir=destination, prefix=".chart-") as scratch:
        chart = Path(scratch) / CHART
        shutil.copytree(SOURCE, chart)
        _copy(crds, chart / CRDS)
        _copy(config, chart / CONFIG)
        made = Path(scratch) / "made"
        version_flags = ["--version", versions.chart, "--app-version", f"v{versions.argocd}"]
        _helm(helm, ["package", str(chart), "--destination", str(made), *version_flags], env)
        (made / package_path.name).replace(package_path)
        _helm(helm, ["repo", "index", str(destination)], env)
    fingerprint_path.write_text(fingerprint)
    return package_path


def _manifests(folder: Path) -> list[Path]:
    found = [path for path in sorted(folder.glob("*.yaml")) if path.name != NOT_A_MANIFEST]
    if not found:
        raise LabError(f"{folder} holds no manifests of Argo CD", "Remove that folder of the cache")
    return found


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def _copy(files: Iterable[Path], folder: Path) -> None:
    folder.mkdir()
    for path in files:
        # Not copy(): the module cache is read-only, and so would be what is packaged.
        (folder / path.name).write_bytes(path.read_bytes())


def _fingerprint(versions: Versions, files: Iterable[Path]) -> str:
    digest = hashlib.sha256(repr(versions).encode())
    for path in files:
        content = path.read_bytes()
        digest.update(f"\0{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _helm(helm: Path, arguments: list[str], env: Mapping[str, str] | None) -> None:
    ran = subprocess.run(  # noqa: S603  # helm is the toolchain's own, the arguments are ours
        [str(helm), *arguments], capture_output=True, text=True, check=False, env=env
    )
    if ran.returncode != 0:
        problem = " ".join(ran.stderr.split())
        raise LabError(f"helm {arguments[0]} failed: {problem}")
