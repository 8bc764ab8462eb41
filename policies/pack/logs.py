"""Rules on logs: kept, and not for ever."""

from collections.abc import Iterator, Sequence

from .network import CLUSTER
from .rule import UNKNOWN, Resource, numeric, resource_rule, stack_rule

GROUP = "aws:cloudwatch/logGroup:LogGroup"
SHORTEST_AUDIT_DAYS = 30
"""Intrusions are found weeks after they began; most standards ask for more than this."""


@resource_rule(GROUP, level="mandatory", remedy="Set retentionInDays")
def logs_end(group: Resource) -> Iterator[str]:
    """A log group has a retention: without one it is kept, and paid for, for ever."""
    if group.value("retentionInDays") in (None, 0):
        yield "retentionInDays: not set"


@resource_rule(
    GROUP, level="mandatory", remedy=f"Keep them for at least {SHORTEST_AUDIT_DAYS} days"
)
def audit_logs_last(group: Resource) -> Iterator[str]:
    """Logs of a control plane are there when they are asked for."""
    days = numeric(group.value("retentionInDays"))
    of_cluster = str(group.value("name")).startswith("/aws/eks/")
    if of_cluster and days and days < SHORTEST_AUDIT_DAYS:
        yield f"retentionInDays: {days:g}"


@stack_rule(
    level="mandatory", remedy="Make the log group /aws/eks/<cluster>/cluster, with a retention"
)
def clusters_bring_their_log_group(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """EKS would make a log group by itself, kept for ever and left behind."""
    names = [r.value("name") for r in resources if r.type == GROUP]
    for cluster in (r for r in resources if r.type == CLUSTER):
        name = cluster.value("name")
        wanted = f"/aws/eks/{name}/cluster"
        missing = isinstance(name, str) and wanted not in names and UNKNOWN not in names
        if missing and cluster.items("enabledClusterLogTypes"):
            yield cluster, f"enabledClusterLogTypes: nobody makes {wanted}"
