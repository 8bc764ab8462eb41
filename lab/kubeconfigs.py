"""Kubeconfigs of the lab's clusters, made by `aws eks update-kubeconfig` as on AWS.

What the lab adds to them is the emulator's address and the person's profile, so that they also work
outside of `lab env`. They hold no secret: the token is made when it is needed.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from lab.environment import PROFILE
from lab.errors import LabError
from lab.layout import Layout
from lab.stacks import StackFile


def write_all(
    layout: Layout, stacks: Sequence[StackFile], endpoint: str, env: Mapping[str, str]
) -> None:
    """Write one kubeconfig a stack and the merged one; the last stack is the current context."""
    merged: dict[str, Any] = {"apiVersion": "v1", "kind": "Config", "preferences": {}}
    for stack in stacks:
        content = _made_by_aws(layout, stack, env)
        _adapt(content, layout, endpoint)
        _write(layout.kubeconfig(stack.name), content)
        merged["current-context"] = content["current-context"]
        for section in ("clusters", "contexts", "users"):
            merged.setdefault(section, []).extend(content[section])
    _write(layout.merged_kubeconfig, merged)
    wanted = {layout.kubeconfig(stack.name) for stack in stacks} | {layout.merged_kubeconfig}
    for path in layout.kubeconfigs.glob("*.yaml"):
        if path not in wanted:
            path.unlink()


def update_command(stack: StackFile) -> list[str]:
    """The command that writes the kubeconfig of a stack's cluster, on AWS and here."""
    deployer = stack.text("account", "deployerRoleArn")
    return [
        *("aws", "eks", "update-kubeconfig"),
        *("--name", stack.text("cluster", "name"), "--region", stack.text("region")),
        *("--role-arn", deployer, "--assume-role-arn", deployer, "--alias", stack.name),
    ]


def _made_by_aws(layout: Layout, stack: StackFile, env: Mapping[str, str]) -> dict[str, Any]:
    scratch = layout.kubeconfigs / f".{stack.name}.new"
    scratch.unlink(missing_ok=True)
    program, *arguments = update_command(stack)
    ran = subprocess.run(  # noqa: S603  # the aws command line of the lab's own
        [str(layout.bin / program), *arguments, "--kubeconfig", str(scratch)],
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        problem = " ".join(ran.stderr.split())
        raise LabError(f"aws eks update-kubeconfig of {stack.name} failed: {problem}")
    content: dict[str, Any] = yaml.safe_load(scratch.read_text())
    scratch.unlink()
    return content


def _adapt(content: Mapping[str, Any], layout: Layout, endpoint: str) -> None:
    for user in content["users"]:
        login = user["user"]["exec"]
        login["command"] = str(layout.bin / "aws")
        # An option, not AWS_PROFILE: keys of a real account in the environment would win over that.
        login["args"] = [*login["args"], "--profile", PROFILE]
        login["env"] = [
            {"name": "AWS_ENDPOINT_URL", "value": endpoint},
            {"name": "AWS_CONFIG_FILE", "value": str(layout.aws_config)},
            {"name": "AWS_SHARED_CREDENTIALS_FILE", "value": str(layout.aws_credentials)},
            {"name": "AWS_EC2_METADATA_DISABLED", "value": "true"},
            {"name": "NO_PROXY", "value": "127.0.0.1"},
            {"name": "no_proxy", "value": "127.0.0.1"},
        ]


def _write(path: Path, content: Mapping[str, Any]) -> None:
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        yaml.safe_dump(content, file, sort_keys=False)
    temporary.replace(path)
