"""Rules of the ports that the lab's servers choose and remember."""

import socket
from pathlib import Path

import pytest

from lab.processes import free_port, port_is_free


def test_a_free_port_can_be_listened_on() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as server:
        assert server.getsockname()[1] > 0


def test_a_free_port_is_never_one_that_outgoing_connections_get(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lab.processes._EPHEMERAL_RANGE", tmp_path / "range")
    (tmp_path / "range").write_text("20100\t60999\n")
    assert all(free_port() < 20100 for _ in range(20))


def test_a_machine_that_gives_outgoing_connections_every_port_has_free_ports_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lab.processes._EPHEMERAL_RANGE", tmp_path / "range")
    (tmp_path / "range").write_text("1024\t65535\n")
    assert port_is_free(free_port())


def test_a_port_that_is_listened_on_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not port_is_free(server.getsockname()[1])


def test_a_port_whose_server_just_ended_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            connection, _ = server.accept()
            connection.close()
            client.recv(1)
    assert port_is_free(port)
