"""The rules as a CrossGuard pack: the only module that knows `pulumi_policy`.

Owns: how the engine's requests become `Resource`s and how violations are told. A policy's server
hands over inputs with the marks of secrets taken off, but for remediation: so one policy here
remedies nothing and only notes, before the rules are asked, which inputs are secret.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

import pulumi_policy as policy
from pulumi_policy import proxy
from pulumi_policy.secret import Secret

from . import exceptions
from .judge import Judge
from .rule import UNKNOWN, Resource, ResourceRule, Rule, StackRule
from .rules import RULES

NAME = "eks-hub-spoke"
FAULTS, NEEDLESS, MARKS = "exceptions-hold", "exceptions-are-needed", "secrets-are-noted"
STACK = "pulumi:pulumi:Stack"

_LEVELS = {
    "advisory": policy.EnforcementLevel.ADVISORY,
    "mandatory": policy.EnforcementLevel.MANDATORY,
}
_UNKNOWN = frozenset(value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_"))


def serve(exceptions_file: Path, today: date) -> None:
    """Serve the pack to the engine that started this process; returns when the engine is done."""
    names = frozenset(rule.name for rule in RULES)
    judge = Judge(exceptions.read(exceptions_file, rules=names, today=today), today)
    policy.PolicyPack(name=NAME, policies=policies(judge))


def policies(judge: Judge) -> list[Any]:
    """The pack's policies, which share one judge."""
    marks: dict[str, frozenset[str]] = {}
    return [
        _marking(marks),
        *(_policy(rule, judge, marks) for rule in RULES),
        *_on_exceptions(judge),
    ]


def _policy(rule: Rule, judge: Judge, marks: Mapping[str, frozenset[str]]) -> Any:
    match rule:
        case ResourceRule():

            def validate(args: Any, report: Any) -> None:
                for violation in judge.resource(rule, _resource(args, marks)):
                    report(violation.message)

            kind: Any = policy.ResourceValidationPolicy
            return _made(kind, rule, validate)
        case StackRule():

            def validate_stack(args: Any, report: Any) -> None:
                for violation in judge.stack(rule, _resources(args, marks)):
                    report(violation.message, violation.resource.urn)

            return _made(policy.StackValidationPolicy, rule, validate_stack)


def _made(kind: Any, rule: Rule, validate: Any) -> Any:
    return kind(
        name=rule.name,
        description=rule.description,
        validate=validate,
        enforcement_level=_LEVELS[rule.level],
        remediation_steps=rule.remedy,
    )


def _marking(marks: dict[str, frozenset[str]]) -> Any:
    def note(args: Any) -> None:
        marks[args.urn] = frozenset(secret_paths(args.props))

    return policy.ResourceValidationPolicy(
        name=MARKS,
        description="Notes which inputs are marked secret, for the rules on secrets.",
        validate=lambda args, report: None,  # noqa: ARG005  # the names are the library's
        remediate=note,
        enforcement_level=policy.EnforcementLevel.REMEDIATE,
    )


def _on_exceptions(judge: Judge) -> Iterator[Any]:
    def faults(args: Any, report: Any) -> None:
        # The first resource of all, so that nothing is made before it is said.
        if args.resource_type == STACK:
            for fault in judge.faults(Resource(type=STACK, name="", urn=args.urn).stack):
                report(fault)

    def needless(args: Any, report: Any) -> None:
        for stack in {r.stack for r in _resources(args, {}) if r.type == STACK}:
            for line in judge.needless(stack):
                report(line)

    yield policy.ResourceValidationPolicy(
        name=FAULTS,
        description="policies/exceptions.yaml is right, and nothing in it has run out.",
        validate=faults,
        enforcement_level=policy.EnforcementLevel.MANDATORY,
    )
    yield policy.StackValidationPolicy(
        name=NEEDLESS,
        description="Each exception still excuses something.",
        validate=needless,
        enforcement_level=policy.EnforcementLevel.ADVISORY,
    )


def _resource(args: Any, marks: Mapping[str, frozenset[str]]) -> Resource:
    links: Iterable[tuple[str, Any]] = getattr(args, "property_dependencies", {}).items()
    return Resource(
        type=args.resource_type,
        name=args.name,
        urn=args.urn,
        inputs=plain(args.props),
        protect=bool(args.opts.protect),
        secrets=marks.get(args.urn, frozenset()),
        links={key: frozenset(each.urn for each in found) for key, found in links},
    )


def _resources(args: Any, marks: Mapping[str, frozenset[str]]) -> Sequence[Resource]:
    return [_resource(resource, marks) for resource in args.resources]


def plain(value: Any) -> Any:
    """The library's proxies as plain values, with UNKNOWN where one of them would raise."""
    if isinstance(value, Mapping):
        found = cast("Mapping[str, Any]", _laid_open(cast("Mapping[str, Any]", value)))
        return {key: plain(item) for key, item in found.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in cast("Sequence[Any]", _laid_open(value))]
    return UNKNOWN if isinstance(value, str) and value in _UNKNOWN else value


def secret_paths(value: Any, path: str = "") -> Iterator[str]:
    """Where, in inputs as a remediation gets them, the marks of secrets are."""
    if isinstance(value, Secret):
        yield path
        return
    found = _laid_open(value)
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(found, Mapping):
        items = cast("Mapping[Any, Any]", found).items()
    elif isinstance(found, Sequence) and not isinstance(found, str):
        items = enumerate(cast("Sequence[Any]", found))
    for key, item in items:
        yield from secret_paths(item, f"{path}.{key}" if path else str(key))


def _laid_open(value: Any) -> Any:
    """What a proxy is about: a plain mapping or list, whose items may be proxies again."""
    found: Any = value
    if isinstance(value, dict | list | str) or not isinstance(value, Mapping | Sequence):
        return found
    return found["__target"]
