"""Signature Version 4, verified: did the holder of this secret sign this request.

Pure. Covers what reaches STS: a signed POST, and a presigned GET as EKS tokens carry it. It doesn't
know whose key it is (`principals`) nor how old a request may be.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"
_HEADER = re.compile(
    rf"{ALGORITHM}\s+Credential=(?P<credential>[^,\s]+),\s*"
    r"SignedHeaders=(?P<headers>[^,\s]+),\s*Signature=(?P<signature>[0-9a-f]+)"
)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The credential scope of a signature: who signed, and for what."""

    access_key_id: str
    date: str
    region: str
    service: str

    @classmethod
    def parse(cls, credential: str) -> "Scope | None":
        """From `<key>/<date>/<region>/<service>/aws4_request`; None if it isn't one."""
        fields = credential.split("/")
        if len(fields) != 5 or fields[4] != "aws4_request":
            return None
        return cls(access_key_id=fields[0], date=fields[1], region=fields[2], service=fields[3])

    @property
    def text(self) -> str:
        """The scope without the key, as it is signed."""
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A signed request, taken apart."""

    scope: Scope
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str
    """X-Amz-Date: when it was signed, as 20260102T030405Z."""
    security_token: str
    method: str
    path: str
    """As it was sent, percent-encoded."""
    query: tuple[tuple[str, str], ...]
    """All decoded parameters but the signature."""
    headers: Mapping[str, str]
    """In lower case; for a presigned URL, the headers that the sender is known to have signed."""
    payload: bytes

    def signed_by(self, secret_access_key: str) -> bool:
        """Whether this secret makes this signature."""
        if any(name not in self.headers for name in self.signed_headers):
            return False
        canonical = "\n".join(
            (
                self.method,
                quote(self.path, safe="/-_.~"),
                "&".join(map("=".join, sorted((_encoded(k), _encoded(v)) for k, v in self.query))),
                *(f"{name}:{' '.join(self.headers[name].split())}" for name in self.signed_headers),
                "",
                ";".join(self.signed_headers),
                hashlib.sha256(self.payload).hexdigest(),
            )
        )
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        to_sign = "\n".join((ALGORITHM, self.timestamp, self.scope.text, digest))
        key = f"AWS4{secret_access_key}".encode()
        for part in (*self.scope.text.split("/"), to_sign):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return hmac.compare_digest(key.hex(), self.signature)


def from_header(
    method: str, target: str, headers: Mapping[str, str], payload: bytes
) -> Signed | None:
    """A request signed by its Authorization header; None if it carries no such signature.

    `target` is path and query as sent; header names may be in any case.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    match = _HEADER.match(lowered.get("authorization", ""))
    scope = Scope.parse(match["credential"]) if match else None
    if not match or not scope:
        return None
    path, _, query = target.partition("?")
    return Signed(
        scope=scope,
        signed_headers=tuple(match["headers"].split(";")),
        signature=match["signature"],
        timestamp=lowered.get("x-amz-date", ""),
        security_token=lowered.get("x-amz-security-token", ""),
        method=method,
        path=path or "/",
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        headers=lowered,
        payload=payload,
    )


def from_url(url: str, headers: Mapping[str, str] | None = None) -> Signed | None:
    """A presigned GET; None if the URL carries no signature.

    `headers` are those that the sender signed beside the host, in lower case.
    """
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = dict(pairs)
    scope = Scope.parse(query.get("X-Amz-Credential", ""))
    if scope is None or query.get("X-Amz-Algorithm") != ALGORITHM or len(query) != len(pairs):
        return None
    return Signed(
        scope=scope,
        signed_headers=tuple(query.get("X-Amz-SignedHeaders", "").split(";")),
        signature=query.get("X-Amz-Signature", ""),
        timestamp=query.get("X-Amz-Date", ""),
        security_token=query.get("X-Amz-Security-Token", ""),
        method="GET",
        path=parts.path or "/",
        query=tuple((key, value) for key, value in pairs if key != "X-Amz-Signature"),
        headers={"host": parts.netloc, **(headers or {})},
        payload=b"",
    )


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
