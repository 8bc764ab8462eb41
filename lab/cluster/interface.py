"""What a control plane is given and what it hands out."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Binaries:
    """The programs of a control plane, and kwok's description of how nodes and pods live."""

    etcd: Path
    kube_apiserver: Path
    kube_controller_manager: Path
    kube_scheduler: Path
    kwok: Path
    kwok_stages: Path


@dataclass(frozen=True, kw_only=True)
class Webhooks:
    """Who the API server asks about bearer tokens and about what RBAC does not grant (both v1)."""

    authentication_url: str
    authorization_url: str


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """How clients reach the API server, and who issues its service accounts' tokens."""

    server: str
    ca_pem: str
    issuer: str
    """Under the server's address with a path as EKS has it; discovery is served at the root."""
