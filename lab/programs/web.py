"""Fetching from the publishers' hosts: quick to give up on a host that cannot be reached.

Owns timeouts and the memory of hosts that refused, so that ten programs do not wait ten times.
What is fetched is not trusted here: `lab.programs.checksums` decides that.
"""

import http.client
import shutil
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from lab.errors import LabError

CONNECT_SECONDS = 5
STALL_SECONDS = 60
# The longest list of checksums (GitHub's record of a release) has some 100 kB.
TEXT_BYTES = 4 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024


class _ImpatientConnection(http.client.HTTPSConnection):
    """Short of patience until connected; afterwards a slow transfer may take its time."""

    def connect(self) -> None:
        self.timeout = CONNECT_SECONDS
        super().connect()
        self.sock.settimeout(STALL_SECONDS)


class _ImpatientHandler(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_ImpatientConnection, req)


class Web:
    """The hosts as they were found in one run; make one and share it."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(_ImpatientHandler)
        self._opener.addheaders = [("User-Agent", "eks-hub-spoke-lab")]
        self._unreachable: dict[str, str] = {}

    def save(self, url: str, path: Path) -> None:
        """Fetch into a file. LabError when the host or the file cannot be had."""
        with self._response(url) as response, path.open("wb") as handle:
            shutil.copyfileobj(response, handle, CHUNK_BYTES)

    def text(self, url: str) -> str:
        """Fetch a short text. LabError as for `save`."""
        with self._response(url) as response:
            return response.read(TEXT_BYTES).decode(errors="replace")

    @contextmanager
    def _response(self, url: str) -> Generator[IO[bytes], None, None]:
        host = urlsplit(url).netloc
        if host in self._unreachable:
            raise LabError(f"{host} cannot be reached ({self._unreachable[host]})")
        try:
            with self._open(url) as response:
                yield response
        except urllib.error.HTTPError as error:
            raise LabError(f"{url} answered {error.code} {error.reason}") from None
        except (OSError, http.client.HTTPException) as error:
            self._unreachable[host] = _reason(error)
            raise LabError(f"{host} cannot be reached ({_reason(error)})") from None

    def _open(self, url: str) -> IO[bytes]:
        return self._opener.open(url, timeout=STALL_SECONDS)


def _reason(error: Exception) -> str:
    cause = getattr(error, "reason", error)
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
