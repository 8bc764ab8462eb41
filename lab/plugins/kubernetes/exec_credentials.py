"""Credentials by a kubeconfig's command (`aws eks get-token`), kept until they run out."""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lab.errors import LabError
from lab.plugins.kubernetes.kubeconfig import Command

# A token that runs out while a request is under way is refused; client-go renews at expiry only,
# and relies on a second try.
_MARGIN = timedelta(seconds=60)
_TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Credential:
    """What a command printed; `expires` is None for one that lasts as long as this process."""

    token: str
    certificate_pem: str = ""
    key_pem: str = ""
    expires: datetime | None = None


class CredentialSource:
    """One command's credential; safe for many threads, which wait for one run of the command."""

    def __init__(
        self, command: Command, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._command = command
        self._now = now
        self._lock = threading.Lock()
        self._kept: Credential | None = None

    def get(self) -> Credential:
        """The kept credential, or a new one; LabError if the command cannot give one."""
        with self._lock:
            if self._kept is None or self._stale(self._kept):
                self._kept = run(self._command)
            return self._kept

    def drop(self, refused: Credential) -> None:
        """Forget a credential that the server refused, so that the next `get` asks again."""
        with self._lock:
            if self._kept is refused:
                self._kept = None

    def _stale(self, credential: Credential) -> bool:
        return credential.expires is not None and self._now() + _MARGIN >= credential.expires


def run(command: Command) -> Credential:
    """Runs the command once. LabError, in one line, if it is missing, fails or prints nonsense."""
    info = {
        "apiVersion": command.api_version,
        "kind": "ExecCredential",
        "spec": {"interactive": False},
    }
    environment = {**os.environ, **command.environment, "KUBERNETES_EXEC_INFO": json.dumps(info)}
    try:
        result = subprocess.run(  # noqa: S603  # the command that the kubeconfig names
            [command.program, *command.arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise LabError(
            f"the kubeconfig's command {command.program!r} is not on PATH", "Install it"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise LabError(
            f"the kubeconfig's command {command.program!r} took over {_TIMEOUT_SECONDS} s"
        ) from error
    if result.returncode != 0:
        lines = result.stderr.strip().splitlines() or ["no message"]
        raise LabError(
            f"the kubeconfig's command {command.program!r} ended with exit code "
            f"{result.returncode}: {lines[-1]}"
        )
    return parse(result.stdout, command.program)


def parse(text: str, program: str) -> Credential:
    """The credential in what a command printed."""
    try:
        status: Mapping[str, Any] = json.loads(text)["status"]
        expiry = status.get("expirationTimestamp")
        credential = Credential(
            token=status.get("token") or "",
            certificate_pem=status.get("clientCertificateData") or "",
            key_pem=status.get("clientKeyData") or "",
            expires=datetime.fromisoformat(expiry) if expiry else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LabError(f"the kubeconfig's command {program!r} printed no ExecCredential") from error
    if not credential.token and not credential.certificate_pem:
        raise LabError(f"the kubeconfig's command {program!r} printed an empty ExecCredential")
    return credential
