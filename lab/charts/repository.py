"""A folder of packaged charts that can be served as a Helm repository.

Owns: one package and its fingerprint, so that nothing is packaged twice, and the index. Not here:
what goes into a chart (`package.py`, `addons/`), and the server.
"""

import hashlib
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lab.errors import LabError


@dataclass(frozen=True, kw_only=True)
class Packaged:
    """A chart in the repository, by what it is asked for."""

    name: str
    version: str

    @property
    def file(self) -> str:
        """The name of its package."""
        return f"{self.name}-{self.version}.tgz"


@dataclass(frozen=True, kw_only=True)
class Repository:
    """An existing folder; packages in it that nobody asks for stay."""

    helm: Path
    folder: Path
    env: Mapping[str, str] | None = None
    """helm's whole environment."""

    def package(
        self,
        chart: Packaged,
        *,
        inputs: str,
        fill: Callable[[Path], None],
        flags: Iterable[str] = (),
    ) -> None:
        """Package one chart unless there is one of the same inputs; `index` is owed then.

        Args:
            chart: its name, which its Chart.yaml must bear, and the version stamped into it.
            inputs: the fingerprint of everything that `fill` uses.
            fill: puts the chart's files into the folder it is given, which does not exist yet.
            flags: more of `helm package`.

        Raises LabError when helm refuses the chart.
        """
        package = self.folder / chart.file
        remembered = package.with_suffix(".inputs")
        if package.exists() and remembered.exists() and remembered.read_text() == inputs:
            return
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".chart-") as scratch:
            source, made = Path(scratch) / chart.name, Path(scratch) / "made"
            fill(source)
            arguments = [str(source), "--destination", str(made), "--version", chart.version]
            self._helm(["package", *arguments, *flags])
            self._unindexed.touch()
            (made / chart.file).replace(package)
        remembered.write_text(inputs)

    def index(self) -> None:
        """Write the index if a package is newer than it. Raises LabError when helm refuses."""
        if self._unindexed.exists():
            self._helm(["repo", "index", str(self.folder)])
            self._unindexed.unlink()

    @property
    def _unindexed(self) -> Path:
        """There while the index is owed: a run that was killed owes it to the next."""
        return self.folder / ".unindexed"

    def _helm(self, arguments: list[str]) -> None:
        ran = subprocess.run(  # noqa: S603  # helm is the toolchain's own, the arguments are ours
            [str(self.helm), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=self.env,
        )
        if ran.returncode != 0:
            problem = " ".join(ran.stderr.split())
            raise LabError(f"helm {arguments[0]} failed: {problem}")


def fingerprint(what: object, files: Iterable[Path]) -> str:
    """Changes with the representation of `what`, and with names and contents of the files."""
    digest = hashlib.sha256(repr(what).encode())
    for path in files:
        content = path.read_bytes()
        digest.update(f"\0{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def files_of(folder: Path) -> list[Path]:
    """Every file below a folder, in an order that does not change."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]
