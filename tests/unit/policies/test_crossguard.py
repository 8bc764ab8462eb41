"""The pack as the engine meets it: its policies, what they report, and what they are handed."""

from types import SimpleNamespace
from typing import Any

from pulumi_policy import EnforcementLevel, proxy
from pulumi_policy.deserialize import (
    SPECIAL_SECRET_SIG,
    SPECIAL_SIG_KEY,
    deserialize_properties,
)

from policies.pack import crossguard
from policies.pack.exceptions import Exceptions
from policies.pack.judge import Judge
from policies.pack.rule import UNKNOWN
from policies.pack.rules import RULES
from tests.unit.policies.cases.case import urn
from tests.unit.policies.judged import TODAY

KEY = "aws:kms/key:Key"


def policies(*mistakes: str) -> dict[str, Any]:
    judge = Judge(Exceptions(mistakes=mistakes), TODAY)
    return {policy.name: policy for policy in crossguard.policies(judge)}


def arguments(type_: str, props: dict[str, Any], **more: Any) -> Any:
    """As the library hands them to a policy."""
    return SimpleNamespace(
        resource_type=type_,
        name="it",
        urn=urn("it"),
        props=proxy.unknown_checking_proxy(deserialize_properties(props)),
        opts=SimpleNamespace(protect=False),
        **more,
    )


def reported(policy: Any, args: Any) -> list[tuple[str, str | None]]:
    said: list[tuple[str, str | None]] = []

    def report(message: str, at: str | None = None) -> None:
        said.append((message, at))

    policy.validate(args, report)
    return said


def test_every_rule_is_a_policy_of_its_level_and_with_its_words() -> None:
    found = policies()
    for rule in RULES:
        policy = found[rule.name]
        assert policy.enforcement_level == EnforcementLevel[rule.level.upper()]
        assert (policy.description, policy.remediation_steps) == (rule.description, rule.remedy)
    extra = {crossguard.MARKS, crossguard.FAULTS, crossguard.NEEDLESS}
    assert set(found) == {rule.name for rule in RULES} | extra


def test_a_violation_is_reported_with_where_and_what_and_remedy() -> None:
    said = reported(policies()["keys-turn"], arguments(KEY, {}))
    assert said == [("enableKeyRotation: not true. Set enableKeyRotation to true.", None)]


def test_a_stacks_violation_is_reported_at_the_resource_that_has_to_change() -> None:
    vpc = arguments("aws:ec2/vpc:Vpc", {}, property_dependencies={})
    said = reported(policies()["vpcs-have-flow-logs"], SimpleNamespace(resources=[vpc]))
    assert [at for _, at in said] == [urn("it")]


def test_what_a_preview_does_not_know_is_no_violation_and_no_error() -> None:
    props = {"enableKeyRotation": proxy.UNKNOWN_BOOLEAN_VALUE}
    assert reported(policies()["keys-turn"], arguments(KEY, props)) == []


def test_the_librarys_proxies_become_plain_values_at_every_depth() -> None:
    props = {"a": [{"b": proxy.UNKNOWN_STRING_VALUE}, "c"], "d": 1.0}
    assert crossguard.plain(arguments(KEY, props).props) == {"a": [{"b": UNKNOWN}, "c"], "d": 1.0}


def test_a_secret_is_known_by_the_mark_that_only_a_remediation_sees() -> None:
    data = {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": "eA=="}
    props = {"data": {"a": data, "b": "eA=="}}
    found, type_ = policies(), "kubernetes:core/v1:Secret"
    marked = deserialize_properties(props, proxy_secrets=True)
    found[crossguard.MARKS].remediate(SimpleNamespace(urn=urn("it"), props=marked))
    said = reported(found["kubernetes-secrets-are-marked"], arguments(type_, props))
    assert [message.split(":")[0] for message, _ in said] == ["data.b"]


def test_a_mistake_in_the_exceptions_stops_at_the_first_resource_of_all() -> None:
    faults = policies("entry 1: wrong")[crossguard.FAULTS]
    assert faults.enforcement_level == EnforcementLevel.MANDATORY
    assert reported(faults, arguments("pulumi:pulumi:Stack", {})) == [("entry 1: wrong", None)]
    assert reported(faults, arguments(KEY, {})) == []
