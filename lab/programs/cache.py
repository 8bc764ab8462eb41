"""The cache of installed programs: a recipe's folder is there complete, or it does not count.

Owns the place, the proof of completeness, the swap into place and the lock. It does not know what
a program is or where it comes from.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

MANIFEST = "installed.json"


def cache_root() -> Path:
    """The lab's cache folder; a relative XDG_CACHE_HOME is ignored, as that standard asks."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".cache") / "eks-hub-spoke"


@dataclass(frozen=True, kw_only=True)
class Slot:
    """The place of one recipe in the cache."""

    root: Path
    name: str

    @property
    def folder(self) -> Path:
        """Where the files lie; trust them only when `complete` says so."""
        return self.root / self.name

    @property
    def log(self) -> Path:
        """The log of the last build; kept outside the folder, so that it outlives a failure."""
        return self.root / f"{self.name}.log"

    def complete(self, required: Iterable[str]) -> bool:
        """Whether the folder holds all that its manifest lists, and `required` is among it.

        Sizes are compared because a crash of the machine can leave a renamed file empty.
        """
        sizes = self._manifest()
        return set(required) <= sizes.keys() and all(
            _size(self.folder / name) == size for name, size in sizes.items()
        )

    @contextmanager
    def locked(self, on_wait: Callable[[], None]) -> Generator[None, None, None]:
        """Keep other processes off this slot; `on_wait` is called when one is at work here."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / f"{self.name}.lock").open("w") as handle:
            _lock(handle, on_wait)
            yield

    @contextmanager
    def staged(self) -> Generator[tuple[Path, Path], None, None]:
        """Hand out a folder to fill and one to work in; only a block without error counts.

        The first becomes the slot's folder by one rename. Call it with the lock held: what earlier
        installs left behind when they were killed is swept away.
        """
        for stale in self.root.glob(f"{self._prefix}*"):
            shutil.rmtree(stale)
        workshop = Path(tempfile.mkdtemp(prefix=self._prefix, dir=self.root))
        try:
            filled, work = workshop / "filled", workshop / "work"
            filled.mkdir()
            work.mkdir()
            yield filled, work
            _write_manifest(filled)
            if self.folder.exists():
                self.folder.rename(workshop / "replaced")
            filled.rename(self.folder)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)

    @property
    def _prefix(self) -> str:
        return f".{self.name}.part-"

    def _manifest(self) -> dict[str, int]:
        try:
            manifest = json.loads((self.folder / MANIFEST).read_text())
            return dict(cast(dict[str, int], manifest["files"]))
        except (OSError, ValueError, KeyError, TypeError):
            return {}


def _write_manifest(folder: Path) -> None:
    files = {
        str(path.relative_to(folder)): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    (folder / MANIFEST).write_text(json.dumps({"files": files}, indent=2) + "\n")


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _lock(handle: IO[str], on_wait: Callable[[], None]) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        on_wait()
        fcntl.flock(handle, fcntl.LOCK_EX)
