"""What the toolchain hands out: a program, its version, its place and where it came from."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Origin(StrEnum):
    """Where a program came from, in the order in which it is looked for."""

    PATH = "path"
    CACHE = "cache"
    DOWNLOAD = "download"
    BUILD = "build"


@dataclass(frozen=True, kw_only=True)
class Installed:
    """One program, ready to run."""

    name: str
    version: str
    path: Path
    """The executable; for data, its file or folder."""
    origin: Origin
