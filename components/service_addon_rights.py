"""What the hub's Argo CD writes on a cluster for add-ons that teams' services use; pure.

Owns: their rows of the table that `addon_rights.py` describes. Not here: add-ons that run a cluster
(`cluster_addon_rights.py`).
"""

from collections.abc import Mapping

from components.kubernetes_rights import ADMISSION, EXTENSIONS, Powers, Rights, alike

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
        cluster_role_bindings={
            "aws-load-balancer-controller-rolebinding": "aws-load-balancer-controller-role"
        },
        roles=("aws-load-balancer-controller-leader-election-role",),
        elsewhere={
            "kube-system": {
                "aws-load-balancer-controller-leader-election-rolebinding": (
                    "aws-load-balancer-controller-leader-election-role"
                )
            }
        },
        shared_names=("aws-load-balancer",),
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
        cluster_role_bindings={"external-dns-viewer": "external-dns"},
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
        writes={"external-secrets.io": ("externalsecrets",)},
        cluster_roles=(
            "external-secrets-cert-controller",
            "external-secrets-controller",
            "external-secrets-edit",
            "external-secrets-servicebindings",
            "external-secrets-view",
        ),
        cluster_role_bindings=alike(
            "external-secrets-cert-controller", "external-secrets-controller"
        ),
        roles=("external-secrets-leaderelection",),
        powers={
            "external-secrets-controller": Powers(
                # The tokens are those of the service account that a store names.
                writes={"": ("secrets", "serviceaccounts/token")},
            ),
            # Puts its certificate into the add-on's own kinds and webhooks.
            "external-secrets-cert-controller": Powers(
                writes={
                    "": ("secrets",),
                    ADMISSION: ("validatingwebhookconfigurations",),
                    EXTENSIONS: ("customresourcedefinitions",),
                },
            ),
        },
        validating=("externalsecret-validate", "secretstore-validate"),
    ),
    "cert_manager": Rights(
        definitions={
            "acme.cert-manager.io": ("challenges", "orders"),
            "cert-manager.io": ("certificaterequests", "certificates", "clusterissuers", "issuers"),
        },
        writes={"cert-manager.io": ("certificates",)},
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
        cluster_role_bindings=alike(
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
        elsewhere={
            "kube-system": alike(
                "cert-manager-cainjector:leaderelection", "cert-manager:leaderelection"
            )
        },
        powers={
            # Puts certificate authorities into whatever asks for one by an annotation.
            "cert-manager-cainjector": Powers(
                reads={"": ("secrets",)},
                writes={
                    ADMISSION: (
                        "mutatingwebhookconfigurations",
                        "validatingwebhookconfigurations",
                    ),
                    "apiregistration.k8s.io": ("apiservices",),
                    EXTENSIONS: ("customresourcedefinitions",),
                },
            ),
            "cert-manager-controller-approve:cert-manager-io": Powers(
                specials=(("approve", "cert-manager.io", "signers"),)
            ),
            "cert-manager-controller-certificates": Powers(writes={"": ("secrets",)}),
            "cert-manager-controller-certificatesigningrequests": Powers(
                writes={
                    "certificates.k8s.io": (
                        "certificatesigningrequests",
                        "certificatesigningrequests/status",
                    )
                },
                specials=(("sign", "certificates.k8s.io", "signers"),),
            ),
            # Answers a challenge over HTTP with a pod of its own.
            "cert-manager-controller-challenges": Powers(
                reads={"": ("secrets",)}, writes={"": ("pods",)}
            ),
            "cert-manager-controller-clusterissuers": Powers(writes={"": ("secrets",)}),
            "cert-manager-controller-issuers": Powers(writes={"": ("secrets",)}),
            "cert-manager-controller-orders": Powers(reads={"": ("secrets",)}),
        },
        mutating=("cert-manager-webhook",),
        validating=("cert-manager-webhook",),
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
        writes={"argoproj.io": ("analysistemplates", "rollouts")},
        cluster_roles=(
            "argo-rollouts",
            "argo-rollouts-aggregate-to-admin",
            "argo-rollouts-aggregate-to-edit",
            "argo-rollouts-aggregate-to-view",
        ),
        cluster_role_bindings=alike("argo-rollouts"),
        powers={
            # Runs what Rollouts and analyses say, in their namespaces.
            "argo-rollouts": Powers(
                reads={"": ("secrets",)},
                writes={
                    "": ("pods",),
                    "apps": ("deployments", "replicasets"),
                    "batch": ("jobs",),
                },
            )
        },
    ),
}
