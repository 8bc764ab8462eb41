"""Rules on trust: who may become a role, and who may use a resource."""

from collections.abc import Iterator

from .documents import OF_RESOURCES, TRUST, Statement, statements
from .rule import Resource, resource_rule

ROLE = "aws:iam/role:Role"
EVERYBODY = frozenset({"*", "arn:aws:iam::*:root"})

# Services that work for one customer's resources with another's role, and say whose it is; EKS and
# EC2 pass no source. https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
_WITHOUT_SOURCE = frozenset({"eks.amazonaws.com", "ec2.amazonaws.com", "ec2.amazonaws.com.cn"})
_SOURCES = ("aws:SourceAccount", "aws:SourceArn", "aws:SourceOrg")
_POD_IDENTITY = "pods.eks.amazonaws.com"
_WHOSE_POD = ("aws:RequestTag/kubernetes-namespace", "aws:RequestTag/kubernetes-service-account")
_WHOLE_ACCOUNT_NEEDS = (
    "aws:PrincipalArn",
    "aws:PrincipalTag/",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "sts:ExternalId",
)


def _trust(role: Resource) -> Iterator[Statement]:
    return (found for found in statements(role, TRUST) if found.allows)


@resource_rule(
    ROLE, *OF_RESOURCES, level="mandatory", remedy="Name the roles or the services that need it"
)
def trust_names_its_principals(resource: Resource) -> Iterator[str]:
    """Nobody is everybody: no trust and no resource policy allows the principal *."""
    for statement in statements(resource, {**TRUST, **OF_RESOURCES}):
        everybody = any(name in EVERYBODY for _, name in statement.principals)
        held = statement.narrowed_by(*_SOURCES, *_WHOLE_ACCOUNT_NEEDS, "aws:PrincipalAccount")
        if statement.allows and everybody and (resource.type == ROLE or not held):
            yield f"{statement.where}: allows the principal *"


@resource_rule(
    ROLE,
    *OF_RESOURCES,
    level="mandatory",
    remedy="Say with Principal who is meant",
)
def trust_is_not_by_exclusion(resource: Resource) -> Iterator[str]:
    """NotPrincipal allows everybody whom nobody thought of."""
    for statement in statements(resource, {**TRUST, **OF_RESOURCES}):
        if statement.allows and "NotPrincipal" in statement.keys:
            yield f"{statement.where}: NotPrincipal"


@resource_rule(
    ROLE,
    level="mandatory",
    remedy="Add a condition on aws:PrincipalArn, or name the role itself as principal",
)
def trust_in_an_account_names_who_of_it(role: Resource) -> Iterator[str]:
    """Trust in a whole account lets its administrators decide who comes in."""
    for statement in _trust(role):
        whole = [
            name
            for kind, name in statement.principals
            if kind == "AWS" and (name.endswith(":root") or name.isdigit())
        ]
        if whole and not statement.narrowed_by(*_WHOLE_ACCOUNT_NEEDS):
            yield f"{statement.where}: {', '.join(whole)} without a condition"


@resource_rule(
    ROLE,
    level="mandatory",
    remedy="Add a condition on aws:SourceAccount, and on aws:SourceArn where it is known",
)
def trust_in_a_service_is_held_to_the_account(role: Resource) -> Iterator[str]:
    """A service that works for many customers uses the role for this account only."""
    for statement in _trust(role):
        services = [
            name
            for kind, name in statement.principals
            if kind == "Service" and name not in _WITHOUT_SOURCE
        ]
        if services and not statement.narrowed_by(*_SOURCES):
            yield f"{statement.where}: {', '.join(services)} for any account's resources"


@resource_rule(
    ROLE,
    level="mandatory",
    remedy="Add conditions on aws:SourceArn and the request tags kubernetes-namespace and"
    " kubernetes-service-account",
)
def pod_identity_names_cluster_and_service_account(role: Resource) -> Iterator[str]:
    """A pod's role is for one cluster, one namespace and named service accounts."""
    for statement in _trust(role):
        if ("Service", _POD_IDENTITY) not in statement.principals:
            continue
        lacking = [k for k in ("aws:SourceArn", *_WHOSE_POD) if not statement.narrowed_by(k)]
        if lacking:
            yield f"{statement.where}: no condition on {', '.join(lacking)}"


@resource_rule(
    ROLE,
    level="mandatory",
    remedy="Test aud and sub with StringEquals, against the exact repository and branch or stack",
)
def web_identity_trust_is_exact(role: Resource) -> Iterator[str]:
    """An OIDC provider serves many customers: audience and subject are both named in full."""
    for statement in _trust(role):
        if "sts:AssumeRoleWithWebIdentity" not in statement.actions:
            continue
        for claim in ("aud", "sub"):
            tests = [(o, v) for o, key, v in statement.conditions if key.endswith(f":{claim}")]
            exact = [v for operator, v in tests if operator in ("StringEquals", "StringLike")]
            if not exact:
                yield f"{statement.where}: {claim} is not tested"
            for value in (value for values in exact for value in values):
                if "*" in value or "?" in value:
                    yield f"{statement.where}: {claim} may be {value!r}"
