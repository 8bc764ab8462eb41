"""Official releases: verified, unpacked, and listed for every program that has one."""

import io
import platform
import re
import tarfile
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.programs.recipe import Bench
from lab.programs.recipes import RECIPES
from lab.programs.releases import RELEASES, Asset, OfficialRelease
from tests.unit.lab.programs_fakes import bench, served, sha256

ASSETS = [asset for assets in RELEASES.values() for asset in assets]


def archive(member: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        info = tarfile.TarInfo(member)
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


@pytest.fixture
def on_amd64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")


def publish(site: Path, name: str, content: bytes, checksum: str | None = None) -> None:
    (site / name).write_bytes(content)
    (site / "SUMS").write_text(f"{checksum or sha256(content)}  {name}\n")


def install(site: Path, bench: Bench, name: str, takes: dict[str, str]) -> None:
    with served(site) as url:
        asset = Asset(url=f"{url}/{name}", checksums=f"{url}/SUMS", takes=takes)
        OfficialRelease(assets=(asset,)).fill(bench)


@pytest.mark.usefixtures("on_amd64")
def test_a_program_is_taken_out_of_its_archive_and_made_executable(
    site: Path, tmp_path: Path
) -> None:
    publish(site, "tool-amd64.tar.gz", archive("tool-amd64/tool", b"program"))
    place = bench(tmp_path)
    install(site, place, "tool-{arch}.tar.gz", {"tool": "tool-{arch}/tool"})
    tool = place.folder / "tool"
    assert (tool.read_bytes(), tool.stat().st_mode & 0o777) == (b"program", 0o755)


@pytest.mark.usefixtures("on_amd64")
def test_a_bare_program_is_taken_as_it_is(site: Path, tmp_path: Path) -> None:
    publish(site, "tool-amd64", b"program")
    place = bench(tmp_path)
    install(site, place, "tool-{arch}", {"tool": "tool-{arch}"})
    assert (place.folder / "tool").read_bytes() == b"program"


@pytest.mark.usefixtures("on_amd64")
def test_a_file_with_a_wrong_checksum_is_refused_and_not_unpacked(
    site: Path, tmp_path: Path
) -> None:
    publish(site, "tool", b"tampered", checksum=sha256(b"program"))
    place = bench(tmp_path)
    with pytest.raises(LabError, match="was refused"):
        install(site, place, "tool", {"tool": "tool"})
    assert list(place.folder.iterdir()) == []


@pytest.mark.usefixtures("on_amd64")
def test_a_file_without_a_published_checksum_is_not_even_fetched(
    site: Path, tmp_path: Path
) -> None:
    publish(site, "tool", b"program")
    (site / "SUMS").write_text("")
    place = bench(tmp_path)
    with pytest.raises(LabError, match="no checksum is published for tool"):
        install(site, place, "tool", {"tool": "tool"})
    assert list(place.work.iterdir()) == []


@pytest.mark.usefixtures("on_amd64")
def test_an_archive_without_the_program_is_refused(site: Path, tmp_path: Path) -> None:
    publish(site, "tool.tar.gz", archive("other", b"program"))
    with pytest.raises(LabError, match=r"tool/tool is not in the archive"):
        install(site, bench(tmp_path), "tool.tar.gz", {"tool": "tool/tool"})


@pytest.mark.usefixtures("on_amd64")
def test_an_archive_that_is_none_is_refused(site: Path, tmp_path: Path) -> None:
    publish(site, "tool.tar.gz", b"<html>")
    with pytest.raises(LabError, match=r"tool\.tar\.gz is no archive"):
        install(site, bench(tmp_path), "tool.tar.gz", {"tool": "tool/tool"})


def test_a_machine_that_no_release_is_known_for_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    with pytest.raises(LabError, match="none is known for Darwin on arm64"):
        OfficialRelease(assets=()).fill(bench(tmp_path))


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset.url)
def test_releases_and_their_checksums_come_over_https(asset: Asset) -> None:
    assert all(url.startswith("https://") for url in (asset.url, asset.checksums))


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset.url)
def test_every_url_has_its_machine_and_its_version(asset: Asset) -> None:
    filled = asset.on({"arch": "amd64", "x64": "x64"})
    assert re.fullmatch(r"https://[^{}]+\d+\.\d+\.\d+[^{}]*(amd64|x64)[^{}]*", filled.url)


@pytest.mark.parametrize("name", RELEASES)
def test_a_recipe_gets_from_its_release_all_that_it_requires(name: str) -> None:
    """Otherwise the download is made, found wanting and thrown away on every machine."""
    recipe = next(each for each in RECIPES if each.name == name)
    taken = {ours for asset in RELEASES[name] for ours in asset.takes}
    assert recipe.required - set(recipe.links) <= taken
