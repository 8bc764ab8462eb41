"""A cluster's labels, by which ApplicationSets choose it; pure.

Owns: which labels there are, what they say, and which of them may change while workloads run. Not
here: the secret that carries them (`bridge.py`) and what AWS must be asked for (`contracts.py`).
"""

from components.config import HubConfig, SpokeConfig

ENABLE_PREFIX = "enable_"
"""Of the label that turns an add-on on."""

KUBERNETES_VERSION = "kubernetes_version"

PLATFORMS = frozenset(
    {
        *("environment", "tenant", "role", "fleet_member", "region", KUBERNETES_VERSION),
        *("aws_cluster_name", "compute"),
    }
)
"""Labels that every cluster has; besides these and the add-ons', there are the stack's own."""


def labels(config: HubConfig | SpokeConfig) -> dict[str, str]:
    """The labels of a stack's cluster; the platform's own win over the stack's."""
    enabled = {f"{ENABLE_PREFIX}{addon}": "true" for addon in config.addons}
    return {
        **config.labels,
        **enabled,
        "environment": config.environment,
        "tenant": config.tenant,
        "role": config.role,
        "fleet_member": config.role,
        "region": config.region,
        KUBERNETES_VERSION: config.cluster.version,
        "aws_cluster_name": config.cluster.name,
        "compute": config.cluster.compute,
    }
