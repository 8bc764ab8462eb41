"""YAML files, read strictly: what Helm, Argo CD and people might read differently is a mistake.

Owns: syntax, duplicate keys, keys that are no text, aliases that never end, files that are none.
Not here: what the values mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml
from yaml.constructor import ConstructorError, SafeConstructor
from yaml.nodes import MappingNode, ScalarNode, SequenceNode
from yaml.nodes import Node as YamlNode

from components.strict_yaml import DEEPEST, MOST_VALUES, too_deep
from fleet.mistakes import Mistake, Place, path_of, shortened, shown
from fleet.nodes import Document

_LARGEST = 1_000_000
"""Bytes; Kubernetes takes no object of much more, and Helm no file that a release must hold."""
_MERGE, _DATE = "tag:yaml.org,2002:merge", "tag:yaml.org,2002:timestamp"
_PLAIN = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
_REMEDIES = {
    "tab": "indent with spaces",
    "cannot start any token": "put the text in quotes",
    "mapping values are not allowed": "put a text with a colon in quotes, and mind the indent",
    "undefined alias": "put a text that begins with * in quotes",
    "alphabetic or numeric": "put a text that begins with * or & in quotes",
    "control character": "remove it",
    "unexpected end of stream": "close the quotes",
}
_OTHER_REMEDY = "mind the indentation, quotes, colons and brackets of the lines above"


def load(path: Path, root: Path) -> tuple[Document | None, list[Mistake]]:
    """The one document of a file, and what is wrong with its YAML."""
    documents, mistakes = load_all(path, root)
    if mistakes or len(documents) == 1:
        return (documents[0] if documents else None), mistakes
    if not documents:
        return None, [_of_file(path, root, "is empty", "write it, or remove the file")]
    second = documents[1].line(())
    return documents[0], [
        _of_file(path, root, "has a second document", "keep one, without --- between", line=second)
    ]


def load_all(path: Path, root: Path) -> tuple[list[Document], list[Mistake]]:
    """Every document of a file that is not empty, and what is wrong with its YAML."""
    text = _text(path, root)
    if isinstance(text, Mistake):
        return [], [text]
    try:
        if deep := too_deep(text):
            remedy = f"nest {DEEPEST} levels at most"
            return [], [_of_file(path, root, "is nested too deeply", remedy, line=deep)]
        composed = cast("list[YamlNode | None]", list(yaml.compose_all(text, yaml.CSafeLoader)))
    except yaml.YAMLError as error:
        return [], [_syntax(error, text, path, root)]
    readers = [_Reader(file=shown_path(path, root)) for _ in composed]
    values = [reader.read(node, ()) for reader, node in zip(readers, composed, strict=True)]
    documents = [
        Document(file=reader.file, value=value, lines=reader.lines)
        for reader, value in zip(readers, values, strict=True)
        if value is not None
    ]
    return documents, [mistake for reader in readers for mistake in reader.mistakes]


def shown_path(path: Path, root: Path) -> str:
    """A path as messages write it: relative to the project, with slashes."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _of_file(path: Path, root: Path, problem: str, remedy: str, *, line: int = 1) -> Mistake:
    file = shown_path(path, root)
    return Mistake(file=file, line=line, place="", problem=problem, remedy=remedy)


def _text(path: Path, root: Path) -> str | Mistake:
    """The file's text, or why there is none."""
    try:
        if (size := path.stat().st_size) > _LARGEST:
            remedy = f"keep it below {_LARGEST}"
            return _of_file(path, root, f"has {size} bytes", remedy)
        content = path.read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return _of_file(path, root, "is no text in UTF-8", "save it as UTF-8", line=line)
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        return _of_file(path, root, problem, "put a file there that everybody may read")


def _syntax(error: yaml.YAMLError, text: str, path: Path, root: Path) -> Mistake:
    if isinstance(error, yaml.MarkedYAMLError):
        problem = str(error.problem)
        mark: Any = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        lines = text.splitlines()
        if "cannot start any token" in problem and line <= len(lines) and "\t" in lines[line - 1]:
            problem = "found a tab character"
    else:
        problem = "found a control character"
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
    remedies = (remedy for part, remedy in _REMEDIES.items() if part in problem)
    remedy = next(remedies, _OTHER_REMEDY)
    return _of_file(path, root, f"is not YAML: {problem}", remedy, line=line)


