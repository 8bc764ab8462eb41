"""A value of a YAML file that knows where it stands, so that every rule can point at its line.

Owns: going down into values of any shape without a check at every step: what is missing or of
another type has no children and no text. Not here: reading files (`documents.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from fleet.mistakes import Mistake, Place, path_of


@dataclass(frozen=True, kw_only=True)
class Document:
    """One YAML document: its value, and the line of every value in it."""

    file: str
    """Relative to the project, as it is shown."""
    value: object
    lines: Mapping[Place, int]

    @property
    def root(self) -> "Node":
        """The document's value."""
        return Node(document=self, place=(), value=self.value)

    def line(self, place: Place) -> int:
        """Where a place is written; where it is missing, the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


@dataclass(frozen=True, kw_only=True)
class Node:
    """A value and its place; `value` is None where there is nothing."""

    document: Document
    place: Place
    value: object

    def __getitem__(self, key: str) -> "Node":
        inner = cast("Mapping[str, object]", self.value) if isinstance(self.value, dict) else None
        return self._child(key, inner.get(key) if inner else None)

    def at(self, place: Place) -> "Node":
        """The value at a place below this one."""
        node = self
        for part in place:
            children = node.elements()
            if isinstance(part, str):
                node = node[part]
            else:
                node = children[part] if part < len(children) else node._child(part, None)
        return node

    def items(self) -> Iterator[tuple[str, "Node"]]:
        """The entries of a mapping; nothing for any other value."""
        if isinstance(self.value, dict):
            for key, value in cast(Mapping[str, object], self.value).items():
                yield key, self._child(key, value)

    def elements(self) -> list["Node"]:
        """The elements of a list; nothing for any other value."""
        if not isinstance(self.value, list):
            return []
        values = cast(list[object], self.value)
        return [self._child(index, value) for index, value in enumerate(values)]

    @property
    def exists(self) -> bool:
        """Whether the file writes the key, even with nothing behind it."""
        return self.place in self.document.lines

    @property
    def text(self) -> str:
        """The value if it is a text; otherwise empty."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def line(self) -> int:
        """Where it is written, or would be."""
        return self.document.line(self.place)

    def mistake(self, problem: str, remedy: str) -> Mistake:
        """A finding about this value."""
        return Mistake(
            file=self.document.file,
            line=self.line,
            place=path_of(self.place),
            problem=problem,
            remedy=remedy,
        )

    def _child(self, part: str | int, value: object) -> "Node":
        return Node(document=self.document, place=(*self.place, part), value=value)
