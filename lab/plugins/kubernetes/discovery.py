"""Which kinds an API server serves: their plural and their scope, by its own word.

A miss is never kept: a custom resource's definition may come a moment later.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from lab.errors import LabError
from lab.plugins.kubernetes.client import ApiError


class Getter(Protocol):
    """The part of the client that discovery needs."""

    def get(self, path: str, **query: str) -> dict[str, Any]: ...


class NoKindError(LabError):
    """The server serves no such kind, or not yet."""

    def __init__(self, api_version: str, kind: str) -> None:
        super().__init__(
            f'no matches for kind "{kind}" in version "{api_version}"',
            "Is its CustomResourceDefinition installed, and ordered before it by depends_on?",
        )


@dataclass(frozen=True)
class Served:
    """How the server serves one kind."""

    api_version: str
    plural: str
    namespaced: bool

    def collection(self, namespace: str) -> str:
        """The path that objects are created under."""
        path = group_path(self.api_version)
        if self.namespaced:
            path += f"/namespaces/{quote(namespace)}"
        return f"{path}/{self.plural}"

    def object(self, namespace: str, name: str) -> str:
        """The path of one object."""
        return f"{self.collection(namespace)}/{quote(name)}"


def group_path(api_version: str) -> str:
    """Where a group and version is served: `/api/v1`, `/apis/apps/v1`."""
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


class Discovery:
    """What one server serves; safe for many threads."""

    def __init__(self, client: Getter) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], Served] = {}

    def find(self, api_version: str, kind: str) -> Served:
        """How a kind is served; NoKindError if it is not."""
        with self._lock:
            key = (api_version, kind)
            if key not in self._known:
                self._load(api_version)
            if key not in self._known:
                raise NoKindError(api_version, kind)
            return self._known[key]

    def _load(self, api_version: str) -> None:
        try:
            answer = self._client.get(group_path(api_version))
        except ApiError as error:
            if error.code == 404:
                return
            raise
        resources: Sequence[dict[str, Any]] = answer.get("resources", ())
        for resource in resources:
            if "/" not in resource["name"]:  # not a subresource
                self._known[api_version, resource["kind"]] = Served(
                    api_version, resource["name"], bool(resource["namespaced"])
                )
