"""What the hub's Argo CD writes on a cluster for each add-on, beyond `access.WRITABLE`; pure.

Owns: the table. Every name is what the add-on's chart makes with this repository's values, as
lab/charts/addons/README.md lists it; a chart that makes something else is refused by name. Not
here: the rules that the table becomes, and what they leave dangerous (`kubernetes_rights.py`).
"""

from collections.abc import Mapping

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
    others={
        ("eks.amazonaws.com", "nodeclasses"): ("workloads",),
        ("karpenter.sh", "nodepools"): ("workloads",),
    }
)
"""Of the same chart, where Auto Mode makes nodes."""

RIGHTS: Mapping[str, Rights] = {
    "aws_load_balancer_controller": Rights(
        definitions={
            "aga.k8s.aws": ("globalaccelerators",),
            "elbv2.k8s.aws": (
                "albtargetcontrolconfigs",
                "ingressclassparams",
                "targetgroupbindings",
            ),
            "gateway.k8s.aws": (
                "listenerruleconfigurations",
                "loadbalancerconfigurations",
                "targetgroupconfigurations",
            ),
        },
        cluster_roles=("aws-load-balancer-controller-role",),
        cluster_role_bindings=("aws-load-balancer-controller-rolebinding",),
        roles=("aws-load-balancer-controller-leader-election-role",),
        mutating=("aws-load-balancer-webhook",),
        validating=("aws-load-balancer-webhook",),
        others={
            ("networking.k8s.io", "ingressclasses"): ("alb",),
            ("elbv2.k8s.aws", "ingressclassparams"): ("alb",),
        },
    ),
    "external_dns": Rights(
        definitions={"externaldns.k8s.io": ("dnsendpoints",)},
        cluster_roles=("external-dns",),
        cluster_role_bindings=("external-dns-viewer",),
    ),
    "external_secrets": Rights(
        definitions={
            "external-secrets.io": (
                "clusterexternalsecrets",
                "clusterpushsecrets",
                "clustersecretstores",
                "externalsecrets",
                "pushsecrets",
                "secretstores",
            ),
            "generators.external-secrets.io": (
                "acraccesstokens",
                "beyondtrustworkloadcredentialsdynamicsecrets",
                "cloudsmithaccesstokens",
                "clustergenerators",
                "codeartifactauthorizationtokens",
                "ecrauthorizationtokens",
                "fakes",
                "gcraccesstokens",
                "generatorstates",
                "githubaccesstokens",
                "grafanas",
                "mfas",
                "passwords",
                "quayaccesstokens",
                "sshkeys",
                "stssessiontokens",
                "uuids",
                "vaultdynamicsecrets",
                "webhooks",
            ),
        },
        writes={"external-secrets.io": ("clustersecretstores", "externalsecrets", "secretstores")},
        cluster_roles=(
            "external-secrets-cert-controller",
            "external-secrets-controller",
            "external-secrets-edit",
            "external-secrets-servicebindings",
            "external-secrets-view",
        ),
        cluster_role_bindings=("external-secrets-cert-controller", "external-secrets-controller"),
        roles=("external-secrets-leaderelection",),
        validating=("externalsecret-validate", "secretstore-validate"),
    ),
    "cert_manager": Rights(
        definitions={
            "acme.cert-manager.io": ("challenges", "orders"),
            "cert-manager.io": ("certificaterequests", "certificates", "clusterissuers", "issuers"),
        },
        writes={"cert-manager.io": ("certificates", "clusterissuers", "issuers")},
        cluster_roles=(
            "cert-manager-cainjector",
            "cert-manager-cluster-view",
            "cert-manager-controller-approve:cert-manager-io",
            "cert-manager-controller-certificates",
            "cert-manager-controller-certificatesigningrequests",
            "cert-manager-controller-challenges",
            "cert-manager-controller-clusterissuers",
            "cert-manager-controller-ingress-shim",
            "cert-manager-controller-issuers",
            "cert-manager-controller-orders",
            "cert-manager-edit",
            "cert-manager-view",
            "cert-manager-webhook:subjectaccessreviews",
        ),
        cluster_role_bindings=(
            "cert-manager-cainjector",
            "cert-manager-controller-approve:cert-manager-io",
            "cert-manager-controller-certificates",
            "cert-manager-controller-certificatesigningrequests",
            "cert-manager-controller-challenges",
            "cert-manager-controller-clusterissuers",
            "cert-manager-controller-ingress-shim",
            "cert-manager-controller-issuers",
            "cert-manager-controller-orders",
            "cert-manager-webhook:subjectaccessreviews",
        ),
        roles=(
            "cert-manager-cainjector:leaderelection",
            "cert-manager-tokenrequest",
            "cert-manager-webhook:dynamic-serving",
            "cert-manager:leaderelection",
        ),
        mutating=("cert-manager-webhook",),
        validating=("cert-manager-webhook",),
    ),
    "metrics_server": Rights(
        cluster_roles=("system:metrics-server", "system:metrics-server-aggregated-reader"),
        cluster_role_bindings=("metrics-server:system:auth-delegator", "system:metrics-server"),
        binds=("system:auth-delegator",),
        others={("apiregistration.k8s.io", "apiservices"): ("v1beta1.metrics.k8s.io",)},
    ),
    "karpenter": Rights(
        definitions={
            "autoscaling.x-k8s.io": ("capacitybuffers",),
            "karpenter.k8s.aws": ("ec2nodeclasses",),
            "karpenter.sh": ("nodeclaims", "nodeoverlays", "nodepools"),
        },
        cluster_roles=("karpenter", "karpenter-admin", "karpenter-core"),
        cluster_role_bindings=("karpenter", "karpenter-core"),
        roles=("karpenter", "karpenter-dns", "karpenter-lease"),
        others={
            ("karpenter.k8s.aws", "ec2nodeclasses"): ("workloads",),
            ("karpenter.sh", "nodepools"): ("workloads",),
        },
    ),
    "argo_rollouts": Rights(
        definitions={
            "argoproj.io": (
                "analysisruns",
                "analysistemplates",
                "clusteranalysistemplates",
                "experiments",
                "rollouts",
            )
        },
        writes={"argoproj.io": ("analysistemplates", "clusteranalysistemplates", "rollouts")},
        cluster_roles=(
            "argo-rollouts",
            "argo-rollouts-aggregate-to-admin",
            "argo-rollouts-aggregate-to-edit",
            "argo-rollouts-aggregate-to-view",
        ),
        cluster_role_bindings=("argo-rollouts",),
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
        cluster_role_bindings=(
            "kube-prometheus-stack-admission",
            "kube-prometheus-stack-grafana-clusterrolebinding",
            "kube-prometheus-stack-kube-state-metrics",
            "kube-prometheus-stack-operator",
            "kube-prometheus-stack-prometheus",
        ),
        mutating=("kube-prometheus-stack-admission",),
        validating=("kube-prometheus-stack-admission",),
    ),
    "opencost": Rights(cluster_roles=("opencost",), cluster_role_bindings=("opencost",)),
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
        cluster_role_bindings=("velero-server",),
        roles=("velero-server",),
        binds=("cluster-admin",),
    ),
    "aws_for_fluentbit": Rights(
        cluster_roles=("aws-for-fluentbit",), cluster_role_bindings=("aws-for-fluentbit",)
    ),
}
