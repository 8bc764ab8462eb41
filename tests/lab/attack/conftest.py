"""The lab that the attempts of this folder share, and everybody they are made as."""

import pytest

from tests.lab.attack.people import People
from tests.lab.fleet_lab import FleetLab
from tests.lab.gitops.conftest import fleet

__all__ = ["fleet", "people"]


@pytest.fixture(scope="package")
def people(fleet: FleetLab) -> People:
    """Of the shared lab."""
    return People(fleet=fleet)
