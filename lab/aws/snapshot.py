"""The emulated AWS on disk, so that a restarted or killed server finds its resources again.

Owns one file: a pickle of moto's backends, the clusters and the open sessions. moto keeps nothing
itself, and a Pulumi state that outlives its AWS could neither be updated nor destroyed.
"""

import io
import logging
import os
import pickle
import threading
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.core.models import DEFAULT_ACCOUNT_ID

from lab.aws.world import World
from lab.errors import LabError

_FILE = "aws.pickle"
_FORMAT = 1
# A burst of calls makes one snapshot; what a kill may lose is at most this much.
_QUIET_SECONDS = 2.0
_LOCK_TYPES = (type(threading.Lock()), type(threading.RLock()))
_log = logging.getLogger(__name__)


def _private_key(pem: bytes) -> Any:
    """What an unpickled key is made of; the library's own function can't be named in a pickle."""
    return load_pem_private_key(pem, None)


class _Pickler(pickle.Pickler):
    """Knows the two kinds of things in moto's backends that don't pickle by themselves."""

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, _LOCK_TYPES):
            return threading.RLock, ()
        if isinstance(obj, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
            pem = obj.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            return _private_key, (pem,)
        return NotImplemented


class Snapshot:
    """Keeps the file up to date with the world in the background."""

    def __init__(self, world: World, state: Path) -> None:
        self._world = world
        self._path = state / _FILE
        self._dirty = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="snapshot", daemon=True)

    def load(self) -> None:
        """Puts the file's content into moto and the world; nothing if there is no file."""
        if not self._path.exists():
            return
        try:
            with self._path.open("rb") as file:
                # This server wrote it, into a folder that nobody else may enter.
                saved = pickle.load(file)  # noqa: S301  # our own private file
            if saved["format"] != _FORMAT:
                raise LookupError(f"format {saved['format']}")
        except Exception as error:
            raise LabError(
                f"The saved state of the lab's AWS in {self._path} can't be read: {error}",
                "It was written by another version: remove the state folder and start anew",
            ) from error
        for service, account, region, backend in saved["backends"]:
            get_backend(service)[account][region] = backend
        self._world.clusters.restore(saved["clusters"])
        self._world.keys.sessions.restore(saved["sessions"])

    def start(self) -> None:
        """Begins to save changes."""
        self._thread.start()

    def touch(self) -> None:
        """Says that something may have changed."""
        self._dirty.set()

    def close(self) -> None:
        """Saves what is unsaved, and ends."""
        unsaved = self._dirty.is_set()
        self._stopping.set()
        self._dirty.set()
        self._thread.join()
        if unsaved:
            self.save()

    def save(self) -> None:
        """Writes the file, whole or not at all."""
        buffer = io.BytesIO()
        with self._world.lock:
            self._dirty.clear()
            _Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(
                {
                    "format": _FORMAT,
                    "backends": _backends(),
                    "clusters": self._world.clusters.saved(),
                    "sessions": self._world.keys.sessions.saved(),
                }
            )
        temporary = self._path.with_suffix(".new")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as f:
            f.write(buffer.getbuffer())
        temporary.replace(self._path)

    def _keep(self) -> None:
        while not self._stopping.is_set():
            self._dirty.wait()
            if self._stopping.wait(_QUIET_SECONDS):
                return  # `close` does the rest
            try:
                self.save()
            # Without its snapshot the lab still works until the next restart.
            except Exception:
                _log.exception("The state can't be saved")


def _backends() -> list[tuple[str, str, str, Any]]:
    """Every backend in use; not moto's own account, which nobody has keys of."""
    registry: Any = BackendDict
    return [
        (backends.service_name, account, region, backend)
        for backends in registry._instances
        for account, region, backend in backends.iter_backends()
        if account != DEFAULT_ACCOUNT_ID
    ]
