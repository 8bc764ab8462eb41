"""moto in this process, and a plugin configured for it."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.unit.lab.plugins.aws_stack import REGION, Stack

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """What moto takes for credentials; unit tests start without any."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def shared_stack() -> Iterator[Stack]:
    """One a module: boto3 takes most of a second to make a client of EC2."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        yield Stack()


@pytest.fixture
def stack(shared_stack: Stack, credentials: None) -> Stack:
    """A configured plugin in account 123456789012, moto's own."""
    del credentials
    return shared_stack
