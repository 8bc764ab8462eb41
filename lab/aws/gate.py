"""The gate before every AWS call: who signed it, and did they.

moto takes any key and any secret; a forgotten provider or role would pass unseen. Owns the refusal
in each protocol's words. What the caller may do is asked next (`judgement`).
"""

import io
import json
from typing import Any, TypeAlias
from xml.sax.saxutils import escape

from lab.aws.errors import ServiceError
from lab.aws.principals import AccessKeys, Credentials
from lab.aws.signature import Signed, from_header, from_url

Environ: TypeAlias = dict[str, Any]
CREDENTIALS = "lab.credentials"
"""Where in the request's environ the caller's credentials are."""
SIGNED = "lab.signed"
"""And where the signature that was checked."""


def admit(keys: AccessKeys, environ: Environ) -> None:
    """Puts the caller's credentials into the environ, or raises AWS's refusal."""
    signed = read_signed(environ)
    if signed is None:
        raise ServiceError(
            "MissingAuthenticationToken", "Request is missing Authentication Token", status=403
        )
    environ[CREDENTIALS] = authenticated(keys, signed)
    environ[SIGNED] = signed


def read_signed(environ: Environ) -> Signed | None:
    """The request's signature, by header or presigned; None if it carries none."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in {"CONTENT_TYPE", "CONTENT_LENGTH"}
    }
    target = str(environ.get("RAW_URI") or environ.get("PATH_INFO", "/"))
    if "authorization" not in headers:
        return from_url(f"http://{headers.get('host', '')}{target}", headers)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return from_header(str(environ["REQUEST_METHOD"]), target, headers, body)


def authenticated(keys: AccessKeys, signed: Signed) -> Credentials:
    """The credentials that signed the request, or the error with which AWS refuses it."""
    credentials = keys.find(signed.scope.access_key_id)
    if credentials is None or credentials.session_token != signed.security_token:
        raise ServiceError(
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
            status=403,
        )
    if credentials.expired:
        raise ServiceError(
            "ExpiredToken", "The security token included in the request is expired", status=403
        )
    if not signed.signed_by(credentials.secret_access_key):
        raise ServiceError(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check"
            " your AWS Secret Access Key and signing method.",
            status=403,
        )
    return credentials


def worded(error: ServiceError, environ: Environ) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body of a refusal, as the protocol of the request has it."""
    content = str(environ.get("CONTENT_TYPE", ""))
    signed = str(environ.get("HTTP_AUTHORIZATION", ""))
    if "json" in content or "/eks/" in signed:
        # JSON services have another name for it.
        code = {"InvalidClientTokenId": "UnrecognizedClientException"}.get(error.code, error.code)
        body = json.dumps({"__type": code, "message": error.message})
        return [("Content-Type", "application/json"), ("x-amzn-ErrorType", code)], body.encode()
    detail = f"<Error><Code>{error.code}</Code><Message>{escape(error.message)}</Message></Error>"
    if "/ec2/" in signed:
        body = f"<Response><Errors>{detail}</Errors><RequestID>lab</RequestID></Response>"
    else:
        body = f"<ErrorResponse>{detail}<RequestId>lab</RequestId></ErrorResponse>"
    return [("Content-Type", "text/xml")], body.encode()
