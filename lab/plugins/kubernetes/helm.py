"""The helm program (version 4): releases of charts, one run a question.

Owns its private home, kubeconfig and values, which live in a folder of their owner alone and go
with the run: no secret is ever on a command line. What a release's arguments mean is
release_resources.py's.
"""

import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from lab.errors import LabError
from lab.plugins.kubernetes.kubeconfig import is_path

_POLL_SECONDS = 0.2
# What helm says when a release or its namespace is not there.
_NOT_FOUND = "release: not found"
_UNREACHABLE = "cluster unreachable"


class HelmError(LabError):
    """Helm ended with an error; the message is its last line."""

    @property
    def not_found(self) -> bool:
        return _NOT_FOUND in self.message

    @property
    def unreachable(self) -> bool:
        return _UNREACHABLE in self.message.lower()


class Helm:
    """Runs helm against the cluster of one kubeconfig (JSON, YAML or a path)."""

    def __init__(self, kubeconfig: str, context: str, cancelled: threading.Event) -> None:
        self._kubeconfig = kubeconfig
        self._context = context
        self._cancelled = cancelled

    def chart(self, arguments: Sequence[str]) -> dict[str, Any]:
        """A chart's own metadata; `arguments` name it."""
        return yaml.safe_load(self.run(["show", "chart", *arguments]))

    def change(
        self, verb: str, arguments: Sequence[str], values: Mapping[str, Any]
    ) -> dict[str, Any]:
        """`install` or `upgrade`; returns the release."""
        return json.loads(self.run([verb, *arguments, "--output", "json"], values))

    def status(self, name: str, namespace: str) -> dict[str, Any] | None:
        """The release as `change` returns it, None if there is none."""
        which = [name, "--namespace", namespace, "--output", "json"]
        try:
            release = json.loads(self.run(["status", *which]))
            chart = json.loads(self.run(["get", "metadata", *which]))
        except HelmError as error:
            if error.not_found:
                return None
            raise
        metadata = {**chart, "name": chart.get("chart")}
        return {**release, "chart": {"metadata": metadata}}

    def uninstall(self, name: str, namespace: str, seconds: int) -> None:
        """Removes a release and waits until its objects are gone; none is no error."""
        command = ["uninstall", name, "--namespace", namespace, "--ignore-not-found", "--wait"]
        self.run([*command, "--timeout", f"{seconds}s"])

    def run(self, arguments: Sequence[str], values: Mapping[str, Any] | None = None) -> str:
        """One run's output. HelmError if it fails, LabError if there is no helm."""
        program = shutil.which("helm")
        if program is None:
            raise LabError(
                "helm is not on PATH",
                'Run pulumi in a shell that has done eval "$(python -m lab env)"',
            )
        with TemporaryDirectory(prefix="eks-hub-spoke-helm-") as name:
            home = Path(name)
            command = [program, *arguments]
            if self._context:
                command += ["--kube-context", self._context]
            if values is not None:
                file = _private(home / "values.json", json.dumps(values))
                command += ["--values", str(file)]
            return self._finish(command, self._environment(home))

    def _environment(self, home: Path) -> dict[str, str]:
        """Ours without the person's own helm settings, with a home that is gone after the run."""
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith("HELM_")
        }
        kubeconfig = home / "kubeconfig"
        if is_path(self._kubeconfig):
            kubeconfig = Path(self._kubeconfig).expanduser()
        else:
            _private(kubeconfig, self._kubeconfig)
        folders = {f"HELM_{each}_HOME": str(home / each) for each in ("CACHE", "CONFIG", "DATA")}
        return {**environment, **folders, "KUBECONFIG": str(kubeconfig)}

    def _finish(self, command: Sequence[str], environment: Mapping[str, str]) -> str:
        process = subprocess.Popen(  # noqa: S603  # helm, with arguments that are checked
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # The engine ends its plugins by an interrupt to their group; a release is not left
            # half done because of it.
            process_group=0,
        )
        interrupted = False
        while True:
            try:
                output, errors = process.communicate(timeout=_POLL_SECONDS)
                break
            except subprocess.TimeoutExpired:
                if self._cancelled.is_set() and not interrupted:
                    # Helm then records the release as failed, instead of pending for ever.
                    process.send_signal(signal.SIGINT)
                    interrupted = True
        if process.returncode != 0:
            raise HelmError(_last_line(errors))
        return output


def _private(path: Path, text: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(text)
    return path


def _last_line(errors: str) -> str:
    """What went wrong; helm prints warnings first, and the error in the last lines."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    start = next((i for i, line in enumerate(lines) if line.startswith("Error:")), len(lines) - 1)
    text = " ".join(lines[max(start, 0) :]).removeprefix("Error:").strip()
    return f"helm: {text or 'it failed without a message'}"
