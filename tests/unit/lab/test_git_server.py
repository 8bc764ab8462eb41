"""The Git server hands out one repository, over TLS, to be read; and nothing else."""

import http.client
import os
import socket
import ssl
import stat
import subprocess
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from lab.git.certificate import create
from lab.git.repository import publish
from lab.git.server import LARGEST_REQUEST, make_server
from lab.layout import Layout
from tests.unit.lab.lab_project import write_project

REFS = "/platform.git/info/refs"
UPLOAD = "service=git-upload-pack"


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    root = write_project(tmp_path_factory.mktemp("git") / "a project")
    layout = Layout(root=root)
    layout.make_folders()
    publish(root, layout)
    (layout.git / "secret").write_text("secret")
    return layout


@pytest.fixture(scope="module")
def server(layout: Layout) -> Iterator[ThreadingHTTPServer]:
    pair = create(layout.git / "certificates")
    with make_server(layout.git, 0, pair) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def connect(layout: Layout, server: ThreadingHTTPServer) -> http.client.HTTPSConnection:
    context = ssl.create_default_context(cafile=layout.git_ca)
    return http.client.HTTPSConnection("127.0.0.1", server.server_port, context=context, timeout=10)


def status(
    connection: http.client.HTTPSConnection,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
) -> int:
    connection.request(method, path, headers=headers or {})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def git(
    layout: Layout, *arguments: str, authority: bool = True
) -> "subprocess.CompletedProcess[str]":
    env = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "NO_PROXY": "127.0.0.1"}
    if authority:
        env["GIT_SSL_CAINFO"] = str(layout.git_ca)
    return subprocess.run(  # noqa: S603  # the test's own server
        ["git", *arguments],  # noqa: S607  # whichever git there is
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def address(server: ThreadingHTTPServer) -> str:
    return f"https://127.0.0.1:{server.server_port}/platform.git"


def test_a_clone_has_what_was_published(
    layout: Layout, server: ThreadingHTTPServer, tmp_path: Path
) -> None:
    cloned = git(layout, "clone", "--quiet", address(server), str(tmp_path / "clone"))

    assert cloned.returncode == 0, cloned.stderr
    assert (tmp_path / "clone" / "Pulumi.hub.yaml").exists()


def test_a_push_is_seen_by_the_next_fetch(
    layout: Layout, server: ThreadingHTTPServer, tmp_path: Path
) -> None:
    clone = str(tmp_path / "clone")
    git(layout, "clone", "--quiet", address(server), clone)
    (layout.root / "gitops").mkdir(exist_ok=True)
    (layout.root / "gitops" / "new").write_text(str(tmp_path))
    published = publish(layout.root, layout)

    fetched = git(layout, "-C", clone, "fetch", "--quiet", "origin", published.commit)

    assert fetched.returncode == 0, fetched.stderr
    assert git(layout, "-C", clone, "show", "FETCH_HEAD:gitops/new").stdout == str(tmp_path)


def test_a_client_that_does_not_know_the_authority_is_not_served(
    layout: Layout, server: ThreadingHTTPServer
) -> None:
    refused = git(layout, "ls-remote", address(server), authority=False)

    assert "certificate" in refused.stderr


def test_nobody_pushes_over_the_network(
    layout: Layout, server: ThreadingHTTPServer, tmp_path: Path
) -> None:
    clone = str(tmp_path / "clone")
    git(layout, "clone", "--quiet", address(server), clone)

    pushed = git(layout, "-C", clone, "push", "origin", "HEAD:refs/heads/other")

    assert pushed.returncode != 0


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/secret",
        "/platform.git",
        "/platform.git/config",
        "/platform.git/HEAD",
        "/platform.git/objects/info/packs",
        "/platform.git/../secret",
        "/platform.git/..%2fsecret",
        REFS,
        f"{REFS}?service=git-receive-pack",
        f"/other.git/info/refs?{UPLOAD}",
        f"/certificates/../platform.git/info/refs?{UPLOAD}",
    ],
)
def test_nothing_but_the_fetch_of_the_one_repository_is_answered(
    layout: Layout, server: ThreadingHTTPServer, path: str
) -> None:
    assert status(connect(layout, server), "GET", path) == 404


@pytest.mark.parametrize("path", ["/platform.git/git-receive-pack", REFS, "/"])
def test_nothing_but_the_fetch_is_accepted(
    layout: Layout, server: ThreadingHTTPServer, path: str
) -> None:
    assert status(connect(layout, server), "POST", path) == 404


@pytest.mark.parametrize(
    ("headers", "refusal"),
    [
        ({"Transfer-Encoding": "chunked"}, 411),
        ({"Content-Length": str(LARGEST_REQUEST + 1)}, 413),
        ({"Content-Length": "-1"}, 411),
    ],
)
def test_a_request_of_no_known_length_is_refused(
    layout: Layout, server: ThreadingHTTPServer, headers: dict[str, str], refusal: int
) -> None:
    connection = connect(layout, server)
    connection.putrequest("POST", "/platform.git/git-upload-pack")
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()

    assert connection.getresponse().status == refusal


def test_a_connection_is_good_for_many_requests(
    layout: Layout, server: ThreadingHTTPServer
) -> None:
    connection = connect(layout, server)
    connection.connect()
    used = connection.sock

    answers = [status(connection, "GET", f"{REFS}?{UPLOAD}") for _ in range(3)]

    assert (answers, connection.sock is used) == ([200, 200, 200], True)


def test_a_client_that_says_nothing_keeps_nobody_waiting(
    layout: Layout, server: ThreadingHTTPServer
) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port)):
        assert status(connect(layout, server), "GET", f"{REFS}?{UPLOAD}") == 200


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_tls_is_refused(layout: Layout, server: ThreadingHTTPServer) -> None:
    context = ssl.create_default_context(cafile=layout.git_ca)
    # Else it is this client that refuses first.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    connection = http.client.HTTPSConnection(
        "127.0.0.1", server.server_port, context=context, timeout=10
    )

    with pytest.raises(ssl.SSLError, match=r"(?i)protocol.version"):
        connection.connect()


def test_it_listens_on_loopback_only(server: ThreadingHTTPServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_the_certificate_stays_the_same(layout: Layout) -> None:
    create(layout.git / "certificates")
    before = layout.git_ca.read_bytes()

    create(layout.git / "certificates")

    assert layout.git_ca.read_bytes() == before


def test_the_key_is_for_its_owner_alone_and_the_authoritys_is_not_kept(layout: Layout) -> None:
    pair = create(layout.git / "certificates")

    keys = list((layout.git / "certificates").glob("*.key"))
    assert keys == [pair.key]
    assert stat.S_IMODE(pair.key.stat().st_mode) == 0o600
