"""Argo CD on the hub, self-managed, and in either mode the one Application it starts from.

Owns: what Argo CD needs before its first sync. Not here: everything that Argo CD then makes of
`gitops/`, its role, and the clusters it deploys to (`bridge.py`, `access.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from components import conventions
from components.argocd_credentials import credentials
from components.config_argocd import ArgoCdConfig, SelfManagedConfig

APPLICATION_HEALTH = """\
if obj.metadata.labels ~= nil and obj.metadata.labels["eks-hub-spoke/service"] ~= nil then
  return {status = "Healthy", message = "nothing waits for a service"}
end
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
"""Health of an Application as its parent sees it; without it sync waves wait for nothing.

A team's service is as good as healthy once it is there: it is the last of its wave, and a sync that
waited for it would not take up the commit that mends it.
"""

KIND_HEALTH = """\
local health = {status = "Healthy", message = "made"}
if obj.metadata.deletionTimestamp ~= nil then
  return {status = "Progressing", message = "being removed"}
end
if obj.status == nil or obj.status.conditions == nil then
  return health
end
for _, condition in pairs(obj.status.conditions) do
  if condition.type == "NamesAccepted" and condition.status == "False" then
    return {status = "Degraded", message = condition.message}
  end
end
return health
"""
"""Health of a CustomResourceDefinition: good as soon as it is made, unless its names are refused.

Argo CD's own script waits for condition Established, of which 3.6.1 at times does not hear: a new
kind makes it reload what it watches, and the Application stays Progressing until it is compared
again, two to three minutes later (seen with five kinds). It waits for kinds before it makes objects
of them anyway.
"""

HEALTH = {
    "resource.customizations.health.argoproj.io_Application": APPLICATION_HEALTH,
    "resource.customizations.health.apiextensions.k8s.io_CustomResourceDefinition": KIND_HEALTH,
}
"""Of ConfigMap `argocd-cm`, in either mode. Written without Lua's standard libraries, which the EKS
Capability never has: no `string.`, no `os.`."""

SYNC_SECONDS = 900
"""A sync that waits for a wave blocks every later commit of its Application, by default for ever.
Longer than the 600 s that a Deployment takes before it calls itself failed, so that what is merely
slow is not cut off: a sync that was cut off is tried again only for the next commit."""

STATUS_PROCESSORS, OPERATION_PROCESSORS = 50, 25
"""As upstream has them for 1000 Applications, which 200 teams come to; the default is 20 and 10.
https://argo-cd.readthedocs.io/en/stable/operator-manual/high_availability/#argocd-application-controller"""

MANIFEST_PROCESSES = 10
"""Charts rendered at once by one repo server; the default is as many as are asked for, and a commit
asks for all: 200 teams' charts at once are killed for their memory."""

RELEASE_SECONDS = 900
"""Its pods may be the cluster's first: Auto Mode starts nodes for them, which the default of 300 s
leaves little room for."""

ROOT = "root"
"""The Application that everything else comes from."""

BOOTSTRAP = "bootstrap"
"""The project of the root Application, and the folder that it reads."""

WEBHOOK_HOSTS = (
    *("github.secret", "gitlab.secret", "gogs.secret", "harbor.secret"),
    *("bitbucket.uuid", "bitbucketserver.secret", "azuredevops.username", "azuredevops.password"),
)
"""Every host that Argo CD would take an event of unsigned, without a secret for it; not Docker Hub,
which it then refuses (argo-cd 3.6.1, util/webhook)."""

REPLICAS = 2
"""Of each stateless part when high availability is asked for; Redis then runs as three."""


@dataclass(frozen=True, kw_only=True)
class ArgoCdArgs:
    """Argo CD's own configuration, and the cluster it runs on."""

    config: SelfManagedConfig
    cluster_name: str
    after: Sequence[pulumi.Resource]
    """What must stand before pods start: their role's associations, or they have no credentials
    until restarted; and nodes, where EKS does not bring them by itself."""


class ArgoCd(pulumi.ComponentResource):
    """Namespace and Helm release."""

    namespace: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]
    """What brings Argo CD's own kinds."""

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
        self.ready = (release,)
        self.register_outputs({"namespace": self.namespace})


