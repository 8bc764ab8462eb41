"""Argo CD on the hub, self-managed: its chart and the one Application it starts from.

Owns: what Argo CD needs before its first sync. Not here: everything that Argo CD then makes of
`gitops/`, its role, and the clusters it deploys to (`bridge.py`, `access.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from components import conventions
from components.config import ArgoCdConfig

APPLICATION_HEALTH = """\
local health = {status = "Progressing", message = "waiting for its first sync"}
if obj.status == nil or obj.status.sync == nil or obj.status.health == nil then
  return health
end
health.status = obj.status.health.status
health.message = obj.status.health.message
if health.status == "Healthy" and obj.status.sync.status ~= "Synced" then
  health.status = "Progressing"
  health.message = "healthy, but not yet synced"
end
return health
"""
"""Health of an Application as its parent sees it; without it sync waves wait for nothing."""

RELEASE_SECONDS = 900
"""Its pods may be the cluster's first: Auto Mode starts nodes for them, which the default of 300 s
leaves little room for."""

REPLICAS = 2
"""Of each stateless part when high availability is asked for; Redis then runs as three."""


@dataclass(frozen=True, kw_only=True)
class ArgoCdArgs:
    """Argo CD's own configuration, and the cluster it runs on."""

    config: ArgoCdConfig
    cluster_name: str
    after: Sequence[pulumi.Resource]
    """What must stand before pods start: their role's associations, or they have no credentials
    until restarted; and nodes, where EKS does not bring them by itself."""


class ArgoCd(pulumi.ComponentResource):
    """Namespace, Helm release, and the root Application in its project."""

    namespace: pulumi.Output[str]

    def __init__(
        self, name: str, args: ArgoCdArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:ArgoCd", name, None, opts)
        own = pulumi.ResourceOptions(parent=self)
        namespace = k8s.core.v1.Namespace(
            f"{name}-namespace", metadata={"name": conventions.ARGOCD_NAMESPACE}, opts=own
        )
        self.namespace = namespace.metadata.apply(lambda metadata: str(metadata.name))
        release = k8s.helm.v3.Release(
            f"{name}-release",
            name="argocd",
            namespace=self.namespace,
            chart="argo-cd",
            version=args.config.chart.version,
            repository_opts={"repo": args.config.chart.repository},
            values=chart_values(args.config),
            timeout=RELEASE_SECONDS,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        self._root_application(name, args, release)
        self.register_outputs({"namespace": self.namespace})

    def _root_application(self, name: str, args: ArgoCdArgs, release: k8s.helm.v3.Release) -> None:
        """The only Application that Pulumi makes, in a project that can make nothing else."""
        # A CustomResource whose CRD is missing passes the preview and fails after a minute.
        after_crds = pulumi.ResourceOptions(parent=self, depends_on=[release])
        project = k8s.apiextensions.CustomResource(
            f"{name}-bootstrap-project",
            api_version="argoproj.io/v1alpha1",
            kind="AppProject",
            metadata={"name": "bootstrap", "namespace": self.namespace},
            spec=bootstrap_project(args),
            opts=after_crds,
        )
        k8s.apiextensions.CustomResource(
            f"{name}-root",
            api_version="argoproj.io/v1alpha1",
            kind="Application",
            metadata={"name": "root", "namespace": self.namespace},
            spec=root_application(args),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[project]),
        )


def chart_values(config: ArgoCdConfig) -> dict[str, Any]:
    """Values of the argo-cd chart: no cluster-wide rights, no login to the cluster it runs in.

    The hub is deployed to like every other cluster, through its cluster secret and access entry.
    """
    values: dict[str, Any] = {
        "global": {"image": {"tag": config.version}},
        "createClusterRoles": False,
        "crds": {"install": True, "keep": True},
        "dex": {"enabled": False},
        "notifications": {"enabled": False},
        "configs": {
            "cm": {
                "cluster.inClusterEnabled": "false",
                "resource.customizations.health.argoproj.io_Application": APPLICATION_HEALTH,
            }
        },
    }
    if config.high_availability:
        stateless = {"replicas": REPLICAS}
        values |= {
            "redis-ha": {"enabled": True},
            "controller": stateless,
            "server": stateless,
            "repoServer": stateless,
            "applicationSet": stateless,
        }
    return values


def bootstrap_project(args: ArgoCdArgs) -> dict[str, Any]:
    """One repository, one namespace of the hub, Argo CD's own kinds."""
    return {
        "description": "What the root Application may make: Argo CD's own kinds, on the hub",
        "sourceRepos": [args.config.platform_repository.url],
        "destinations": [{"name": args.cluster_name, "namespace": conventions.ARGOCD_NAMESPACE}],
        "clusterResourceWhitelist": [],
        "namespaceResourceWhitelist": [
            {"group": "argoproj.io", "kind": kind}
            for kind in ("AppProject", "Application", "ApplicationSet")
        ],
    }


def root_application(args: ArgoCdArgs) -> dict[str, Any]:
    """Syncs `bootstrap/` of the platform's repository to the hub, and heals changes by hand."""
    repository = args.config.platform_repository
    return {
        "project": "bootstrap",
        "source": {
            "repoURL": repository.url,
            "targetRevision": repository.revision,
            "path": f"{repository.base_path}bootstrap",
            "directory": {"recurse": True},
        },
        "destination": {"name": args.cluster_name, "namespace": conventions.ARGOCD_NAMESPACE},
        "syncPolicy": {
            "automated": {"prune": True, "selfHeal": True},
            "retry": {"limit": 10, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m"}},
        },
    }
