"""Pod Identity: AWS credentials for a pod's service account, as the agent on a node hands them out.

Owns the way from token over association to a role's session. Associations are made in
`lab.aws.eks.pod_identities`, tokens are judged by the cluster's own API server.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import RLock
from typing import TypeAlias

from lab.aws.documents import Document
from lab.aws.eks import pod_identities
from lab.aws.eks.state import Cluster, ClusterKey, Clusters, Resource
from lab.aws.errors import ServiceError
from lab.aws.principals import Credentials, Sessions
from lab.aws.token_review import ServiceAccount
from lab.aws.trust import Assumption, DeniedError, Service, assume

AUDIENCE = "pods.eks.amazonaws.com"
SERVICE = "pods.eks.amazonaws.com"
# What EKS gives a pod, and AWS's cap for a second role assumed with the first.
_LIFETIME = timedelta(hours=6)
_CHAINED_LIFETIME = timedelta(hours=1)

Reviewer: TypeAlias = Callable[[Path, str, str], ServiceAccount | None]
"""`token_review.service_account`, or a test's stand-in."""


@dataclass(frozen=True, kw_only=True)
class CredentialsEndpoint:
    """Answers the SDKs' container credentials provider."""

    clusters: Clusters
    sessions: Sessions
    admin_kubeconfig: Callable[[ClusterKey], Path]
    reviewer: Reviewer
    lock: RLock

    def credentials(self, key: ClusterKey, token: str) -> Document:
        """Credentials in the provider's words, or a ServiceError with the HTTP status."""
        with self.lock:
            self.clusters.get(key)
        # Not under the lock: the API server may ask our webhook about this very token.
        account = self.reviewer(self.admin_kubeconfig(key), token, AUDIENCE)
        if account is None:
            raise ServiceError(
                "InvalidTokenException",
                f"Not a service-account token of cluster {key.name} for {AUDIENCE}",
                status=400,
            )
        with self.lock:
            found = self._session(self.clusters.get(key), account)
        return {
            "AccessKeyId": found.access_key_id,
            "SecretAccessKey": found.secret_access_key,
            "Token": found.session_token,
            "AccountId": found.principal.account,
            "Expiration": f"{found.expiration:%Y-%m-%dT%H:%M:%SZ}",
        }

    def _session(self, cluster: Cluster, account: ServiceAccount) -> Credentials:
        association = pod_identities.find(cluster, account.namespace, account.name)
        if association is None:
            raise ServiceError(
                "AccessDeniedException",
                f"No Pod Identity association for service account"
                f" {account.namespace}/{account.name} on cluster {cluster.name}",
                status=403,
            )
        try:
            return self._assume(cluster, association, account)
        except DeniedError as denied:
            raise ServiceError("AccessDeniedException", str(denied), status=403) from None

    def _assume(
        self, cluster: Cluster, association: Resource, account: ServiceAccount
    ) -> Credentials:
        body = association.body
        caller = Service(
            name=SERVICE, source_account=cluster.key.account, source_arn=cluster.body["arn"]
        )
        tags = {} if body["disableSessionTags"] else _session_tags(cluster, account)
        wish = Assumption(
            role_arn=body["roleArn"],
            session_name=f"eks-{cluster.name[:10]}-{(account.pod or 'no-pod')[:10]}-{uuid.uuid4()}",
            tags=tags,
            transitive_tags=frozenset(tags),
        )
        found = assume(self.sessions, caller, wish, _LIFETIME)
        if not body.get("targetRoleArn"):
            return found
        target = Assumption(
            role_arn=body["targetRoleArn"],
            session_name=wish.session_name,
            external_id=body["externalId"],
        )
        return assume(self.sessions, found.principal, target, _CHAINED_LIFETIME)


def _session_tags(cluster: Cluster, account: ServiceAccount) -> dict[str, str]:
    tags = {
        "eks-cluster-arn": cluster.body["arn"],
        "eks-cluster-name": cluster.name,
        "kubernetes-namespace": account.namespace,
        "kubernetes-service-account": account.name,
        "kubernetes-pod-name": account.pod,
        "kubernetes-pod-uid": account.pod_uid,
    }
    return {name: value for name, value in tags.items() if value}
