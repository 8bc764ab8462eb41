"""The project that the lab runs: the committed one, with an overlay on its stack files."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.exit_codes import MistakeError
from lab.record import Record
from lab.workspace import Overlay, write
from tests.unit.lab.lab_project import HUB, PROJECT, SPOKE, write_project, write_stack

RECORD = Record(charts_port=5000, git_port=5443)
OVERLAY = Overlay.of(RECORD)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path / "a project")


@pytest.fixture
def folder(root: Path) -> Path:
    path = root / ".lab" / "project"
    path.mkdir(parents=True)
    return path


def config(folder: Path, stack: str) -> dict[str, Any]:
    content = yaml.safe_load((folder / f"Pulumi.{stack}.yaml").read_text())
    return {key.removeprefix(f"{PROJECT}:"): value for key, value in content["config"].items()}


def test_a_capability_gets_no_chart_which_it_would_refuse(root: Path, folder: Path) -> None:
    write_stack(root, "hub", {**HUB, "argocd": {"mode": "capability"}})

    write(root, folder, OVERLAY)

    assert config(folder, "hub")["argocd"] == {
        "mode": "capability",
        "chartMirror": "http://127.0.0.1:5000",
        "platformRepository": {
            "url": "https://127.0.0.1:5443/platform.git",
            "revision": "main",
        },
    }


def test_only_what_differs_in_the_lab_is_changed_in_the_hub(root: Path, folder: Path) -> None:
    write(root, folder, OVERLAY)

    assert config(folder, "hub") == {
        **HUB,
        "cluster": {**HUB["cluster"], "deletionProtection": False},
        "argocd": {
            "chart": {"repository": "http://127.0.0.1:5000", "version": "1.2.3"},
            "chartMirror": "http://127.0.0.1:5000",
            "platformRepository": {
                "url": "https://127.0.0.1:5443/platform.git",
                "revision": "main",
                "basePath": "gitops/",
            },
        },
    }


def test_a_spoke_gets_no_chart_repository(root: Path, folder: Path) -> None:
    write(root, folder, OVERLAY)

    assert "argocd" not in config(folder, "spoke-dev")


def test_a_hub_without_spokes_keeps_everything_else(root: Path, folder: Path) -> None:
    write(root, folder, OVERLAY)
    with_spokes = config(folder, "hub")

    write(root, folder, Overlay.of(RECORD, spokes=False))

    assert config(folder, "hub") == {**with_spokes, "spokes": []}


def test_a_lab_of_fewer_spokes_than_the_hub_lists_registers_only_those(
    root: Path, folder: Path
) -> None:
    write_stack(root, "spoke-prod", SPOKE)
    write_stack(root, "hub", {**HUB, "spokes": ["spoke-dev", "spoke-prod"]})

    write(root, folder, Overlay.of(RECORD.model_copy(update={"spokes": 1})))

    assert config(folder, "hub")["spokes"] == ["spoke-dev"]
    assert not (folder / "Pulumi.spoke-prod.yaml").exists()


def test_a_made_up_spoke_has_a_file_in_the_lab_only(root: Path, folder: Path) -> None:
    write(root, folder, Overlay.of(RECORD.model_copy(update={"spokes": 2})))

    assert config(folder, "hub")["spokes"] == ["spoke-dev", "spoke-2"]
    assert config(folder, "spoke-2")["cluster"]["name"] == "spoke-2"
    assert not (root / "Pulumi.spoke-2.yaml").exists()


def test_the_committed_files_never_change(root: Path, folder: Path) -> None:
    before = {path: path.read_bytes() for path in root.glob("*.yaml")}

    write(root, folder, OVERLAY)

    assert {path: path.read_bytes() for path in root.glob("*.yaml")} == before


def test_the_salt_of_a_stack_survives(root: Path, folder: Path) -> None:
    write(root, folder, OVERLAY)
    path = folder / "Pulumi.hub.yaml"
    path.write_text(f"encryptionsalt: v1:abc\n{path.read_text()}")

    write(root, folder, OVERLAY)

    assert yaml.safe_load(path.read_text())["encryptionsalt"] == "v1:abc"


def test_a_file_with_nothing_new_is_not_written_again(root: Path, folder: Path) -> None:
    write(root, folder, OVERLAY)
    path = folder / "Pulumi.hub.yaml"
    os.utime(path, (1, 1))

    write(root, folder, OVERLAY)

    assert path.stat().st_mtime == 1


def test_what_is_edited_in_the_project_is_what_runs(root: Path, folder: Path) -> None:
    write(root, folder, OVERLAY)
    (root / "components" / "new.py").write_text("x = 1\n")

    assert (folder / "components" / "new.py").read_text() == "x = 1\n"


def test_links_survive_a_move_of_the_project(root: Path, folder: Path) -> None:
    write(root, folder, OVERLAY)
    moved = root.rename(root.with_name("moved"))

    assert (moved / ".lab" / "project" / "__main__.py").exists()


def test_links_to_what_is_gone_are_removed(root: Path, folder: Path) -> None:
    write(root, folder, OVERLAY)
    (root / "__main__.py").unlink()

    write(root, folder, OVERLAY)

    assert not (folder / "__main__.py").is_symlink()


def test_the_lab_and_the_tests_are_no_part_of_the_program(root: Path, folder: Path) -> None:
    write(root, folder, OVERLAY)

    assert {path.name for path in folder.iterdir()} == {
        ".venv",
        "Pulumi.hub.yaml",
        "Pulumi.spoke-dev.yaml",
        "Pulumi.yaml",
        "__main__.py",
        "components",
    }


@pytest.mark.parametrize("place", ["top", "nested"])
def test_encrypted_values_are_refused_by_file(root: Path, folder: Path, place: str) -> None:
    secret = {"secure": "v1:xyz"}
    value = secret if place == "top" else {"chart": {"token": [secret]}}
    write_stack(root, "hub", {**HUB, "token": value})

    with pytest.raises(MistakeError, match=r"Pulumi\.hub\.yaml holds encrypted values"):
        write(root, folder, OVERLAY)
