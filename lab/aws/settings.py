"""The settings file of `python -m lab.aws`, read and checked."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

from lab.aws.documents import section
from lab.cluster.interface import Binaries
from lab.errors import LabError


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the server is told at its start."""

    accounts: tuple[str, ...]
    """Accounts that the lab uses."""
    binaries: Binaries | None
    """Programs of control planes; None only with fake ones."""
    argocd_kinds: Path | None = None
    """The folder of Argo CD's kinds, for clusters with that capability."""
    fake_control_planes: bool = False
    """A mode for tests: clusters become ACTIVE with an endpoint that nobody serves."""


def load(path: Path) -> Settings:
    """The settings in a file, or a LabError that says what is wrong with it."""
    try:
        document: Any = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise LabError(f"The settings {path} can't be read: {error}") from error
    if not isinstance(document, dict):
        raise LabError(f"The settings {path} must be a JSON object")
    values = cast("dict[str, Any]", document)
    unknown = sorted(
        values.keys() - {"argocd_kinds", "aws_accounts", "binaries", "fake_control_planes"}
    )
    if unknown:
        raise LabError(f"The settings {path} have unknown keys: {', '.join(unknown)}")
    kinds = values.get("argocd_kinds")
    fake = bool(values.get("fake_control_planes"))
    return Settings(
        accounts=tuple(values.get("aws_accounts") or ()),
        binaries=None if fake else _binaries(path, section(values, "binaries")),
        argocd_kinds=Path(kinds) if kinds else None,
        fake_control_planes=fake,
    )


def _binaries(path: Path, given: dict[str, str]) -> Binaries:
    names = [field.name for field in fields(Binaries)]
    missing = [name for name in names if name not in given]
    if missing:
        raise LabError(
            f"The settings {path} lack binaries: {', '.join(missing)}",
            "Clusters cannot start without their programs",
        )
    return Binaries(**{name: Path(given[name]) for name in names})
