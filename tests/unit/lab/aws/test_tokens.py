"""Whom an EKS token makes of its bearer."""

from datetime import timedelta
from typing import Any

import pytest

from lab.aws.documents import Document
from lab.aws.eks.state import ClusterKey
from lab.aws.principals import AccessKeys, Sessions, iam
from lab.aws.tokens import PREFIX, Authenticator
from tests.eks_token import Key, Presigned

from .accounts import REGION, Account, Eks, policy, trust

HOST = "127.0.0.1:5000"
NAMED = "spoke"


class Bearer:
    """A session of a role, on a cluster where it may have an entry."""

    def __init__(self) -> None:
        self.eks = Eks()
        self.cluster = self.eks.active(NAMED)
        self.role = self.eks.account.role("argocd", trust({"AWS": "*"}), path="/hub/")
        self.sessions = Sessions()
        self.credentials = self.sessions.open(
            self.eks.account.session(self.role), timedelta(hours=1)
        )

    def enter(self, **params: Any) -> None:
        self.eks("CreateAccessEntry", clusterName=NAMED, principalArn=self.role.arn, **params)

    def review(self, token: str) -> Document:
        authenticator = Authenticator(
            clusters=self.eks.clusters, keys=AccessKeys(self.sessions), hosts=frozenset({HOST})
        )
        return authenticator.review(ClusterKey(self.eks.account.id, REGION, NAMED), token)

    def token(self, *, secret: str = "", **wrong: Any) -> str:
        points: dict[str, Any] = {"host": HOST, "cluster": NAMED, **wrong}
        key = Key(
            access=self.credentials.access_key_id,
            secret=secret or self.credentials.secret_access_key,
            token=self.credentials.session_token,
        )
        return Presigned(**points).token(key)


@pytest.fixture
def bearer() -> Bearer:
    return Bearer()


def test_an_entry_makes_a_user_with_its_groups(bearer: Bearer) -> None:
    bearer.enter(kubernetesGroups=["argocd-hub"])
    user = bearer.review(bearer.token())["user"]
    account = bearer.eks.account.id
    assert user["username"] == f"arn:aws:sts::{account}:assumed-role/argocd/test"
    assert user["groups"] == ["argocd-hub"]
    assert user["extra"]["canonicalArn"] == [bearer.role.arn]


def test_a_user_name_of_its_own_takes_the_session_in(bearer: Bearer) -> None:
    bearer.enter(username="argocd:{{SessionName}}")
    assert bearer.review(bearer.token())["user"]["username"] == "argocd:test"


def test_without_an_entry_nobody_is_let_in(bearer: Bearer) -> None:
    status = bearer.review(bearer.token())
    assert status["authenticated"] is False
    assert "has no access entry on cluster spoke" in status["error"]


def test_an_entry_does_not_hold_for_a_role_made_again(bearer: Bearer) -> None:
    bearer.enter()
    again = bearer.eks.account.role("argocd", trust({"AWS": "*"}), path="/hub/")
    bearer.credentials = bearer.sessions.open(bearer.eks.account.session(again), timedelta(hours=1))
    assert bearer.review(bearer.token())["authenticated"] is False


def test_another_authenticators_token_is_left_to_it(bearer: Bearer) -> None:
    assert bearer.review("eyJhbGciOi.x.y") == {"authenticated": False}


@pytest.mark.parametrize(
    ("altered", "reason"),
    [
        ({"cluster": "hub"}, "SignatureDoesNotMatch"),
        ({"secret": "guessed"}, "SignatureDoesNotMatch"),
        ({"cluster": ""}, "x-k8s-aws-id"),
        ({"host": "evil.example"}, "not STS"),
        ({"action": "GetSessionToken"}, "GetCallerIdentity"),
        ({"service": "s3"}, "GetCallerIdentity"),
        ({"age": timedelta(minutes=16)}, "15 minutes"),
        ({"age": timedelta(minutes=-6)}, "15 minutes"),
    ],
)
def test_a_token_that_is_not_for_this_cluster_now_is_refused(
    bearer: Bearer, altered: dict[str, Any], reason: str
) -> None:
    bearer.enter()
    status = bearer.review(bearer.token(**altered))
    assert status["authenticated"] is False
    assert reason in status["error"]


def test_a_token_is_good_for_almost_15_minutes(bearer: Bearer) -> None:
    bearer.enter()
    assert bearer.review(bearer.token(age=timedelta(minutes=14)))["authenticated"]


def test_a_token_addressed_to_the_real_sts_is_taken(bearer: Bearer) -> None:
    bearer.enter()
    assert bearer.review(bearer.token(host="sts.eu-west-1.amazonaws.com"))["authenticated"]


def test_a_key_that_nobody_was_given_is_refused(bearer: Bearer) -> None:
    bearer.enter()
    token = bearer.token()
    bearer.sessions.restore([])
    assert "InvalidClientTokenId" in bearer.review(token)["error"]


def test_an_expired_session_is_refused(bearer: Bearer) -> None:
    bearer.enter()
    bearer.credentials = bearer.sessions.open(
        bearer.eks.account.session(bearer.role), timedelta(seconds=-1)
    )
    assert "ExpiredToken" in bearer.review(bearer.token())["error"]


@pytest.mark.parametrize("token", [PREFIX, PREFIX + "!!", PREFIX + "aGVsbG8"])
def test_what_holds_no_url_is_refused(bearer: Bearer, token: str) -> None:
    assert "does not hold a presigned URL" in bearer.review(token)["error"]


def test_an_entry_of_nodes_lets_no_person_in(bearer: Bearer) -> None:
    bearer.enter(type="EC2")
    assert "is for nodes" in bearer.review(bearer.token())["error"]


def test_a_users_key_is_looked_up_in_iam() -> None:
    account = Account()
    account.user("person", policy("*", "*"))
    key: Any = iam(account.id).create_access_key("person")
    found = AccessKeys(Sessions()).find(key.access_key_id)
    assert found is not None
    assert found.principal.arn == f"arn:aws:iam::{account.id}:user/person"
