"""The hub as Argo CD's processes need it: API server, Pod Identity agent, and kubectl on it.

kubectl works with the control plane's own administrator, whose part the lab plays: a node's agent
makes tokens for pods too.
"""

import os
from dataclasses import dataclass

from lab import clusters
from lab.argocd.kubectl import Kubectl
from lab.argocd.pod_identity import PodIdentity
from lab.cluster.interface import Endpoint
from lab.errors import LabError
from lab.layout import Layout
from lab.record import Record
from lab.stacks import StackFile


@dataclass(frozen=True, kw_only=True)
class Hub:
    """One hub; whether it runs just now is another matter."""

    endpoint: Endpoint
    kubectl: Kubectl
    pod_identity: PodIdentity


def find(layout: Layout, found: Record, stack: StackFile) -> Hub:
    """The hub of this lab. Raises LabError when it was never brought up."""
    place = (stack.text("account", "id"), stack.text("region"), stack.text("cluster", "name"))
    account, region, name = place
    for cluster in clusters.find(layout):
        if (cluster.account, cluster.region, cluster.name) == place:
            return Hub(
                endpoint=cluster.control_plane.endpoint,
                kubectl=Kubectl(
                    program=found.program("kubectl"),
                    kubeconfig=cluster.control_plane.admin_kubeconfig,
                    env={
                        "PATH": os.environ.get("PATH", os.defpath),
                        "HOME": str(layout.tool_caches),
                        "KUBECACHEDIR": str(layout.tool_caches / "kube"),
                    },
                ),
                pod_identity=PodIdentity(
                    aws_endpoint=found.aws_endpoint, account=account, region=region, cluster=name
                ),
            )
    raise LabError(f"there is no cluster {name} of the hub's", "Run: python -m lab up")
