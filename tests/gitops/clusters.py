"""Fleets as Argo CD sees them: the cluster secrets and first objects that Pulumi really makes.

Owns: turning runs of the program into clusters. Not here: what Git makes of them (`fleet`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from components.addon_catalogue import CHARTS
from tests.gitops.strict_yaml import Manifest
from tests.unit import committed
from tests.unit.configs import changed
from tests.unit.engine import Run, plain

Changes = Mapping[str, Any]
"""Dotted path → value, as `tests.unit.configs` takes them."""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """One cluster secret."""

    name: str
    server: str
    labels: dict[str, str]
    annotations: dict[str, str]

    @property
    def kubernetes(self) -> str:
        """The version it runs, as `1.36`."""
        return self.labels["kubernetes_version"]


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """What one hub registers and what its Argo CD starts from."""

    clusters: Sequence[Cluster]
    handed_over: Sequence[Manifest]

    @property
    def root(self) -> Manifest:
        """The root Application."""
        return next(each for each in self.handed_over if each["kind"] == "Application")

    @property
    def repository(self) -> str:
        """The platform's repository."""
        return self.root["spec"]["source"]["repoURL"]


ADDON_SETTINGS: Mapping[str, Any] = {
    "external_dns": {"zones": ["Z0123456789ABCDEFGHIJ"], "domainFilters": ["example.com"]},
    "cert_manager": {"zones": ["Z0123456789ABCDEFGHIJ"]},
    "velero": {"bucket": "example-backups"},
}
"""What add-ons ask for that cannot be turned on without."""
MIRROR = "https://charts.mirror.example.com"
REPOSITORY_CREDENTIALS = [
    {"url": "https://github.com/example", "kind": "github-app", "secret": "github"},
    {"url": "https://gitlab.example.com/platform", "kind": "token", "secret": "gitlab"},
]
"""One entry of each kind."""


@cache
def committed_fleet() -> Fleet:
    """The committed stack files, as they are."""
    return _fleet(committed.up(hub_stack()))


@cache
def whole_catalogue() -> Fleet:
    """Every add-on turned on wherever it can be, with charts from a mirror; repositories with
    credentials."""
    beside_auto_mode = [name for name, row in CHARTS.items() if not row.replaced_by_auto_mode]
    auto = {"addons": beside_auto_mode, "addonSettings": ADDON_SETTINGS}
    managed = {"addons": list(CHARTS), "addonSettings": ADDON_SETTINGS}
    first, second, *_ = committed.stacks_of_role("spoke")
    return changed_fleet(
        {
            "argocd.chartMirror": MIRROR,
            "argocd.repositoryCredentials": REPOSITORY_CREDENTIALS,
            **auto,
        },
        {first: auto, second: {"cluster.compute": "managed", **managed}},
    )


def changed_fleet(hub: Changes, spokes: Mapping[str, Changes]) -> Fleet:
    """Committed stacks, changed; the hub registers these spokes and no others."""
    exports: dict[str, dict[str, Any]] = {}
    for stack, changes in spokes.items():
        run = committed.engine(stack, changed(stack, dict(changes))).run(committed.program)
        exports[f"{committed.ORGANIZATION}/{committed.PROJECT}/{stack}"] = run.exports
    config = changed(hub_stack(), {**hub, "spokes": list(spokes)})
    return _fleet(committed.engine(hub_stack(), config, stacks=exports).run(committed.program))


def hub_stack() -> str:
    """The one committed stack with that role."""
    (stack,) = committed.stacks_of_role("hub")
    return stack


def _fleet(run: Run) -> Fleet:
    inputs = [plain(node.inputs) for node in run.nodes.values() if node.custom]
    objects = [each for each in inputs if "metadata" in each]
    return Fleet(
        clusters=[_cluster(each) for each in objects if _is_cluster(each)],
        handed_over=[each for each in objects if _is_of_argocd(each)],
    )


def _is_of_argocd(manifest: Manifest) -> bool:
    return manifest.get("apiVersion", "").startswith("argoproj.io/")


def _is_cluster(manifest: Manifest) -> bool:
    labels = manifest["metadata"].get("labels", {})
    return labels.get("argocd.argoproj.io/secret-type") == "cluster"


def _cluster(secret: Manifest) -> Cluster:
    return Cluster(
        name=secret["stringData"]["name"],
        server=secret["stringData"]["server"],
        labels=secret["metadata"]["labels"],
        annotations=secret["metadata"]["annotations"],
    )
