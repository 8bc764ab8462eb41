"""The state of all emulated clusters: documents in the API's shape, by account, region and name.

Owns look-up, life cycle of children and the record of updates. Everything is touched under the
service's lock (`lab.aws.response`); nothing here calls out.
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from lab.aws.documents import Document
from lab.aws.eks.faults import not_found
from lab.aws.principals import PARTITION


class Kind(StrEnum):
    """What hangs on a cluster; the value is its name in answers."""

    NODEGROUP = "nodegroup"
    ADDON = "addon"
    ACCESS_ENTRY = "accessEntry"
    POD_IDENTITY = "association"
    CAPABILITY = "capability"


@dataclass(frozen=True)
class ClusterKey:
    """Where a cluster lives."""

    account: str
    region: str
    name: str

    def __str__(self) -> str:
        return f"{self.account}/{self.region}/{self.name}"


@dataclass
class Resource:
    """A child of a cluster, or an update.

    `body` is what describe answers; `then` is the status that it takes when it is next looked at,
    GONE for one that is being deleted.
    """

    arn: str
    body: Document
    then: str = ""
    principal_id: str = ""
    """Of an access entry: the role's or user's unique id, so that a namesake doesn't inherit it."""
    policies: dict[str, Document] = field(default_factory=dict[str, Document])
    """Of an access entry: associated access policies by ARN."""

    def move(self, now: str, then: str) -> None:
        """Show `now` in this answer and `then` in the next."""
        self.body["status"], self.then = now, then

    def settled(self) -> bool:
        """Takes the pending step; whether the resource is still there."""
        if self.then == GONE:
            return False
        if self.then:
            self.body["status"], self.then = self.then, ""
        return True


GONE = "GONE"


@dataclass
class Cluster:
    """One cluster with its children and the updates that it went through."""

    key: ClusterKey
    body: Document
    children: dict[Kind, dict[str, Resource]] = field(
        default_factory=lambda: {kind: {} for kind in Kind}
    )
    updates: dict[str, tuple[Mapping[str, str], Resource]] = field(
        default_factory=dict[str, tuple[Mapping[str, str], Resource]]
    )

    @property
    def name(self) -> str:
        """The cluster's name."""
        return self.key.name

    def arn(self, path: str) -> str:
        """An ARN of EKS in this cluster's account and region."""
        return f"arn:{PARTITION}:eks:{self.key.region}:{self.key.account}:{path}"

    def all(self, kind: Kind) -> dict[str, Resource]:
        """The children of a kind by key, without those that have gone."""
        living = {k: child for k, child in self.children[kind].items() if child.settled()}
        self.children[kind] = living
        return living

    def record_update(self, kind: str, params: Mapping[str, Any], **scope: str) -> Document:
        """Notes an update of the cluster, or of the child that `scope` names; the answer's body."""
        update = Resource(
            arn="",
            body={
                "id": str(uuid.uuid4()),
                "type": kind,
                "createdAt": now(),
                "errors": [],
                "params": [
                    {"type": name, "value": value if isinstance(value, str) else json.dumps(value)}
                    for name, value in params.items()
                    if value is not None
                ],
            },
        )
        update.move("InProgress", "Successful")
        self.updates[update.body["id"]] = (scope, update)
        return dict(update.body)


class Clusters:
    """Every cluster of every account and region."""

    def __init__(self) -> None:
        self._clusters: dict[ClusterKey, Cluster] = {}

    def __iter__(self) -> Iterator[Cluster]:
        return iter(list(self._clusters.values()))

    def saved(self) -> list[Cluster]:
        """All clusters, to be restored later."""
        return list(self)

    def restore(self, clusters: list[Cluster]) -> None:
        """Takes over what `saved` gave."""
        self._clusters = {cluster.key: cluster for cluster in clusters}

    def find(self, key: ClusterKey) -> Cluster | None:
        """The cluster, or None."""
        return self._clusters.get(key)

    def get(self, key: ClusterKey) -> Cluster:
        """The cluster, or the API's ResourceNotFoundException."""
        cluster = self.find(key)
        if cluster is None:
            raise not_found(f"No cluster found for name: {key.name}.", clusterName=key.name)
        return cluster

    def add(self, cluster: Cluster) -> None:
        """Puts a new cluster under its key."""
        self._clusters[cluster.key] = cluster

    def remove(self, cluster: Cluster) -> None:
        """Forgets this cluster, unless another of its name has taken its place."""
        if self._clusters.get(cluster.key) is cluster:
            del self._clusters[cluster.key]

    def names(self, account: str, region: str) -> list[str]:
        """Names of an account's clusters in a region, sorted."""
        return sorted(c.name for c in self if (c.key.account, c.key.region) == (account, region))


def now() -> datetime:
    """The time as EKS stamps its resources."""
    return datetime.now(UTC)


def shown(body: Mapping[str, Any]) -> Document:
    """A body without members that were never set, as the API leaves them out."""
    return {name: value for name, value in body.items() if value is not None}
