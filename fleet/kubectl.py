"""kubectl, as far as `fleet drain` needs it: objects as JSON, and one annotation.

Owns: finding the program, whom it talks to, and telling its failures in a line. It logs in as the
person who runs it would; nothing here knows a credential.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from fleet.errors import ExitCode, FleetError

_SECONDS = 60
"""A cluster that takes longer to answer is not there; kubectl itself would wait for ever."""

Manifest = Mapping[str, Any]


class ClusterError(FleetError):
    """The cluster does not answer, or refuses."""

    code = ExitCode.MISTAKES


@dataclass(frozen=True, kw_only=True)
class Kubectl:
    """One kubectl, on one cluster and in one namespace."""

    program: str
    namespace: str
    kubeconfig: Path | None = None
    context: str = ""

    @classmethod
    def find(cls, namespace: str, kubeconfig: Path | None, context: str) -> "Kubectl":
        """kubectl from PATH.

        Raises:
            FleetError: there is none.
        """
        found = shutil.which("kubectl")
        if not found:
            raise FleetError("kubectl is not on PATH", "install it, or add its folder to PATH")
        return cls(program=found, namespace=namespace, kubeconfig=kubeconfig, context=context)

    @property
    def arguments(self) -> list[str]:
        """What a person must add to a command for the same cluster and namespace."""
        chosen = ["--kubeconfig", str(self.kubeconfig)] if self.kubeconfig else []
        chosen += ["--context", self.context] if self.context else []
        return [*chosen, "--namespace", self.namespace]

    def list(self, resource: str, selector: str = "") -> list[Manifest]:
        """All objects of a kind, or those that a label selector chooses."""
        chosen = ["--selector", selector] if selector else []
        printed = self._run(["get", resource, *chosen, "--output", "json"])
        try:
            return cast("list[Manifest]", json.loads(printed)["items"])
        except (ValueError, KeyError, TypeError):
            problem = f"kubectl get {resource} printed no list in JSON"
            raise ClusterError(problem, "see what it prints when run by hand") from None

    def annotate(self, resource: str, annotation: str) -> None:
        """Sets `key=value`, or takes `key-` away."""
        self._run(["annotate", resource, annotation, "--overwrite"])

    def _run(self, arguments: Sequence[str]) -> str:
        command = [self.program, *arguments, *self.arguments]
        command += ["--request-timeout", f"{_SECONDS // 2}s"]
        try:
            done = subprocess.run(  # noqa: S603  # found on PATH by its name, no shell
                command, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            problem = f"kubectl {arguments[0]} did not end within {_SECONDS} s"
            raise ClusterError(problem, "see whether you reach the hub: kubectl version") from None
        except OSError as error:
            raise FleetError(
                f"{self.program} cannot be run ({error.strerror})", "mend it"
            ) from None
        if done.returncode:
            raise ClusterError(f"kubectl {arguments[0]}: {_last_words(done.stderr)}", _REMEDY)
        return done.stdout


_REMEDY = "name the hub's cluster with --context or --kubeconfig, as somebody who may do this"


def _last_words(stderr: str) -> str:
    """The last line is the error; those before are warnings and repetitions."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return lines[-1].removeprefix("error: ") if lines else "failed without a word"
