"""A step of a workflow, run as GitHub's runner would, among programs that only write down calls.

Owns: the fakes of aws, curl, gh and pulumi; jq is the real one.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.unit.deployments.workflows import ROOT, read

TOKEN = "token-of-github"
NEEDS_JQ = pytest.mark.skipif(
    shutil.which("jq") is None, reason="needs jq, which GitHub's machines have"
)

_CALL = """\
#!/usr/bin/env bash
echo "$(basename "$0") $*" >> "$CALLS"
"""
_AWS = f"{_CALL}cat > /dev/null; printf 'AK\\ts3\\tto\\n'\n"
_CURL = f'{_CALL}cat >> "$CALLS.headers"; echo \'{{"value": "{TOKEN}"}}\'\n'
_PULUMI = f'{_CALL}echo "pulumi says so"\nexit "${{PULUMI_CODE:-0}}"\n'
# Answers are files named like the last part of the path that is asked for.
_GH = f"""{_CALL}
path=nothing filter=. input=
for word in "$@"; do
  case $word in repos/* | orgs/*) path=$(basename "$word") ;; esac
done
while [ $# -gt 0 ]; do
  case $1 in
    --jq) filter=$2 ;;
    --input) cat "$2" >> "$CALLS.input" ;;
    --body-file) cat "$2" >> "$CALLS.input" ;;
    --dir) mkdir -p "$2"; cp -r "$ANSWERS/artifacts/." "$2" ;;
  esac
  shift
done
[ ! -f "$ANSWERS/$path.json" ] || jq --raw-output "$filter" "$ANSWERS/$path.json"
"""


@dataclass(frozen=True, kw_only=True)
class Runner:
    """A folder for everything, and what GitHub gives a job."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict[str, str])

    def prepare(self) -> None:
        """Programs, and folders for what is answered and kept."""
        for name, text in {"aws": _AWS, "curl": _CURL, "pulumi": _PULUMI, "gh": _GH}.items():
            program = self.folder / "bin" / name
            program.parent.mkdir(exist_ok=True)
            program.write_text(text)
            program.chmod(0o755)
        (self.folder / "temp").mkdir()
        (self.folder / "answers/artifacts").mkdir(parents=True)

    def step(
        self, file: str, job: str, name: str, extra: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """The step of this name; "" is the job's only one."""
        steps = read(file)["jobs"][job]["steps"]
        (script,) = [
            each["run"] for each in steps if each.get("name", "") == name and "run" in each
        ]
        return self.run(script, extra, ROOT if file == "stack.yml" else self.folder)

    def run(
        self, script: str, extra: Mapping[str, str] | None = None, folder: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """A script, in a shell as runners start it."""
        environment = {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "CALLS": str(self.folder / "calls"),
            "ANSWERS": str(self.folder / "answers"),
            "RUNNER_TEMP": str(self.folder / "temp"),
            "GITHUB_WORKSPACE": str(ROOT),
            "GITHUB_ENV": str(self.folder / "environment"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GITHUB_REPOSITORY": "acme/platform",
            "GITHUB_RUN_ID": "7",
            **self.variables,
            **(extra or {}),
        }
        return subprocess.run(  # noqa: S603  # the workflow's own step
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],  # noqa: S607  # as runners do
            cwd=folder or self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def answer(self, path: str, value: Any) -> None:
        """What gh gets from the last part of a path."""
        (self.folder / f"answers/{path}.json").write_text(json.dumps(value))

    def artifact(self, path: str, text: str) -> None:
        """A file of an artifact that gh downloads."""
        file = self.folder / "answers/artifacts" / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)

    def kept(self, name: str) -> str:
        """A file that steps wrote; "" if none did."""
        path = self.folder / name
        return path.read_text() if path.exists() else ""

    def calls(self, program: str) -> list[str]:
        """How a program was called."""
        return [line for line in self.kept("calls").splitlines() if line.startswith(f"{program} ")]
