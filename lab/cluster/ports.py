"""The ports of one control plane: chosen at its first start, then kept for its life.

Kubeconfigs, cluster secrets and tokens name the API server's address: a restart must not move it.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self, cast

from lab.cluster.private_file import write_private
from lab.errors import LabError
from lab.processes import free_port, port_is_free


@dataclass(frozen=True, kw_only=True)
class Ports:
    """One TCP port of 127.0.0.1 per listener."""

    api: int
    etcd_client: int
    etcd_peer: int

    @classmethod
    def choose(cls) -> Self:
        """Pick three different free ports."""
        chosen: set[int] = set()
        while len(chosen) < 3:
            chosen.add(free_port())
        api, etcd_client, etcd_peer = chosen
        return cls(api=api, etcd_client=etcd_client, etcd_peer=etcd_peer)

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """Read remembered ports; None when there are none yet. Raises LabError on a broken file."""
        try:
            fields = cast("dict[str, int]", json.loads(path.read_text()))
            return cls(**fields)
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise LabError(f"The ports in {path} cannot be read: {error}") from error

    def save(self, path: Path) -> None:
        """Remember the ports."""
        write_private(path, json.dumps(asdict(self)))


def require_free(ports: tuple[int, ...], *, member: str, cluster: str) -> None:
    """Raise LabError when one of the ports that a stopped member needs again is taken."""
    for port in ports:
        if not port_is_free(port):
            raise LabError(
                f"Port {port} on 127.0.0.1, which {member} of cluster {cluster} has used since its "
                "creation, is taken by another program",
                "End that program, then try again",
            )
