"""Argo CD hears of a push as GitHub would tell it."""

import json
import re
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from lab.errors import LabError
from lab.exit_codes import NotUpError
from lab.onboarding.change import Push
from lab.onboarding.webhook import announce, event, receivers, signature
from lab.processes import free_port

PUSH = Push(
    before="a" * 40, after="b" * 40, added=("new",), modified=("old",), removed=("gone",), at=0
)
ADDRESS = "https://127.0.0.1:4443/platform.git"
SECRET = "It's a Secret to Everybody"


@contextmanager
def receiver(status: int = 200) -> Generator[tuple[str, list[tuple[str, str, Any]]]]:
    """A server that keeps path, event and body of what it is told, and answers with a status."""
    told: list[tuple[str, str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["X-Hub-Signature-256"] == signature(content, SECRET)
            body = json.loads(content)
            told.append((self.path, self.headers["X-GitHub-Event"], body))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"not now")

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api/webhook", told
        server.shutdown()


def test_every_receiver_is_told_of_a_push() -> None:
    with receiver() as (first, told_first), receiver() as (second, told_second):
        announce([first, second], event(PUSH, ADDRESS), SECRET)

    assert told_first == told_second == [("/api/webhook", "push", event(PUSH, ADDRESS))]


def test_what_is_told_is_signed_as_github_documents_it() -> None:
    """https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries"""
    expected = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert signature(b"Hello, World!", SECRET) == f"sha256={expected}"


def test_the_event_names_the_branch_the_commits_and_the_files() -> None:
    told: Any = event(PUSH, ADDRESS)

    assert (told["ref"], told["before"], told["after"]) == ("refs/heads/main", "a" * 40, "b" * 40)
    (commit,) = told["commits"]
    assert (commit["added"], commit["modified"], commit["removed"]) == (["new"], ["old"], ["gone"])


def test_argocd_finds_the_repository_by_the_page_that_the_event_names() -> None:
    """As GetWebURLRegex of argo-cd 3.6.1 (util/webhook/webhook.go) makes a pattern of the page."""
    told: Any = event(PUSH, ADDRESS)
    host, path = re.fullmatch(r"https://([^:/]+):\d+/(.+)", told["repository"]["html_url"]).groups()  # pyright: ignore[reportOptionalMemberAccess]  # None fails the test
    pattern = rf"(?i)^((https?|ssh)://)?{re.escape(host)}(:\d+)?[:/]{re.escape(path)}(\.git)?$"

    assert re.match(pattern, ADDRESS)
    assert path == "platform", "a page has no suffix"
    assert told["repository"]["default_branch"] == "main"


def test_a_receiver_that_refuses_is_an_error_with_its_words() -> None:
    with receiver(status=503) as (address, _), pytest.raises(LabError, match="503: not now"):
        announce([address], {}, SECRET)


def test_a_receiver_that_is_not_there_is_an_error() -> None:
    with pytest.raises(LabError, match="does not answer"):
        announce([f"http://127.0.0.1:{free_port()}"], {}, SECRET)


def test_the_server_and_the_generators_are_told() -> None:
    ports = {"server": 1, "applicationset-webhook": 2, "repo-server": 3}

    assert receivers(ports) == [
        "http://127.0.0.1:1/api/webhook",
        "http://127.0.0.1:2/api/webhook",
    ]


def test_a_lab_whose_argocd_has_no_such_port_is_not_up() -> None:
    with pytest.raises(NotUpError, match="no Argo CD applicationset-webhook"):
        receivers({"server": 1})
