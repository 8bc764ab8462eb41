"""What the hub's Argo CD writes on a cluster for each add-on, beyond `access.WRITABLE`; pure.

Owns: the table, of which both the rules of Argo CD's ClusterRole (`kubernetes_rights.py`) and what
admission holds it to (`hub_boundary.py`) are made: an add-on is one row. Every name is what the
add-on's chart makes with this repository's values, as lab/charts/addons/README.md lists it, and
`powers` what the chart's roles hold; a chart that makes something else is refused by name.
"""

from collections.abc import Mapping

from components import cluster_addon_rights, service_addon_rights
from components.kubernetes_rights import ADMISSION, Rights

_POLICIES = (
    "eks-hub-spoke-guardrails",
    "eks-hub-spoke-images",
    "eks-hub-spoke-namespaces",
    "eks-hub-spoke-pods",
    "eks-hub-spoke-services",
)

BASELINE = Rights(
    others={
        (ADMISSION, "validatingadmissionpolicies"): _POLICIES,
        (ADMISSION, "validatingadmissionpolicybindings"): _POLICIES,
        ("storage.k8s.io", "storageclasses"): ("gp3",),
    }
)
"""Of `gitops/charts/baseline`, on every cluster; not the hub's guard (`guard.py`)."""

AUTO_MODE = Rights(
    placed={("kube-system", "", "configmaps"): ("amazon-vpc-cni",)},
    others={
        ("eks.amazonaws.com", "nodeclasses"): ("workloads",),
        ("karpenter.sh", "nodepools"): ("workloads",),
    },
)
"""Of the same chart, where Auto Mode makes nodes."""

RIGHTS: Mapping[str, Rights] = {**service_addon_rights.RIGHTS, **cluster_addon_rights.RIGHTS}
