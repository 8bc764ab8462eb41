"""A hub as `fleet drain` sees it: a kubectl on PATH that answers from a file and notes calls."""

import base64
import json
import stat
import sys
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner, Result

from fleet import drain
from tests.unit import committed

HUB_SERVER, SPOKE_SERVER = "https://hub.example", "https://spoke.example"
# Answers `get` from its world, notes every call, and fails in kubectl's words when told to.
FAKE = """#!{python}
import json, sys
from pathlib import Path

folder = Path(__file__).parent
world = json.loads((folder / "world.json").read_text())
with (folder / "calls").open("a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
verb, resource = sys.argv[1], sys.argv[2]
if verb in world["fails"]:
    sys.exit("Warning: of something\\nerror: " + world["fails"][verb])
if verb == "get":
    print(world["prints"] or json.dumps({{"items": world[resource.partition(".")[0]]}}))
"""


class Hub:
    """A hub that has this on it, and the kubectl that reaches it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world: dict[str, Any] = {
            "secrets": [
                secret("hub", HUB_SERVER, {"environment": "platform"}),
                secret("spoke-dev", SPOKE_SERVER, {"environment": "dev", "team-clusters": "true"}),
            ],
            "applications": [
                application("shop-dev-spoke-dev-web", {"name": "spoke-dev"}, "Deployment"),
                application(
                    "cart", {"server": SPOKE_SERVER}, "StatefulSet", "Deployment", "ConfigMap"
                ),
                application("root", {"name": "hub"}),
            ],
            "fails": {},
            "prints": "",
        }
        kubectl = folder / "kubectl"
        kubectl.write_text(FAKE.format(python=sys.executable))
        kubectl.chmod(kubectl.stat().st_mode | stat.S_IXUSR)

    def __call__(self, *arguments: str, typed: str = "") -> Result:
        (self.folder / "world.json").write_text(json.dumps(self.world))
        app = typer.Typer()
        app.callback()(with_root)
        app.command()(drain.drain)
        return CliRunner().invoke(app, ["drain", *arguments], input=typed)

    def mark(self, name: str, value: str = "true") -> None:
        for one in self.world["secrets"]:
            if one["metadata"]["name"] == f"cluster-{name}":
                one["metadata"]["annotations"][drain.MARK] = value

    @property
    def calls(self) -> list[list[str]]:
        return [json.loads(line) for line in (self.folder / "calls").read_text().splitlines()]

    @property
    def changes(self) -> list[list[str]]:
        return [call for call in self.calls if call[0] != "get"]


def with_root(context: typer.Context) -> None:
    context.obj = committed.ROOT


def secret(name: str, server: str, labels: dict[str, str]) -> dict[str, Any]:
    data = {"name": name, "server": server}
    return {
        "metadata": {
            "name": f"cluster-{name}",
            "labels": {
                **labels,
                "argocd.argoproj.io/secret-type": "cluster",
                "enable_cert_manager": "true",
            },
            "annotations": {"aws_region": "eu-west-1"},
        },
        "data": {key: base64.b64encode(value.encode()).decode() for key, value in data.items()},
    }


def application(name: str, destination: dict[str, str], *kinds: str) -> dict[str, Any]:
    resources = [{"kind": kind, "name": f"{name}-{kind}"} for kind in kinds]
    return {
        "metadata": {"name": name},
        "spec": {"destination": destination},
        "status": {"resources": resources},
    }
