"""What holds for every unit test: no network, no ambient Pulumi or AWS settings.

The engine in `tests.unit.engine` makes misuse of Outputs loud by itself; nothing here is needed
for it.
"""

import gc
import os
import socket
from typing import Any, NoReturn

import hypothesis
import pytest

# The same examples in every run: a failure of `make test` is never luck. Elsewhere, search with
# `pytest --hypothesis-profile default`.
hypothesis.settings.register_profile("unit", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("unit")

_AMBIENT = ("AWS_", "PULUMI_", "KUBECONFIG")


def pytest_configure(config: pytest.Config) -> None:
    """The SDKs warn on import about classes that nobody here uses, and are large."""
    config.addinivalue_line("filterwarnings", "ignore::DeprecationWarning:pulumi_.*")
    # The SDKs are a million objects that stay; looking through them took a quarter of the time.
    gc.set_threshold(100_000, 20, 50)


@pytest.fixture(autouse=True)
def _no_ambient_settings(  # pyright: ignore[reportUnusedFunction]  # pytest finds it
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in os.environ:
        if name.startswith(_AMBIENT):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_network(  # pyright: ignore[reportUnusedFunction]  # pytest finds it
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            _refuse(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _refuse(address: Any) -> NoReturn:
    raise AssertionError(f"a unit test reached for the network: {address}")
