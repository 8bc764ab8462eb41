"""Pipelines that work on an AWS account without a key: who they are, and what trusts them.

Owns: the two issuers, their audiences and the exact subjects of a stack's runs. Not here: what a
pipeline may do (`deployer_policy.py`), and the pipelines themselves.

https://www.pulumi.com/docs/deployments/guides/oidc/
https://docs.github.com/en/actions/reference/security/oidc
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components import conventions, iam

PULUMI, GITHUB = "api.pulumi.com/oidc", "token.actions.githubusercontent.com"
"""Issuers, without `https://`, as IAM names the keys of conditions."""

GITHUB_AUDIENCE = "sts.amazonaws.com"

PULUMI_OPERATIONS = ("update", "refresh", "destroy")
"""Of a deployer. A preview runs what nobody has reviewed: only the preview role trusts it."""


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who signs tokens for one kind of pipeline, and for whom."""

    host: str
    """An entry of `PULUMI`, `GITHUB`."""
    audience: str
    provider_arn: pulumi.Input[str]


def pulumi_subjects(organization: str, stack: str, operations: Sequence[str]) -> list[str]:
    """The subjects of a stack's Pulumi Deployments."""
    of_stack = f"pulumi:deploy:org:{organization}:project:{conventions.PROJECT}:stack:{stack}"
    return [f"{of_stack}:operation:{operation}:scope:write" for operation in operations]


def github_deployment(repository: str, stack: str) -> list[str]:
    """Jobs of the GitHub environment that is named like the stack: it decides which branch may."""
    return [f"repo:{repository}:environment:{stack}"]


def github_preview(repository: str) -> list[str]:
    """Pull requests from the repository itself, and main: the nightly search for drift."""
    return [f"repo:{repository}:pull_request", f"repo:{repository}:ref:refs/heads/main"]


def trust(issuer: Issuer, subjects: Sequence[str]) -> iam.Statement:
    """Trust in an issuer's tokens with exactly these subjects."""
    return {
        "Effect": "Allow",
        "Principal": {"Federated": issuer.provider_arn},
        "Action": ["sts:AssumeRoleWithWebIdentity"],
        "Condition": {
            "StringEquals": {
                f"{issuer.host}:aud": issuer.audience,
                f"{issuer.host}:sub": list(subjects),
            }
        },
    }
