"""One command at a time changes a lab.

The kernel's lock on `.lab/lock` is what counts: it goes with its process, however that ends. The
process id in the file is only for the message.
"""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from lab.errors import LabError


@contextmanager
def held(path: Path) -> Generator[None]:
    """Hold the lock file at `path`, whose folder exists.

    Raises LabError, naming the holder's process id, when another command holds it.
    """
    descriptor = _acquire(path)
    try:
        yield
    finally:
        os.close(descriptor)


def _acquire(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise LabError(
                f"another command is working on this lab (process {holder})",
                "Wait for it to end, then run the command again",
            ) from None
        if _is_the_file_at(descriptor, path):
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
            return descriptor
        # `down` removed the file between open and lock: what we hold is a lock on nothing.
        os.close(descriptor)


def _is_the_file_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
