"""The sample project, fresh for each test."""

from pathlib import Path

import pytest

from tests.unit.fleet.sample import Sample, make


@pytest.fixture
def project(tmp_path: Path) -> Sample:
    """A project in which `team check` finds nothing."""
    return make(tmp_path)
