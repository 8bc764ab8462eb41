"""The Git server as a process of the lab."""

import ssl
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.git.repository import publish
from lab.layout import PROJECT_ROOT, Layout
from lab.record import Record
from lab.services import GIT, Services
from tests.unit.lab.lab_project import write_project


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    root = write_project(tmp_path / "a project")
    (root / "lab").symlink_to(PROJECT_ROOT / "lab")
    services = Services(layout=Layout(root=root))
    services.layout.make_folders()
    yield services
    services.stop()


def advertised(services: Services, record: Record) -> bytes:
    url = f"{record.platform_repository}/info/refs?service=git-upload-pack"
    context = ssl.create_default_context(cafile=services.layout.git_ca)
    https = urllib.request.HTTPSHandler(context=context)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), https)
    with opener.open(url, timeout=10) as answer:
        return answer.read()


def test_it_serves_what_is_published_before_and_after_its_start(services: Services) -> None:
    record = Record()
    services.choose_ports(record)
    services.start_git(record)
    services.start_git(record)

    published = publish(services.layout.root, services.layout)

    assert published.commit.encode() in advertised(services, record)


def test_its_port_is_the_same_after_a_restart(services: Services) -> None:
    record = Record()
    services.choose_ports(record)
    services.start_git(record)
    before = record.git_port
    services.processes.stop(GIT)

    services.choose_ports(record)
    services.start_git(record)

    assert record.git_port == before
    assert advertised(services, record)
