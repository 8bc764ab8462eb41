"""What the lab's Git host signs by, made here and put on the hub before Argo CD starts.

Where it belongs is what the release says. In a real fleet External Secrets makes it, asked
by `gitops/charts/argocd-credentials/`; its pods do nothing here. Not here: signing
(`lab.onboarding.webhook`).
"""

import json
import secrets
from pathlib import Path

from lab.argocd.kubectl import Kubectl
from lab.argocd.pod_environment import Objects
from lab.cluster.private_file import write_private
from lab.errors import LabError
from lab.exit_codes import NotUpError

SETTINGS = ("Secret", "argocd-secret")
_SETTING = "webhook.github.secret"
# Argo CD looks at no other Secrets for what another one refers to.
_LABELS = {"app.kubernetes.io/part-of": "argocd"}


def ensure(folder: Path, kubectl: Kubectl, objects: Objects) -> str:
    """The secret that the hub has; made where there is none. Kept in `folder` for the Git host.

    Raises LabError when kubectl fails, or the hub's Argo CD asks for no secret in one of its own.
    """
    name, key = _place(objects)
    found = objects.get(("Secret", name), {}).get(key, "")
    chosen = found or secrets.token_urlsafe(32)
    write_private(_path(folder), chosen)
    if not found:
        manifest = folder / "webhook-secret.json"
        write_private(manifest, json.dumps(_manifest(name, key, chosen)))
        try:
            kubectl.run("apply", "--server-side", "--filename", str(manifest))
        finally:
            manifest.unlink()
    return chosen


def read(folder: Path) -> str:
    """The secret as `ensure` kept it. Raises NotUpError when it never did."""
    try:
        return _path(folder).read_text()
    except FileNotFoundError:
        raise NotUpError(
            "the lab's Git host has no secret to sign by", "Run: python -m lab up"
        ) from None


def _path(folder: Path) -> Path:
    return folder / "webhook-secret"


def _place(objects: Objects) -> tuple[str, str]:
    """Name and key, out of "$name:key"."""
    said = objects.get(SETTINGS, {}).get(_SETTING, "")
    name, _, key = said.removeprefix("$").partition(":")
    if not said.startswith("$") or not name or not key:
        raise LabError(f"Argo CD's release does not say where the secret of {_SETTING} is")
    return name, key


def _manifest(name: str, key: str, secret: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "labels": _LABELS},
        "stringData": {key: secret},
    }
