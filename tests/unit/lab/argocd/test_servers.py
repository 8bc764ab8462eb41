"""Processes are kept while nothing changed, and started anew when something did."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.argocd import addresses, servers
from lab.argocd.addresses import Addresses
from lab.argocd.plans import Plan
from lab.argocd.servers import Servers
from lab.errors import LabError

# Answers every request with the status it is given; what Argo CD's own do is seen in tests/lab.
ANSWERS = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(sys.argv[2])); self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
AT = Addresses(ports=addresses.choose({}, running=()))
NAME = "argocd-server"


def plan(status: int = 200, **env: str) -> Plan:
    command = (sys.executable, "-c", ANSWERS, AT.port("server"), str(status))
    return Plan(name=NAME, command=command, env=env)


@pytest.fixture
def argocd(tmp_path: Path) -> Iterator[Servers]:
    found = Servers(folder=tmp_path)
    yield found
    found.stop()


def pid(argocd: Servers) -> int:
    record = argocd.processes.alive(NAME)
    assert record
    return record.pid


def test_a_process_that_runs_as_planned_stays(argocd: Servers) -> None:
    assert argocd.ensure([plan()]) == [NAME]
    argocd.wait([plan()], AT)
    first = pid(argocd)

    assert argocd.ensure([plan()]) == []
    assert pid(argocd) == first


def test_a_changed_variable_starts_it_anew(argocd: Servers) -> None:
    argocd.ensure([plan()])
    argocd.wait([plan()], AT)
    first = pid(argocd)

    assert argocd.ensure([plan(A="1")]) == [NAME]
    assert pid(argocd) != first


def test_a_killed_process_is_seen_and_started_again(argocd: Servers) -> None:
    argocd.ensure([plan()])
    argocd.wait([plan()], AT)
    os.kill(pid(argocd), signal.SIGKILL)
    os.waitpid(-1, 0)

    assert argocd.running() == set()
    assert argocd.ensure([plan()]) == [NAME]


def test_one_that_never_answered_is_started_anew(argocd: Servers) -> None:
    """So an `up` that was interrupted, or a program that hung at its start, is no trap."""
    argocd.ensure([plan()])

    assert argocd.ensure([plan()]) == [NAME]


def test_an_ill_process_does_not_count_as_one_that_answers(
    argocd: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "START_SECONDS", 1)
    argocd.ensure([plan(503)])

    with pytest.raises(LabError, match="Waiting for argocd-server to answer"):
        argocd.wait([plan(503)], AT)


def test_a_process_that_ends_at_once_is_an_error_with_its_own_words(argocd: Servers) -> None:
    broken = Plan(name=NAME, command=("/bin/sh", "-c", "echo no such flag >&2; exit 2"), env={})
    argocd.ensure([broken])

    with pytest.raises(LabError, match="no such flag"):
        argocd.wait([broken], AT)


def test_stop_leaves_none(argocd: Servers) -> None:
    sleeping = [
        Plan(name=name, command=("/bin/sleep", "600"), env={})
        for name in ("redis", "argocd-repo-server", NAME)
    ]
    argocd.ensure(sleeping)

    argocd.stop()

    assert argocd.running() == set()
