"""The roles of people that teams' files give access: AWS takes no access entry for one that is not.

Owns: finding them in `gitops/teams`. Not here: making them (`lab/aws/landing_zone.py`), and what
the program thinks of a file.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import yaml


def roles(root: Path) -> list[str]:
    """ARNs of roles under `access`, of every team of the project at `root`; sorted."""
    return sorted({arn for path in root.glob("gitops/teams/*/team.yaml") for arn in _roles(path)})


def _roles(path: Path) -> Iterator[str]:
    try:
        content: object = yaml.safe_load(path.read_text())
    except (OSError, ValueError, yaml.YAMLError):
        # The program says what is wrong with it, and goes on without the team.
        return
    for environment in _mapping(_mapping(content).get("environments")).values():
        for principals in _mapping(_mapping(environment).get("access")).values():
            for arn in cast("list[object]", principals) if isinstance(principals, list) else []:
                if isinstance(arn, str) and ":role/" in arn:
                    yield arn


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}
