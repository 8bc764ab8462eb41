"""Everything that one server holds, put together: keys, clusters, control planes."""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.aws.eks.control_planes import ControlPlane, ControlPlanes, Factory
from lab.aws.eks.state import ClusterKey, Clusters
from lab.aws.pod_identity import CredentialsEndpoint
from lab.aws.principals import AccessKeys, Sessions
from lab.aws.response import LabResponse
from lab.aws.settings import Settings
from lab.aws.token_review import service_account
from lab.aws.tokens import Authenticator
from lab.cluster.control_plane import ControlPlane as RealControlPlane
from lab.cluster.interface import Endpoint, Webhooks


@dataclass(frozen=True, kw_only=True)
class World:
    """The state behind the server; `lock` guards it, apart from what guards itself."""

    settings: Settings
    keys: AccessKeys
    clusters: Clusters
    control_planes: ControlPlanes
    authenticator: Authenticator
    pod_identity: CredentialsEndpoint
    lock: threading.RLock


def build(settings: Settings, state: Path, port: int) -> World:
    """The world of a server on this loopback port, with its folders under `state`."""
    keys = AccessKeys(Sessions())
    clusters = Clusters()
    make = _fake(state) if settings.fake_control_planes else _real(settings, state, port)
    control_planes = ControlPlanes(clusters, make, LabResponse.LOCK, settings.argocd_kinds)
    return World(
        settings=settings,
        keys=keys,
        clusters=clusters,
        control_planes=control_planes,
        authenticator=Authenticator(
            clusters=clusters,
            keys=keys,
            hosts=frozenset(f"{host}:{port}" for host in ("127.0.0.1", "localhost")),
        ),
        pod_identity=CredentialsEndpoint(
            clusters=clusters,
            sessions=keys.sessions,
            admin_kubeconfig=control_planes.admin_kubeconfig,
            reviewer=service_account,
            lock=LabResponse.LOCK,
        ),
        lock=LabResponse.LOCK,
    )


def _real(settings: Settings, state: Path, port: int) -> Factory:
    def make(key: ClusterKey) -> ControlPlane:
        assert settings.binaries is not None  # noqa: S101  # the settings' reader saw to it
        return RealControlPlane(
            state / "clusters" / key.account / key.region / key.name,
            name=key.name,
            binaries=settings.binaries,
            webhooks=Webhooks(
                authentication_url=f"http://127.0.0.1:{port}/_eks/tokenreview/{key}",
                authorization_url=f"http://127.0.0.1:{port}/_eks/subjectaccessreview/{key}",
            ),
        )

    return make


def _fake(state: Path) -> Factory:
    return lambda key: FakeControlPlane(state, key)


class FakeControlPlane:
    """A control plane that isn't there, for tests of everything but the API server."""

    def __init__(self, state: Path, key: ClusterKey) -> None:
        self.admin_kubeconfig = state / "no-kubeconfig"
        self._key = key

    def start(self) -> Endpoint:
        """An endpoint on a port that nobody can listen on."""
        return Endpoint(
            server="https://127.0.0.1:0",
            ca_pem=f"-----BEGIN CERTIFICATE-----\n{json.dumps(str(self._key))}\n",
            issuer=f"https://127.0.0.1:0/id/{self._key.name}",
        )

    def define(self, definitions: Sequence[Mapping[str, Any]]) -> None:
        """Nowhere to make anything."""

    def provide(self, namespaces: Sequence[str]) -> None:
        """Nowhere to make anything."""

    def delete(self) -> None:
        """Nothing to remove."""
