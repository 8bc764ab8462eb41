"""What tests of `team diff` share: helm, and a team on main with a branch to change it on."""

from pathlib import Path

import pytest

from fleet.helm import Helm
from lab.programs.install import ensure
from tests.unit.fleet.repositories import Repository, make


@pytest.fixture(scope="session")
def helm() -> Helm:
    """The lab's helm; what it renders is kept for all tests here."""
    return Helm.find(str(ensure(["helm"])["helm"].path))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Team ants on main, and a branch to change things on."""
    made = make(tmp_path, "ants")
    made.git("checkout", "--quiet", "-b", "change")
    return made
