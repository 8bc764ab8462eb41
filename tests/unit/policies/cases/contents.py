"""Cases of the rules on secrets, charts and images. The credentials are made up, in pieces so that
no scanner takes them for real."""

import json
from typing import Any

from policies.pack.rule import UNKNOWN
from tests.unit.policies.cases.case import bad, good, of

SECRET = "kubernetes:core/v1:Secret"
RELEASE = "kubernetes:helm.sh/v3:Release"
APPLICATION = "kubernetes:argoproj.io/v1alpha1:Application"
KUBERNETES = "pulumi:providers:kubernetes"
ANY = "aws:ssm/parameter:Parameter"
RANDOM = "q7" + "Zk2vX9mB4tR8wLpN"

CREDENTIALS = {
    "access key of AWS": "AKIA" + "ABCDEFGHIJKLMNOP",
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMII",
    "token of GitHub": "ghp_" + "a" * 36,
    "token of GitLab": "glpat-" + "a" * 20,
    "token of Slack": "xoxb-" + "1" * 12,
    "token of Pulumi": "pul-" + "0" * 40,
    "signed token": ".".join(("eyJ" + "a" * 10, "eyJ" + "b" * 10, "c" * 12)),
    "password in an address": "postgres://shop:" + "hunter22@db/shop",
}


def source(**fields: Any) -> Any:
    return of(APPLICATION, {"spec": {"source": fields}})


_SECRETS = [
    *(
        bad("no-input-looks-like-a-credential", of(ANY, {"value": text}), says=what)
        for what, text in CREDENTIALS.items()
    ),
    bad(
        "no-input-looks-like-a-credential",
        of(ANY, {"value": json.dumps({"deep": [CREDENTIALS["token of GitHub"]]})}),
        says="value",
    ),
    good(
        "no-input-looks-like-a-credential",
        of(ANY, {"value": CREDENTIALS["token of GitHub"]}, secrets=("value",)),
    ),
    good(
        "no-input-looks-like-a-credential",
        of(ANY, {"url": "https://github.com/example/fleet", "arn": "arn:aws:iam::1:role/a"}),
    ),
    bad(
        "no-input-called-a-secret-is-in-the-clear",
        of(RELEASE, {"values": {"dex": {"clientSecret": RANDOM}}}),
        says="values.dex.clientSecret: 18 characters",
    ),
    *(
        good("no-input-called-a-secret-is-in-the-clear", of(ANY, {"password": value}))
        for value in (
            "$oidc:client",
            "arn:aws:secretsmanager:eu-west-1:1:secret:a",
            "admin",
            UNKNOWN,
        )
    ),
    good(
        "no-input-called-a-secret-is-in-the-clear",
        of(ANY, {"deep": {"password": RANDOM}}, secrets=("deep",)),
    ),
    bad("kubernetes-secrets-are-marked", of(SECRET, {"data": {"a": "eA=="}}), says="data.a"),
    good(
        "kubernetes-secrets-are-marked",
        of(SECRET, {"stringData": {"a": "x"}}, secrets=("stringData.a",)),
    ),
    bad(
        "providers-hold-no-credentials", of("pulumi:providers:aws", {"secretKey": "x"}), says="sec"
    ),
    *(
        bad("providers-hold-no-credentials", of(KUBERNETES, {"kubeconfig": text}), says="token")
        for text in ('{"user": {"token": "abc"}}', "user:\n  token: abc")
    ),
    good(
        "providers-hold-no-credentials",
        of(KUBERNETES, {"kubeconfig": '{"user": {"exec": {"args": ["get-token"]}}}'}),
    ),
]

_CHARTS = [
    *(
        bad("charts-have-a-version", of(RELEASE, {"version": version}), says="version")
        for version in (None, "^10.8.4", "10.8", "latest")
    ),
    good("charts-have-a-version", of(RELEASE, {"version": "v10.8.4"})),
    bad(
        "charts-come-over-tls",
        of(RELEASE, {"repositoryOpts": {"repo": "http://charts.example"}}),
        says="http://charts",
    ),
    good("charts-come-over-tls", of(RELEASE, {"chart": "oci://mirror.example/charts/argo-cd"})),
    good(
        "charts-come-over-tls",
        of(RELEASE, {"repositoryOpts": {"repo": "http://127.0.0.1:8080/charts"}}),
    ),
    bad(
        "images-of-charts-have-a-version",
        of(RELEASE, {"values": {"server": {"image": {"tag": "latest"}}}}),
        says="values.server.image.tag",
    ),
    good(
        "images-of-charts-have-a-version",
        of(RELEASE, {"values": {"global": {"image": {"tag": "v3.6.1"}}}}),
    ),
    *(
        bad("applications-follow-a-version-or-a-branch", found, says="targetRevision")
        for found in (
            source(path="a", targetRevision="HEAD"),
            source(path="a"),
            source(chart="c", targetRevision="1.*"),
        )
    ),
    good("applications-follow-a-version-or-a-branch", source(path="a", targetRevision="main")),
    good("applications-follow-a-version-or-a-branch", source(chart="c", targetRevision="1.2.3")),
]

CASES = [*_SECRETS, *_CHARTS]
