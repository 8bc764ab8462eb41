"""What a signed request is read as, in each protocol."""

import io
import json
from typing import Any

import pytest

from lab.aws import requests
from lab.aws.gate import Environ
from lab.aws.requests import AwsRequest
from lab.aws.signature import Scope, Signed


def read(
    service: str, body: bytes = b"", *, method: str = "POST", path: str = "/", target: str = ""
) -> AwsRequest | None:
    scope = Scope(access_key_id="A", date="20260101", region="eu-west-1", service=service)
    signed = Signed(
        scope=scope,
        signed_headers=(),
        signature="",
        timestamp="",
        security_token="",
        method=method,
        path=path,
        query=(),
        headers={},
        payload=body,
    )
    environ: Environ = {
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "REQUEST_METHOD": method,
        "HTTP_X_AMZ_TARGET": target,
    }
    found = requests.read(environ, signed)
    assert environ["wsgi.input"].read() == body, "whoever answers must read it again"
    return found


def test_a_query_names_its_operation_in_the_body() -> None:
    found = read("iam", b"Action=GetRole&RoleName=a%2Bb&Version=1")
    assert found is not None
    assert (found.action, found.params["RoleName"]) == ("iam:GetRole", "a+b")


def test_json_names_its_operation_in_a_header() -> None:
    found = read("kms", json.dumps({"KeyId": "k"}).encode(), target="TrentService.DescribeKey")
    assert found is not None
    assert (found.action, found.params) == ("kms:DescribeKey", {"KeyId": "k"})


@pytest.mark.parametrize(
    ("method", "path", "operation", "params"),
    [
        ("GET", "/clusters", "ListClusters", {}),
        ("GET", "/clusters/a", "DescribeCluster", {"name": "a"}),
        (
            "DELETE",
            "/clusters/a/access-entries/arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx",
            "DeleteAccessEntry",
            {"name": "a", "principalArn": "arn:aws:iam::1:role/x"},
        ),
        ("GET", "/nothing/here", None, None),
    ],
)
def test_rest_names_its_operation_by_method_and_path(
    method: str, path: str, operation: str | None, params: Any
) -> None:
    found = read("eks", method=method, path=path)
    assert (found.operation if found else None) == operation
    assert (found.params if found else None) == params
