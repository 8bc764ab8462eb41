"""kubectl on the hub, in Argo CD's namespace: reading objects, asking for tokens, annotating."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from lab.errors import LabError

NAMESPACE = "argocd"
CLUSTER_SECRETS = "argocd.argoproj.io/secret-type=cluster"
# kubectl itself gives up on a server that does not answer after half a minute.
SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Kubectl:
    """One kubeconfig; `env` is kubectl's whole environment but for KUBECONFIG."""

    program: Path
    kubeconfig: Path
    env: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def run(self, *arguments: str) -> str:
        """Run kubectl in Argo CD's namespace; returns what it prints.

        Raises LabError, with kubectl's own words, when it fails.
        """
        command = [str(self.program), *arguments, "--namespace", NAMESPACE]
        return run_program(command, {**self.env, "KUBECONFIG": str(self.kubeconfig)}, SECONDS)

    def items(self, *arguments: str) -> list[dict[str, Any]]:
        """The objects that `kubectl get` lists."""
        listed = json.loads(self.run("get", *arguments, "--output", "json"))
        return cast(list[dict[str, Any]], listed["items"])

    def token(self, account: str, *, hours: int, audience: str = "") -> str:
        """A token of a service account, for the API server itself unless an audience is named."""
        audiences = ("--audience", audience) if audience else ()
        return self.run("create", "token", account, "--duration", f"{hours}h", *audiences).strip()

    def annotate(self, kind: str, annotation: str, *, selector: str = "") -> None:
        """Set an annotation, `key=value`, on every object of a kind; none is fine too."""
        chosen = ("--selector", selector) if selector else ("--all",)
        self.run("annotate", kind, *chosen, annotation, "--overwrite")


def run_program(command: list[str], env: Mapping[str, str], seconds: float) -> str:
    """Run a program to its end; returns its stdout. Raises LabError when it fails or hangs."""
    shown = " ".join([Path(command[0]).name, *command[1:3]])
    try:
        ran = subprocess.run(  # noqa: S603  # programs of the toolchain, arguments of ours
            command,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise LabError(f"{shown} did not end within {seconds:g} s") from None
    if ran.returncode != 0:
        raise LabError(f"{shown} failed: {' '.join(ran.stderr.split())}")
    return ran.stdout
