"""What a run leaves behind: every resource with its options, every lookup, every log line.

Pure data and questions about it; how it comes about is in `monitor` and `driver`.
"""

import difflib
from dataclasses import dataclass, field
from typing import Any

from tests.unit.engine.wire import Reference

STACK_TYPE = "pulumi:pulumi:Stack"


def name_of(urn: str) -> str:
    """The logical name at the end of a URN (or of a provider reference's URN)."""
    return urn.split("::")[3] if urn else ""


@dataclass(frozen=True, kw_only=True)
class Options:
    """The resource options as the engine received them, inherited ones included.

    Other resources are given by URN. `protect` and `retain_on_delete` are what holds in the end;
    `deleted_with` is the resource's own or its nearest ancestor's, as in the engine.
    """

    protect: bool = False
    depends_on: frozenset[str] = frozenset()
    deleted_with: str = ""
    provider: str = ""
    providers: dict[str, str] = field(default_factory=dict[str, str])
    aliases: tuple[str, ...] = ()
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    delete_before_replace: bool | None = None
    retain_on_delete: bool = False
    additional_secret_outputs: tuple[str, ...] = ()
    create_timeout: str = ""
    import_id: str = ""
    error_hooks: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Node:
    """One resource: asked for by the program, read, or (`hidden`) made by a remote component."""

    urn: str
    type: str
    name: str
    parent_urn: str
    custom: bool
    remote: bool = False
    read: bool = False
    hidden: bool = False
    inputs: dict[str, Any]
    options: Options
    property_dependencies: dict[str, frozenset[str]] = field(
        default_factory=dict[str, frozenset[str]]
    )
    id: str = ""
    outputs: dict[str, Any] = field(default_factory=dict[str, Any])
    outputs_registered: int = 0

    @property
    def parent(self) -> str:
        """The parent's logical name."""
        return name_of(self.parent_urn)

    @property
    def depends_on(self) -> frozenset[str]:
        """The logical names of what must exist before: `depends_on` and data flow together."""
        return frozenset(name_of(urn) for urn in self.options.depends_on)

    @property
    def deleted_with(self) -> str:
        """The logical name of the resource whose deletion takes this one along."""
        return name_of(self.options.deleted_with)

    @property
    def provider(self) -> str:
        """The logical name of the provider; empty means a default provider."""
        return name_of(self.options.provider)


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """A call of a provider's function."""

    token: str
    arguments: dict[str, Any]
    provider: str


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """A message of the program to the person at the terminal."""

    severity: str
    message: str
    urn: str


@dataclass(kw_only=True)
class Run:
    """One execution of a program."""

    project: str
    stack: str
    organization: str
    preview: bool
    nodes: dict[str, Node] = field(default_factory=dict[str, Node])
    lookups: list[Lookup] = field(default_factory=list[Lookup])
    logs: list[LogLine] = field(default_factory=list[LogLine])
    exports: dict[str, Any] = field(default_factory=dict[str, Any])
    error: BaseException | None = None

    def of(self, type_: str) -> list[Node]:
        """All resources of one type, in the order of their registration."""
        return [node for node in self.nodes.values() if node.type == type_]

    def only(self, type_: str) -> Node:
        """The one resource of a type; AssertionError when there is none, or more than one."""
        found = self.of(type_)
        assert len(found) == 1, f"{type_}: {[node.name for node in found]}"
        return found[0]

    def node(self, name: str, type_: str = "") -> Node:
        """The one resource of a name; AssertionError says what there is instead."""
        found = [n for n in self.nodes.values() if n.name == name and n.type.endswith(type_)]
        near = difflib.get_close_matches(name, {n.name for n in self.nodes.values()})
        assert len(found) == 1, f"{name!r}: {[n.type for n in found] or f'there is {near}'}"
        return found[0]

    def children(self, name: str, type_: str = "") -> list[Node]:
        """What has the named resource as its parent."""
        urn = self.node(name, type_).urn
        return [node for node in self.nodes.values() if node.parent_urn == urn]

    def reference(self, type_: str) -> Reference:
        """The one resource of a type, to be answered as a value."""
        return Reference(self.only(type_).urn)
