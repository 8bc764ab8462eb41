"""The objects of one Application's source, as far as this repository has it: chart or manifests.

Owns: what Argo CD's repo server does with a folder. Not here: which Applications there are
(`expansion.py`) and running helm (`helm.py`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from components.config_argocd import RepositoryConfig
from fleet import manifests
from fleet.helm import ChartError, Helm, Release, Values, digest
from fleet.manifests import Manifest

_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_MANIFEST = re.compile(r".*\.(ya?ml|json)")
_LOOKS_LIKE_ONE = ("apiVersion:", "kind:", "metadata:")
"""A file that is no object but has all three is a mistake to Argo CD; others it passes over."""


class ElsewhereError(Exception):
    """The source cannot be rendered from this repository's files.

    `content` differs when files that lie here all the same do.
    """

    def __init__(self, source: "Source", reason: str = "", content: str = "") -> None:
        super().__init__(f"{source} ({reason})" if reason else str(source))
        self.content = content


class SourceError(Exception):
    """The source is here and cannot be rendered; one line."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where an Application's objects come from."""

    repository: str
    revision: str
    path: str = ""
    chart: str = ""

    def __str__(self) -> str:
        part = f" chart {self.chart}" if self.chart else f" {self.path}"
        return f"{self.repository}@{self.revision}{part}"


@dataclass(frozen=True, kw_only=True)
class Repository:
    """The platform's repository as a folder of files, and the helm that renders its charts."""

    root: Path
    config: RepositoryConfig
    helm: Helm

    def objects(self, spec: Mapping[str, Any], release: Release) -> tuple[Manifest, ...]:
        """What the Application's spec stands for, in the namespaces it lands in.

        Raises:
            ElsewhereError: only Argo CD can know.
            SourceError: it would be an error there, too.
        """
        found = source(spec)
        if found.chart or not self._is_here(found):
            raise ElsewhereError(found)
        folder = self._inside(self.root, found.path)
        if not folder.is_dir():
            raise SourceError(f"there is no folder {found.path}")
        if (folder / "Chart.yaml").exists():
            rendered = self._chart(folder, spec["source"].get("helm") or {}, release)
        elif any((folder / name).exists() for name in _KUSTOMIZATIONS):
            raise ElsewhereError(found, "a kustomization", digest(folder))
        else:
            rendered = self._plain(folder)
        return tuple(manifests.placed(manifest, release.namespace) for manifest in rendered)

    def _is_here(self, found: Source) -> bool:
        here = self.config.url.removesuffix(".git") == found.repository.removesuffix(".git")
        return here and found.revision in {self.config.revision, "HEAD", ""}

    def _inside(self, start: Path, name: str) -> Path:
        """Links and .. must not lead to files that Argo CD could not see."""
        path = (start / name.lstrip("/")).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise SourceError(f"{name} leads out of the repository")
        return path

    def _chart(self, folder: Path, helm: Mapping[str, Any], release: Release) -> list[Manifest]:
        values: list[Values] = []
        for name in cast("list[str]", helm.get("valueFiles") or []):
            path = self._inside(self.root if name.startswith("/") else folder, name)
            if path.is_file():
                values.append(path)
            elif not helm.get("ignoreMissingValueFiles"):
                raise SourceError(f"there is no {name}")
        if inline := _inline(helm):
            values.append(inline)
        named = Release(
            name=str(helm.get("releaseName") or release.name),
            namespace=release.namespace,
            kube_version=release.kube_version,
        )
        try:
            return self.helm.template(folder, named, values)
        except ChartError as error:
            raise SourceError(str(error)) from None

    def _plain(self, folder: Path) -> list[Manifest]:
        """The manifests right in the folder, as Argo CD reads it unless told to go deeper."""
        found: list[Manifest] = []
        for path in sorted(folder.iterdir()):
            if path.is_file() and _MANIFEST.fullmatch(path.name):
                text = self._inside(folder, path.name).read_text(errors="replace")
                try:
                    found += manifests.parse(text)
                except ValueError as error:
                    if all(word in text for word in _LOOKS_LIKE_ONE):
                        raise SourceError(f"{path.name} {error}") from None
        return found


def source(spec: Mapping[str, Any]) -> Source:
    """Where the spec says that objects come from; teams' Applications have one source each."""
    given = cast("Mapping[str, Any]", spec.get("source") or {})
    return Source(
        repository=str(given.get("repoURL", "")),
        revision=str(given.get("targetRevision", "")),
        path=str(given.get("path") or ""),
        chart=str(given.get("chart") or ""),
    )


def _inline(helm: Mapping[str, Any]) -> Mapping[str, object]:
    """Values of the Application itself: an object wins over a text, as in Argo CD."""
    if helm.get("valuesObject"):
        return cast("Mapping[str, object]", helm["valuesObject"])
    try:
        read: object = yaml.safe_load(str(helm.get("values") or ""))
    except yaml.YAMLError as error:
        raise SourceError(f"its values are not YAML: {' '.join(str(error).split())}") from None
    return cast("Mapping[str, object]", read or {})
