"""Git repositories of the committed project, small enough to change one thing at a time.

Owns: a copy of the stack files and of gitops/ on branch main, and changing files in it.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]

TEAM = """\
team: {name}
description: A team of tests
owners: {{contact: a@example.com, lead: [{name}-leads]}}
costCenter: "1"
environments:
  dev:
    clusters: {{environment: dev}}
    quota: {{cpu: "4", memory: 8Gi, pods: 40}}
    access: {{edit: ["arn:aws:iam::222222222222:role/teams/{name}-developers"]}}
    services:
      web:
        path: gitops/charts/web-service
        values: {{image: "example/web:1.0.0"}}
"""
"""One environment without storage, one service out of a chart."""


@dataclass(frozen=True)
class Repository:
    """A project in a folder, under Git."""

    root: Path

    def write(self, files: Mapping[str, str]) -> None:
        """Files, by path; their folders are made."""
        for path, content in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content)

    def replace(self, path: str, old: str, new: str) -> None:
        """One text of a file by another; it must be there."""
        text = (self.root / path).read_text()
        assert old in text, f"{path} has no {old!r}"
        self.write({path: text.replace(old, new)})

    def team(self, name: str, content: str = "") -> None:
        """The file of a team; `content` instead of the usual one."""
        self.write({f"gitops/teams/{name}/team.yaml": content or TEAM.format(name=name)})

    def leave(self, name: str) -> None:
        """The team's folder, away."""
        shutil.rmtree(self.root / f"gitops/teams/{name}")

    def stack(self, name: str, key: str, value: object) -> None:
        """One key of a stack file."""
        path = self.root / f"Pulumi.{name}.yaml"
        content = yaml.safe_load(path.read_text())
        content["config"][f"eks-hub-spoke:{key}"] = value
        path.write_text(yaml.safe_dump(content))

    def commit(self) -> None:
        """All that there is, on the current branch."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")

    def git(self, *arguments: str) -> None:
        """One git command, without anybody's settings."""
        person = {"NAME": "test", "EMAIL": "test@example.com"}
        names = {
            f"GIT_{who}_{key}": v for who in ("AUTHOR", "COMMITTER") for key, v in person.items()
        }
        environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(  # noqa: S603  # the test's own arguments
            ["git", "-C", str(self.root), *arguments],  # noqa: S607  # git is found on PATH
            check=True,
            capture_output=True,
            env=environment,
        )


def make(root: Path, *teams: str) -> Repository:
    """The committed clusters, policy and charts, with these teams instead of the committed ones."""
    repository = Repository(root)
    shutil.copytree(ROOT / "gitops/charts", root / "gitops/charts")
    (root / "gitops/teams").mkdir()
    for path in ROOT.glob("Pulumi.*.yaml"):
        shutil.copy(path, root)
    for team in teams:
        repository.team(team)
    repository.git("init", "--quiet", "--initial-branch", "main")
    repository.commit()
    return repository
