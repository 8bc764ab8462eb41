"""The Pulumi project that the lab runs: the committed one, seen through links, plus an overlay.

The program, its components and the GitOps folder are links, so what is edited is what runs.
Stack files are written anew from the committed ones each time, with what differs in the lab: where
charts and Git come from (as a company's mirrors would be set), how many spokes there are, who may
work as the deployers, and deletion protection. The committed files never change, and whatever else
is set in the written ones is lost, but for the salt of their secrets.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self, cast

import yaml

from lab import accounts
from lab.exit_codes import MistakeError
from lab.git.repository import MAIN
from lab.layout import STATE_FOLDER
from lab.record import Record
from lab.services import ENGINEER_ARN
from lab.stack_file import Config
from lab.stacks import Fleet, StackFile, read_fleet

# What the engine adds to a stack file by itself; without it the stack's secrets are lost.
SALT = "encryptionsalt"
# As runtime.options.virtualenv of Pulumi.yaml names it.
VIRTUALENV = ".venv"
# Links to everything of the project but what is no part of the program.
NOT_LINKED = frozenset({STATE_FOLDER, ".git", ".venv", "venv", "lab", "tests", "bench"})


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """What the lab sets on top of the committed stack files."""

    chart_repository: str
    """Where charts come from: Argo CD's own, and as a mirror those of add-ons."""
    platform_repository: str
    """Where Argo CD reads everything else, from its branch main."""
    number_of_spokes: int | None = None
    """See `read_fleet`."""
    spokes: bool = True
    """False takes every registration off the hub: the first act of `down`."""

    @classmethod
    def of(cls, found: Record, *, spokes: bool = True) -> Self:
        """What differs in the lab that is on record."""
        return cls(
            chart_repository=found.chart_repository,
            platform_repository=found.platform_repository,
            number_of_spokes=found.spokes,
            spokes=spokes,
        )


def write(root: Path, folder: Path, overlay: Overlay) -> Fleet:
    """Bring the project folder up to date with the committed one at `root`.

    Raises MistakeError when a stack file cannot be used in the lab.
    """
    fleet = read_fleet(root, overlay.number_of_spokes)
    _link(root, folder)
    for stack in fleet.all:
        target = folder / stack.path.name
        content = overlaid(stack, overlay, fleet.project)
        salt = _salt(target)
        if salt is not None:
            content[SALT] = salt
        _write_if_changed(target, yaml.safe_dump(content, sort_keys=False))
    return fleet


def overlaid(stack: StackFile, overlay: Overlay, project: str) -> dict[str, object]:
    """The content of a stack file in the lab.

    Raises MistakeError when it holds secrets, which only the key of the real stack can read.
    """
    if _holds_secret(stack.config):
        raise MistakeError(
            f"{stack.path.name} holds encrypted values, which the lab cannot read",
            "Keep them out of the stack file (ESC, a secret store)",
        )
    config = dict(stack.config)
    if config.get("role") == accounts.ROLE:
        config["deployers"] = [ENGINEER_ARN]
    else:
        config["cluster"] = _merged(config.get("cluster"), {"deletionProtection": False})
    if config.get("role") == "hub":
        given = config.get("argocd")
        config["argocd"] = _merged(given, _argocd(overlay, given))
        if not overlay.spokes:
            config["spokes"] = []
    return {"config": {_qualified(key, project): value for key, value in config.items()}}


def _argocd(overlay: Overlay, given: object) -> dict[str, object]:
    managed = isinstance(given, Mapping) and cast(Config, given).get("mode") == "capability"
    chart = {} if managed else {"chart": {"repository": overlay.chart_repository}}
    return {
        **chart,
        "chartMirror": overlay.chart_repository,
        "platformRepository": {"url": overlay.platform_repository, "revision": MAIN},
    }


def _qualified(key: str, project: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _merged(base: object, changes: Mapping[str, object]) -> dict[str, object]:
    result = dict(cast(Mapping[str, object], base)) if isinstance(base, Mapping) else {}
    for key, value in changes.items():
        if isinstance(value, dict):
            value = _merged(result.get(key), cast(Mapping[str, object], value))  # noqa: PLW2901  # the same value, merged
        result[key] = value
    return result


def _holds_secret(value: object) -> bool:
    match value:
        case Mapping():
            inner = cast(Mapping[str, object], value)
            return "secure" in inner or any(_holds_secret(item) for item in inner.values())
        case list():
            return any(_holds_secret(item) for item in cast(list[object], value))
        case _:
            return False


def _link(root: Path, folder: Path) -> None:
    wanted = {
        path.name: os.path.relpath(path, folder)
        for path in root.iterdir()
        if path.name not in NOT_LINKED and not _is_stack_file(path)
    }
    # The program's virtualenv is the one that runs the lab, wherever that lies.
    wanted[VIRTUALENV] = sys.prefix
    for present in folder.iterdir():
        if present.is_symlink() and present.name not in wanted:
            present.unlink()
    for name, target in wanted.items():
        link = folder / name
        if link.is_symlink() and link.readlink() == Path(target):
            continue
        if link.is_symlink():
            link.unlink()
        link.symlink_to(target)


def _is_stack_file(path: Path) -> bool:
    return path.name.startswith("Pulumi.") and path.name != "Pulumi.yaml"


def _salt(path: Path) -> object:
    if not path.exists():
        return None
    content: object = yaml.safe_load(path.read_text())
    return cast(Mapping[str, object], content).get(SALT) if isinstance(content, Mapping) else None


def _write_if_changed(path: Path, text: str) -> None:
    if path.exists() and path.read_text() == text:
        return
    temporary = path.with_suffix(".new")
    temporary.write_text(text)
    temporary.replace(path)
