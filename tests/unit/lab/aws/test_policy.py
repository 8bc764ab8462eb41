"""IAM's policy language."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.aws.policy import Decision, Request, condition_context, evaluate, matches

ROLE = "arn:aws:iam::222222222222:role/eks-hub-spoke/argocd/spoke-dev-access"
HUB = "arn:aws:iam::111111111111:role/eks-hub-spoke/hub-argocd"


def decide(*statements: Any, **context: str) -> Decision:
    request = Request(
        action="sts:AssumeRole", resource=ROLE, context=condition_context(dict(context))
    )
    return evaluate([{"Statement": list(statements)}], request)


def allow(**members: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ROLE, **members}


def deny(**members: Any) -> dict[str, Any]:
    return {**allow(**members), "Effect": "Deny"}


def with_condition(operator: str, key: str, value: Any, actual: str | None) -> Decision:
    request = Request(
        action="sts:AssumeRole", resource=ROLE, context=condition_context({key: actual})
    )
    return evaluate([{"Statement": allow(Condition={operator: {key: value}})}], request)


def test_nothing_is_allowed_that_no_statement_names() -> None:
    assert decide() is Decision.NOTHING


def test_an_explicit_deny_wins_over_an_allow_whatever_their_order() -> None:
    assert decide(deny(), allow()) is decide(allow(), deny()) is Decision.DENY


@pytest.mark.parametrize(
    "statement",
    [
        allow(),
        allow(Action=["s3:*", "sts:AssumeRole"]),
        allow(Action="STS:assumerole"),
        allow(Action="sts:*", Resource="*"),
        allow(Resource="arn:aws:iam::*:role/eks-hub-spoke/argocd/*"),
        allow(Resource=["arn:aws:iam::1:role/x", ROLE]),
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "sts:*", "NotResource": "arn:aws:iam::*:role/other/*"},
    ],
)
def test_a_statement_that_covers_action_and_resource_allows(statement: dict[str, Any]) -> None:
    assert decide(statement) is Decision.ALLOW


@pytest.mark.parametrize(
    "statement",
    [
        allow(Action="sts:TagSession"),
        allow(Action="sts:AssumeRoleWith*"),
        allow(Resource="arn:aws:iam::222222222222:role/eks-hub-spoke/argocd"),
        allow(Resource=ROLE.upper()),
        {"Effect": "Allow", "NotAction": "sts:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:iam::222222222222:*"},
        {"Effect": "Allow", "Action": "*"},
        allow(Principal="*"),
    ],
)
def test_a_statement_that_covers_one_of_them_only_says_nothing(statement: dict[str, Any]) -> None:
    assert decide(statement) is Decision.NOTHING


def test_one_statement_need_not_be_a_list() -> None:
    request = Request(action="sts:AssumeRole", resource=ROLE)
    assert evaluate([{"Statement": allow()}], request) is Decision.ALLOW


@pytest.mark.parametrize(
    ("operator", "value", "met"),
    [
        ("StringEquals", HUB, True),
        ("StringEquals", [HUB, "x"], True),
        ("StringEquals", "arn:aws:iam::111111111111:role/*", False),
        ("StringLike", "arn:aws:iam::111111111111:role/*", True),
        ("ArnLike", "arn:aws:iam::111111111111:role/*-argocd", True),
        ("ArnEquals", "arn:aws:iam::*:role/eks-hub-spoke/hub-argocd", True),
        ("ArnLike", "arn:aws:*", False),
        ("ArnNotEquals", HUB, False),
        ("StringNotEquals", "x", True),
        ("StringNotLike", "arn:*", False),
        ("StringEqualsIgnoreCase", HUB.upper(), True),
        ("NumericEquals", HUB, False),
    ],
)
def test_a_condition_is_met_by_its_operator(operator: str, value: Any, *, met: bool) -> None:
    decision = with_condition(operator, "aws:PrincipalArn", value, HUB)
    assert (decision is Decision.ALLOW) is met


def test_a_wildcard_of_an_arn_operator_stays_within_its_field() -> None:
    decision = with_condition(
        "ArnLike", "aws:SourceArn", "arn:aws:*:role/x", "arn:aws:iam::1:role/x"
    )
    assert decision is Decision.NOTHING


def test_a_key_that_the_request_lacks_meets_no_positive_condition() -> None:
    assert with_condition("StringLike", "sts:ExternalId", "*", None) is Decision.NOTHING


def test_if_exists_is_met_by_a_key_that_the_request_lacks() -> None:
    assert with_condition("StringEqualsIfExists", "sts:ExternalId", "x", None) is Decision.ALLOW


def test_null_asks_whether_the_request_has_the_key() -> None:
    assert with_condition("Null", "sts:ExternalId", "true", None) is Decision.ALLOW
    assert with_condition("Null", "sts:ExternalId", True, "x") is Decision.NOTHING


def test_keys_of_conditions_are_read_in_any_case() -> None:
    condition = {"StringEquals": {"AWS:principalarn": HUB}}
    assert decide(allow(Condition=condition), **{"aws:PrincipalArn": HUB}) is Decision.ALLOW


def test_all_conditions_must_be_met() -> None:
    both = {"StringEquals": {"aws:PrincipalArn": HUB, "sts:ExternalId": "x"}}
    context = {"aws:PrincipalArn": HUB, "sts:ExternalId": "y"}
    assert decide(allow(Condition=both), **context) is Decision.NOTHING


def test_a_deny_with_an_operator_that_cannot_be_read_still_denies() -> None:
    assert decide(allow(), deny(Condition={"IpAddress": {"x": "y"}})) is Decision.DENY


def test_a_variable_takes_the_requests_value() -> None:
    statement = allow(Resource="arn:aws:iam::*:role/eks-hub-spoke/argocd/${aws:PrincipalTag/spoke}")
    tag = {"aws:PrincipalTag/spoke": "spoke-dev-access"}
    assert decide(statement, **tag) is Decision.ALLOW
    assert decide(statement) is Decision.NOTHING


def in_trust(principal: Any, *names: tuple[str, str]) -> Decision:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    request = Request(action="sts:AssumeRole", resource=ROLE, principals=frozenset(names))
    return evaluate([{"Statement": [statement]}], request)


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": [HUB, "x"]}, {"AWS": HUB}])
def test_a_trust_policy_names_its_principals(principal: Any) -> None:
    assert in_trust(principal, ("AWS", HUB), ("AWS", "*")) is Decision.ALLOW


@pytest.mark.parametrize("principal", [{"Service": HUB}, {"AWS": HUB + "x"}, {}, None])
def test_a_trust_policy_means_nobody_else(principal: Any) -> None:
    assert in_trust(principal, ("AWS", HUB), ("AWS", "*")) is Decision.NOTHING


def test_everyone_is_no_service() -> None:
    assert in_trust("*", ("Service", "eks.amazonaws.com")) is Decision.NOTHING


@given(st.text(), st.text())
def test_a_star_covers_any_run_and_only_there(before: str, after: str) -> None:
    assert matches("*", before)
    pattern = before.replace("*", "").replace("?", "") + "*"
    assert matches(pattern, pattern.removesuffix("*") + after)


@given(st.text(alphabet="ab[].+()^$", min_size=1))
def test_what_is_special_elsewhere_is_plain_in_a_policy(text: str) -> None:
    assert matches(text, text)
    assert not matches(text, text + "x")
