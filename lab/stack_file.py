"""One stack file of the project, as far as the lab looks into it.

Owns: how a value is found in it. Not here: which files there are (`stacks.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from lab.exit_codes import MistakeError

Config = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """One `Pulumi.<stack>.yaml`; `config` has its keys without the project's name."""

    name: str
    path: Path
    config: Config

    def text(self, *keys: str) -> str:
        """The value at a path of keys, as text.

        Raises MistakeError, naming the file and the key, when there is none.
        """
        found: object = dict(self.config)
        for key in keys:
            found = cast(Config, found).get(key) if isinstance(found, dict) else None
        if found is None or isinstance(found, dict | list):
            raise MistakeError(f"{self.path.name} has no {'.'.join(keys)}", "Add it")
        return str(found)
