"""The base of a resource plugin: what the engine asks of one, over plain values.

Owns the questions and the shape of the answers; a subclass owns what its resources are. Values are
those of wire.py; the gRPC service that asks is plugin_server.py.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from lab.errors import LabError
from lab.plugins import wire


@dataclass(frozen=True)
class Resource:
    """Which resource a call is about."""

    urn: str

    @property
    def type(self) -> str:
        """Type token without the chain of parents: `aws:ec2/vpc:Vpc`."""
        return self.urn.split("::")[2].rsplit("$", 1)[-1]

    @property
    def name(self) -> str:
        """Logical name; it may itself contain `::`."""
        return self.urn.split("::", 3)[3]


@dataclass(frozen=True)
class Checked:
    """Inputs with defaults filled in, and what is wrong with them: (property, reason) pairs."""

    inputs: Mapping[str, Any]
    failures: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What changed; without changes the engine does nothing."""

    changes: Sequence[wire.Change] = ()
    delete_before_replace: bool = False
    stables: Sequence[str] = ()
    """Outputs which keep their value even if the resource is updated."""


@dataclass(frozen=True)
class Live:
    """A resource as it is: id, outputs, and inputs where they are known."""

    id: str
    state: Mapping[str, Any]
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])


class IncompleteError(Exception):
    """The resource exists but is not as it should be: the engine keeps it and says why."""

    def __init__(self, live: Live, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.live = live
        self.reasons = list(reasons)


class ResourcePlugin:
    """One package's resources. Every method but `configure` is called by many threads at once.

    Raise LabError for anything a person should read; it becomes one line of the engine's output.
    `preview` means: change nothing, and return `UNKNOWN` for outputs that are not known yet.
    """

    package: ClassVar[str]
    accept_secrets: ClassVar[bool] = False
    """False: the engine sends bare values and marks outputs secret whose input of that name is."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        """Set when the user interrupts; long waits end on it."""

    def schema(self) -> str:
        return "{}"

    def check_config(self, args: Mapping[str, Any]) -> Checked:
        """The provider's arguments; nested ones are JSON text (`wire.decode_json`)."""
        return Checked(args)

    def diff_config(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
        """Changes of the provider's arguments; one with `replace` replaces all its resources."""
        return Difference(changes=wire.diff(old, new))

    def configure(self, args: Mapping[str, Any]) -> None:
        """Called once per provider resource, before anything but checks; never with unknowns."""

    def invoke(self, token: str, args: Mapping[str, Any]) -> Mapping[str, Any]:
        del args
        raise LabError(f"the lab's {self.package} plugin has no function {token}")

    def check(
        self, resource: Resource, old_inputs: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Checked:
        raise NotImplementedError

    def diff(
        self,
        resource: Resource,
        live: Live,
        inputs: Mapping[str, Any],
    ) -> Difference:
        """`live.inputs` and `live.state` are the old ones, `inputs` the new, both checked."""
        raise NotImplementedError

    def create(self, resource: Resource, inputs: Mapping[str, Any], *, preview: bool) -> Live:
        """Make it; a preview returns the id "". `inputs` of the answer are not used."""
        raise NotImplementedError

    def read(self, resource: Resource, live: Live) -> Live | None:
        """The resource as it is now, None if gone; for an import only `live.id` is filled in."""
        raise NotImplementedError

    def update(
        self, resource: Resource, live: Live, inputs: Mapping[str, Any], *, preview: bool
    ) -> Mapping[str, Any]:
        """Change it in place; returns the new state."""
        raise NotImplementedError

    def delete(self, resource: Resource, live: Live) -> None:
        """Remove it; what is gone already is no error."""
        raise NotImplementedError
