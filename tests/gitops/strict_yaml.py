"""YAML that is taken at its word: a key that is written twice is a mistake, not a choice.

Owns: reading. Not here: which files are read (`tree`).
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import yaml

Manifest = dict[str, Any]


class _StrictLoader(yaml.SafeLoader):
    """The safe loader keeps the last of two equal keys without a word; this one refuses."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = cast(Any, self).construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is written twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def documents(text: str) -> list[Any]:
    """Every document that is not empty. yaml.YAMLError says line and column."""
    loaded: Iterable[Any] = yaml.load_all(text, Loader=_StrictLoader)  # a SafeLoader
    return [document for document in loaded if document is not None]


def manifests(path: Path) -> list[Manifest]:
    """The objects of one file."""
    return documents(path.read_text())


def texts(value: Any) -> Iterator[str]:
    """Every text in a value, keys included, in the order of the file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in cast(dict[Any, Any], value).items():
            yield from texts(key)
            yield from texts(each)
    elif isinstance(value, list):
        for each in cast(list[Any], value):
            yield from texts(each)
