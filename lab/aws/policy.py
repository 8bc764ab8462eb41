"""IAM's policy language: what a set of documents says about one request.

Pure: documents and a request in, a decision out. Not here: where policies are attached
(`permissions`) and how identity and trust policies combine (`trust`).
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any, TypeAlias, cast

from lab.aws.documents import section

Statement: TypeAlias = Mapping[str, Any]


class Decision(Enum):
    """What the documents say; NOTHING leaves the request to whoever else may allow it."""

    ALLOW = "allow"
    DENY = "deny"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One action on one resource, by principals that a resource policy could name.

    `principals` are pairs of a kind ("AWS", "Service") and a name, all by which the caller is
    known; empty for identity policies, which name nobody. `context` has its keys in lower case.
    """

    action: str
    resource: str
    principals: frozenset[tuple[str, str]] = frozenset()
    context: Mapping[str, str] = field(default_factory=dict[str, str])


def condition_context(values: Mapping[str, str | None]) -> dict[str, str]:
    """Condition keys as `Request` wants them: names in lower case, absent values left out."""
    return {name.lower(): value for name, value in values.items() if value is not None}


def evaluate(documents: Iterable[str | Statement], request: Request) -> Decision:
    """The decision of all documents together: an explicit deny wins over any allow."""
    effects = {
        statement.get("Effect")
        for document in documents
        for statement in statements(document)
        if _applies(statement, request)
    }
    if "Deny" in effects:
        return Decision.DENY
    return Decision.ALLOW if "Allow" in effects else Decision.NOTHING


def statements(document: str | Statement) -> list[Statement]:
    """The statements of a document given as JSON text or already parsed; none if it has none."""
    parsed: Any = json.loads(document) if isinstance(document, str) else document
    return cast("list[Statement]", _listed(parsed.get("Statement")))


def matches(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether IAM's wildcards (`*` any run, `?` one character) in the pattern cover the text."""
    return _pattern(pattern, ignore_case).fullmatch(text) is not None


@cache
def _pattern(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    translated = "".join({"*": ".*", "?": "."}.get(c) or re.escape(c) for c in pattern)
    return re.compile(translated, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _applies(statement: Statement, request: Request) -> bool:
    return (
        _principal_matches(statement, request)
        and _one_of(statement, "Action", lambda p: matches(p, request.action, ignore_case=True))
        and _resource_matches(statement, request)
        and _conditions_met(statement, request)
    )


def _one_of(statement: Statement, name: str, test: Callable[[str], bool]) -> bool:
    """The field `name`, or its negation `Not<name>`; with neither, nothing is meant."""
    if name in statement:
        return any(test(str(value)) for value in _listed(statement[name]))
    if f"Not{name}" in statement:
        return not any(test(str(value)) for value in _listed(statement[f"Not{name}"]))
    return False


def _resource_matches(statement: Statement, request: Request) -> bool:
    if request.principals:
        return True  # a trust policy has no resource: it is the role that carries it

    def covers(pattern: str) -> bool:
        resolved = _resolved(pattern, request.context)
        return resolved is not None and matches(resolved, request.resource)

    return _one_of(statement, "Resource", covers)


def _principal_matches(statement: Statement, request: Request) -> bool:
    if not request.principals:
        return "Principal" not in statement and "NotPrincipal" not in statement
    if "NotPrincipal" in statement:
        return not _names(statement["NotPrincipal"], request.principals)
    return _names(statement.get("Principal"), request.principals)


def _names(principal: Any, known_as: frozenset[tuple[str, str]]) -> bool:
    if principal == "*":
        return any(kind == "AWS" for kind, _ in known_as)
    if not isinstance(principal, Mapping):
        return False
    by_kind = cast("Mapping[str, Any]", principal)
    named = {(kind, str(name)) for kind, names in by_kind.items() for name in _listed(names)}
    return bool(named & known_as)


def _conditions_met(statement: Statement, request: Request) -> bool:
    conditions = section(statement, "Condition")
    for operator, keys in conditions.items():
        test = _OPERATORS.get(operator.removesuffix("IfExists").lower())
        if test is None:
            # Never grant by a condition that cannot be read, never lift a denial by one.
            return statement.get("Effect") == "Deny"
        optional = operator.endswith("IfExists")
        for key, values in keys.items():
            actual = request.context.get(key.lower())
            if actual is None and optional:
                continue
            wanted = [_resolved(_text(value), request.context) for value in _listed(values)]
            if not test(actual, [value for value in wanted if value is not None]):
                return False
    return True


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_VARIABLE = re.compile(r"\$\{([^}]+)\}")


def _resolved(text: str, context: Mapping[str, str]) -> str | None:
    """The text with `${key}` replaced by the request's value; None when the request has none."""
    names = _VARIABLE.findall(text)
    if any(name.lower() not in context for name in names):
        return None
    return _VARIABLE.sub(lambda match: context[match[1].lower()], text)


def _arn_matches(pattern: str, arn: str) -> bool:
    """ARN operators compare field by field: a wildcard never reaches over a colon into another."""
    wanted, actual = pattern.split(":", 5), arn.split(":", 5)
    return len(wanted) == len(actual) == 6 and all(map(matches, wanted, actual))


Test: TypeAlias = Callable[[str | None, list[str]], bool]


def _any(compare: Callable[[str, str], bool]) -> Test:
    return lambda actual, wanted: actual is not None and any(compare(w, actual) for w in wanted)


def _none(compare: Callable[[str, str], bool]) -> Test:
    return lambda actual, wanted: actual is None or not any(compare(w, actual) for w in wanted)


def _same(wanted: str, actual: str) -> bool:
    return wanted == actual


def _same_letters(wanted: str, actual: str) -> bool:
    return wanted.lower() == actual.lower()


_OPERATORS: dict[str, Test] = {
    "stringequals": _any(_same),
    "stringnotequals": _none(_same),
    "stringequalsignorecase": _any(_same_letters),
    "stringlike": _any(matches),
    "stringnotlike": _none(matches),
    "arnequals": _any(_arn_matches),
    "arnlike": _any(_arn_matches),
    "arnnotequals": _none(_arn_matches),
    "arnnotlike": _none(_arn_matches),
    "bool": _any(_same_letters),
    "null": lambda actual, wanted: [_text(actual is None)] == [value.lower() for value in wanted],
}