@dataclass(frozen=True, kw_only=True)
class RootApplicationArgs:
    """What Argo CD starts from, and the cluster it makes its own objects on."""

    config: ArgoCdConfig
    cluster_name: str
    namespace: pulumi.Input[str]
    after: Sequence[pulumi.Resource]
    """What must stand before anything is deployed: Argo CD's kinds, its rights on the hub, and
    every cluster that an Application may name."""


class RootApplication(pulumi.ComponentResource):
    """The only Application that Pulumi makes, in a project that can make nothing else."""

    def __init__(
        self, name: str, args: RootApplicationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:RootApplication", name, None, opts)
        project = k8s.apiextensions.CustomResource(
            f"{name}-project",
            api_version="argoproj.io/v1alpha1",
            kind="AppProject",
            metadata={"name": BOOTSTRAP, "namespace": args.namespace},
            spec=bootstrap_project(args),
            # A CustomResource whose CRD is missing passes the preview and fails after a minute. An
            # Application that changes along with a registration must not when that is refused.
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        k8s.apiextensions.CustomResource(
            f"{name}-application",
            api_version="argoproj.io/v1alpha1",
            kind="Application",
            metadata={"name": ROOT, "namespace": args.namespace},
            spec=root_application(args),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[project]),
        )
        self.register_outputs({"project": BOOTSTRAP})


def chart_values(config: SelfManagedConfig) -> dict[str, Any]:
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
            "secret": {"extra": webhook_secrets()},
            "cm": {
                "cluster.inClusterEnabled": "false",
                **HEALTH,
            },
            "params": {
                "controller.sync.timeout.seconds": str(SYNC_SECONDS),
                "controller.status.processors": str(STATUS_PROCESSORS),
                "controller.operation.processors": str(OPERATION_PROCESSORS),
                "reposerver.parallelism.limit": str(MANIFEST_PROCESSES),
            },
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


def webhook_secrets() -> dict[str, str]:
    """For each host where its secret is: a name, which Argo CD looks up; never the secret.

    While the Secret is missing Argo CD takes the name itself for the secret, so that nothing
    unsigned gets through; who knows this file can then make it look at Git sooner than it would.
    """
    at = f"${conventions.WEBHOOK_SECRET}:{conventions.WEBHOOK_SECRET_KEY}"
    return {f"webhook.{host}": at for host in WEBHOOK_HOSTS}


def bootstrap_project(args: RootApplicationArgs) -> dict[str, Any]:
    """One repository, one namespace of the hub, Argo CD's own kinds."""
    return {
        "description": "What the root Application may make: Argo CD's own kinds, on the hub",
        "sourceRepos": [args.config.platform_repository.url],
        "sourceNamespaces": [conventions.ARGOCD_NAMESPACE],
        "destinations": [{"name": args.cluster_name, "namespace": conventions.ARGOCD_NAMESPACE}],
        "clusterResourceWhitelist": [],
        "namespaceResourceWhitelist": [
            {"group": "argoproj.io", "kind": kind}
            for kind in ("AppProject", "Application", "ApplicationSet")
        ],
    }


def root_application(args: RootApplicationArgs) -> dict[str, Any]:
    """Syncs chart `bootstrap/` of the platform's repository to the hub, and heals it.

    Its values are an object and no parameters: an account number stays a text, a comma a comma.
    """
    repository = args.config.platform_repository
    return {
        "project": BOOTSTRAP,
        "source": {
            "repoURL": repository.url,
            "targetRevision": repository.revision,
            "path": f"{repository.base_path}{BOOTSTRAP}",
            "helm": {
                "valuesObject": {
                    "repository": {
                        "url": repository.url,
                        "revision": repository.revision,
                        "basePath": repository.base_path,
                    },
                    "hub": args.cluster_name,
                    "chartMirror": args.config.chart_mirror,
                    "credentials": credentials(args.config),
                }
            },
        },
        "destination": {"name": args.cluster_name, "namespace": conventions.ARGOCD_NAMESPACE},
        "syncPolicy": {
            "automated": {"prune": True, "selfHeal": True},
            "retry": {"limit": 10, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m"}},
        },
    }
