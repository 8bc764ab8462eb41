"""Hosts are given up on quickly, and only once a run."""

import socket
import time
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.programs.web import Web
from tests.unit.lab.programs_fakes import served


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_file_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    with served(tmp_path) as url:
        Web().save(f"{url}/file", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"content"


def test_a_text_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content")
    with served(tmp_path) as url:
        assert Web().text(f"{url}/file") == "content"


def test_a_missing_file_is_told_with_the_hosts_answer(tmp_path: Path) -> None:
    with served(tmp_path) as url, pytest.raises(LabError, match="/none answered 404"):
        Web().text(f"{url}/none")


def test_a_missing_file_does_not_make_its_host_unreachable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content")
    web = Web()
    with served(tmp_path) as url:
        with pytest.raises(LabError):
            web.text(f"{url}/none")
        assert web.text(f"{url}/file") == "content"


def test_a_host_that_refuses_is_told_by_name() -> None:
    port = closed_port()
    with pytest.raises(LabError, match=rf"127\.0\.0\.1:{port} cannot be reached"):
        Web().text(f"http://127.0.0.1:{port}/file")


def test_a_host_without_an_address_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(
        LabError, match=r"nowhere\.invalid cannot be reached \(Name or service not known\)"
    ):
        Web().text("https://nowhere.invalid/file")


def test_a_host_that_refused_is_not_asked_again(tmp_path: Path) -> None:
    """It would answer now: the second refusal is remembered, not met."""
    (tmp_path / "file").write_text("content")
    web, port = Web(), closed_port()
    with pytest.raises(LabError):
        web.text(f"http://127.0.0.1:{port}/file")
    with served(tmp_path, port) as url, pytest.raises(LabError, match="cannot be reached"):
        web.text(f"{url}/file")


def test_a_host_that_accepts_and_says_nothing_is_given_up_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lab.programs.web.CONNECT_SECONDS", 0.05)
    started = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(LabError, match=r"cannot be reached .*timed out"):
            Web().text(f"https://127.0.0.1:{port}/file")
    assert time.monotonic() - started < 2, "the patience of a transfer was shown"
