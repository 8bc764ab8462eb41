"""The words of the recipe table: a program, how its version is read, and ways to fill a folder.

The table itself is `lab.programs.recipes`; each way is a module of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from lab.programs.installed import Origin
from lab.programs.probe import Probe
from lab.programs.web import Web


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What a source gets to work with."""

    folder: Path
    """To be filled; it becomes the recipe's folder in the cache."""
    work: Path
    """Scratch, removed afterwards."""
    log: Path
    """Where the output of commands is kept."""
    web: Web
    report: Callable[[str], None]
    """Takes one line of progress."""


class Source(Protocol):
    """One way to get a recipe's files."""

    @property
    def name(self) -> str:
        """How a person would call this way, in a message about its failure."""
        ...

    @property
    def origin(self) -> Origin:
        """What the installed programs are said to come from."""
        ...

    def fill(self, bench: Bench) -> None:
        """Put the recipe's files into `bench.folder`, reporting a line at the start.

        LabError says why that is impossible.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Program:
    """One thing that a recipe installs."""

    name: str
    file: str
    """Its path in the recipe's folder; "." is the folder itself."""
    probe: Probe | None = None
    """How an executable is asked for its version; data has none and is never taken from PATH."""
    version: str = ""
    """Where it is not the recipe's."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Programs that come together: found together, installed together or not at all."""

    name: str
    version: str
    programs: tuple[Program, ...]
    sources: tuple[Source, ...]
    """In the order in which they are tried."""
    companions: tuple[str, ...] = ()
    """Further files that must stand beside the programs."""
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    """Name of a companion → the file it points at, for programs that go by the name they have."""

    @property
    def folder(self) -> str:
        """The name of its folder in the cache."""
        return f"{self.name}-{self.version}"

    @property
    def required(self) -> frozenset[str]:
        """The files without which an install is not one."""
        files = (program.file for program in self.programs if program.file != ".")
        return frozenset((*files, *self.companions, *self.links))

    def version_of(self, program: Program) -> str:
        """The pinned version of one of its programs."""
        return program.version or self.version
