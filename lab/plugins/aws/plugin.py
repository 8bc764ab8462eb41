"""The engine's questions about AWS resources, answered from their types' tables and verbs.

Owns what is the same for every type: checks, defaults, names, tags, previews, drift. What is a
type's own stands in the service modules.
"""

import secrets
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from lab.errors import LabError
from lab.plugins import wire
from lab.plugins.aws import account, functions
from lab.plugins.aws.account import Account
from lab.plugins.aws.drift import inputs_after_read, own_tags_of
from lab.plugins.aws.registry import TYPES
from lab.plugins.aws.resource_type import ResourceType, Scope
from lab.plugins.aws.schema import (
    DEFAULTS,
    Values,
    differences,
    failures,
    section,
    with_computed,
    with_defaults,
)
from lab.plugins.aws.settings import flaws, settings
from lab.plugins.aws.state import expected, settled
from lab.plugins.resource_plugin import (
    Checked,
    Difference,
    IncompleteError,
    Live,
    Resource,
    ResourcePlugin,
)

_HEX_DIGITS = 7
"""Random digits of an automatic name, as Pulumi's bridge appends."""


class AwsPlugin(ResourcePlugin):
    """Every type of `registry.TYPES`, in one account with one set of credentials."""

    package: ClassVar[str] = "aws"

    def __init__(self) -> None:
        super().__init__()
        self._account: Account | None = None

    @property
    def account(self) -> Account:
        if self._account is None:
            raise LabError("the aws provider is not configured")
        return self._account

    def check_config(self, args: Mapping[str, Any]) -> Checked:
        return Checked(args, flaws(args))

    def configure(self, args: Mapping[str, Any]) -> None:
        self._account = Account(settings(args))
        self._account.verify()

    def invoke(self, token: str, args: Mapping[str, Any]) -> Mapping[str, Any]:
        with account.explained():
            return functions.call(self.account, token, args)

    def check(
        self, resource: Resource, old_inputs: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Checked:
        kind = _type(resource)
        given = {name: value for name, value in inputs.items() if value is not None}
        found = [*failures(kind.table(), given), *kind.flaws(given)]
        filled = with_defaults(kind.table(), given)
        if kind.regional:
            filled.setdefault("region", self.account.settings.region)
        if kind.taggable:
            filled["tagsAll"] = self._all_tags(filled.get("tags"))
        if kind.auto_name and kind.auto_name.property not in filled:
            name = _kept_name(kind, old_inputs) or _new_name(kind, resource.name)
            filled[kind.auto_name.property] = name
            if len(name) > kind.auto_name.limit:
                reason = f"the automatic name {name} is longer than {kind.auto_name.limit}"
                found.append((kind.auto_name.property, reason))
        filled[DEFAULTS] = sorted({*filled} - {*given} - {"tagsAll"})
        return Checked(filled, found)

    def diff(self, resource: Resource, live: Live, inputs: Mapping[str, Any]) -> Difference:
        kind = _type(resource)
        old = with_computed(kind.table(), live.inputs or live.state, live.state, inputs)
        found = differences(kind.table(), old, inputs)
        changes = [kind.judge(change) for change in found]
        replace = any(change.replace for change in changes)
        return Difference(
            changes=changes,
            delete_before_replace=replace and _collides(kind, live.inputs, inputs),
            stables=[name for name in kind.outputs if name not in kind.unstable],
        )

    def create(self, resource: Resource, inputs: Mapping[str, Any], *, preview: bool) -> Live:
        kind = _type(resource)
        if preview:
            return Live("", expected(kind, inputs))
        aws = self._scope(inputs)
        with account.explained():
            resource_id = kind.create(aws, inputs)
        try:
            with account.explained():
                kind.settle(aws, resource_id, inputs)
                seen = kind.read(aws, resource_id, inputs)
            if seen is None:
                raise LabError(f"{resource_id} was gone right after it was created")
        except LabError as error:
            unfinished = Live(resource_id, settled(kind, inputs, {}), inputs)
            raise IncompleteError(unfinished, [str(error)]) from error
        return Live(resource_id, settled(kind, inputs, seen))

    def read(self, resource: Resource, live: Live) -> Live | None:
        kind = _type(resource)
        seen = self._seen(kind, live.id, {**live.inputs, **live.state})
        if seen is None:
            return None
        region = live.inputs.get("region") or live.state.get("region")
        if kind.regional:
            seen["region"] = region or self.account.settings.region
        if kind.taggable:
            defaults = self.account.settings.default_tags
            tags = own_tags_of(seen["tagsAll"], section(live.inputs, "tags"), defaults)
            seen["tags"] = tags or live.inputs.get("tags")
        inputs = inputs_after_read(kind.table(), live.inputs, seen)
        if kind.taggable:
            inputs["tagsAll"] = seen["tagsAll"]
        return Live(live.id, settled(kind, inputs, seen), inputs)

    def update(
        self, resource: Resource, live: Live, inputs: Mapping[str, Any], *, preview: bool
    ) -> Mapping[str, Any]:
        kind = _type(resource)
        old = live.inputs or live.state
        changes = differences(kind.table(), old, inputs)
        rest = frozenset(str(change.path[0]) for change in changes) - {"tags", "tagsAll"}
        if preview:
            return expected(kind, inputs, live.state, changed=bool(rest))
        aws = self._scope(inputs)
        with account.explained():
            self._retag(aws, kind, live, inputs)
            if not changes:
                # Only after a creation that was never finished does the engine ask for this.
                kind.settle(aws, live.id, inputs)
            owed = rest & _owed(kind, inputs, kind.read(aws, live.id, {**live.state, **old}) or {})
            if owed:
                kind.update(aws, live.id, {**live.state, **old}, inputs, owed)
            seen = kind.read(aws, live.id, {**live.state, **inputs})
        if seen is None:
            raise LabError(f"{live.id} is gone", "Run pulumi refresh")
        return settled(kind, inputs, seen)

    def delete(self, resource: Resource, live: Live) -> None:
        kind = _type(resource)
        known = {**live.inputs, **live.state}
        try:
            with account.explained():
                kind.delete(self._scope(known), live.id, known)
        except LabError as error:
            if error.__cause__ is None or not account.is_gone(cast("Exception", error.__cause__)):
                raise

    def _scope(self, values: Values) -> Scope:
        region = values.get("region") or self.account.settings.region
        return Scope(self.account, region, self.cancelled)

    def _seen(self, kind: ResourceType, resource_id: str, known: Values) -> dict[str, Any] | None:
        try:
            with account.explained():
                return kind.read(self._scope(known), resource_id, known)
        except LabError as error:
            if error.__cause__ is not None and account.is_gone(cast("Exception", error.__cause__)):
                return None
            raise

    def _all_tags(self, tags: Any) -> Any:
        if isinstance(tags, wire.Unknown):
            return wire.UNKNOWN
        return {**self.account.settings.default_tags, **cast("Values", tags or {})}

    def _retag(self, aws: Scope, kind: ResourceType, live: Live, inputs: Values) -> None:
        old = section(live.inputs or live.state, "tagsAll")
        new = section(inputs, "tagsAll")
        if kind.taggable and old != new:
            changed = {name: text for name, text in new.items() if old.get(name) != text}
            gone = sorted({*old} - {*new})
            kind.retag(aws, live.id, {**live.state, **inputs}, changed, gone)


def _type(resource: Resource) -> ResourceType:
    kind = TYPES.get(resource.type)
    if kind is None:
        raise LabError(
            f"the lab's aws plugin does not know the type {resource.type}",
            "Use the official plugin, or teach lab/plugins/aws this type",
        )
    return kind


def _owed(kind: ResourceType, inputs: Values, seen: Values) -> frozenset[str]:
    """Properties that AWS does not have as they should be, or does not tell.

    An update that was interrupted has done some of its work, and EKS refuses to do it twice.
    """
    had = inputs_after_read(kind.table(), inputs, seen)
    changes = differences(kind.table(), had, inputs)
    untold = {item.name for item in kind.table() if item.name not in seen}
    return frozenset({str(change.path[0]) for change in changes} | untold)


def _kept_name(kind: ResourceType, old_inputs: Values) -> str | None:
    name = kind.auto_name.property if kind.auto_name else ""
    return old_inputs.get(name) if name in (old_inputs.get(DEFAULTS) or []) else None


def _new_name(kind: ResourceType, logical_name: str) -> str:
    random_part = secrets.token_hex(4)[:_HEX_DIGITS]
    prefix = kind.auto_name.prefix if kind.auto_name else ""
    return f"{prefix}{logical_name}-{random_part}"


def _collides(kind: ResourceType, old: Values, new: Values) -> bool:
    """Whether a replacement would have the name of what it replaces."""
    name = kind.auto_name.property if kind.auto_name else None
    if name is None or name in (new.get(DEFAULTS) or []):
        return kind.delete_first
    return kind.delete_first or old.get(name) == new.get(name)
