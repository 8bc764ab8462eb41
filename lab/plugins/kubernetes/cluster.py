"""One cluster's objects by kind: make, read, apply, delete, and wait for each of these.

Owns retries and waits. What inputs mean is objects.py's; when an object is ready is readiness.py's.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from lab.errors import LabError
from lab.plugins.kubernetes import field_managers, objects, readiness
from lab.plugins.kubernetes.client import APPLY, JSON_PATCH, ApiError, Client
from lab.plugins.kubernetes.discovery import Discovery, NoKindError, Served
from lab.plugins.kubernetes.tokens import Kind

T = TypeVar("T")

NOT_FOUND = 404
CONFLICT = 409
# As the official plugin: 5 more tries, about a minute (63 s measured).
_RETRY_SECONDS = (2.0, 4.0, 8.0, 16.0, 32.0)
_DELETE_SECONDS = 600.0
_POLL_SECONDS = (0.05, 1.0)
"""First and longest pause between two looks at an object."""


class Cluster:
    """One API server's objects; safe for many threads."""

    def __init__(
        self,
        client: Client,
        cancelled: threading.Event,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._cancelled = cancelled
        self._clock = clock
        self.discovery = Discovery(client)

    def create(
        self, kind: Kind, inputs: Mapping[str, Any], *, namespace: str, dry_run: bool, upsert: bool
    ) -> dict[str, Any]:
        """A new object; ApiError `AlreadyExists` if it is there. `upsert` takes that one over.

        A missing kind or namespace may be on its way, so it is tried again, but not by a dry run.
        """
        if dry_run:
            return self._create(kind, inputs, namespace, dry_run=True)
        if upsert:
            return self._patiently(
                lambda: self.apply(kind, inputs, field_managers.CREATOR, namespace=namespace)
            )
        return self._patiently(lambda: self._create(kind, inputs, namespace, dry_run=False))

    def _create(
        self, kind: Kind, inputs: Mapping[str, Any], namespace: str, *, dry_run: bool
    ) -> dict[str, Any]:
        served = self.discovery.find(kind.api_version, kind.name)
        query = _query(field_managers.CREATOR, dry_run)
        path = served.collection(_namespace(inputs, namespace))
        return self._client.request("POST", path, query, _fitting(inputs, served))

    def apply(
        self,
        kind: Kind,
        inputs: Mapping[str, Any],
        manager: str,
        *,
        namespace: str,
        dry_run: bool = False,
    ) -> dict[str, Any]:
        """Server-side apply, with force: a change by hand is overwritten in silence."""
        served = self.discovery.find(kind.api_version, kind.name)
        name, own = objects.name_and_namespace(inputs)
        path = served.object(own or namespace, name)
        query = {**_query(manager, dry_run), "force": "true"}
        return self._client.request("PATCH", path, query, _fitting(inputs, served), APPLY)

    def take_over(self, kind: Kind, identifier: str, manager: str) -> None:
        """Gives the fields that the create set to `manager`, so that its apply can remove them."""
        live = self.read(kind, identifier)
        found = objects.metadata(live or {})
        entries = field_managers.taken_over(found.get("managedFields") or (), manager)
        if entries is None:
            return
        patch = [
            {"op": "test", "path": "/metadata/resourceVersion", "value": found["resourceVersion"]},
            {"op": "replace", "path": "/metadata/managedFields", "value": entries},
        ]
        self._client.request("PATCH", self._path(kind, identifier), {}, patch, JSON_PATCH)

    def read(self, kind: Kind, identifier: str) -> dict[str, Any] | None:
        """The live object, None if it is gone, and its kind with it."""
        try:
            return self._client.get(self._path(kind, identifier))
        except NoKindError:
            return None
        except ApiError as error:
            if error.code == NOT_FOUND:
                return None
            raise

    def delete(self, kind: Kind, identifier: str, propagation: str) -> None:
        """Deletes and waits until the object is gone, or another has its place."""
        live = self.read(kind, identifier)
        if live is None:
            return
        uid = objects.metadata(live).get("uid")
        options = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": propagation}
        try:
            self._client.request("DELETE", self._path(kind, identifier), {}, options)
        except ApiError as error:
            if error.code != NOT_FOUND:
                raise

        def gone() -> str:
            now = self.read(kind, identifier)
            if now is None or objects.metadata(now).get("uid") != uid:
                return ""
            finalizers = objects.metadata(now).get("finalizers")
            return f"finalizers {finalizers}" if finalizers else "it still exists"

        self._wait(gone, f"{kind.name} {identifier} to be deleted", _DELETE_SECONDS)

    def settle(self, kind: Kind, live: Mapping[str, Any]) -> dict[str, Any]:
        """The object once it is ready. LabError with the reason if it does not become so."""
        identifier = objects.identifier(live)
        last = dict(live)

        def waiting() -> str:
            reason = readiness.pending(last)
            if reason:
                last.clear()
                last.update(self.read(kind, identifier) or {})
                if not last:
                    raise readiness.FailedError("it was deleted")
            return reason

        what = f"{kind.name} {identifier} to be ready"
        try:
            self._wait(waiting, what, readiness.timeout_seconds(live))
        except readiness.FailedError as error:
            raise LabError(f"{kind.name} {identifier} failed: {error}") from error
        return last

    def _path(self, kind: Kind, identifier: str) -> str:
        served = self.discovery.find(kind.api_version, kind.name)
        name, namespace = objects.split_identifier(identifier)
        return served.object(namespace, name)

    def _patiently(self, call: Callable[[], T]) -> T:
        for seconds in _RETRY_SECONDS:
            try:
                return call()
            except NoKindError:
                pass
            except ApiError as error:
                if error.code != NOT_FOUND:
                    raise
            self._pause(seconds)
        return call()

    def _wait(self, pending: Callable[[], str], what: str, timeout: float) -> None:
        deadline = self._clock() + timeout
        pause, longest = _POLL_SECONDS
        while reason := pending():
            if self._clock() >= deadline:
                raise LabError(f"waited {timeout:.0f} s for {what}: {reason}")
            self._pause(pause)
            pause = min(2 * pause, longest)

    def _pause(self, seconds: float) -> None:
        if self._cancelled.wait(seconds):
            raise LabError("cancelled")


def _query(manager: str, dry_run: bool) -> dict[str, str]:
    """Strict: a field that the kind does not have is refused by name instead of dropped."""
    query = {"fieldManager": manager, "fieldValidation": "Strict"}
    return {**query, "dryRun": "All"} if dry_run else query


def _namespace(inputs: Mapping[str, Any], default: str) -> str:
    return objects.name_and_namespace(inputs)[1] or default


def _fitting(inputs: Mapping[str, Any], served: Served) -> dict[str, Any]:
    """The inputs as the server takes them: a kind without namespaces gets none."""
    if served.namespaced:
        return dict(inputs)
    return objects.with_namespace(inputs, namespaced=False, default="")
