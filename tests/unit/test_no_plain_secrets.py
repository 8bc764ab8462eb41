"""No secret passes through Pulumi: none in configuration, in what it is told to make, in outputs.

What could be mistaken for one travels as a secret all the same. Not here: secrets in the
repository (`tests/supply_chain`), and of a running lab (`tests/lab/gitops`).
"""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

import pytest

from tests.unit import committed
from tests.unit.configs import VARIANTS, brought_up
from tests.unit.engine import Run, Secret, plain

SECRET_KIND = "kubernetes:core/v1:Secret"
SHAPES = {
    "an access key of AWS": r"\b(AKIA|ASIA)[A-Z0-9]{16}\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "a token of GitHub": r"\b(gh[pousr]_|github_pat_)\w{20,}",
    "a token of Pulumi": r"\bpul-[0-9a-f]{40}\b",
    "a JSON web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.",
    "a password in an address": r"://[^/\s:@]+:[^/\s@]+@",
}
NAMED = re.compile(r"(password|passphrase|token|secret|api_?key|credential|private_?key)$", re.I)
"""Names of keys whose value is a secret, unless it only says where one is."""
MAY_BE_NAMED = re.compile(r"\$[\w-]+:[\w.-]+|")
"""Argo CD's `$secret:key`, and nothing at all."""


@pytest.fixture(params=VARIANTS)
def run(request: pytest.FixtureRequest) -> Run:
    return brought_up(*VARIANTS[request.param])


def texts(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a value, with the path of keys to it; JSON in a text is looked into."""
    if isinstance(value, dict):
        for key, inner in cast(dict[str, Any], value).items():
            # A key may have dots of its own.
            yield from texts(inner, f"{at}/{key}")
    elif isinstance(value, (list, tuple)):
        for inner in cast(list[Any], value):
            yield from texts(inner, at)
    elif isinstance(value, str):
        yield at, value
        if value.startswith(("{", "[")):
            try:
                yield from texts(json.loads(value), at)
            except ValueError:
                return


def suspicious(value: Any) -> list[str]:
    """`path: why` for what looks like a secret, or is called one."""
    found = [
        f"{at}: {shape}"
        for at, text in texts(value)
        for shape, pattern in SHAPES.items()
        if re.search(pattern, text)
    ]
    return found + [
        f"{at}: is called one"
        for at, text in texts(value)
        if NAMED.search(at.replace(".", "/")) and not MAY_BE_NAMED.fullmatch(text)
    ]


@pytest.mark.parametrize("stack", committed.stack_names())
def test_no_stack_file_holds_one(stack: str) -> None:
    assert suspicious(committed.stack_config(stack)) == []


def test_nothing_that_is_made_is_told_one(run: Run) -> None:
    """Not even as a secret: what Pulumi encrypts, its state holds."""
    found = {node.name: suspicious(plain(node.inputs)) for node in run.nodes.values()}
    assert {name: what for name, what in found.items() if what} == {}


def test_no_output_holds_one(run: Run) -> None:
    assert suspicious(plain(run.exports)) == []


def test_the_data_of_a_secret_travels_as_one(run: Run) -> None:
    """It says where a cluster is and no more, and is none of anybody's business all the same."""
    for node in run.of(SECRET_KIND):
        if node.name.endswith("registration-hub-secret"):
            continue  # of the hub itself: nothing in it came as a secret from another stack
        assert isinstance(node.inputs["stringData"], Secret), node.name


def test_a_registration_is_the_one_output_that_travels_as_a_secret(run: Run) -> None:
    hidden = {name for name, value in run.exports.items() if isinstance(value, Secret)}
    assert hidden == ({"registration"} if run.stack != "hub" else set())


@pytest.mark.parametrize(
    "planted",
    [
        {"metadata": {"annotations": {"note": "AKIA" + "QYLPMN5HNA3Y7RTX"}}},
        {"data": {"key.pem": "-----BEGIN RSA PRIVATE " + "KEY-----"}},
        {"values": {"configs": {"secret": {"argocdServerAdminPassword": "hunter2"}}}},
        {"values": {"configs": {"secret": {"extra": {"webhook.github.secret": "hunter2"}}}}},
        {"url": "https://git:" + "hunter2@example.com/repository"},
        {"config": json.dumps({"bearerToken": "hunter2"})},
    ],
)
def test_a_planted_one_is_found(planted: dict[str, Any]) -> None:
    assert len(suspicious(planted)) == 1


def test_where_a_secret_is_may_be_said() -> None:
    assert suspicious({"webhook.github.secret": "$argocd-webhook:secret"}) == []
