"""Kubeconfig files: of clients with a certificate, and of the API server towards its webhooks."""

import base64
from pathlib import Path

import yaml

from lab.cluster.certificates import KeyPair


def for_certificate(*, cluster: str, server: str, authority: Path, client: KeyPair) -> str:
    """Return a kubeconfig that holds its certificates itself, so that the file may be copied."""
    return _document(
        name=cluster,
        cluster={"server": server, "certificate-authority-data": _encoded(authority)},
        user={
            "client-certificate-data": _encoded(client.certificate),
            "client-key-data": _encoded(client.key),
        },
    )


def for_webhook(url: str) -> str:
    """Return the file by which the API server finds a webhook on loopback; no credentials."""
    return _document(name="webhook", cluster={"server": url}, user={})


def _document(*, name: str, cluster: dict[str, str], user: dict[str, str]) -> str:
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": cluster}],
            "users": [{"name": name, "user": user}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        },
        sort_keys=False,
    )


def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
