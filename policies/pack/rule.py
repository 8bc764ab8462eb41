"""What a rule is, and what it looks at; pure.

Owns: the two kinds of rule (of one resource, of a whole stack), the view of a resource, and the
mark for what a preview does not know yet. Not here: any rule, and which findings are excused
(`judge.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final, Literal, TypeAlias, cast

Level: TypeAlias = Literal["advisory", "mandatory"]
"""Mandatory stops a preview or an update; advisory is shown and passes."""


class Unknown:
    """The type of `UNKNOWN`."""

    def __repr__(self) -> str:
        return "<not known yet>"


UNKNOWN: Final = Unknown()
"""In place of a value that a preview does not know yet. A rule says nothing of it: the update,
which does know, is held to the same rules."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource as the engine is asked for it, before anything is made."""

    type: str
    name: str
    urn: str
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    protect: bool = False
    secrets: frozenset[str] = frozenset()
    """Dotted paths of the inputs that are marked secret, with all that lies under them."""
    links: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Input → URNs of the resources that its value comes from, known before the value is."""

    @property
    def stack(self) -> str:
        """`urn:pulumi:<stack>::…`."""
        return self.urn.split("::")[0].removeprefix("urn:pulumi:")

    def value(self, path: str) -> Any:
        """The input at a dotted path; None where there is none, UNKNOWN where it is not known."""
        return at(self.inputs, path)

    def items(self, path: str) -> list[Any]:
        """The list at a dotted path; empty where there is none or it is not known."""
        return listed(self.value(path))

    def is_secret(self, path: str) -> bool:
        """Whether the input at the path, or what it lies in, is marked secret."""
        return any(path == secret or path.startswith(f"{secret}.") for secret in self.secrets)


def at(value: Any, path: str) -> Any:
    """What lies in a mapping at a dotted path; as `Resource.value`."""
    for key in path.split("."):
        if value is UNKNOWN:
            return UNKNOWN
        if not isinstance(value, Mapping):
            return None
        value = cast("Mapping[str, Any]", value).get(key)
    return value


def listed(value: Any) -> list[Any]:
    """A list as one, a single value as a list of one, nothing and the unknown as an empty list."""
    if value is None or value is UNKNOWN:
        return []
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(cast("Sequence[Any]", value))
    return [value]


def texts(value: Any) -> list[str]:
    """The texts among what `listed` gives; a provider refuses the others by itself."""
    return [item for item in listed(value) if isinstance(item, str)]


def numeric(value: Any) -> float | None:
    """A number, which a provider takes as text too; None for what is none or is not known."""
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def is_true(value: Any) -> bool:
    """Providers take a boolean as text too. The unknown is not true: see `is_false`."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def is_false(value: Any) -> bool:
    """Absent or false: not the opposite of `is_true`, for the unknown is neither."""
    return value is None or value is False or (isinstance(value, str) and value.lower() == "false")


Check: TypeAlias = Callable[[Resource], Iterable[str]]
"""What is wrong with a resource, one text a place: `<input>: <what it is>`."""
StackCheck: TypeAlias = Callable[[Sequence[Resource]], Iterable[tuple[Resource, str]]]
"""The same over a whole stack, each with the resource that has to change."""


@dataclass(frozen=True, kw_only=True)
class _Rule:
    name: str
    description: str
    level: Level
    remedy: str

    def message(self, finding: str) -> str:
        """What a person reads: where and what, then what to do."""
        return f"{finding}. {self.remedy}."


@dataclass(frozen=True, kw_only=True)
class ResourceRule(_Rule):
    """A rule of one resource at a time."""

    types: tuple[str, ...]
    """Patterns of type tokens, so that a Kubernetes kind counts in each of its versions."""
    check: Check

    def findings(self, resource: Resource) -> Iterator[str]:
        """What is wrong with this resource; nothing for resources of other types."""
        if any(fnmatchcase(resource.type, pattern) for pattern in self.types):
            yield from self.check(resource)


@dataclass(frozen=True, kw_only=True)
class StackRule(_Rule):
    """A rule of what several resources are together."""

    check: StackCheck

    def findings(self, resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
        """What is wrong, each with its resource."""
        yield from self.check(resources)


Rule: TypeAlias = ResourceRule | StackRule


def resource_rule(*types: str, level: Level, remedy: str) -> Callable[[Check], ResourceRule]:
    """Make a rule of a function; its name and docstring become the rule's."""

    def make(check: Check) -> ResourceRule:
        name, description = _said(check)
        return ResourceRule(
            name=name,
            description=description,
            level=level,
            remedy=remedy,
            types=types,
            check=check,
        )

    return make


def stack_rule(*, level: Level, remedy: str) -> Callable[[StackCheck], StackRule]:
    """The same for a rule of a whole stack."""

    def make(check: StackCheck) -> StackRule:
        name, description = _said(check)
        return StackRule(
            name=name, description=description, level=level, remedy=remedy, check=check
        )

    return make


def _said(function: Callable[..., object]) -> tuple[str, str]:
    first = (function.__doc__ or "").strip().splitlines()[0]
    return function.__name__.replace("_", "-"), first
