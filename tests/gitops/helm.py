"""Helm as Argo CD's repository server runs it: a chart of this repository, values, no cluster.

Owns: the command, and the memory of what it printed: fleets that differ in one file share the rest.
Not here: which chart with which values (`fleet`).
"""

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path

from tests.gitops.strict_yaml import Manifest, documents


class HelmError(Exception):
    """Helm refused, in its own words."""


@dataclass(frozen=True, kw_only=True)
class Release:
    """What a chart is rendered for."""

    name: str
    namespace: str
    kubernetes: str
    """The cluster's version, as `1.36`."""


@dataclass(frozen=True, kw_only=True)
class Helm:
    """One helm program."""

    program: Path
    _printed: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    """By the content of everything that went in."""

    def template(
        self, chart: Path, release: Release, values: Sequence[Path | Manifest] = ()
    ) -> list[Manifest]:
        """The chart's objects; of two values the later one wins. HelmError when it refuses."""
        texts = [
            each.read_text() if isinstance(each, Path) else json.dumps(each) for each in values
        ]
        asked = _digest([*_contents(chart), *astuple(release), *texts])
        if asked not in self._printed:
            self._printed[asked] = self._print(chart, release, texts)
        return documents(self._printed[asked])

    def _print(self, chart: Path, release: Release, values: Sequence[str]) -> str:
        with tempfile.TemporaryDirectory() as scratch:
            arguments = ["template", release.name, str(chart), "--namespace", release.namespace]
            arguments += ["--kube-version", release.kubernetes, "--include-crds"]
            for number, value in enumerate(values):
                file = Path(scratch) / f"{number}.yaml"
                file.write_text(value)
                arguments += ["--values", str(file)]
            done = subprocess.run(  # noqa: S603  # the toolchain's program, our own arguments
                [self.program, *arguments],
                env=_environment(scratch),
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode != 0:
            raise HelmError(f"{chart.name} as {release.name}: {done.stderr.strip()}")
        return done.stdout


def _contents(chart: Path) -> list[str]:
    files = sorted(path for path in chart.rglob("*") if path.is_file())
    return [text for path in files for text in (str(path.relative_to(chart)), path.read_text())]


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


def _environment(home: str) -> dict[str, str]:
    """Nothing of the person's: neither plugins nor repositories."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HELM_")}
    return kept | {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
