"""The Applications and ApplicationSets of the hub, and what is still to come of each.

Read with Argo CD's own rights, from the hub's API server. Not here: waiting (`settled.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from lab.api_request import ApiServer
from lab.argocd.kubectl import NAMESPACE
from lab.errors import LabError

_GROUP = f"/apis/argoproj.io/v1alpha1/namespaces/{NAMESPACE}"
_PAGE = 500
SYNCED = "Synced"
HEALTHY = "Healthy"
# An Application that carries it has not yet been looked at again.
REFRESH = "argocd.argoproj.io/refresh"
REFRESH_SET = "argocd.argoproj.io/application-set-refresh"


class Application(BaseModel):
    """One Application as it is now; `cluster` is its destination's name, else its address."""

    name: str
    project: str
    cluster: str
    namespace: str
    sync: str
    health: str
    revisions: list[str] = []
    """Of each of its sources, as last compared."""
    problems: list[str] = []
    """What Argo CD says of it: conditions, and a sync that did not succeed."""
    pending: str = ""
    """Why it will change by itself: it is new, deleted, compared or synced just now."""

    @property
    def ready(self) -> bool:
        """Whether it is Synced and Healthy."""
        return self.sync == SYNCED and self.health == HEALTHY

    @property
    def settled(self) -> bool:
        """Whether it is ready, and nothing goes on."""
        return self.ready and not self.pending


class ApplicationSet(BaseModel):
    """One ApplicationSet; `pending` is empty when all that it generates is there."""

    name: str
    pending: str = ""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """All of them at one time."""

    applications: tuple[Application, ...]
    application_sets: tuple[ApplicationSet, ...]

    def unsettled(self) -> list[str]:
        """A line for each that is not done yet, with the reason that Argo CD gives."""
        lines = [_line(found) for found in self.applications if not found.settled]
        lines += [
            f"ApplicationSet {found.name}: {found.pending}"
            for found in self.application_sets
            if found.pending
        ]
        return lines

    def named(self, name: str) -> Application | None:
        """The Application of that name, if there is one."""
        return next((found for found in self.applications if found.name == name), None)


def read(api: ApiServer) -> Snapshot:
    """Ask the hub. Raises LabError when it does not answer, or refuses."""
    return Snapshot(
        # Sets first: what one generates meanwhile is then seen, and not missed.
        application_sets=tuple(_application_set(item) for item in _items(api, "applicationsets")),
        applications=tuple(
            sorted(
                (application(item) for item in _items(api, "applications")),
                key=lambda found: found.name,
            )
        ),
    )


def application(item: Mapping[str, Any]) -> Application:
    """An Application out of the object that Kubernetes keeps."""
    spec, status = item["spec"], item.get("status", {})
    destination, sync = spec.get("destination", {}), status.get("sync", {})
    revisions = sync.get("revisions") or [sync.get("revision", "")]
    return Application(
        name=item["metadata"]["name"],
        project=spec.get("project", ""),
        cluster=destination.get("name") or destination.get("server", ""),
        namespace=destination.get("namespace", ""),
        sync=sync.get("status", "Unknown"),
        health=status.get("health", {}).get("status", "Unknown"),
        revisions=[revision for revision in revisions if revision],
        problems=[*_conditions(status), *_operation(status)],
        pending=_pending(item, status),
    )


def _pending(item: Mapping[str, Any], status: Mapping[str, Any]) -> str:
    metadata = item["metadata"]
    if "deletionTimestamp" in metadata:
        return "is being deleted"
    if REFRESH in metadata.get("annotations", {}):
        return "is to be compared again"
    if "operation" in item or status.get("operationState", {}).get("phase") == "Running":
        return "is being synced"
    return "" if status.get("sync") else "was not looked at yet"


def _conditions(status: Mapping[str, Any]) -> Iterator[str]:
    for condition in status.get("conditions", []):
        yield f"{condition['type']}: {_one_line(condition.get('message', ''))}"


def _operation(status: Mapping[str, Any]) -> Iterator[str]:
    operation = status.get("operationState", {})
    if operation.get("phase", "Succeeded") != "Succeeded":
        yield f"sync {operation['phase']}: {_one_line(operation.get('message', ''))}"


def _application_set(item: Mapping[str, Any]) -> ApplicationSet:
    metadata = item["metadata"]
    conditions = {
        condition["type"]: condition for condition in item.get("status", {}).get("conditions", [])
    }
    pending = ""
    if "deletionTimestamp" in metadata:
        pending = "is being deleted"
    elif REFRESH_SET in metadata.get("annotations", {}):
        pending = "is to be generated again"
    elif conditions.get("ErrorOccurred", {}).get("status") == "True":
        pending = _one_line(conditions["ErrorOccurred"].get("message", ""))
    else:
        for kind in ("ParametersGenerated", "ResourcesUpToDate"):
            if conditions.get(kind, {}).get("status") != "True":
                pending = f"{kind} is not true yet"
                break
    return ApplicationSet(name=metadata["name"], pending=pending)


def _line(found: Application) -> str:
    state = f"{found.sync}, {found.health}"
    said = "; ".join([*([found.pending] if found.pending else []), *found.problems])
    where = f"{found.project} on {found.cluster or 'no cluster'}"
    return f"{found.name} ({where}): {state}{f'; {said}' if said else ''}"


def _items(api: ApiServer, plural: str) -> Iterator[Mapping[str, Any]]:
    more = ""
    while True:
        answer = api.get(f"{_GROUP}/{plural}?limit={_PAGE}{more}")
        if answer.code != 200:
            raise LabError(f"the hub does not list {plural}: {answer.message}")
        yield from answer.body["items"]
        following = answer.body.get("metadata", {}).get("continue", "")
        if not following:
            return
        more = f"&continue={quote(following, safe='')}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
