"""Whose a bearer token of `aws eks get-token` or Argo CD is: the API servers' authenticator.

Owns the check of the token and the way from principal over access entry to Kubernetes user. What
the user may do is for RBAC and `authorization` to say.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lab.aws.documents import Document
from lab.aws.eks.state import ClusterKey as Key
from lab.aws.eks.state import Clusters, Kind, Resource
from lab.aws.errors import ServiceError
from lab.aws.gate import authenticated
from lab.aws.principals import AccessKeys, Credentials
from lab.aws.signature import Signed, from_url

PREFIX = "k8s-aws-v1."
_CLUSTER_HEADER = "x-k8s-aws-id"
# How long EKS honours a token after it was signed, and what it forgives a clock that is ahead.
_LIFETIME = timedelta(minutes=15)
_SKEW = timedelta(minutes=5)
_STS_HOST = re.compile(r"sts(\.[a-z0-9-]+)?\.amazonaws\.com")
_NOT_IN_SESSION_NAMES = re.compile(r"[^a-zA-Z0-9._-]")


class TokenError(Exception):
    """Why a token isn't accepted."""


@dataclass(frozen=True, kw_only=True)
class Authenticator:
    """Judges tokens for every cluster; `hosts` are the addresses of the lab's own STS."""

    clusters: Clusters
    keys: AccessKeys
    hosts: frozenset[str]

    def review(self, key: Key, token: str) -> Document:
        """The status of a TokenReview (authentication.k8s.io/v1) about this cluster."""
        if not token.startswith(PREFIX):
            return {"authenticated": False}  # not ours: another authenticator may know it
        try:
            signer = self._signer(key, token)
            return {"authenticated": True, "user": _user(self._entry(key, signer), signer)}
        except (TokenError, ServiceError) as error:
            return {"authenticated": False, "error": str(error)}

    def _signer(self, key: Key, token: str) -> Credentials:
        signed = _taken_apart(token, key.name)
        host = signed.headers["host"]
        if host not in self.hosts and not _STS_HOST.fullmatch(host):
            raise TokenError(f"The token is addressed to {host}, which is not STS")
        query = dict(signed.query)
        if query.get("Action") != "GetCallerIdentity" or signed.scope.service != "sts":
            raise TokenError("The token is not a signed GetCallerIdentity of STS")
        if not {"host", _CLUSTER_HEADER} <= set(signed.signed_headers):
            raise TokenError(f"The token doesn't sign host and {_CLUSTER_HEADER}")
        _require_fresh(signed.timestamp)
        # The header's value isn't in the token: only a signature for this very cluster verifies.
        return authenticated(self.keys, signed)

    def _entry(self, key: Key, signer: Credentials) -> Resource:
        cluster = self.clusters.get(key)
        principal = signer.principal
        entry = cluster.all(Kind.ACCESS_ENTRY).get(principal.iam_arn)
        if entry is None or entry.principal_id != principal.unique_id:
            raise TokenError(f"{principal.iam_arn} has no access entry on cluster {key.name}")
        if entry.body["type"] != "STANDARD":
            raise TokenError(f"The access entry of {principal.iam_arn} is for nodes")
        return entry


def _taken_apart(token: str, cluster: str) -> Signed:
    raw = token.removeprefix(PREFIX)
    try:
        url = base64.b64decode(raw + "=" * (-len(raw) % 4), altchars=b"-_", validate=True).decode()
        signed = from_url(url, {_CLUSTER_HEADER: cluster})
    except (binascii.Error, ValueError):
        signed = None
    if signed is None or signed.path != "/":
        raise TokenError("The token does not hold a presigned URL")
    return signed


def _require_fresh(timestamp: str) -> None:
    try:
        signed_at = datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise TokenError(f"X-Amz-Date of the token is no date: {timestamp}") from None
    age = datetime.now(UTC) - signed_at
    if not -_SKEW <= age <= _LIFETIME:
        raise TokenError(f"The token was signed at {timestamp}, not within the last 15 minutes")


def _user(entry: Resource, signer: Credentials) -> Mapping[str, Any]:
    principal = signer.principal
    # The authenticator keeps session names free of what would be odd in a user name.
    session = _NOT_IN_SESSION_NAMES.sub("-", principal.session_name)
    username = (
        entry.body["username"]
        .replace("{{SessionName}}", session)
        .replace("{{SessionNameRaw}}", principal.session_name)
        .replace("{{AccountID}}", principal.account)
    )
    return {
        "username": username,
        "uid": f"aws-iam-authenticator:{principal.account}:{principal.unique_id}",
        # The API server adds system:authenticated by itself.
        "groups": list(entry.body["kubernetesGroups"]),
        "extra": {
            "accessKeyId": [signer.access_key_id],
            "arn": [principal.arn],
            "canonicalArn": [principal.iam_arn],
            "principalId": [principal.unique_id],
            "sessionName": [session],
        },
    }
