"""A Kubernetes API server of a few rules, on loopback: enough for the plugin's own logic.

Serves namespaces, secrets, config maps and, once told so, widgets. The real one is in tests/lab.
"""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CORE = [
    ("configmaps", "ConfigMap", True),
    ("namespaces", "Namespace", False),
    ("secrets", "Secret", True),
]


@dataclass
class FakeApiServer:
    """What it holds by path, what it was asked, and what it refuses."""

    port: int = 0
    objects: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    asked: list[tuple[str, str, dict[str, str]]] = field(
        default_factory=list[tuple[str, str, dict[str, str]]]
    )
    tokens: set[str] = field(default_factory=set[str])
    """Bearer tokens that are let in; everyone if there are none."""
    serves_widgets: bool = False
    close_after_answer: bool = False

    def kubeconfig(self, user: dict[str, Any] | None = None) -> str:
        address = {"server": f"http://127.0.0.1:{self.port}"}
        context = {"cluster": "c", "user": "u", "namespace": "team"}
        return json.dumps(
            {
                "current-context": "x",
                "contexts": [{"name": "x", "context": context}],
                "clusters": [{"name": "c", "cluster": address}],
                "users": [{"name": "u", "user": user or {"token": "t"}}],
            }
        )

    def answer(self, method: str, target: str, body: Any) -> tuple[int, dict[str, Any]]:
        url = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append((method, url.path, query))
        if url.path == "/api/v1":
            return 200, _resources(CORE)
        if url.path == "/apis/example.com/v1":
            found = [("widgets", "Widget", False)] if self.serves_widgets else []
            return (200, _resources(found)) if found else _refusal(404, "NotFound")
        match method:
            case "POST":
                return self._create(f"{url.path}/{body['metadata']['name']}", body, query)
            case "PATCH":
                return self._patch(url.path, body, query)
            case "DELETE":
                self.objects.pop(url.path, None)
                return 200, {}
            case _:
                found = self.objects.get(url.path)
                return (200, found) if found else _refusal(404, "NotFound")

    def _create(self, path: str, body: Any, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path in self.objects:
            return _refusal(409, "AlreadyExists")
        fields: dict[str, Any] = {"f:x": {}}
        entry = {"manager": query["fieldManager"], "operation": "Update", "fieldsV1": fields}
        uid = f"uid-{len(self.asked)}"
        made = {"uid": uid, "resourceVersion": "1", "managedFields": [entry]}
        live = {**body, "metadata": {**body["metadata"], **made}}
        if "dryRun" not in query:
            self.objects[path] = live
        return 201, live

    def _patch(self, path: str, body: Any, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        live = self.objects[path]
        if isinstance(body, list):
            live["metadata"]["managedFields"] = body[1]["value"]
            return 200, live
        changed = {**body, "metadata": {**live["metadata"], **body["metadata"]}}
        if "dryRun" not in query:
            self.objects[path] = changed
        return 200, changed


def _resources(kinds: list[tuple[str, str, bool]]) -> dict[str, Any]:
    return {
        "resources": [
            {"name": plural, "kind": kind, "namespaced": namespaced}
            for plural, kind, namespaced in kinds
        ]
    }


def _refusal(code: int, reason: str) -> tuple[int, dict[str, Any]]:
    return code, {"kind": "Status", "reason": reason, "message": f"refused: {reason}"}


@contextmanager
def serving() -> Generator[FakeApiServer]:
    """A server that runs until the block is left."""
    fake = FakeApiServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline()
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            if fake.tokens and token not in fake.tokens:
                code, answer = _refusal(401, "Unauthorized")
            else:
                code, answer = fake.answer(self.command, self.path, body)
            data = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()
            # Without a word to the client, as a server does with an idle connection.
            self.close_connection = fake.close_after_answer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
