"""What the tests of control planes share: webhooks that answer, kubectl, a look at processes."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, cast

from lab.cluster import Binaries, ControlPlane, Webhooks
from lab.processes import ProcessFolder, wait_until
from lab.programs.install import ensure

ADA: Final = "arn:aws:iam::111111111111:user/ada"
ADAS_TOKEN: Final = "k8s-aws-v1.of-ada"
DEAD_WEBHOOKS: Final = Webhooks(
    # Port 9 (discard) lies below every port that a program of the lab chooses.
    authentication_url="http://127.0.0.1:9/tokens",
    authorization_url="http://127.0.0.1:9/access",
)
MEMBERS: Final = frozenset(
    {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "volumes"}
)


class WebhookServer(ThreadingHTTPServer):
    """Knows one token, allows everybody to read config maps, and notes who it was asked about."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked_about: set[str] = set()

    @property
    def urls(self) -> Webhooks:
        base = f"http://127.0.0.1:{self.server_address[1]}"
        return Webhooks(authentication_url=f"{base}/tokens", authorization_url=f"{base}/access")

    def status(self, path: str, spec: dict[str, Any]) -> dict[str, Any]:
        if path.startswith("/tokens"):
            known = spec["token"] == ADAS_TOKEN
            user = {"username": ADA, "groups": ["viewers"]}
            return {"authenticated": known} | ({"user": user} if known else {})
        self.asked_about.add(spec["user"])
        return {"allowed": spec.get("resourceAttributes", {}).get("resource") == "configmaps"}


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        review["status"] = cast(WebhookServer, self.server).status(self.path, review["spec"])
        content = json.dumps(review).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Keep requests off the terminal."""


class Kubectl:
    """kubectl against one control plane, as its administrator or with a token."""

    def __init__(self, plane: ControlPlane) -> None:
        self._program = ensure(["kubectl"])["kubectl"].path
        self._plane = plane

    def __call__(self, *arguments: str, token: str | None = None, stdin: str = "") -> str:
        result = self.attempt(*arguments, token=token, stdin=stdin)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def attempt(
        self, *arguments: str, token: str | None = None, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  # the lab's own kubectl
            [self._program, *self._access(token), *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def whoami(self, token: str) -> dict[str, Any]:
        """Whom the API server takes the bearer of a token for."""
        answer = json.loads(self("auth", "whoami", "--output=json", token=token))
        return cast("dict[str, Any]", answer["status"]["userInfo"])

    def _access(self, token: str | None) -> list[str]:
        if token is None:
            return [f"--kubeconfig={self._plane.admin_kubeconfig}"]
        endpoint = self._plane.endpoint
        authority = self._plane.admin_kubeconfig.with_name("authority.crt")
        authority.write_text(endpoint.ca_pem)
        authority.chmod(0o600)
        return [
            "--kubeconfig=/dev/null",
            f"--server={endpoint.server}",
            f"--certificate-authority={authority}",
            f"--token={token}",
        ]


def lab_binaries() -> Binaries:
    """The lab's own programs, installed where they are missing."""
    programs = {
        "etcd": "etcd",
        "kube_apiserver": "kube-apiserver",
        "kube_controller_manager": "kube-controller-manager",
        "kube_scheduler": "kube-scheduler",
        "kwok": "kwok",
        "kwok_stages": "kwok-stages",
    }
    installed = ensure(programs.values())
    return Binaries(**{field: installed[name].path for field, name in programs.items()})


@contextmanager
def serving_webhooks() -> Generator[WebhookServer]:
    """A webhook server that answers until the block ends."""
    with WebhookServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def pids_of(plane: ControlPlane) -> dict[str, int]:
    """The pids of the members that run, by name."""
    processes = ProcessFolder(plane.admin_kubeconfig.parent / "processes")
    records = {name: processes.alive(name) for name in processes.names()}
    return {name: record.pid for name, record in records.items() if record is not None}


def kill_member(plane: ControlPlane, member: str) -> None:
    """End a member as a crash would, and return when it is gone."""
    os.kill(pids_of(plane)[member], signal.SIGKILL)
    wait_until(lambda: member not in pids_of(plane), what="its end", timeout_seconds=10)


def processes_that_name(folder: Path) -> list[str]:
    """The command lines, of anything that runs on the machine, in which the folder occurs."""
    found: list[str] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(folder) in command:
            found.append(command)
    return found
