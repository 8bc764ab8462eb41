"""One call of an EKS operation: what every operation is given."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from lab.aws.documents import Document
from lab.aws.eks.faults import in_use, invalid_parameter, not_found
from lab.aws.eks.state import Cluster, ClusterKey, Clusters, Kind, Resource
from lab.aws.principals import Principal

# AWS's page when the caller names no size.
_PAGE = 100


class ControlPlaneKeeper(Protocol):
    """Who runs the API servers behind clusters; both calls return at once."""

    def create(self, cluster: Cluster) -> None:
        """Starts one; then the cluster becomes ACTIVE, or FAILED with a health issue."""
        ...

    def delete(self, cluster: Cluster) -> None:
        """Stops and removes one; then the cluster is gone."""
        ...


@dataclass(frozen=True, kw_only=True)
class Call:
    """An operation's parameters (by botocore's names) and surroundings."""

    clusters: Clusters
    keeper: ControlPlaneKeeper
    account: str
    region: str
    caller: Principal
    params: Mapping[str, Any]

    def key(self, name: str) -> ClusterKey:
        """Where a cluster of this name lives, or would."""
        return ClusterKey(self.account, self.region, name)

    def cluster(self, parameter: str = "clusterName") -> Cluster:
        """The cluster that the call names."""
        return self.clusters.get(self.key(self.params[parameter]))

    def active_cluster(self, parameter: str = "clusterName") -> Cluster:
        """The cluster that the call names, which must have come up."""
        cluster = self.cluster(parameter)
        if cluster.body["status"] != "ACTIVE":
            raise in_use(
                f"Cluster {cluster.name} is {cluster.body['status']}, not ACTIVE",
                clusterName=cluster.name,
            )
        return cluster

    def child(self, kind: Kind, parameter: str) -> Resource:
        """The child of the named cluster that the call names."""
        cluster, key = self.cluster(), self.params[parameter]
        child = cluster.all(kind).get(key)
        if child is None:
            raise not_found(f"No {kind} found for {parameter}: {key}.", clusterName=cluster.name)
        return child

    def given(self, *names: str) -> Document:
        """Those of these parameters that the caller gave."""
        return {name: self.params[name] for name in names if self.params.get(name) is not None}

    def accept(self, names: Iterable[str]) -> None:
        """Refuses, by name, any parameter that the lab would have to ignore."""
        known = {*names, "clientRequestToken"}
        unknown = sorted(k for k, v in self.params.items() if v is not None and k not in known)
        if unknown:
            raise invalid_parameter(f"The lab does not emulate {', '.join(unknown)} of this call")

    def page(self, field: str, items: Sequence[Any]) -> Document:
        """One page of a list, and the token of the next if there is one."""
        size = int(self.params.get("maxResults") or _PAGE)
        start = int(self.params.get("nextToken") or 0)
        answer: Document = {field: list(items[start : start + size])}
        if start + size < len(items):
            answer["nextToken"] = str(start + size)
        return answer


Operation: TypeAlias = Callable[[Call], Document]
