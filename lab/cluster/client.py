"""A client for the few questions that a control plane asks its own API server."""

import json
import ssl
from collections.abc import Iterator
from http.client import HTTPException, HTTPSConnection
from typing import Any, Final, cast

from lab.cluster.certificates import Certificates
from lab.errors import LabError

_TIMEOUT_SECONDS: Final = 10


class UnavailableError(LabError):
    """The API server did not answer, or said that it cannot just now."""


class Client:
    """Requests to 127.0.0.1 with the administrator's certificate; no proxy is ever asked."""

    def __init__(self, port: int, certificates: Certificates) -> None:
        self._port = port
        self._context = ssl.create_default_context(cafile=certificates.authority.certificate)
        self._context.load_cert_chain(certificates.admin.certificate, certificates.admin.key)

    def ready(self) -> bool:
        """Say whether the API server answers and calls itself ready."""
        try:
            return self._request("GET", "/readyz")[0] == 200
        except (OSError, HTTPException):
            return False

    def exists(self, path: str) -> bool:
        """Say whether an object exists."""
        return self._checked("GET", path, accepted=(200, 404))[0] == 200

    def get(self, path: str) -> dict[str, Any]:
        """Return one object or list. Raises LabError when the API server refuses or is away."""
        return self._checked("GET", path, accepted=(200,))[1]

    def text(self, path: str) -> str:
        """Return what is no JSON, as metrics. Raises LabError when the API server is away."""
        try:
            return self._request("GET", path)[1].decode()
        except (OSError, HTTPException) as error:
            raise UnavailableError(f"{path} of port {self._port} does not answer") from error

    def create(self, path: str, body: dict[str, Any]) -> None:
        """Create an object unless it exists. Raises LabError when it is refused."""
        self._checked("POST", path, body, accepted=(200, 201, 409))

    def delete(self, path: str) -> None:
        """Delete an object unless it is gone. Raises LabError when it is refused."""
        self._checked("DELETE", path, accepted=(200, 202, 404))

    def watch(self, path: str, version: str) -> Iterator[dict[str, Any]]:
        """Yield the changes of a list since a version of it, until the API server ends the watch.

        Raises UnavailableError when the connection breaks.
        """
        connection = HTTPSConnection("127.0.0.1", self._port, context=self._context)
        try:
            connection.request("GET", f"{path}?watch=true&resourceVersion={version}")
            for line in connection.getresponse():
                yield json.loads(line)
        except (OSError, HTTPException, ValueError) as error:
            raise UnavailableError(f"The watch of {path} broke: {error}") from error
        finally:
            connection.close()

    def _checked(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        accepted: tuple[int, ...],
    ) -> tuple[int, dict[str, Any]]:
        try:
            status, content = self._request(method, path, body)
        except (OSError, HTTPException) as error:
            raise UnavailableError(
                f"The API server on port {self._port} does not answer: {error}"
            ) from error
        if status not in accepted:
            text = content.decode(errors="replace")[:500]
            kind = UnavailableError if status == 429 or status >= 500 else LabError
            raise kind(f"The API server answered {method} {path} with {status}: {text}")
        return status, cast("dict[str, Any]", json.loads(content))

    def _request(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> tuple[int, bytes]:
        connection = HTTPSConnection(
            "127.0.0.1", self._port, timeout=_TIMEOUT_SECONDS, context=self._context
        )
        try:
            connection.request(
                method,
                path,
                body=None if body is None else json.dumps(body),
                headers={"Accept": "application/json", "Content-Type": "application/json"},
            )
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
