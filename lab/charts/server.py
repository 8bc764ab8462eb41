"""Serves a folder of packaged charts over HTTP on loopback, to be read only.

Not here: how the packages get into the folder (`package.py`).
"""

from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

INDEX = "index.yaml"


class _Handler(SimpleHTTPRequestHandler):
    """Files of one folder; its listing and everything below it stay closed."""

    def send_head(self) -> BytesIO | None:  # pyright: ignore[reportIncompatibleMethodOverride]  # narrower: never a file object
        name = self.path.partition("?")[0].removeprefix("/")
        path = Path(self.directory) / name
        if "/" in name or name.startswith(".") or not path.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        content = path.read_bytes()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(path.name))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)


def make_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server that listens already; `port` 0 takes a free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder)))
