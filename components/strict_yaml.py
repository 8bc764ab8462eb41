"""YAML files that others write, read so that nothing in them is taken for something else; pure.

Owns: refusing what YAML can do beyond plain values: tags, keys written twice, aliases that never
end, nesting that ends the process. Not here: what the values mean; `fleet/` reads the same files
with the line of every value, to say where a mistake stands.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import yaml
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode, ScalarNode

_LARGEST = 256 * 1024
"""Bytes; the largest file that anybody wrote by hand has a few thousand."""
DEEPEST = 50
"""Levels of nesting: libyaml composes recursively and ends the process at some thousands."""
MOST_VALUES = 20_000
"""Aliases of aliases make a file of ten lines into a billion values."""


class YamlRefusedError(Exception):
    """The file is no plain YAML; the text says what is wrong and what to write instead."""


class _Loader(yaml.CSafeLoader):
    """Plain values only, and each key once."""

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            if not isinstance(key, ScalarNode):
                raise ConstructorError(None, None, "a key is no text", key.start_mark)
            if key.value in seen:
                problem = f"{key.value!r} is written twice"
                raise ConstructorError(None, None, problem, key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep=deep)


def load(path: Path) -> object:
    """The one document of a file.

    Raises:
        YamlRefusedError: it cannot be read, or is anything but one document of plain values.
    """
    text = _text(path)
    try:
        if too_deep(text):
            raise YamlRefusedError(f"is nested too deeply; nest {DEEPEST} levels at most")
        value = cast(object, yaml.load(text, _Loader))  # noqa: S506  # a safe loader, made narrower
    except yaml.YAMLError as error:
        raise YamlRefusedError(_worded(error)) from None
    except ValueError as error:
        # As of a date that no calendar has.
        raise YamlRefusedError(f"holds what is no value ({error}); put it in quotes") from None
    _refuse_endless(value)
    return value


def too_deep(text: str) -> int:
    """The line at which the nesting passes what can be composed; 0 where it does not.

    Raises:
        yaml.YAMLError: the text is no YAML.
    """
    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
        if depth > DEEPEST:
            mark: Any = event.start_mark
            return int(mark.line) + 1
    return 0


def _text(path: Path) -> str:
    if path.is_symlink():
        raise YamlRefusedError("is a link; write the file itself")
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise YamlRefusedError(f"has over {_LARGEST // 1024} KiB; write less")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise YamlRefusedError("is no text in UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise YamlRefusedError(f"cannot be read ({error.strerror}); put a file there") from None


def _refuse_endless(value: object) -> None:
    """Counts what aliases stand for, and stops where they stand for too much or for themselves."""
    left = [(value, 0)]
    count = 0
    while left:
        inner, depth = left.pop()
        count += 1
        if count > MOST_VALUES or depth > DEEPEST:
            raise YamlRefusedError("means more than it may by its aliases; write the values out")
        if isinstance(inner, Mapping):
            values = cast("Mapping[object, object]", inner).values()
            left += [(item, depth + 1) for item in values]
        elif isinstance(inner, Sequence) and not isinstance(inner, str | bytes):
            left += [(item, depth + 1) for item in cast("Sequence[object]", inner)]


def _worded(error: yaml.YAMLError) -> str:
    """On one line, whatever stands in the file."""
    problem, line = "a character that is none", ""
    if isinstance(error, yaml.MarkedYAMLError):
        problem = str(error.problem)
        mark: Any = error.problem_mark
        line = f"line {mark.line + 1}: " if mark else ""
    return f"{line}is not plain YAML ({problem}); mind quotes, indentation, keys and tags"
