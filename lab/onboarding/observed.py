"""A team's objects as the API servers of hub and spokes show them, read as the lab's administrator.

Only what carries the team's label is asked for: a question stays small however many teams there
are, so that watching one does not slow down the others. Not here: how long to look (`wait.py`).
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from lab import clusters
from lab.argocd.applications import HEALTHY, Application, application
from lab.argocd.kubectl import CLUSTER_SECRETS, NAMESPACE
from lab.cluster.client import Client
from lab.cluster.files import Files
from lab.cluster.ports import Ports
from lab.errors import LabError
from lab.layout import Layout
from lab.stacks import Fleet

TEAM_LABEL = "eks-hub-spoke/team"
_ARGOCD = f"/apis/argoproj.io/v1alpha1/namespaces/{NAMESPACE}"
_SPOKES = f"{CLUSTER_SECRETS},role=spoke"
# Of Argo CD's own kinds, those that a team's Application makes on the hub.
_MADE_ON_THE_HUB = {"AppProject": "appprojects", "ApplicationSet": "applicationsets"}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An Application, and what it made: kinds, and what is wrong with single objects."""

    application: Application
    kinds: tuple[str, ...] = ()
    unhealthy: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it is what Git says, works, and nothing goes on."""
        return self.application.settled

    @property
    def why(self) -> str:
        """What Argo CD says of it while it is not as it should be."""
        found = self.application
        pending = (found.pending,) if found.pending else ()
        return "; ".join((*pending, *found.problems, *self.unhealthy))


class Observer(Protocol):
    """What a wait asks."""

    @property
    def hub(self) -> str:
        """The name of the hub's cluster."""
        ...

    def applications(self, team: str) -> list[Seen]:
        """The team's Applications."""
        ...

    def others(self, team: str) -> list[tuple[str, str]]:
        """Kind and name of what else the team has on the hub."""
        ...

    def namespace_exists(self, cluster: str, name: str) -> bool:
        """Whether a cluster, by the name that Argo CD knows it by, has a namespace."""
        ...


@dataclass(frozen=True, kw_only=True)
class Observed:
    """The API servers of one lab, by the names of their clusters."""

    hub: str
    clients: Mapping[str, Client]

    @classmethod
    def of(cls, layout: Layout, fleet: Fleet) -> "Observed":
        """The clusters of the fleet. Raises LabError when one was never started."""
        wanted = {stack.text("cluster", "name") for stack in fleet.stacks}
        clients: dict[str, Client] = {}
        for cluster in clusters.find(layout):
            files = Files(cluster.folder)
            ports = Ports.load(files.ports)
            if cluster.name in wanted and ports is not None:
                clients[cluster.name] = Client(ports.api, files.certificates)
        if missing := sorted(wanted - clients.keys()):
            raise LabError(f"the lab has no cluster {missing[0]}", "Run: python -m lab up")
        return cls(hub=fleet.hub.text("cluster", "name"), clients=clients)

    def spokes(self) -> dict[str, dict[str, str]]:
        """The labels of the clusters that take teams, by name, as Argo CD knows them."""
        secrets = self._list(f"/api/v1/namespaces/{NAMESPACE}/secrets", _SPOKES)
        return {
            base64.b64decode(secret["data"]["name"]).decode(): dict(secret["metadata"]["labels"])
            for secret in secrets
        }

    def applications(self, team: str) -> list[Seen]:
        """The team's Applications."""
        found = self._list(f"{_ARGOCD}/applications", f"{TEAM_LABEL}={team}")
        return [_seen(item) for item in found]

    def others(self, team: str) -> list[tuple[str, str]]:
        """Kind and name of what else the team has on the hub."""
        return [
            (kind, str(item["metadata"]["name"]))
            for kind, plural in _MADE_ON_THE_HUB.items()
            for item in self._list(f"{_ARGOCD}/{plural}", f"{TEAM_LABEL}={team}")
        ]

    def namespace_exists(self, cluster: str, name: str) -> bool:
        """Whether a cluster has a namespace."""
        return self.clients[cluster].exists(f"/api/v1/namespaces/{name}")

    def _list(self, path: str, labels: str) -> list[Mapping[str, Any]]:
        return self.clients[self.hub].get(f"{path}?labelSelector={quote(labels)}")["items"]


def _seen(item: Mapping[str, Any]) -> Seen:
    resources: list[Mapping[str, Any]] = item.get("status", {}).get("resources", [])
    return Seen(
        application=application(item),
        kinds=tuple(str(resource["kind"]) for resource in resources),
        unhealthy=tuple(_unhealthy(resources)),
    )


def _unhealthy(resources: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for resource in resources:
        health = resource.get("health", {})
        if health.get("status", HEALTHY) != HEALTHY:
            message = f" ({health['message']})" if health.get("message") else ""
            yield f"{resource['kind']} {resource['name']} {health['status']}{message}"
