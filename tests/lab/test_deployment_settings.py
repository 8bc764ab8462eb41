"""The commands of docs/deployments.md, by the real CLI: it sends and reads our settings whole."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fleet import deployments
from fleet.deployments import Deployment
from lab.programs.install import ensure
from tests.lab import pulumi_cloud
from tests.lab.pulumi_cloud import PulumiCloud

ROOT = Path(__file__).parents[2]
DEPLOYMENTS: list[Deployment] = deployments.read(ROOT)[0]
STACKS = "/api/stacks/acme/eks-hub-spoke"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """Pulumi Cloud after the commands, and a shell to ask it in."""

    cloud: PulumiCloud
    environment: dict[str, str]

    def run(self, *command: str) -> str:
        """What a command prints."""
        done = subprocess.run(  # noqa: S603  # the test's own command
            command,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def documented_commands() -> str:
    """The block that sends the settings."""
    text = (ROOT / "docs/deployments.md").read_text()
    (block,) = re.findall(r"^    organization=acme\n(?:    .*\n)+", text, re.MULTILINE)
    return block


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    """The documented commands have run."""
    folders = [str(Path(sys.executable).parent), str(ensure(["pulumi"])["pulumi"].path.parent)]
    with pulumi_cloud.served() as cloud:
        environment = {
            **os.environ,
            "PATH": os.pathsep.join([*folders, os.environ["PATH"]]),
            "PULUMI_HOME": str(tmp_path_factory.mktemp("pulumi")),
            "PULUMI_BACKEND_URL": cloud.url,
            "PULUMI_ACCESS_TOKEN": "of this test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        found = Sent(cloud=cloud, environment=environment)
        found.run("bash", "-euo", "pipefail", "-c", documented_commands())
        yield found


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each.stack)
def test_pulumi_cloud_gets_what_the_file_says(sent: Sent, deployment: Deployment) -> None:
    assert sent.cloud.sent[f"{STACKS}/{deployment.stack}/deployments/settings"] == (
        deployment.settings
    )


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each.stack)
def test_the_cli_knows_every_key_of_the_file(sent: Sent, deployment: Deployment) -> None:
    """Its parser drops what it does not know, so what comes back was understood."""
    stack = f"acme/eks-hub-spoke/{deployment.stack}"
    printed = sent.run("pulumi", "deployment", "settings", "get", "--output", "json", "-s", stack)
    settings: Any = deployment.settings
    git_hub, operation = settings["gitHub"], settings["operationContext"]
    assert json.loads(printed) == {
        "source": {
            "kind": "github",
            "repository": git_hub["repository"],
            "branch": settings["sourceContext"]["git"]["branch"],
            "previewPullRequests": git_hub["previewPullRequests"],
            "runUpdatesOnPush": git_hub["deployCommits"],
            "pullRequestTemplate": False,
            "pathFilters": git_hub["paths"],
        },
        "preRunCommands": operation["preRunCommands"],
        "environmentVariables": sorted(operation["environmentVariables"]),
        "advanced": operation["options"],
    }


@pytest.mark.parametrize("spoke", [each.stack for each in DEPLOYMENTS if not each.hub])
def test_a_spokes_update_starts_the_hubs(sent: Sent, spoke: str) -> None:
    hook = sent.cloud.sent[f"{STACKS}/{spoke}/hooks"]
    assert (hook["format"], hook["payloadUrl"]) == ("pulumi_deployments", "eks-hub-spoke/hub")
    assert hook["filters"] == ["update_succeeded"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each.stack)
def test_drift_is_looked_for_and_never_mended_by_itself(sent: Sent, deployment: Deployment) -> None:
    schedule = sent.cloud.sent[f"{STACKS}/{deployment.stack}/deployments/drift/schedules"]
    assert schedule == {"scheduleCron": "17 3 * * *", "autoRemediate": False}
