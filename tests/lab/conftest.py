"""Marks every test of this folder, so that `-m "not lab"` leaves out what takes minutes."""

import signal
from pathlib import Path

import pytest

_FOLDER = Path(__file__).parent


@pytest.fixture(autouse=True, scope="session")
def _interruptible() -> None:  # pyright: ignore[reportUnusedFunction]  # pytest calls it
    """A shell starts what is in the background deaf to Ctrl-C, and so would be what tests start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The hook is called with the whole session's tests, not only with this folder's."""
    for item in items:
        if item.path.is_relative_to(_FOLDER):
            item.add_marker(pytest.mark.lab)
