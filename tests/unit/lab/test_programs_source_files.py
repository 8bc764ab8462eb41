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


SCRIPTS = Tree(
    repository="owner/name",
    module="example.org/name",
    version="1.2.3",
    files=("hack/ask.sh",),
    arrange=below("hack"),
    executable=True,
)


def test_only_the_named_files_of_a_folder_are_taken_and_scripts_can_be_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_go(tmp_path / "go")
    monkeypatch.setenv("PATH", f"{tmp_path / 'go'}:/usr/bin:/bin")
    (tmp_path / "go/module/hack").mkdir(parents=True)
    for name in ("ask.sh", "release.sh"):
        (tmp_path / "go/module/hack" / name).write_text("#!/bin/sh\n")
    place = bench(tmp_path)
    ModuleFiles(tree=SCRIPTS).fill(place)
    assert {path.name: path.stat().st_mode & 0o777 for path in place.folder.iterdir()} == {
        "ask.sh": 0o755
    }


def test_a_module_that_lacks_a_named_file_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_go(tmp_path / "go")
    monkeypatch.setenv("PATH", f"{tmp_path / 'go'}:/usr/bin:/bin")
    with pytest.raises(LabError, match=r"example\.org/name has no .*hack/ask\.sh"):
        ModuleFiles(tree=SCRIPTS).fill(bench(tmp_path))


def test_a_tree_gets_its_own_files_of_a_repository_that_has_pins_for_others_too(
    site: Path, tmp_path: Path
) -> None:
    (site / "owner/name/v1.2.3/hack").mkdir()
    (site / "owner/name/v1.2.3/hack/ask.sh").write_bytes(CONTENT)
    both = pins(tmp_path, sha256(CONTENT))
    both.write_text(f"{both.read_text()}{sha256(CONTENT)}  owner/name/v1.2.3/hack/ask.sh\n")
    place = bench(tmp_path)
    with served(site) as host:
        PinnedFiles(tree=SCRIPTS, pins=both, host=host).fill(place)
    assert {path.name: path.stat().st_mode & 0o777 for path in place.folder.iterdir()} == {
        "ask.sh": 0o755
    }


def test_joined_files_are_documents_of_one_and_kustomizations_stay_out() -> None:
    texts = {
        "a/one.yaml": "kind: One\n",
        "a/kustomization.yaml": "kind: Kustomization\n",
        "b/two.yaml": "\nkind: Two\n",
    }
    documents = list(yaml.safe_load_all(joined("all.yaml")(texts)["all.yaml"]))
    assert documents == [{"kind": "One"}, {"kind": "Two"}]


PINNED = {
    recipe.name: source.tree
    for recipe in RECIPES
    for source in recipe.sources
    if isinstance(source, PinnedFiles)
}


@pytest.mark.parametrize("tree", PINNED.values(), ids=PINNED)
def test_the_pins_are_those_of_the_pinned_version(tree: Tree) -> None:
    """Stale ones would make every machine without Go unable to install it."""
    lines = [line.split()[1] for line in PINS.read_text().splitlines()]
    versions = {line.split("/")[2] for line in lines if line.startswith(f"{tree.repository}/")}
    assert versions == {f"v{tree.version}"}


@pytest.mark.parametrize("tree", PINNED.values(), ids=PINNED)
def test_every_folder_and_file_of_a_tree_has_pins(tree: Tree) -> None:
    prefix = f"{tree.repository}/v{tree.version}/"
    paths = [line.split()[1].removeprefix(prefix) for line in PINS.read_text().splitlines()]
    pinned = [path for path in paths if tree.holds(path)]
    bare = [
        wanted
        for wanted in (*tree.folders, *tree.files)
        if not any(path == wanted or path.startswith(f"{wanted}/") for path in pinned)
    ]
    assert bare == []


def test_every_pin_is_of_a_file_that_a_tree_takes() -> None:
    idle = [
        line
        for line in (each.split()[1] for each in PINS.read_text().splitlines())
        if not any(
            tree.holds(line.removeprefix(f"{tree.repository}/v{tree.version}/"))
            for tree in PINNED.values()
        )
    ]
    assert idle == []


@pytest.mark.parametrize("name", ["argocd-manifests", "argocd-scripts"])
def test_a_cache_folder_that_lacks_a_part_of_the_tree_is_not_complete(name: str) -> None:
    """A tree that grows keeps its version, so the folder of yesterday has the same name."""
    recipe = next(each for each in RECIPES if each.name == name)
    tree = PINNED[name]
    prefix = f"{tree.repository}/v{tree.version}/"
    paths = [line.split()[1].removeprefix(prefix) for line in PINS.read_text().splitlines()]
    whole = {path: "" for path in paths if tree.holds(path)}
    assert recipe.required <= tree.arrange(whole).keys()
    for part in (*tree.folders, *tree.files):
        rest = {path: "" for path in whole if path != part and not path.startswith(f"{part}/")}
        assert not recipe.required <= tree.arrange(rest).keys(), part
