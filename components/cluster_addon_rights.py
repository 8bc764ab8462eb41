"""What the hub's Argo CD writes on a cluster for add-ons that run and watch it; pure.

Owns: their rows of the table that `addon_rights.py` describes. Not here: add-ons that teams'
services use (`service_addon_rights.py`).
"""

from collections.abc import Mapping

from components.kubernetes_rights import ADMISSION, Powers, Rights, alike

RIGHTS: Mapping[str, Rights] = {
    "metrics_server": Rights(
        cluster_roles=("system:metrics-server", "system:metrics-server-aggregated-reader"),
        cluster_role_bindings={
            "metrics-server:system:auth-delegator": "system:auth-delegator",
            "system:metrics-server": "system:metrics-server",
        },
        elsewhere={
            "kube-system": {
                "metrics-server-auth-reader": "extension-apiserver-authentication-reader"
            }
        },
        shared_names=("metrics-server",),
        others={("apiregistration.k8s.io", "apiservices"): ("v1beta1.metrics.k8s.io",)},
    ),
    "karpenter": Rights(
        definitions={
            "autoscaling.x-k8s.io": ("capacitybuffers",),
            "karpenter.k8s.aws": ("ec2nodeclasses",),
            "karpenter.sh": ("nodeclaims", "nodeoverlays", "nodepools"),
        },
        cluster_roles=("karpenter", "karpenter-admin", "karpenter-core"),
        cluster_role_bindings=alike("karpenter", "karpenter-core"),
        roles=("karpenter", "karpenter-dns", "karpenter-lease"),
        elsewhere={
            "kube-node-lease": alike("karpenter-lease"),
            "kube-system": alike("karpenter", "karpenter-dns"),
        },
        shared_names=("karpenter",),
        powers={"karpenter-core": Powers(writes={"": ("nodes",)})},
        others={
            ("karpenter.k8s.aws", "ec2nodeclasses"): ("workloads",),
            ("karpenter.sh", "nodepools"): ("workloads",),
        },
    ),
    "kube_prometheus_stack": Rights(
        definitions={
            "monitoring.coreos.com": (
                "alertmanagerconfigs",
                "alertmanagers",
                "podmonitors",
                "probes",
                "prometheusagents",
                "prometheuses",
                "prometheusrules",
                "scrapeconfigs",
                "servicemonitors",
                "thanosrulers",
            )
        },
        writes={
            "monitoring.coreos.com": (
                "alertmanagers",
                "podmonitors",
                "prometheuses",
                "prometheusrules",
                "servicemonitors",
            )
        },
        cluster_roles=(
            "kube-prometheus-stack-admission",
            "kube-prometheus-stack-grafana-clusterrole",
            "kube-prometheus-stack-kube-state-metrics",
            "kube-prometheus-stack-operator",
            "kube-prometheus-stack-prometheus",
        ),
        cluster_role_bindings={
            **alike(
                "kube-prometheus-stack-admission",
                "kube-prometheus-stack-kube-state-metrics",
                "kube-prometheus-stack-operator",
                "kube-prometheus-stack-prometheus",
            ),
            "kube-prometheus-stack-grafana-clusterrolebinding": (
                "kube-prometheus-stack-grafana-clusterrole"
            ),
        },
        powers={
            # Puts its certificate into the add-on's own webhooks.
            "kube-prometheus-stack-admission": Powers(
                writes={
                    ADMISSION: (
                        "mutatingwebhookconfigurations",
                        "validatingwebhookconfigurations",
                    )
                }
            ),
            "kube-prometheus-stack-grafana-clusterrole": Powers(reads={"": ("secrets",)}),
            "kube-prometheus-stack-kube-state-metrics": Powers(reads={"": ("secrets",)}),
            # Runs what Prometheuses and Alertmanagers say, in their namespaces.
            "kube-prometheus-stack-operator": Powers(
                writes={"": ("secrets",), "apps": ("statefulsets",)}
            ),
        },
        # Node exporter.
        node_access=True,
        mutating=("kube-prometheus-stack-admission",),
        validating=("kube-prometheus-stack-admission",),
    ),
    "opencost": Rights(cluster_roles=("opencost",), cluster_role_bindings=alike("opencost")),
    "velero": Rights(
        definitions={
            "velero.io": (
                "backuprepositories",
                "backups",
                "backupstoragelocations",
                "datadownloads",
                "datauploads",
                "deletebackuprequests",
                "downloadrequests",
                "podvolumebackups",
                "podvolumerestores",
                "restores",
                "schedules",
                "serverstatusrequests",
                "volumesnapshotlocations",
            )
        },
        writes={"velero.io": ("backupstoragelocations", "schedules", "volumesnapshotlocations")},
        cluster_roles=(
            "velero-aggregate-to-downloadrequests-edit",
            "velero-aggregate-to-downloadrequests-restricted-view",
            "velero-aggregate-to-edit",
            "velero-aggregate-to-view",
        ),
        # It restores anything, and so has every right itself.
        cluster_role_bindings={"velero-server": "cluster-admin"},
        roles=("velero-server",),
        # Its node agent copies the files of the pods beside it.
        node_access=True,
    ),
    "aws_for_fluentbit": Rights(
        cluster_roles=("aws-for-fluentbit",),
        cluster_role_bindings=alike("aws-for-fluentbit"),
        # It reads the logs where the node writes them.
        node_access=True,
    ),
}
