"""A version that the lab does not have is named, not passed over."""

from pathlib import Path
from typing import Any

import pytest

from lab import versions
from lab.differences import differences
from lab.stacks import read_fleet
from tests.unit.lab.lab_project import HUB, write_project, write_stack


def found(folder: Path, section: str, version: str) -> list[str]:
    root = write_project(folder / "a project")
    config: dict[str, Any] = {**HUB, section: {**HUB[section], "version": version}}
    write_stack(root, "hub", config)
    return differences(read_fleet(root))


@pytest.mark.parametrize(
    ("section", "what"), [("cluster", "Kubernetes 1.29"), ("argocd", "Argo CD 1.29")]
)
def test_another_version_is_named_with_its_file(tmp_path: Path, section: str, what: str) -> None:
    (line,) = found(tmp_path, section, "1.29")

    assert line.startswith(f"Pulumi.hub.yaml asks for {what}; the lab has ")


def test_a_mode_of_argo_cd_that_the_lab_cannot_run_is_named(tmp_path: Path) -> None:
    root = write_project(tmp_path / "a project")
    write_stack(root, "hub", {**HUB, "argocd": {"mode": "capability"}})

    (line,) = differences(read_fleet(root))

    assert line.startswith("Pulumi.hub.yaml asks for Argo CD as an EKS Capability")
    assert "nothing of Git is deployed" in line


def test_the_labs_own_version_is_no_difference(tmp_path: Path) -> None:
    minor = versions.KUBERNETES.rpartition(".")[0]

    assert found(tmp_path, "cluster", minor) == []


def test_a_version_that_is_left_open_is_no_difference(tmp_path: Path) -> None:
    assert differences(read_fleet(write_project(tmp_path / "a project"))) == []
