"""Where each of Argo CD's processes listens: ports of loopback, remembered from `up` to `up`.

A port that another program took while its process was down is chosen anew.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lab.processes import free_port, port_is_free

LOOPBACK = "127.0.0.1"

# Process → its listeners. The first one is where the process does its work.
LISTENERS: Mapping[str, tuple[str, ...]] = {
    "redis": ("redis",),
    "argocd-repo-server": ("repo-server", "repo-server-metrics"),
    "argocd-application-controller": ("application-controller-metrics",),
    "argocd-applicationset-controller": (
        "applicationset-webhook",
        "applicationset-probe",
        "applicationset-metrics",
    ),
    "argocd-server": ("server", "server-metrics"),
}


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """The ports by the names of LISTENERS."""

    ports: Mapping[str, int]

    def port(self, listener: str) -> str:
        """A port, as a flag takes it."""
        return str(self.ports[listener])

    def address(self, listener: str) -> str:
        """`127.0.0.1:<port>`."""
        return f"{LOOPBACK}:{self.ports[listener]}"

    def url(self, listener: str) -> str:
        """`http://127.0.0.1:<port>`."""
        return f"http://{self.address(listener)}"


def choose(remembered: Mapping[str, int], running: Collection[str]) -> dict[str, int]:
    """A port for each listener: the remembered one where its process runs or nobody took it."""
    chosen: dict[str, int] = {}
    for process, listeners in LISTENERS.items():
        for listener in listeners:
            port = remembered.get(listener, 0)
            kept = port and (process in running or port_is_free(port))
            chosen[listener] = (
                port if kept else _other_than({*remembered.values(), *chosen.values()})
            )
    return chosen


def _other_than(taken: Collection[int]) -> int:
    while (port := free_port()) in taken:
        pass
    return port
