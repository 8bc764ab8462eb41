"""A small client of one Kubernetes API server: requests, credentials, errors.

Owns connections (one per thread, kept open) and what the server's answers mean as errors. Knows no
resource; discovery.py knows which exist.
"""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode, urlsplit

from lab.errors import LabError
from lab.plugins.kubernetes.exec_credentials import Credential, CredentialSource
from lab.plugins.kubernetes.kubeconfig import Access

JSON = "application/json"
APPLY = "application/apply-patch+yaml"
JSON_PATCH = "application/json-patch+json"
# A create may wait for a slow admission webhook, which the server allows 30 s.
_TIMEOUT_SECONDS = 60
_UNAUTHORIZED = 401


class ApiError(LabError):
    """The server refused a request; `reason` is the Status object's, such as `AlreadyExists`."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason


class UnreachableError(LabError):
    """No answer, or none that lets us in: nothing is known about the cluster."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"configured Kubernetes cluster is unreachable: {cause}")


class Client:
    """One API server as one user; safe for many threads."""

    def __init__(self, access: Access) -> None:
        address = urlsplit(access.server)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise LabError(f"the kubeconfig's server {access.server!r} is not an http(s) address")
        self._access = access
        self._secure = address.scheme == "https"
        self._host = address.hostname
        self._port = address.port or (443 if self._secure else 80)
        self._prefix = address.path.rstrip("/")
        self._credentials = CredentialSource(access.command) if access.command else None
        self._local = threading.local()

    def get(self, path: str, **query: str) -> dict[str, Any]:
        return self.request("GET", path, query)

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = JSON,
    ) -> dict[str, Any]:
        """One request's answer. ApiError: the server says no; UnreachableError: it says nothing.

        A refused credential of a command is renewed once: the server may know a newer one only.
        """
        target = self._prefix + path + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        headers = {"Accept": JSON, "Content-Type": content_type, "User-Agent": "pulumi-kubernetes"}
        try:
            credential = self._credential()
            code, text = self._send(method, target, headers, data, credential)
            if code == _UNAUTHORIZED and self._credentials and credential:
                self._credentials.drop(credential)
                credential = self._credential()
                code, text = self._send(method, target, headers, data, credential)
        except (OSError, http.client.HTTPException) as error:
            raise UnreachableError(f"{self._access.server}: {_line(error)}") from error
        if code == _UNAUTHORIZED:
            raise UnreachableError("the server has asked for the client to provide credentials")
        return _answer(code, text, f"{method} {path}")

    def _credential(self) -> Credential | None:
        if self._credentials is None:
            return None
        try:
            return self._credentials.get()
        except LabError as error:
            raise UnreachableError(str(error)) from error

    def _send(
        self,
        method: str,
        target: str,
        headers: dict[str, str],
        data: bytes | None,
        credential: Credential | None,
    ) -> tuple[int, bytes]:
        token = credential.token if credential else self._access.token
        if token:
            headers = {**headers, "Authorization": f"Bearer {token}"}
        connection, fresh = self._connection(credential)
        try:
            try:
                connection.request(method, target, data, headers)
                response = connection.getresponse()
            except (http.client.RemoteDisconnected, ConnectionError, BrokenPipeError):
                if fresh:
                    raise
                # The server closed an idle connection before this request reached it.
                connection.close()
                connection.request(method, target, data, headers)
                response = connection.getresponse()
            return response.status, response.read()
        except BaseException:
            connection.close()
            self._local.connection = None
            raise

    def _connection(self, credential: Credential | None) -> tuple[http.client.HTTPConnection, bool]:
        """This thread's connection, and whether it is new; a new client certificate needs one."""
        certificate = credential.certificate_pem if credential else ""
        kept: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if kept is not None and self._local.certificate == certificate:
            return kept, False
        if self._secure:
            connection: http.client.HTTPConnection = _NamedConnection(
                self._host,
                self._port,
                context=_tls(self._access, credential),
                server_name=self._access.server_name or self._host,
            )
        else:
            connection = http.client.HTTPConnection(
                self._host, self._port, timeout=_TIMEOUT_SECONDS
            )
        self._local.connection, self._local.certificate = connection, certificate
        return connection, True


class _NamedConnection(http.client.HTTPSConnection):
    """A TLS connection that verifies a given name instead of the address."""

    def __init__(self, host: str, port: int, *, context: ssl.SSLContext, server_name: str) -> None:
        super().__init__(host, port, timeout=_TIMEOUT_SECONDS, context=context)
        self._tls, self._server_name = context, server_name

    def connect(self) -> None:
        plain = socket.create_connection((self.host, self.port), self.timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self._server_name)


def _tls(access: Access, credential: Credential | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=access.ca_pem or None)
    # Clusters' own authorities often lack the extensions that this flag, new in Python 3.13, wants.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    if not access.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    certificate = credential.certificate_pem if credential else ""
    key = credential.key_pem if credential else ""
    if not certificate:
        certificate, key = access.client_certificate_pem, access.client_key_pem
    if certificate:
        # The ssl module reads files only; this one is its owner's, and gone at once.
        with TemporaryDirectory(prefix="eks-hub-spoke-") as folder:
            file = Path(folder) / "client.pem"
            file.touch(mode=0o600)
            file.write_text(f"{certificate}\n{key}\n")
            context.load_cert_chain(file)
    return context


def _answer(code: int, text: bytes, what: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(text)
    except ValueError:
        answer = {}
    if code < 400:
        return answer
    message = answer.get("message") or text.decode(errors="replace").strip() or f"HTTP {code}"
    raise ApiError(code, str(answer.get("reason", "")), f"{_line(message)} ({what})")


def _line(text: object) -> str:
    return " ".join(str(text).split())
