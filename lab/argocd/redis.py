"""Argo CD's cache: a redis-server on loopback, with a password, that writes nothing to disk.

Not here: which program it is (`lab.toolchain`) and its port (`addresses.py`).
"""

import secrets
import socket
from pathlib import Path

from lab.cluster.private_file import write_private

SECRET = ("Secret", "argocd-redis")
KEY = "auth"
SECONDS = 1


def password(folder: Path, given: str | None) -> str:
    """The hub's own password where it has one, else one made for this lab and kept."""
    path = folder / "redis-password"
    if given is None and path.exists():
        return path.read_text()
    chosen = given or secrets.token_urlsafe(32)
    write_private(path, chosen)
    return chosen


def configuration(folder: Path, *, port: str, secret: str) -> tuple[Path, str]:
    """The file that redis-server is started with, and what is in it.

    A file and not flags: every user of the machine can read a process's command line.
    """
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        "protected-mode yes",
        "daemonize no",
        'save ""',
        "appendonly no",
        f"dir {_quoted(str(folder))}",
        f"requirepass {_quoted(secret)}",
    ]
    content = "\n".join(lines) + "\n"
    path = folder / "redis.conf"
    write_private(path, content)
    return path, content


def answers(port: int, secret: str) -> bool:
    """Whether a redis with this very password listens there."""
    words = (b"AUTH", secret.encode())
    asked = b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
            connection.sendall(asked)
            return connection.recv(64).startswith(b"+OK")
    except OSError:
        return False


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
