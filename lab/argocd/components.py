"""Argo CD's processes: their programs' flags and where each says that it is healthy.

What the hub's ConfigMaps say reaches them as variables (`pod_environment.py`); the flags here are
what a process on loopback must have otherwise than a pod, and flags win.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lab.argocd.addresses import LOOPBACK, Addresses

_PLAINTEXT = "--repo-server-plaintext"
# Said by the hub for its pods and never true here. The last one is no address to Argo CD 3.6.1: it
# renames the flag that takes the address.
NOT_FROM_THE_HUB = (
    "REDIS_SERVER",
    "REDIS_SENTINEL_HOSTS",
    "REDIS_SENTINEL_MASTER",
    "ARGOCD_SERVER_METRICS_LISTEN_ADDRESS",
)


@dataclass(frozen=True, kw_only=True)
class Component:
    """One program; its name is that of its service account and of the binary's link too."""

    name: str
    manifest: str
    """Within the folder of Argo CD's manifests."""
    flags: Callable[[Addresses], tuple[str, ...]]
    health: tuple[str, str]
    """Listener and path where it answers once it works; with a 5xx when it is ill."""
    aws: bool = False
    """Whether it logs in to clusters, and so needs the hub's role."""
    log_level: str = ""
    """The variable of its log level, where it logs each of its looks at each Application."""


def _repo_server(at: Addresses) -> tuple[str, ...]:
    return (
        *("--address", LOOPBACK, "--port", at.port("repo-server")),
        *("--metrics-address", LOOPBACK, "--metrics-port", at.port("repo-server-metrics")),
        *("--redis", at.address("redis")),
        # Argo CD refuses the first without the second, whose default is a mounted file.
        *("--disable-tls", "--client-ca-path", ""),
    )


def _application_controller(at: Addresses) -> tuple[str, ...]:
    return (
        *("--redis", at.address("redis"), "--repo-server", at.address("repo-server"), _PLAINTEXT),
        # The one listener that is not bound to loopback: Argo CD has no flag for its address.
        *("--metrics-port", at.port("application-controller-metrics")),
    )


def _applicationset_controller(at: Addresses) -> tuple[str, ...]:
    return (
        *("--metrics-addr", at.address("applicationset-metrics")),
        *("--probe-addr", at.address("applicationset-probe")),
        *("--webhook-addr", at.address("applicationset-webhook")),
        *("--argocd-repo-server", at.address("repo-server"), _PLAINTEXT),
    )


def _server(at: Addresses) -> tuple[str, ...]:
    return (
        *("--insecure", "--address", LOOPBACK, "--port", at.port("server")),
        *("--metrics-address", LOOPBACK, "--metrics-port", at.port("server-metrics")),
        *("--redis", at.address("redis"), "--repo-server", at.address("repo-server"), _PLAINTEXT),
    )


CONTROLLER = "argocd-application-controller"
APPLICATIONSET_CONTROLLER = "argocd-applicationset-controller"
SERVER = "argocd-server"
COMPONENTS = (
    Component(
        name="argocd-repo-server",
        manifest="base/repo-server/argocd-repo-server-deployment.yaml",
        flags=_repo_server,
        health=("repo-server-metrics", "/healthz"),
        log_level="ARGOCD_REPO_SERVER_LOGLEVEL",
    ),
    Component(
        name=CONTROLLER,
        manifest="base/application-controller/argocd-application-controller-statefulset.yaml",
        flags=_application_controller,
        health=("application-controller-metrics", "/healthz"),
        log_level="ARGOCD_APPLICATION_CONTROLLER_LOGLEVEL",
        aws=True,
    ),
    Component(
        name=APPLICATIONSET_CONTROLLER,
        manifest="base/applicationset-controller/argocd-applicationset-controller-deployment.yaml",
        flags=_applicationset_controller,
        # Its probe has no check to it, and answers before the controller does anything.
        health=("applicationset-webhook", "/api/webhook"),
    ),
    Component(
        name=SERVER,
        manifest="base/server/argocd-server-deployment.yaml",
        flags=_server,
        health=("server", "/healthz"),
        aws=True,
    ),
)
REDIS = "redis"
# Who gives orders goes first, who only answers goes last.
STOP_ORDER = (
    APPLICATIONSET_CONTROLLER,
    CONTROLLER,
    SERVER,
    "argocd-repo-server",
    REDIS,
)
