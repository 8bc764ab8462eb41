"""The Argo CD cluster secret: where a registration becomes something Argo CD can deploy to.

Owns: the secret's shape, its labels and annotations. Not here: what they say (`contracts.py`), and
the rights behind the login (`access.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from components import conventions
from components.config_argocd import ArgoCdMode
from components.contracts import Registration, RepositoryFacts


@dataclass(frozen=True, kw_only=True)
class ClusterRegistrationArgs:
    """The cluster, and the repository that its ApplicationSets read from."""

    namespace: pulumi.Input[str]
    registration: Registration
    repository: RepositoryFacts
    mode: ArgoCdMode = "self-managed"
    """How Argo CD reaches the cluster: by its address and an IAM role, or by its ARN alone."""


class ClusterRegistration(pulumi.ComponentResource):
    """One cluster secret. It holds no credential: the login is a role and a token made when needed.

    The secret must never be deleted while applications live on the cluster: the ApplicationSets
    would drop the cluster and take every workload along. So it is protected, its name is fixed, and
    the provider it is made with must update secrets in place (`enable_secret_mutable`). On the hub
    itself, `guard.py` refuses what gets past that.
    """

    secret_name: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]
    """What an Application must wait for that names the cluster."""

    def __init__(
        self, name: str, args: ClusterRegistrationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:ClusterRegistration", name, None, opts)
        cluster = args.registration
        secret = k8s.core.v1.Secret(
            f"{name}-secret",
            metadata={
                "name": pulumi.Output.from_input(cluster.cluster_name).apply(
                    conventions.cluster_secret_name
                ),
                "namespace": args.namespace,
                "labels": pulumi.Output.from_input(cluster.labels).apply(_labels),
                "annotations": pulumi.Output.all(
                    cluster.annotations, args.repository.annotations()
                ).apply(_merged),
            },
            type="Opaque",
            string_data=connection(cluster, args.mode),
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        self.secret_name = secret.metadata.apply(lambda metadata: str(metadata.name))
        self.ready = (secret,)
        self.register_outputs({"secretName": self.secret_name})


def connection(cluster: Registration, mode: ArgoCdMode) -> dict[str, pulumi.Input[str]]:
    """Name, address and login.

    The EKS Capability takes ARNs alone, also of its own cluster, and finds address, certificate and
    way by itself. https://docs.aws.amazon.com/eks/latest/userguide/argocd-register-clusters.html
    """
    if mode == "capability":
        return {"name": cluster.cluster_name, "server": cluster.cluster_arn}
    return {
        "name": cluster.cluster_name,
        "server": cluster.endpoint,
        "config": login(cluster),
    }


def login(cluster: Registration) -> pulumi.Output[str]:
    """Argo CD's `config` for an EKS cluster: JSON, an IAM role to assume instead of a token.

    https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#eks
    """
    return pulumi.Output.json_dumps(
        {
            "awsAuthConfig": pulumi.Output.all(cluster.cluster_name, cluster.access_role_arn).apply(
                _aws_auth
            ),
            "tlsClientConfig": {"insecure": False, "caData": cluster.certificate_authority},
        },
        sort_keys=True,
    )


def _aws_auth(values: list[str]) -> dict[str, str]:
    cluster_name, role_arn = values
    return {"clusterName": cluster_name} | ({"roleARN": role_arn} if role_arn else {})


def _labels(labels: Mapping[str, str]) -> dict[str, str]:
    return {**labels, conventions.CLUSTER_LABEL: conventions.CLUSTER_LABEL_VALUE}


def _merged(annotations: list[Any]) -> dict[str, str]:
    of_cluster, of_repository = annotations
    # What a spoke says of the repository is not for it to say.
    return {**of_cluster, **of_repository}
