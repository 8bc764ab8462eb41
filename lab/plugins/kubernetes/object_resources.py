"""The engine's questions about objects, answered: check, diff, create, read, update, delete.

Owns the order of things and what an unreachable cluster means. What values mean is objects.py's,
how the server is asked is cluster.py's.
"""

from collections.abc import Mapping
from typing import Any

from lab.errors import LabError
from lab.plugins import wire
from lab.plugins.kubernetes import field_managers, objects, readiness, settings, tokens
from lab.plugins.kubernetes.client import ApiError, UnreachableError
from lab.plugins.kubernetes.cluster import CONFLICT, NOT_FOUND, Cluster
from lab.plugins.kubernetes.discovery import NoKindError
from lab.plugins.kubernetes.tokens import Kind
from lab.plugins.resource_plugin import (
    Checked,
    Difference,
    IncompleteError,
    Live,
    Resource,
)

_FORBIDDEN = 403
_MANAGER = "__fieldManager"
_INITIAL_VERSION = "__initialApiVersion"
_PROPAGATION = "pulumi.com/deletionPropagationPolicy"


class Objects:
    """Objects of one cluster; `namespace` is that of objects which name none."""

    def __init__(self, cluster: Cluster, given: settings.Settings, namespace: str) -> None:
        self.cluster = cluster
        self._settings = given
        self._namespace = namespace

    def check(
        self, resource: Resource, old_inputs: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Checked:
        kind = tokens.parse(resource.type)
        old, new = wire.reveal(dict(old_inputs)), wire.reveal(dict(inputs))
        new = {name: value for name, value in new.items() if value is not None}
        new = {"apiVersion": kind.api_version, "kind": kind.name, **new}
        if objects.is_secret(kind):
            new = objects.with_encoded_data(new)
        new.setdefault("metadata", {})
        new = objects.with_name(old, new, resource.name)
        new = objects.with_namespace(new, self._is_namespaced(kind), self._namespace)
        readiness.check(new)
        return Checked(objects.shielded(kind, new))

    def diff(self, resource: Resource, live: Live, inputs: Mapping[str, Any]) -> Difference:
        kind = tokens.parse(resource.type)
        old, new = wire.reveal(dict(live.inputs)), wire.reveal(dict(inputs))
        if not self._is_namespaced(kind):
            # It was taken for namespaced while its definition was missing.
            old = objects.with_namespace(old, namespaced=False, default="")
        mutable = (kind.name == "Secret" and self._settings.secret_mutable) or (
            kind.name == "ConfigMap" and self._settings.config_map_mutable
        )
        changes = wire.diff(
            old, new, replaces=lambda path: objects.replaced_by(kind, path, mutable)
        )
        return Difference(changes=changes, delete_before_replace=objects.delete_first(old, new))

    def create(self, resource: Resource, inputs: Mapping[str, Any], *, preview: bool) -> Live:
        kind = tokens.parse(resource.type)
        new = wire.reveal(dict(inputs))
        if preview:
            return Live("", self._previewed(kind, new))
        made = self.cluster.create(
            kind, new, namespace=self._namespace, dry_run=False, upsert=self._settings.upsert
        )
        bookkeeping = {
            _INITIAL_VERSION: kind.api_version,
            _MANAGER: field_managers.new_manager(),
        }
        return self._settled(kind, made, new, bookkeeping)

    def read(self, resource: Resource, live: Live) -> Live | None:
        kind = tokens.parse(resource.type)
        try:
            found = self.cluster.read(kind, live.id)
        except UnreachableError:
            if self._settings.delete_unreachable:
                return None
            if self._settings.skip_update_unreachable and live.state:
                return live
            raise
        if found is None:
            return None
        old = wire.reveal(dict(live.inputs))
        inputs = objects.observed(old, found) if old else objects.imported(found)
        state = objects.outputs(kind, found) | _bookkeeping(live.state)
        return Live(objects.identifier(found), state, objects.shielded(kind, inputs))

    def update(
        self, resource: Resource, live: Live, inputs: Mapping[str, Any], *, preview: bool
    ) -> Mapping[str, Any]:
        kind = tokens.parse(resource.type)
        new = wire.reveal(dict(inputs))
        manager = str(live.state.get(_MANAGER) or field_managers.new_manager())
        bookkeeping = {**_bookkeeping(live.state), _MANAGER: manager}
        if preview:
            self._preview_update(kind, new, manager)
            old = wire.reveal(dict(live.state))
            return objects.shielded(kind, {**old, **new}) | bookkeeping
        try:
            self.cluster.take_over(kind, live.id, manager)
            changed = self.cluster.apply(kind, new, manager, namespace=self._namespace)
        except UnreachableError:
            if self._settings.skip_update_unreachable:
                return live.state
            raise
        return self._settled(kind, changed, new, bookkeeping).state

    def delete(self, resource: Resource, live: Live) -> None:
        kind = tokens.parse(resource.type)
        policy = objects.annotation(wire.reveal(dict(live.state)), _PROPAGATION) or "foreground"
        try:
            self.cluster.delete(kind, live.id, policy.capitalize())
        except UnreachableError:
            if not self._settings.delete_unreachable:
                raise

    def _is_namespaced(self, kind: Kind) -> bool:
        """By the server's word; an unknown kind is taken for namespaced, as most are."""
        try:
            return self.cluster.discovery.find(kind.api_version, kind.name).namespaced
        except (NoKindError, UnreachableError):
            return True

    def _previewed(self, kind: Kind, new: dict[str, Any]) -> dict[str, Any]:
        """What the server would make of it; what was asked for where it cannot say yet."""
        promised: dict[str, Any] = {}
        if not wire.has_unknown(new):
            promised = self._dry_run(kind, new)
        return objects.planned(kind, new, promised)

    def _dry_run(self, kind: Kind, new: dict[str, Any]) -> dict[str, Any]:
        """A create that is not carried out; empty where the server cannot say, or not yet."""
        try:
            return self.cluster.create(
                kind, new, namespace=self._namespace, dry_run=True, upsert=False
            )
        except (UnreachableError, NoKindError):
            return {}
        except ApiError as error:
            if error.code not in (_FORBIDDEN, NOT_FOUND, CONFLICT):
                raise
            return {}

    def _preview_update(self, kind: Kind, new: dict[str, Any], manager: str) -> None:
        if wire.has_unknown(new):
            return
        try:
            self.cluster.apply(kind, new, manager, namespace=self._namespace, dry_run=True)
        except (UnreachableError, NoKindError):
            return
        except ApiError as error:
            if error.code != _FORBIDDEN:
                raise

    def _settled(
        self,
        kind: Kind,
        made: Mapping[str, Any],
        inputs: Mapping[str, Any],
        bookkeeping: Mapping[str, Any],
    ) -> Live:
        """The object once ready; one that does not become so is kept in the state, with why."""
        identifier = objects.identifier(made)
        try:
            ready = self.cluster.settle(kind, made)
        except LabError as error:
            found = self.cluster.read(kind, identifier) or dict(made)
            state = objects.outputs(kind, found) | dict(bookkeeping)
            partial = Live(identifier, state, objects.shielded(kind, inputs))
            raise IncompleteError(partial, [str(error)]) from error
        return Live(identifier, objects.outputs(kind, ready) | dict(bookkeeping))


def _bookkeeping(state: Mapping[str, Any]) -> dict[str, Any]:
    return {name: state[name] for name in (_MANAGER, _INITIAL_VERSION) if name in state}
