"""`helm template` of charts in the repository, each asked for once however often it is needed.

Owns: finding helm and telling its failures in a line. Not here: which charts and values, and what
the objects mean. What a chart decides by the cluster's own APIs, nobody knows without the cluster.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from fleet import manifests
from fleet.errors import FleetError
from fleet.manifests import Manifest

_SECONDS = 60
"""A chart that takes longer never ends."""

Values = Path | Mapping[str, object]


class ChartError(Exception):
    """The chart does not render with these values; one line, as Argo CD would show it."""


@dataclass(frozen=True, kw_only=True)
class Release:
    """What a chart is rendered as."""

    name: str
    namespace: str
    kube_version: str = ""
    """Of the cluster it goes to; a chart may decide by it. Empty: helm's own."""


@dataclass(frozen=True)
class Helm:
    """One helm program. Later values win over earlier ones."""

    program: str
    _rendered: dict[str, list[Manifest] | str] = field(
        default_factory=dict[str, "list[Manifest] | str"], repr=False
    )

    @classmethod
    def find(cls, program: str = "helm") -> "Helm":
        """Helm from PATH, or the one named.

        Raises:
            FleetError: there is none.
        """
        found = shutil.which(program)
        if not found:
            remedy = "install Helm 3.8 or newer, or name it: --helm /path/to/helm"
            raise FleetError(f"{program} is not a program that runs here", remedy)
        return cls(found)

    def template(self, chart: Path, release: Release, values: Sequence[Values]) -> list[Manifest]:
        """The objects of a chart.

        Raises:
            ChartError: helm refuses the chart or the values.
        """
        texts = [_content(value) if isinstance(value, Path) else _text(value) for value in values]
        key = repr((digest(chart), release, texts))
        if key not in self._rendered:
            self._rendered[key] = self._run(chart, release, texts)
        found = self._rendered[key]
        if isinstance(found, str):
            raise ChartError(found)
        return found

    def _run(self, chart: Path, release: Release, texts: Sequence[str]) -> list[Manifest] | str:
        with tempfile.TemporaryDirectory(prefix="fleet-helm-") as folder:
            files: list[str] = []
            for number, text in enumerate(texts):
                path = Path(folder, f"values-{number}.yaml")
                path.write_text(text, errors="surrogateescape")
                files += ["--values", str(path)]
            command = [self.program, "template", release.name, str(chart)]
            command += ["--namespace", release.namespace, "--include-crds", "--skip-tests", *files]
            if release.kube_version:
                command += ["--kube-version", release.kube_version]
            # Nobody's repositories, plugins or defaults decide what a cluster gets.
            homes = ("HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HELM_DATA_HOME")
            environment = {
                name: v for name, v in os.environ.items() if not name.startswith("HELM_")
            }
            environment |= dict.fromkeys(homes, folder)
            return _answer(command, environment)


def digest(folder: Path) -> str:
    """A text that differs when anything in the folder does; of no folder, an empty one."""
    if not folder.is_dir():
        return ""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        found.update(f"{path.relative_to(folder)}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


def _content(file: Path) -> str:
    """As it is, so that helm says what is wrong with it."""
    return file.read_text(errors="surrogateescape")


def _text(values: Mapping[str, object]) -> str:
    return yaml.safe_dump(dict(values), sort_keys=True)


def _answer(command: Sequence[str], environment: Mapping[str, str]) -> list[Manifest] | str:
    """The objects, or helm's own words on why there are none."""
    try:
        done = subprocess.run(  # noqa: S603  # the program is found by name, arguments are a list
            command, capture_output=True, text=True, timeout=_SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return f"helm did not end within {_SECONDS} s"
    if done.returncode:
        return _last_words(done.stderr)
    try:
        return manifests.parse(done.stdout)
    except ValueError as error:
        return str(error)


def _last_words(stderr: str) -> str:
    """Helm's error on one line, without its warnings."""
    lines = [line for line in stderr.splitlines() if not line.startswith(("WARNING:", "level="))]
    return " ".join(" ".join(lines).removeprefix("Error: ").split()) or "helm failed silently"
