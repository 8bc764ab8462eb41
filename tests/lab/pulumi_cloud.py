"""As much of Pulumi Cloud as keeps deployment settings: what the real CLI asks, on this machine.

Owns: answers and a record of requests. Not here: what should have been asked (tests).
"""

import gzip
import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

_SETTINGS = "/deployments/settings"
_NAMES = ("orgName", "projectName", "stackName")
# `pulumi api` calls nothing that the service's own description does not have.
_DESCRIPTION: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Pulumi Cloud", "version": "1"},
    "components": {"schemas": {"Any": {"type": "object"}}},
    "paths": {
        f"/api/stacks/{{orgName}}/{{projectName}}/{{stackName}}{_SETTINGS}": {
            "post": {
                "operationId": "PatchDeploymentSettings",
                "parameters": [
                    {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                    for name in _NAMES
                ],
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {"200": {"description": "merged"}},
            }
        }
    },
}


@dataclass(kw_only=True)
class PulumiCloud:
    """What it was sent, by path."""

    url: str = ""
    sent: dict[str, Any] = field(default_factory=dict[str, Any])

    def answer(self, path: str) -> object:
        """To a GET."""
        if path == "/api/user":
            return {"githubLogin": "me", "organizations": [{"githubLogin": "acme"}]}
        if path == "/api/openapi/pulumi-spec.json":
            return _DESCRIPTION
        if path.endswith(_SETTINGS):
            return self.sent.get(path, {})
        if path.startswith("/api/stacks/"):
            organization, project, stack = path.split("/")[3:6]
            return {"orgName": organization, "projectName": project, "stackName": stack}
        return {}


@contextmanager
def served() -> Generator[PulumiCloud]:
    """One of them, on a free port."""
    cloud = PulumiCloud()

    class Handler(BaseHTTPRequestHandler):
        """Keeps what is posted, and answers what is asked."""

        def do_GET(self) -> None:
            self._reply(cloud.answer(self._path()))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            compressed = self.headers.get("Content-Encoding") == "gzip"
            cloud.sent[self._path()] = json.loads(gzip.decompress(body) if compressed else body)
            self._reply(cloud.sent[self._path()])

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: tests look at what was sent."""

        def _path(self) -> str:
            return self.path.partition("?")[0]

        def _reply(self, answer: object) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    cloud.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
