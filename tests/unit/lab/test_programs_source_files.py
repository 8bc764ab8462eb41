"""Manifests and stages: the same bytes from the repository's host and from the Go module."""

from pathlib import Path

import pytest
import yaml

from lab.errors import LabError
from lab.programs.recipes import RECIPES
from lab.programs.source_files import PINS, ModuleFiles, PinnedFiles, Tree, below, joined
from tests.unit.lab.programs_fakes import bench, fake_go, served, sha256

CONTENT = b"kind: Stage\n"
TREE = Tree(
    repository="owner/name",
    module="example.org/name",
    version="1.2.3",
    folders=("manifests/crds",),
    arrange=below("manifests"),
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site" / "owner/name/v1.2.3/manifests/crds"
    folder.mkdir(parents=True)
    (folder / "one.yaml").write_bytes(CONTENT)
    return tmp_path / "site"


def pins(
    tmp_path: Path, digest: str, path: str = "owner/name/v1.2.3/manifests/crds/one.yaml"
) -> Path:
    file = tmp_path / "pinned.sha256"
    file.write_text(f"{digest}  {path}\n")
    return file


def test_a_file_with_its_pin_is_kept(site: Path, tmp_path: Path) -> None:
    place = bench(tmp_path)
    with served(site) as host:
        PinnedFiles(tree=TREE, pins=pins(tmp_path, sha256(CONTENT)), host=host).fill(place)
    assert (place.folder / "crds" / "one.yaml").read_bytes() == CONTENT


def test_a_file_that_differs_from_its_pin_is_refused(site: Path, tmp_path: Path) -> None:
    place = bench(tmp_path)
    source = pins(tmp_path, sha256(b"another"))
    with served(site) as host, pytest.raises(LabError, match=r"one\.yaml was refused"):
        PinnedFiles(tree=TREE, pins=source, host=host).fill(place)
    assert list(place.folder.iterdir()) == []


def test_a_version_without_pins_is_not_fetched(site: Path, tmp_path: Path) -> None:
    old = pins(tmp_path, sha256(CONTENT), "owner/name/v1.2.2/manifests/crds/one.yaml")
    with served(site) as host, pytest.raises(LabError, match=r"knows no files of owner/name/v1\.2"):
        PinnedFiles(tree=TREE, pins=old, host=host).fill(bench(tmp_path))


def test_the_go_module_gives_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_go(tmp_path / "go")
    monkeypatch.setenv("PATH", f"{tmp_path / 'go'}:/usr/bin:/bin")
    (tmp_path / "go/module/manifests/crds").mkdir(parents=True)
    (tmp_path / "go/module/manifests/crds/one.yaml").write_bytes(CONTENT)
    place = bench(tmp_path)
    ModuleFiles(tree=TREE).fill(place)
    assert (place.folder / "crds" / "one.yaml").read_bytes() == CONTENT


def test_joined_files_are_documents_of_one_and_kustomizations_stay_out() -> None:
    texts = {
        "a/one.yaml": "kind: One\n",
        "a/kustomization.yaml": "kind: Kustomization\n",
        "b/two.yaml": "\nkind: Two\n",
    }
    documents = list(yaml.safe_load_all(joined("all.yaml")(texts)["all.yaml"]))
    assert documents == [{"kind": "One"}, {"kind": "Two"}]


@pytest.mark.parametrize("name", ["kwok-stages", "argocd-manifests"])
def test_the_pins_are_those_of_the_pinned_version(name: str) -> None:
    """Stale ones would make every machine without Go unable to install it."""
    recipe = next(each for each in RECIPES if each.name == name)
    source = next(each for each in recipe.sources if isinstance(each, PinnedFiles))
    prefix = f"{source.tree.repository}/"
    lines = [line.split()[1] for line in PINS.read_text().splitlines()]
    versions = {line.split("/")[2] for line in lines if line.startswith(prefix)}
    assert versions == {f"v{recipe.version}"}


@pytest.mark.parametrize("name", ["kwok-stages", "argocd-manifests"])
def test_every_folder_of_a_tree_has_pinned_files(name: str) -> None:
    recipe = next(each for each in RECIPES if each.name == name)
    source = next(each for each in recipe.sources if isinstance(each, PinnedFiles))
    lines = PINS.read_text()
    bare = [folder for folder in source.tree.folders if f"/{folder}/" not in lines]
    assert bare == []
