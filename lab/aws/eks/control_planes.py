"""The API servers behind the clusters: started, found again and removed in the background.

Owns the threads and a cluster's way from CREATING to ACTIVE or FAILED, and from DELETING to gone.
The processes are `lab.cluster`'s.
"""

import base64
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from lab.aws.eks import auto_mode, capabilities
from lab.aws.eks.state import Cluster, ClusterKey, Clusters
from lab.cluster.interface import Endpoint
from lab.errors import LabError


class ControlPlane(Protocol):
    """What `lab.cluster.control_plane.ControlPlane` offers, as far as EKS needs it."""

    @property
    def admin_kubeconfig(self) -> Path:
        """The kubeconfig of a member of system:masters."""
        ...

    def start(self) -> Endpoint:
        """Brings it up, or finds it running; LabError if it can't."""
        ...

    def define(self, definitions: Sequence[Mapping[str, Any]]) -> None:
        """Makes custom resource definitions, those that it has not; LabError if it can't."""
        ...

    def provide(self, namespaces: Sequence[str]) -> None:
        """Makes namespaces, those that it has not; LabError if it can't."""
        ...

    def delete(self) -> None:
        """Stops it and removes its data."""
        ...


Factory: TypeAlias = Callable[[ClusterKey], ControlPlane]


class ControlPlanes:
    """Keeps one control plane a cluster."""

    def __init__(
        self,
        clusters: Clusters,
        make: Factory,
        lock: threading.RLock,
        argocd_kinds: Path | None = None,
    ) -> None:
        self._clusters = clusters
        self._argocd_kinds = argocd_kinds
        self._make = make
        self._lock = lock

    def create(self, cluster: Cluster) -> None:
        """Starts a control plane, or finds it running, and sees that it has the kinds it needs."""
        self._run(self._start, cluster)

    def delete(self, cluster: Cluster) -> None:
        """Stops and removes one."""
        self._run(self._delete, cluster)

    def admin_kubeconfig(self, key: ClusterKey) -> Path:
        """The administrator's kubeconfig of a cluster."""
        return self._make(key).admin_kubeconfig

    def resume(self) -> None:
        """Takes up what a server that was ended left half done."""
        for cluster in self._clusters:
            if cluster.body["status"] == "DELETING":
                self.delete(cluster)
            else:
                self.create(cluster)

    def _run(self, work: Callable[[Cluster], None], cluster: Cluster) -> None:
        name = f"{work.__name__} {cluster.key}"
        threading.Thread(target=self._guarded, args=(work, cluster), name=name, daemon=True).start()

    def _guarded(self, work: Callable[[Cluster], None], cluster: Cluster) -> None:
        try:
            work(cluster)
        # A thread has no caller: whatever went wrong must be told by the cluster itself.
        except Exception as error:
            reason = str(error) if isinstance(error, LabError) else repr(error)
            issue = {"code": "InternalFailure", "message": reason, "resourceIds": [cluster.name]}
            with self._lock:
                cluster.body["status"] = "FAILED"
                cluster.body["health"] = {"issues": [issue]}

    def _start(self, cluster: Cluster) -> None:
        control_plane = self._make(cluster.key)
        endpoint = control_plane.start()
        control_plane.define(
            [
                *auto_mode.definitions(cluster.body),
                *capabilities.definitions(cluster, self._argocd_kinds),
            ]
        )
        control_plane.provide(capabilities.namespaces(cluster))
        with self._lock:
            cluster.body |= {
                "endpoint": endpoint.server,
                "certificateAuthority": {
                    "data": base64.b64encode(endpoint.ca_pem.encode()).decode()
                },
                "identity": {"oidc": {"issuer": endpoint.issuer}},
                "health": {"issues": []},
            }
            if cluster.body["status"] in {"CREATING", "FAILED"}:
                cluster.body["status"] = "ACTIVE"
            capabilities.activate(cluster)

    def _delete(self, cluster: Cluster) -> None:
        self._make(cluster.key).delete()
        with self._lock:
            self._clusters.remove(cluster)
