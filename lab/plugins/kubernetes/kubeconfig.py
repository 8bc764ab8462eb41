"""What a kubeconfig says about one cluster: address, authority, credentials, namespace.

Pure but for the files that a kubeconfig names. Running a credential command is
exec_credentials.py's.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from lab.errors import LabError

# Longer than any path, shorter than any kubeconfig with a certificate authority.
_LONGEST_PATH = 4096


@dataclass(frozen=True, kw_only=True)
class Command:
    """A program that prints an ExecCredential."""

    program: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    api_version: str


@dataclass(frozen=True, kw_only=True)
class Access:
    """How to reach one API server, and as whom."""

    server: str
    ca_pem: str = ""
    """Empty: the system's authorities."""
    verify: bool = True
    server_name: str = ""
    """The name to verify, when it is not the address's."""
    token: str = ""
    client_certificate_pem: str = ""
    client_key_pem: str = ""
    command: Command | None = None
    namespace: str = ""


def read(text: str, *, context: str = "", cluster: str = "") -> Access:
    """The access that a kubeconfig's current context, or the one named, describes.

    `text`: JSON, YAML, or the path of a file; `cluster` overrides the context's. LabError for
    anything that is missing or that this reader does not know.
    """
    document, folder = _document(text)
    entry = _named(document, "contexts", "context", context or _current(document))
    cluster_entry = _named(document, "clusters", "cluster", cluster or str(entry.get("cluster")))
    user_name = entry.get("user")
    nobody: Mapping[str, Any] = {}
    user = _named(document, "users", "user", str(user_name)) if user_name else nobody
    for key in ("username", "password", "auth-provider", "as", "as-groups"):
        if key in user:
            raise LabError(f"the kubeconfig's user has {key!r}, which the lab does not support")
    if "proxy-url" in cluster_entry:
        raise LabError("the kubeconfig's cluster has a proxy-url, which the lab does not support")
    return Access(
        server=str(cluster_entry["server"]).rstrip("/"),
        ca_pem=_pem(cluster_entry, "certificate-authority", folder),
        verify=not cluster_entry.get("insecure-skip-tls-verify", False),
        server_name=str(cluster_entry.get("tls-server-name", "")),
        token=_token(user, folder),
        client_certificate_pem=_pem(user, "client-certificate", folder),
        client_key_pem=_pem(user, "client-key", folder),
        command=_command(user.get("exec")),
        namespace=str(entry.get("namespace", "")),
    )


def is_path(text: str) -> bool:
    """Whether a kubeconfig is given by its file's path rather than by its content."""
    return len(text) < _LONGEST_PATH and "\n" not in text and not text.lstrip().startswith("{")


def _document(text: str) -> tuple[Mapping[str, Any], Path]:
    """The parsed kubeconfig, and the folder that its relative paths start from."""
    folder = Path.cwd()
    if is_path(text):
        path = Path(text).expanduser()
        try:
            text, folder = path.read_text(), path.parent
        except OSError as error:
            raise LabError(f"the kubeconfig {text!r} cannot be read: {error.strerror}") from error
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise LabError("the kubeconfig is neither JSON nor YAML") from error
    if not isinstance(document, dict):
        raise LabError("the kubeconfig is not an object with clusters, users and contexts")
    return cast("dict[str, Any]", document), folder


def _current(document: Mapping[str, Any]) -> str:
    name = document.get("current-context")
    if not name:
        raise LabError("the kubeconfig has no current-context", "Name one by `context`")
    return str(name)


def _named(document: Mapping[str, Any], section: str, field: str, name: str) -> Mapping[str, Any]:
    entries = cast("Sequence[Mapping[str, Any]]", document.get(section) or [])
    for entry in entries:
        if entry.get("name") == name:
            return cast("Mapping[str, Any]", entry.get(field) or {})
    raise LabError(f"the kubeconfig has no {field} named {name!r}")


def _pem(entry: Mapping[str, Any], field: str, folder: Path) -> str:
    """A PEM given as base64 (`<field>-data`), or as a file's path."""
    data = entry.get(f"{field}-data")
    try:
        if data:
            return base64.b64decode(str(data), validate=True).decode()
        path = entry.get(field)
        return (folder / str(path)).read_text() if path else ""
    except (OSError, binascii.Error, UnicodeDecodeError) as error:
        raise LabError(f"the kubeconfig's {field} cannot be read: {error}") from error


def _token(user: Mapping[str, Any], folder: Path) -> str:
    path = user.get("tokenFile")
    if not path:
        return str(user.get("token") or "")
    try:
        return (folder / str(path)).read_text().strip()
    except OSError as error:
        raise LabError(f"the kubeconfig's tokenFile cannot be read: {error}") from error


def _command(entry: Mapping[str, Any] | None) -> Command | None:
    if not entry:
        return None
    if entry.get("provideClusterInfo"):
        raise LabError("the kubeconfig's exec has provideClusterInfo, which the lab cannot give")
    variables = cast("Sequence[Mapping[str, str]]", entry.get("env") or [])
    return Command(
        program=str(entry["command"]),
        arguments=tuple(str(each) for each in entry.get("args") or ()),
        environment={each["name"]: each["value"] for each in variables},
        api_version=str(entry.get("apiVersion", "client.authentication.k8s.io/v1beta1")),
    )
