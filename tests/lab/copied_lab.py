"""A lab of the tests' own: the project's files in another folder, driven by its command line."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PROJECT_ROOT = Path(__file__).resolve().parents[2]
# A cold toolchain is built in a quarter of an hour, on two busy cores in more than half of one.
UP_SECONDS = 3600
SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a command did."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """Its stdout as JSON."""
        return json.loads(self.stdout)


@dataclass(frozen=True, kw_only=True)
class CopiedLab:
    """A copy of the project at `root`, with a state folder of its own."""

    root: Path

    @classmethod
    def copy_to(cls, root: Path) -> "CopiedLab":
        """Copy what Git tracks, or would track."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607  # whichever git there is
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in listed.stdout.split("\0"):
            source = PROJECT_ROOT / name
            if name and source.is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, root / name)
        return cls(root=root)

    @property
    def state(self) -> Path:
        """Its state folder."""
        return self.root / ".lab"

    def command(self, *arguments: str) -> list[str]:
        """The command line of a lab command."""
        return [sys.executable, "-m", "lab", *arguments]

    def run(self, *arguments: str, seconds: float = SECONDS) -> Ran:
        """Run a lab command."""
        return self.execute(self.command(*arguments), seconds=seconds)

    def up(self) -> Any:
        """`lab up --json`; its document. Fails the test when it fails."""
        ran = self.run("up", "--json", seconds=UP_SECONDS)
        assert ran.code == 0, ran.stderr
        return ran.document

    def shell(self, script: str) -> Ran:
        """Run a script as a person would: in the environment of `lab env`, in another folder."""
        environment = '. /dev/stdin <<END\n$(cd "$LAB" && "$PYTHON" -m lab env)\nEND\n'
        return self.execute(
            ["/bin/sh", "-ec", f"{environment}cd /\n{script}"],
            env={"LAB": str(self.root), "PYTHON": sys.executable},
        )

    def execute(
        self,
        command: Sequence[str],
        *,
        env: dict[str, str] | None = None,
        seconds: float = SECONDS,
    ) -> Ran:
        """Run any command in the project's folder, with a plain environment and what is given."""
        plain = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        plain |= {key: value for key, value in os.environ.items() if key.startswith(("XDG_", "GO"))}
        ran = subprocess.run(  # noqa: S603  # the tests' own commands
            list(command),
            cwd=self.root,
            env=plain | (env or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )
        return Ran(code=ran.returncode, stdout=ran.stdout, stderr=ran.stderr)

    def kubectl(self, stack: str, *arguments: str) -> Any:
        """What `kubectl get … --output json` says, in a plain environment."""
        kubeconfig = self.state / "kubeconfigs" / f"{stack}.yaml"
        program = str(self.state / "bin" / "kubectl")
        ran = self.execute([program, "--kubeconfig", str(kubeconfig), *arguments, "-o", "json"])
        assert ran.code == 0, ran.stderr
        return ran.document

    def edit_stack(self, stack: str, key: str, value: object) -> None:
        """Set a key of a committed stack file."""
        path = self.root / f"Pulumi.{stack}.yaml"
        content = yaml.safe_load(path.read_text())
        content["config"][f"eks-hub-spoke:{key}"] = value
        path.write_text(yaml.safe_dump(content, sort_keys=False))

    def processes(self) -> list[int]:
        """Every process of this lab that runs: its command or environment names the state folder.

        The engine's plugins are known by their environment alone.
        """
        own = str(self.state).encode()
        found: list[int] = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                said = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
            except OSError:
                continue
            if own in said:
                found.append(int(folder.name))
        return found
