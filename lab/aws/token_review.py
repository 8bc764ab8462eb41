"""Asks a cluster's own API server whose a service-account token is.

Owns the one request and the reading of the administrator's kubeconfig for it. What the service
account gets for it is `pod_identity`'s.
"""

import base64
import http.client
import json
import os
import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from lab.aws.documents import listed, section
from lab.errors import LabError

_TIMEOUT_SECONDS = 10
_PATH = "/apis/authentication.k8s.io/v1/tokenreviews"
_USER_PREFIX = "system:serviceaccount:"
_EXTRA_PREFIX = "authentication.kubernetes.io/"


@dataclass(frozen=True, kw_only=True)
class ServiceAccount:
    """Whose a token is; `pod` and `pod_uid` are empty for a token that is bound to no pod."""

    namespace: str
    name: str
    pod: str = ""
    pod_uid: str = ""


def service_account(kubeconfig: Path, token: str, audience: str) -> ServiceAccount | None:
    """The service account behind a token for this audience; None if the token isn't good.

    LabError when the API server can't be asked.
    """
    review = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenReview",
        "spec": {"token": token, "audiences": [audience]},
    }
    status = section(_post(kubeconfig, review), "status")
    if not status.get("authenticated") or _audiences(token) != [audience]:
        return None
    user = section(status, "user")
    username = str(user.get("username", ""))
    if not username.startswith(_USER_PREFIX):
        return None
    namespace, _, name = username.removeprefix(_USER_PREFIX).partition(":")
    extra = section(user, "extra")
    return ServiceAccount(
        namespace=namespace,
        name=name,
        pod=_first(extra, "pod-name"),
        pod_uid=_first(extra, "pod-uid"),
    )


def _audiences(token: str) -> list[str]:
    """What a verified token says it is for.

    A token for the API server too isn't taken: any pod has one of those, and as the lab's API
    servers know the audience of Pod Identity, it names that as well.
    """
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return listed(claims, "aud")


def _first(extra: Mapping[str, Any], name: str) -> str:
    return str((listed(extra, _EXTRA_PREFIX + name) or [""])[0])


def _post(kubeconfig: Path, body: Mapping[str, Any]) -> dict[str, Any]:
    try:
        config: Any = yaml.safe_load(kubeconfig.read_text())
        server = urlsplit(str(config["clusters"][0]["cluster"]["server"]))
        connection = http.client.HTTPSConnection(
            server.hostname or "",
            server.port,
            timeout=_TIMEOUT_SECONDS,
            context=_context(config),
        )
        connection.request(
            "POST", _PATH, body=json.dumps(body), headers={"Content-Type": "application/json"}
        )
        response = connection.getresponse()
        answer = response.read().decode(errors="replace")
        connection.close()
    except (OSError, http.client.HTTPException, KeyError, yaml.YAMLError) as error:
        raise LabError(f"The API server behind {kubeconfig} can't be asked: {error}") from error
    if response.status not in {200, 201}:
        raise LabError(f"The API server refused a TokenReview ({response.status}): {answer[:300]}")
    return json.loads(answer)


def _context(config: Any) -> ssl.SSLContext:
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    context = ssl.create_default_context(
        cadata=base64.b64decode(cluster["certificate-authority-data"]).decode()
    )
    # ssl loads a client certificate from a file only; this one is private and gone at once.
    pair = b"\n".join(
        base64.b64decode(user[name]) for name in ("client-certificate-data", "client-key-data")
    )
    with tempfile.NamedTemporaryFile() as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(pair)
        file.flush()
        context.load_cert_chain(file.name)
    return context
