"""Signature Version 4, against botocore as the signer."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.aws.signature import Scope, Signed, from_header, from_url

SECRET = "secret"
HOST = "http://127.0.0.1:5000"
HEADERS = {"x-k8s-aws-id": "spoke"}


def presigned(url: str, headers: dict[str, str], token: str | None = None) -> str:
    request: Any = AWSRequest(method="GET", url=url, headers=headers)
    signer: Any = SigV4QueryAuth(Credentials("AKIA", SECRET, token), "sts", "eu-west-1")
    signer.add_auth(request)
    return str(request.url)


def signed_post(target: str, body: str) -> Signed | None:
    request = AWSRequest(method="POST", url=HOST + target, data=body, headers={"a": " x  y "})
    signer: Any = SigV4Auth(Credentials("AKIA", SECRET, "token"), "eks", "eu-west-1")
    signer.add_auth(request)
    headers: dict[str, str] = {**dict(request.headers.items()), "host": "127.0.0.1:5000"}
    return from_header("POST", target, headers, body.encode())


def test_a_presigned_url_is_signed_by_its_secret_and_no_other() -> None:
    signed = from_url(presigned(f"{HOST}/?Action=GetCallerIdentity", HEADERS), HEADERS)
    assert signed is not None
    assert signed.signed_by(SECRET)
    assert not signed.signed_by("another")


@pytest.mark.parametrize("headers", [{"x-k8s-aws-id": "hub"}, {}])
def test_a_signed_header_must_have_the_value_that_was_signed(headers: dict[str, str]) -> None:
    signed = from_url(presigned(f"{HOST}/?Action=GetCallerIdentity", HEADERS), headers)
    assert signed is not None
    assert not signed.signed_by(SECRET)


@pytest.mark.parametrize(
    ("before", "after"),
    [("GetCallerIdentity", "GetSessionToken"), ("5000/", "5001/"), ("eu-west-1", "eu-west-2")],
)
def test_a_changed_url_is_not_signed(before: str, after: str) -> None:
    url = presigned(f"{HOST}/?Action=GetCallerIdentity", HEADERS)
    signed = from_url(url.replace(before, after), HEADERS)
    assert signed is not None
    assert not signed.signed_by(SECRET)


def test_a_url_tells_who_signed_it_and_with_which_session() -> None:
    signed = from_url(presigned(f"{HOST}/", {}, "the/token+"))
    assert signed is not None
    assert (signed.scope.access_key_id, signed.scope.service) == ("AKIA", "sts")
    assert signed.security_token == "the/token+"


@pytest.mark.parametrize("url", ["", "x", f"{HOST}/?Action=x", f"{HOST}/?X-Amz-Credential=a/b"])
def test_a_url_without_a_signature_is_none(url: str) -> None:
    assert from_url(url) is None


def test_a_parameter_that_comes_twice_makes_no_signed_url() -> None:
    url = presigned(f"{HOST}/?Action=GetCallerIdentity", {})
    assert from_url(f"{url}&Action=GetCallerIdentity") is None


@settings(max_examples=30)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=300), min_size=1), st.text())
def test_any_label_in_a_path_and_any_body_verify(label: str, body: str) -> None:
    signed = signed_post(f"/clusters/{quote(label, safe='')}/x?a-b=1&a=2", body)
    assert signed is not None
    assert signed.signed_by(SECRET)


def test_another_body_does_not_verify() -> None:
    signed = signed_post("/", "body")
    assert signed is not None
    assert not replace(signed, payload=b"other").signed_by(SECRET)


@pytest.mark.parametrize("authorization", ["", "Bearer x", "AWS4-HMAC-SHA256 Credential=a"])
def test_another_authorization_header_is_none(authorization: str) -> None:
    assert from_header("GET", "/", {"Authorization": authorization}, b"") is None


@pytest.mark.parametrize("credential", ["", "AKIA", "AKIA/1/2/3", "AKIA/1/2/3/aws5_request"])
def test_what_is_no_credential_scope_is_none(credential: str) -> None:
    assert Scope.parse(credential) is None
