"""IAM documents, as the rules on trust and permission read them; pure.

Owns: which input of which type holds a document, and the parts of a statement in one shape. Not
here: what is allowed in one (`trust.py`, `permissions.py`).

Format: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from .rule import Resource, listed, texts

TRUST = {"aws:iam/role:Role": "assumeRolePolicy"}
"""Who may become the role."""

OF_RESOURCES = {
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
    "aws:kms/key:Key": "policy",
    "aws:kms/keyPolicy:KeyPolicy": "policy",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
    "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
    "aws:sns/topicPolicy:TopicPolicy": "policy",
    "aws:sqs/queue:Queue": "policy",
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
}
"""Who may use the resource: they name principals too."""

PERMISSIONS = {
    "aws:iam/groupPolicy:GroupPolicy": "policy",
    "aws:iam/policy:Policy": "policy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/userPolicy:UserPolicy": "policy",
}
"""What whoever has it may do."""

INLINE = "inlinePolicies"
"""Of a role: a list of name and policy."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement; what is written as one text or as a list is a list."""

    where: str
    """Which it is: the input, and its Sid or number."""
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    principals: tuple[tuple[str, str], ...]
    """Kind (AWS, Service, Federated; "*" for everybody) and name."""
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Operator, key and values."""
    keys: frozenset[str]
    """What it says at all, for `NotAction` and its kin."""

    def narrowed_by(self, *prefixes: str) -> bool:
        """Whether a condition has a key that begins so; keys know no case."""
        lowered = tuple(prefix.lower() for prefix in prefixes)
        return any(key.lower().startswith(lowered) for _, key, _ in self.conditions)


def statements(resource: Resource, inputs: Mapping[str, str]) -> Iterator[Statement]:
    """The statements of a resource's document, if its type is among `inputs`."""
    name = inputs.get(resource.type)
    if name is not None:
        yield from _parsed(name, resource.value(name))


def permissions(resource: Resource) -> Iterator[Statement]:
    """What a policy or a role's inline policies say that may be done."""
    yield from statements(resource, PERMISSIONS)
    for number, inline in enumerate(resource.items(INLINE)):
        if isinstance(inline, Mapping):
            policy = cast("Mapping[str, Any]", inline).get("policy")
            yield from _parsed(f"{INLINE}[{number}].policy", policy)


def _parsed(where: str, document: Any) -> Iterator[Statement]:
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return
    if not isinstance(document, Mapping):
        return
    content = cast("Mapping[str, Any]", document)
    for number, statement in enumerate(listed(content.get("Statement"))):
        if isinstance(statement, Mapping):
            found = cast("Mapping[str, Any]", statement)
            yield _statement(f"{where}, statement {found.get('Sid') or number}", found)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(texts(value))


def _statement(where: str, found: Mapping[str, Any]) -> Statement:
    return Statement(
        where=where,
        allows=found.get("Effect") == "Allow",
        actions=_texts(found.get("Action")),
        resources=_texts(found.get("Resource")),
        principals=tuple(_principals(found.get("Principal"))),
        conditions=tuple(_conditions(found.get("Condition"))),
        keys=frozenset(found),
    )


def _principals(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield value, value
    elif isinstance(value, Mapping):
        for kind, names in cast("Mapping[str, Any]", value).items():
            for name in _texts(names):
                yield kind, name


def _conditions(value: Any) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if not isinstance(value, Mapping):
        return
    for operator, tests in cast("Mapping[str, Any]", value).items():
        if isinstance(tests, Mapping):
            for key, values in cast("Mapping[str, Any]", tests).items():
                yield operator, key, _texts(values)
