"""What a team's file may say of people and of AWS; whole files are in `test_team_files.py`."""

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import team_rules
from components.team_rules import Claim, TeamPolicy

POLICY = TeamPolicy(
    principals=["arn:aws:iam::222222222222:role/teams/*", "arn:aws:iam::222222222222:role/*"],
    workload_actions=frozenset({"s3:GetObject"}),
    workload_accounts=["999999999999"],
    workload_resources={
        "shop": ["arn:aws:kms:eu-west-1:{account}:key/1234", "arn:aws:s3:::shared/*"]
    },
)
OWN = "{region}:{account}"


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::222222222222:role/teams/shop-developers",
        "arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_shop_0a",
    ],
)
def test_a_role_that_the_platform_allows_may_be_given_access(arn: str) -> None:
    assert team_rules.principal(arn, POLICY) is None


@pytest.mark.parametrize(
    ("arn", "problem"),
    [
        ("shop-developers", "is not the ARN of a role"),
        ("arn:aws:iam::222222222222:root", "is not the ARN of a role"),
        ("arn:aws:iam::222222222222:user/teams/ann", "is not the ARN of a role"),
        ("arn:aws:iam::222222222222:role/teams/*", "is not the ARN of a role"),
        ("arn:aws:sts::222222222222:assumed-role/teams/x", "is not the ARN of a role"),
        ("arn:aws:iam::222222222222:role/teams//x", "is not the ARN of a role"),
        ("arn:aws:iam::222222222222:role/teams/x\n", "is not the ARN of a role"),
        ("arn:aws:iam::222222222222:role/teams/\u0455hop", "is not the ARN of a role"),
        (
            "arn:aws:iam::\u0662\u0662\u0662\u0662\u0662\u0662\u0662\u0662\u0662\u0662\u0662\u0662:role/teams/x",
            "is not the ARN of a role",
        ),
        ("arn:aws:iam::222222222222:role/eks-hub-spoke/argocd/a", "is a role of the platform's"),
        ("arn:aws:iam::222222222222:role/EKS-Hub-Spoke/a", "is a role of the platform's"),
        ("arn:aws:iam::222222222222:role/eks-hub-spoke-deployer-x", "is a role of the platform's"),
        ("arn:aws:iam::999999999999:role/teams/x", "is not one that the platform allows"),
    ],
)
def test_anybody_else_is_refused_with_the_reason(arn: str, problem: str) -> None:
    finding = team_rules.principal(arn, POLICY)
    assert finding is not None
    assert finding[0].startswith(problem)


@pytest.mark.parametrize("name", ["s3:*", "*", "s3:Get*", "s3", "iam:PassRole", "S3:GetObject"])
def test_only_a_listed_action_may_be_asked_for(name: str) -> None:
    assert team_rules.action(name, POLICY) is not None
    assert team_rules.action("s3:GetObject", POLICY) is None


def claim(arn: str, *services: str, teams: tuple[str, ...] = ("shop",)) -> Claim:
    given_or_own = services or (f"{arn}::".split(":")[2],)
    return Claim(arn=arn, services=frozenset(given_or_own), team="shop", teams=frozenset(teams))


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:s3:::shop",
        "arn:aws:s3:::shop-data/*",
        f"arn:aws:sqs:{OWN}:shop-*",
        f"arn:aws:dynamodb:{OWN}:table/shop-orders/index/*",
        f"arn:aws:secretsmanager:{OWN}:secret:shop/dev/db-??????",
        f"arn:aws:ssm:{OWN}:parameter/shop/*",
        f"arn:aws:rds-db:{OWN}:dbuser:db-ABC/shop_app",
        "arn:aws:sns:us-east-1:999999999999:shop-alarms",
        "arn:aws:kms:eu-west-1:{account}:key/1234",
        "arn:aws:s3:::shared/*",
    ],
)
def test_what_bears_the_teams_name_or_is_listed_may_be_reached(arn: str) -> None:
    assert team_rules.resource(claim(arn), POLICY) is None


