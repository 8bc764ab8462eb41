"""Bearer tokens as `aws eks get-token` and Argo CD make them, right or wrong in one point.

Owns: the presigned request. Not here: who takes it for what (`lab/aws/tokens.py`).
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from lab.aws.tokens import PREFIX

REGION = "eu-west-1"


@dataclass(frozen=True, kw_only=True)
class Key:
    """An access key; temporary ones come with a session's token."""

    access: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Presigned:
    """A GET of STS for one cluster, from one address; each field but the first may be wrong."""

    host: str
    cluster: str
    """Signed as a header; empty: none is."""
    action: str = "GetCallerIdentity"
    age: timedelta = timedelta(0)
    service: str = "sts"
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    """Signed beside the action."""

    def url(self, key: Key) -> str:
        """The request, signed."""
        headers = {"x-k8s-aws-id": self.cluster} if self.cluster else {}
        more = "".join(f"&{key}={value}" for key, value in self.query.items())
        request: Any = AWSRequest(
            method="GET",
            url=f"http://{self.host}/?Action={self.action}&Version=2011-06-15{more}",
            headers=headers,
        )
        credentials = Credentials(key.access, key.secret, key.token)
        signer: Any = SigV4QueryAuth(credentials, self.service, REGION)
        with patch("botocore.auth.get_current_datetime") as clock:
            clock.return_value = (datetime.now(UTC) - self.age).replace(tzinfo=None)
            signer.add_auth(request)
        return str(request.url)

    def token(self, key: Key) -> str:
        """The request as a bearer token."""
        return bearer(self.url(key))


def bearer(url: str) -> str:
    """Any URL as a bearer token."""
    return PREFIX + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
