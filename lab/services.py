"""The lab's servers (AWS emulator, charts, Git): started, asked, stopped.

Not here: the control planes, which the emulator starts and `clusters.py` finds.
"""

import json
import os
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from lab import accounts, clusters
from lab.cluster.interface import Binaries
from lab.environment import Credentials
from lab.errors import LabError
from lab.git import repository
from lab.layout import Layout
from lab.processes import ProcessFolder, free_port, port_is_free, wait_until
from lab.record import Record
from lab.stacks import Fleet

AWS = "aws"
CHARTS = "charts"
GIT = "git"
# The person of design.md's accounts: outside of both the hub's and the spokes'.
ENGINEER = {"account": "999999999999", "name": "platform-engineer"}
ENGINEER_ARN = f"arn:aws:iam::{ENGINEER['account']}:user/{ENGINEER['name']}"
START_SECONDS = 60
REQUEST_SECONDS = 60
# No proxy: everything here is on this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, kw_only=True)
class Services:
    """The servers of one lab."""

    layout: Layout

    @property
    def processes(self) -> ProcessFolder:
        """Their processes."""
        return ProcessFolder(self.layout.processes)

    def choose_ports(self, record: Record) -> None:
        """Keep the remembered ports; choose others for servers that are down and lost theirs."""
        record.aws_port = self._port(AWS, record.aws_port)
        record.charts_port = self._port(CHARTS, record.charts_port)
        record.git_port = self._port(GIT, record.git_port)

    def _port(self, name: str, remembered: int) -> int:
        if remembered and (self.processes.alive(name) or port_is_free(remembered)):
            return remembered
        return free_port()

    def stop_aws_unless_clusters_run(self) -> None:
        """Only when it starts does the emulator look after API servers that died."""
        if not all(cluster.control_plane.running for cluster in clusters.find(self.layout)):
            self.processes.stop(AWS)

    def start_aws(self, record: Record, binaries: Binaries, accounts: Iterable[str]) -> None:
        """Start the emulator if it does not run, and wait until it answers."""
        settings = {
            "binaries": {name: str(path) for name, path in vars(binaries).items()},
            "aws_accounts": sorted({*accounts, ENGINEER["account"]}),
            "argocd_kinds": str(record.program("argocd-manifests") / "crds"),
        }
        self.layout.aws_settings.write_text(json.dumps(settings, indent=2) + "\n")
        arguments = ["--state", str(self.layout.aws), "--settings", str(self.layout.aws_settings)]
        self._ensure(AWS, ["-m", "lab.aws", "--port", str(record.aws_port), *arguments])
        self._wait(AWS, f"{record.aws_endpoint}/_lab/health")

    def start_charts(self, record: Record) -> None:
        """Start the chart server if it does not run, and wait until it answers."""
        arguments = ["--port", str(record.charts_port), "--folder", str(self.layout.charts)]
        self._ensure(CHARTS, ["-m", "lab.charts", *arguments])
        self._wait(CHARTS, f"{record.chart_repository}/index.yaml")

    def start_git(self, record: Record) -> None:
        """Start the Git server if it does not run, and wait until it hands out its repository."""
        repository.create(self.layout)
        arguments = ["--port", str(record.git_port), "--folder", str(self.layout.git)]
        self._ensure(GIT, ["-m", "lab.git", *arguments])
        address = f"{record.platform_repository}/info/refs?service=git-upload-pack"
        self._wait(GIT, address, self.layout.git_ca)

    def landing_zone(self, record: Record, fleet: Fleet, people: Iterable[str]) -> Credentials:
        """The person and the roles that exist before any stack; asked again, the same key."""
        body = {
            "engineer": ENGINEER,
            "administrators": accounts.administrators(fleet.accounts, fleet.stacks),
            "deployers": accounts.deployers(fleet.accounts, fleet.stacks),
            "people": [*people],
        }
        answer = request(f"{record.aws_endpoint}/_lab/landing-zone", body)
        return Credentials(
            access_key_id=str(answer["access_key_id"]),
            secret_access_key=str(answer["secret_access_key"]),
        )

    def leftovers(self, record: Record) -> list[str]:
        """What the emulator still holds and a destroy should have removed, a line each."""
        return [" ".join(found) for found in sorted(self._resources(record))]

    def clusters(self, record: Record) -> set[str]:
        """The clusters that the emulator knows: `<account>/<region>/<name>`."""
        return {
            f"{place}/{name}"
            for place, kind, name in self._resources(record)
            if kind == "eks:cluster"
        }

    def _resources(self, record: Record) -> Iterator[tuple[str, str, str]]:
        """Place (`<account>/<region>`), kind and name of all that stacks have made."""
        answer = request(f"{record.aws_endpoint}/_lab/leftovers")
        for place, kinds in answer.items():
            for kind, items in cast(dict[str, list[object]], kinds).items():
                for item in items:
                    yield place, kind, str(item)

    def running(self, name: str) -> bool:
        """Whether a server's process lives."""
        return self.processes.alive(name) is not None

    def stop(self) -> None:
        """End all of them."""
        for name in self.processes.names():
            self.processes.stop(name)

    def _ensure(self, name: str, arguments: list[str]) -> None:
        if self.processes.alive(name) is None:
            # Not the whole environment: it may hold a real account's keys.
            env = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR") if key in os.environ}
            env |= {"PYTHONPATH": str(self.layout.root), "PYTHONUNBUFFERED": "1"}
            command = [sys.executable, *arguments]
            self.processes.start(name, command, env=env, cwd=self.layout.state)

    def _wait(self, name: str, url: str, authority: Path | None = None) -> None:
        record = self.processes.alive(name)
        wait_until(
            lambda: _answers(url, authority),
            what=f"{name} to answer at {url}",
            timeout_seconds=START_SECONDS,
            **({"process": record} if record else {}),
        )


def request(
    url: str,
    body: Mapping[str, object] | None = None,
    *,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """GET, or POST of a JSON body, to a server of the lab; returns the JSON object it answers.

    Raises LabError when it does not answer, or not with 200.
    """
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(  # noqa: S310  # the address is the lab's own
        url, data=data, headers={"Content-Type": "application/json", **(headers or {})}
    )
    try:
        with _OPENER.open(asked, timeout=REQUEST_SECONDS) as answer:
            return cast(dict[str, Any], json.loads(answer.read()))
    except urllib.error.HTTPError as error:
        text = " ".join(error.read().decode(errors="replace").split())
        raise LabError(f"{url} answered {error.code}: {text}") from None
    except (OSError, ValueError) as error:
        raise LabError(f"{url} does not answer: {error}") from None


def _opener(authority: Path | None) -> urllib.request.OpenerDirector:
    if authority is None:
        return _OPENER
    context = ssl.create_default_context(cafile=authority)
    https = urllib.request.HTTPSHandler(context=context)
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), https)


def _answers(url: str, authority: Path | None) -> bool:
    """Whether it answers with 200; by https with a certificate of the authority in that file."""
    try:
        with _opener(authority).open(url, timeout=1):
            return True
    except (OSError, ValueError):
        return False