@pytest.mark.parametrize(
    ("arn", "problem"),
    [
        ("*", "is not an ARN"),
        ("arn:aws:s3:::${aws:username}", "is not an ARN"),
        ("arn:aws:s3:::shop-{account}", "is not an ARN"),
        (f"arn:aws:sqs:{OWN}:shop orders", "is not an ARN"),
        (f"arn:aws:sqs:{OWN}:shop\n", "is not an ARN"),
        (f"arn:aws:iam:{OWN}:role/shop", "is of iam"),
        ("arn:aws:s3:::*", "could be the platform's own"),
        ("arn:aws:s3:::shop*", "does not bear the name"),
        ("arn:aws:s3:::shopping", "does not bear the name"),
        ("arn:aws:s3:::payments-data/*", "does not bear the name"),
        (f"arn:aws:dynamodb:{OWN}:shop-orders", "has not the form of dynamodb"),
        (f"arn:aws:dynamodb:{OWN}:table/*", "could be the platform's own"),
        ("arn:aws:sqs:*:{account}:shop-x", "is not an ARN"),
        ("arn:aws:sqs:{region}:*:shop-x", "is not an ARN"),
        ("arn:aws:sqs:{region}:222222222222:shop-x", "is of account 222222222222"),
        ("arn:aws:sqs:{region}::shop-x", "is of account nobody"),
        ("arn:aws:sqs::{account}:shop-x", "has no region"),
        ("arn:aws:s3::{account}:shop-x", "has a region or an account"),
        (f"arn:aws:kms:{OWN}:key/9999", "does not bear the name"),
        (f"arn:aws:kms:{OWN}:key/*", "could be the platform's own"),
        (f"arn:aws:secretsmanager:{OWN}:secret:eks-hub-spoke/hub/x", "could be the platform's"),
    ],
)
def test_anything_else_is_refused_with_the_reason(arn: str, problem: str) -> None:
    finding = team_rules.resource(claim(arn), POLICY)
    assert finding is not None
    assert finding[0].startswith(problem)


def test_actions_and_resources_of_one_entry_are_of_one_service() -> None:
    finding = team_rules.resource(claim("arn:aws:s3:::shop/*", "s3", "sqs"), POLICY)
    assert finding is not None
    assert finding[0] == "is of s3, the actions of s3, sqs"


def test_a_wildcard_may_not_reach_a_team_whose_name_is_longer() -> None:
    teams = ("shop", "shop-eu", "other")
    for arn in ("arn:aws:s3:::shop-data/*", "arn:aws:s3:::shop-europe/*"):
        assert team_rules.resource(claim(arn, teams=teams), POLICY) is None
    for arn in ("arn:aws:s3:::shop-*", "arn:aws:s3:::shop-eu-data/*"):
        assert team_rules.resource(claim(arn, teams=teams), POLICY) == (
            "could be team shop-eu's",
            "write more of the name before the wildcard",
        )


@given(st.text(), st.sampled_from(sorted(team_rules.NAMES)))
def test_any_text_is_answered(text: str, service: str) -> None:
    for arn in (text, f"arn:aws:{service}:{{region}}:{{account}}:{text}", f"arn:aws:s3:::{text}"):
        team_rules.resource(claim(arn, service), POLICY)
    team_rules.principal(f"arn:aws:iam::222222222222:role/{text}", POLICY)
    team_rules.action(text, POLICY)


@given(
    st.from_regex(r"[a-z?*-]{1,8}", fullmatch=True),
    st.sampled_from(["pay", "pay-eu"]),
    st.from_regex(r"([-_./][a-z-]{0,6})?", fullmatch=True),
)
def test_what_cannot_be_anothers_matches_nothing_of_theirs(
    pattern: str, owner: str, rest: str
) -> None:
    if not team_rules.could_be(owner, pattern):
        assert not fnmatch.fnmatchcase(f"{owner}{rest}", pattern)
