"""What every AWS resource type has in common: its table, its verbs, and what it works with.

Owns the contract between the plugin and the service modules. The engine's questions are answered
in plugin.py.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lab.errors import LabError
from lab.plugins import wire
from lab.plugins.aws.account import Account
from lab.plugins.aws.schema import Kind, Property, Values

POLL_SECONDS = 0.3
WAIT_SECONDS = 1200.0
"""As long as the official plugin waits for a node group or an add-on; clusters get 30 minutes."""

REGION = Property("region", replace=True)
TAGS = Property("tags", Kind.MAP)


@dataclass(frozen=True)
class AutoName:
    """The property that gets `<logical name>-<7 hex>` when the program gives none."""

    property: str = "name"
    limit: int = 255
    """Longest name AWS takes."""
    prefix: str = ""


@dataclass(frozen=True)
class Scope:
    """What a call works with: the account, the resource's region, the engine's interrupt."""

    account: Account
    region: str
    cancelled: threading.Event

    def client(self, service: str) -> Any:
        return self.account.client(service, self.region)

    @property
    def account_id(self) -> str:
        return self.account.identity["Account"]

    def arn(self, service: str, resource: str, *, account_id: str | None = None) -> str:
        """ARN of a regional resource of this account (or of the owner given)."""
        owner = account_id or self.account_id
        return f"arn:{self.account.partition}:{service}:{self.region}:{owner}:{resource}"

    def wait_until(
        self, condition: Callable[[], bool], what: str, timeout_seconds: float = WAIT_SECONDS
    ) -> None:
        """Poll until the condition holds; LabError after the time or the engine's interrupt."""
        deadline = time.monotonic() + timeout_seconds
        while not condition():
            if time.monotonic() > deadline:
                raise LabError(f"{what} took longer than {timeout_seconds:.0f} s")
            if self.cancelled.wait(POLL_SECONDS):
                raise LabError(f"interrupted while waiting: {what}")


class ResourceType:
    """One resource type: a table of properties and four verbs.

    Values have the SDK's wire names. `known` is the last known state, or the inputs right after
    creation; an import knows nothing but the id.
    """

    pulumi_type: ClassVar[str]
    properties: ClassVar[tuple[Property, ...]]
    outputs: ClassVar[tuple[str, ...]] = ()
    """What only AWS knows; unknown in a preview of a creation."""
    unstable: ClassVar[frozenset[str]] = frozenset()
    """Outputs that any update changes, so unknown in its preview."""
    regional: ClassVar[bool] = True
    taggable: ClassVar[bool] = False
    auto_name: ClassVar[AutoName | None] = None
    delete_first: ClassVar[bool] = False
    """To AWS the replacement is the same thing: made first, it collides or goes with the old."""

    def table(self) -> tuple[Property, ...]:
        """All input properties, the common ones included."""
        region = (REGION,) if self.regional else ()
        tags = (TAGS,) if self.taggable else ()
        return (*self.properties, *region, *tags)

    def flaws(self, inputs: Values) -> list[tuple[str, str]]:
        """What a table cannot say of the inputs: (property, reason) pairs."""
        del inputs
        return []

    def judge(self, change: wire.Change) -> wire.Change:
        """A change as AWS takes it, where the table alone cannot say."""
        return change

    def create(self, aws: Scope, inputs: Values) -> str:
        """Make it and return its id at once; waiting is `settle`'s."""
        raise NotImplementedError

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        """Finish what creation began; the resource is kept if this fails."""

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        """Properties and outputs as they are now (`tagsAll` with every tag), None if gone."""
        raise NotImplementedError

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        """Bring about `new`; `changed` has the top-level names, tags left out."""
        del aws, resource_id, old, new
        raise LabError(f"{self.pulumi_type} cannot change {', '.join(sorted(changed))} in place")

    def retag(
        self, aws: Scope, resource_id: str, known: Values, tags: Mapping[str, str], gone: list[str]
    ) -> None:
        """Set `tags` and remove the keys in `gone`."""
        raise NotImplementedError

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        """Remove it and wait until it is gone; an AWS error that it is gone already may escape."""
        raise NotImplementedError


def tag_list(tags: Values | None, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as most AWS APIs take them."""
    return [{key: name, value: text} for name, text in sorted((tags or {}).items())]


def tag_map(tags: Any, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Tags as most AWS APIs return them, without AWS's own."""
    found: list[dict[str, str]] = tags or []
    return own_tags({tag[key]: tag[value] for tag in found})


def own_tags(tags: Mapping[str, str] | None) -> dict[str, str]:
    """Tags without those of AWS itself, which nobody may set."""
    found: Mapping[str, str] = tags or {}
    return {name: text for name, text in found.items() if not name.startswith("aws:")}