@dataclass(kw_only=True)
class _Reader:
    """From composed nodes to plain values, remembering the line of each."""

    file: str
    lines: dict[Place, int] = field(default_factory=dict[Place, int])
    mistakes: list[Mistake] = field(default_factory=list[Mistake])
    around: list[YamlNode] = field(default_factory=list[YamlNode])
    count: int = 0
    """Of values read; those that aliases and merges bring count each time."""

    def read(self, node: YamlNode | None, place: Place) -> object:
        """The value of a node."""
        if node is None:
            return None
        self.lines.setdefault(place, _line(node))
        if node in self.around:
            self._add(node, place, "is an alias of what it stands in", "write the value out")
            return None
        self.count += 1
        if self.count > MOST_VALUES:
            if self.count == MOST_VALUES + 1:
                self._add(node, (), f"has over {MOST_VALUES} values", "use fewer aliases")
            return None
        self.around.append(node)
        try:
            return self._value(node, place)
        finally:
            self.around.pop()

    def _value(self, node: YamlNode, place: Place) -> object:
        if not isinstance(node, ScalarNode) and node.tag not in _PLAIN:
            self._add(node, place, f"has the tag {node.tag}", "remove the tag")
            return None
        match node:
            case MappingNode():
                return self._mapping(node, place)
            case SequenceNode():
                elements = cast("list[YamlNode]", node.value)
                return [self.read(value, (*place, index)) for index, value in enumerate(elements)]
            case _:
                return self._scalar(node, place)

    def _mapping(self, node: MappingNode, place: Place) -> dict[str, object]:
        values: dict[str, object] = {}
        merged: dict[str, object] = {}
        entries = cast("list[tuple[YamlNode, YamlNode]]", node.value)
        # First, so that the lines of what is written here replace those of what is merged.
        for _, value_node in (entry for entry in entries if entry[0].tag == _MERGE):
            merged |= self._merged(value_node, place)
        for key_node, value_node in (entry for entry in entries if entry[0].tag != _MERGE):
            key = self._key(key_node, place)
            if key is None:
                continue
            inner = (*place, key)
            if key in values:
                first = self.lines[inner]
                problem = f"is written twice, first on line {first}"
                self._add(key_node, inner, problem, "keep one of the two")
                continue
            self.lines[inner] = _line(key_node)
            values[key] = self.read(value_node, inner)
        return merged | values

    def _merged(self, node: YamlNode, place: Place) -> Mapping[str, object]:
        """What `<<` brings: a mapping, or several of which the first wins."""
        sources = cast("list[YamlNode]", node.value) if isinstance(node, SequenceNode) else [node]
        merged: dict[str, object] = {}
        for source in sources:
            if isinstance(source, MappingNode) and source not in self.around:
                found = self.read(source, place)
                if isinstance(found, dict):  # nothing where there are too many values
                    merged = {**cast("dict[str, object]", found), **merged}
            else:
                self._add(source, place, "merges what is no mapping", "name an anchored mapping")
        return merged

    def _key(self, node: YamlNode, place: Place) -> str | None:
        value = self._scalar(node, place) if isinstance(node, ScalarNode) else node
        if isinstance(value, str):
            return value
        written = (
            shortened(str(node.value)) if isinstance(node, ScalarNode) else "a mapping or list"
        )
        problem = f"has the key {written}, which YAML reads as {_kind(value)}"
        self._add(node, place, problem, "put it in quotes")
        return None

    def _scalar(self, node: YamlNode, place: Place) -> object:
        try:
            constructor: Any = SafeConstructor()
            return constructor.construct_object(node)
        except ConstructorError:
            self._add(node, place, f"has the tag {node.tag}", "remove the tag")
        # What the tag promises and the text does not keep; PyYAML looks for none of it.
        except (AttributeError, IndexError, KeyError, ValueError):
            meant = (
                "a date that does not exist" if node.tag == _DATE else f"{node.tag}, and is none"
            )
            problem = f"{shown(node.value)} is read as {meant}"
            self._add(node, place, problem, "put it in quotes")
        return None

    def _add(self, node: YamlNode, place: Place, problem: str, remedy: str) -> None:
        self.mistakes.append(
            Mistake(
                file=self.file,
                line=_line(node),
                place=path_of(place),
                problem=problem,
                remedy=remedy,
            )
        )


def _kind(value: object) -> str:
    """What YAML takes a key for that was meant as a text."""
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case None:
            return "nothing"
        case _:
            return "something else than a text"


def _line(node: YamlNode) -> int:
    return int(node.start_mark.line) + 1
