"""The lab that the tests of this folder share; each module has teams of its own."""

from collections.abc import Iterator

import pytest

from tests.lab.copied_lab import UP_SECONDS, CopiedLab
from tests.lab.fleet_lab import FleetLab


@pytest.fixture(scope="package")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetLab]:
    """A lab with two spokes; removed even if a test fails."""
    copied = CopiedLab.copy_to(tmp_path_factory.mktemp("lab") / "a project")
    ran = copied.run("up", "--spokes", "2", seconds=UP_SECONDS)
    try:
        assert ran.code == 0, ran.stderr
        yield FleetLab(lab=copied)
    finally:
        copied.run("down", "--force")
