"""Serves one repository over HTTPS on loopback by git's own CGI program, to be read only.

Smart HTTP and nothing else: two requests are answered, everything beside them is not found, so no
other file can be reached. There is no login: what it hands out is this project's own files, to
whoever is on this machine already. Not here: what the repository holds (`repository.py`).
"""

import ssl
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property, partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import Any

from lab.cluster.certificates import KeyPair
from lab.git.command import Git, environment
from lab.git.repository import NAME

LOOPBACK = "127.0.0.1"
ADVERTISEMENT = f"/{NAME}/info/refs"
UPLOAD_PACK = f"/{NAME}/git-upload-pack"
SERVICE = "service=git-upload-pack"
# What a client asks for by commits it has and wants: some 50 bytes each.
LARGEST_REQUEST = 16_000_000
IDLE_SECONDS = 30
"""After which a connection without a request is closed."""


@dataclass(frozen=True, kw_only=True)
class Backend:
    """Git's CGI program on the repositories in `folder`."""

    folder: Path

    @cached_property
    def program(self) -> str:
        """Where git keeps it. Raises LabError when there is no git."""
        return str(Path(Git(folder=self.folder).line("--exec-path"), "git-http-backend"))

    def answer(self, request: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body. `request` has the CGI variables of the request (RFC 3875)."""
        variables = {
            "GIT_PROJECT_ROOT": str(self.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "CONTENT_LENGTH": str(len(body)),
        }
        ran = subprocess.run(  # noqa: S603  # git's own program, and nothing of the request is an argument
            [self.program],
            env=environment() | variables | request,
            input=body,
            capture_output=True,
            check=False,
        )
        head, found, content = ran.stdout.partition(b"\r\n\r\n")
        if ran.returncode != 0 or not found:
            return HTTPStatus.INTERNAL_SERVER_ERROR, {}, ran.stderr
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        status = headers.pop("Status", "200").split()[0]
        return int(status), headers, content


class _Handler(BaseHTTPRequestHandler):
    """Fetches of the one repository."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    # An answer goes out as headers and body: together, not the body after the other's delay.
    disable_nagle_algorithm = True

    def __init__(self, backend: Backend, *arguments: Any) -> None:
        self.backend = backend
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Which commits there are."""
        if self.path == f"{ADVERTISEMENT}?{SERVICE}":
            self._answer({"PATH_INFO": ADVERTISEMENT, "QUERY_STRING": SERVICE}, b"")
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """What is in them."""
        length = self.headers.get("Content-Length", "")
        if self.path != UPLOAD_PACK:
            self._refuse(HTTPStatus.NOT_FOUND)
        elif not length.isdecimal():
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif int(length) > LARGEST_REQUEST:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._answer({"PATH_INFO": UPLOAD_PACK}, self.rfile.read(int(length)))

    def _answer(self, request: dict[str, str], body: bytes) -> None:
        variables = {
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": LOOPBACK,
        }
        status, headers, content = self.backend.answer(variables | request, body)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _refuse(self, status: HTTPStatus) -> None:
        # The body of what is refused is not read, and would be taken for the next request.
        self.close_connection = True
        self.send_error(status)


class _Server(ThreadingHTTPServer):
    """Each connection in a thread of its own, with the handshake in it: a client that says nothing
    keeps nobody waiting."""

    def __init__(self, port: int, backend: Backend, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__((LOOPBACK, port), partial(_Handler, backend))

    def get_request(self) -> tuple[socket, Any]:
        connection, address = super().get_request()
        # Also for the handshake, which the first read does.
        connection.settimeout(IDLE_SECONDS)
        wrapped = self._context.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False
        )
        return wrapped, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away, or does not trust the certificate, is no fault of the server."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def make_server(folder: Path, port: int, pair: KeyPair) -> ThreadingHTTPServer:
    """A server that listens already, of the repository in `folder`; `port` 0 takes a free one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(pair.certificate, pair.key)
    return _Server(port, Backend(folder=folder), context)
