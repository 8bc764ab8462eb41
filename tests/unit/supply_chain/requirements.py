"""Reads requirements: what is written by hand (`.in`), and the locks that `make lock` writes.

Owns: as much of the format as uv writes and we use; anything else is a ValueError. Not here: the
rules (`test_locks.py`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[a-z,]+\])?==(?P<version>[\w.!+-]+)")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Written:
    """A `.in` file: what it pins, and the files that it includes or is held to."""

    pins: Mapping[str, str]
    includes: tuple[str, ...]
    constraints: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Locked:
    """One requirement of a lock."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    via: tuple[str, ...]
    """Packages that need it, and `-r FILE` for the files that name it."""


def canonical(name: str) -> str:
    """A package's name as indexes compare it.

    https://packaging.python.org/en/latest/specifications/name-normalization/
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def read_written(path: Path) -> Written:
    """Read a `.in` file; for which machines a pin is does not matter here.

    ValueError for a line that is no exact pin.
    """
    pins: dict[str, str] = {}
    includes: list[str] = []
    constraints: list[str] = []
    for line in path.read_text().splitlines():
        flag, _, rest = line.partition(" ")
        if not line or line.startswith("#"):
            continue
        if flag in ("-r", "-c"):
            (includes if flag == "-r" else constraints).append(rest)
        elif found := _PIN.fullmatch(line.partition(" ; ")[0]):
            pins[canonical(found["name"])] = found["version"]
        else:
            raise ValueError(f"{path.name}: {line!r} is no exact pin")
    return Written(pins=pins, includes=tuple(includes), constraints=tuple(constraints))


def read_lock(path: Path) -> list[Locked]:
    """Read a lock. ValueError for a line that is no pin, hash or comment of one."""
    blocks: list[list[str]] = []
    for line in path.read_text().splitlines():
        if line and not line[0].isspace() and not line.startswith("#"):
            blocks.append([line])
        elif blocks and line.strip():
            blocks[-1].append(line.strip())
    return [_locked(path.name, block) for block in blocks]


def _locked(file: str, block: list[str]) -> Locked:
    requirement, _, marker = block[0].removesuffix("\\").strip().partition(" ; ")
    found = _PIN.fullmatch(requirement)
    if found is None:
        raise ValueError(f"{file}: {requirement!r} is no exact pin")
    return Locked(
        name=canonical(found["name"]),
        version=found["version"],
        marker=marker,
        hashes=tuple(_hashes(file, block[1:])),
        via=tuple(_via(block[1:])),
    )


def _hashes(file: str, lines: list[str]) -> Iterator[str]:
    for line in lines:
        if line.startswith("#"):
            continue
        text = line.removesuffix("\\").strip()
        if not _HASH.fullmatch(text):
            raise ValueError(f"{file}: {text!r} is no sha256")
        yield text


def _via(lines: list[str]) -> Iterator[str]:
    for line in lines:
        text = line.removeprefix("#").strip()
        if line.startswith("#") and (name := text.removeprefix("via").strip()):
            yield name
