"""Who may assume a role."""

from typing import Any

import pytest

from lab.aws.principals import Principal
from lab.aws.trust import TAG_SESSION, DeniedError, Service

from .accounts import Account, policy, trust, try_to_assume

EVERY_ROLE = policy(["sts:AssumeRole", "sts:TagSession"], "*")
BOTH = ("sts:AssumeRole", "sts:TagSession")


@pytest.fixture
def hub() -> Account:
    return Account()


@pytest.fixture
def spoke() -> Account:
    return Account()


def test_a_role_that_does_not_exist_is_denied_like_one_that_refuses(hub: Account) -> None:
    caller = hub.user("engineer", EVERY_ROLE)
    wanted = f"arn:aws:iam::{hub.id}:role/none"
    with pytest.raises(DeniedError) as denied:
        try_to_assume(caller, wanted)
    assert str(denied.value) == (
        f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {wanted}"
    )


def test_a_path_is_part_of_a_roles_name(hub: Account) -> None:
    hub.role("deployer", trust({"AWS": hub.root}), path="/platform/")
    with pytest.raises(DeniedError):
        try_to_assume(hub.user("u", EVERY_ROLE), f"arn:aws:iam::{hub.id}:role/deployer")


def test_across_accounts_both_sides_must_allow(hub: Account, spoke: Account) -> None:
    role = spoke.role("access", trust({"AWS": hub.root}))
    assert try_to_assume(hub.user("allowed", EVERY_ROLE), role).account == spoke.id
    with pytest.raises(DeniedError):
        try_to_assume(hub.user("idle"), role)


def test_across_accounts_being_named_is_not_enough(hub: Account, spoke: Account) -> None:
    caller = hub.user("named")
    role = spoke.role("access", trust({"AWS": caller.arn}))
    with pytest.raises(DeniedError):
        try_to_assume(caller, role)


def test_in_its_own_account_being_named_is_enough(hub: Account) -> None:
    caller = hub.user("named")
    assert try_to_assume(caller, hub.role("r", trust({"AWS": caller.arn})))


def test_in_its_own_account_trust_of_the_account_needs_the_callers_policy(hub: Account) -> None:
    role = hub.role("r", trust({"AWS": hub.root}))
    assert try_to_assume(hub.user("allowed", EVERY_ROLE), role)
    with pytest.raises(DeniedError):
        try_to_assume(hub.user("idle"), role)


def test_a_deny_of_the_callers_policy_wins_over_being_named(hub: Account) -> None:
    caller = hub.user("named", policy("sts:*", "*", effect="Deny"))
    with pytest.raises(DeniedError):
        try_to_assume(caller, hub.role("r", trust({"AWS": caller.arn})))


def test_a_policy_for_another_role_does_not_help(hub: Account, spoke: Account) -> None:
    caller = hub.user("u", policy("sts:AssumeRole", f"arn:aws:iam::{spoke.id}:role/other"))
    with pytest.raises(DeniedError):
        try_to_assume(caller, spoke.role("access", trust({"AWS": hub.root})))


class TestTheSpokesAccessRole:
    """It trusts the hub's account, for one role that may not exist yet."""

    def access_role(self, hub: Account, spoke: Account) -> Any:
        arn = f"arn:aws:iam::{hub.id}:role/eks-hub-spoke/hub-argocd"
        condition = {"ArnEquals": {"aws:PrincipalArn": arn}}
        return spoke.role("access", trust({"AWS": hub.root}, condition, BOTH))

    def test_lets_the_hubs_role_in_though_it_was_made_later(
        self, hub: Account, spoke: Account
    ) -> None:
        access = self.access_role(hub, spoke)
        argocd = hub.role("hub-argocd", trust({"AWS": "*"}), EVERY_ROLE, path="/eks-hub-spoke/")
        assert try_to_assume(hub.session(argocd), access).iam_arn == access.arn

    def test_keeps_another_role_of_the_hubs_account_out(self, hub: Account, spoke: Account) -> None:
        access = self.access_role(hub, spoke)
        other = hub.role("other", trust({"AWS": "*"}), EVERY_ROLE, path="/eks-hub-spoke/")
        with pytest.raises(DeniedError):
            try_to_assume(hub.session(other), access)

    def test_keeps_a_namesake_under_another_path_out(self, hub: Account, spoke: Account) -> None:
        access = self.access_role(hub, spoke)
        namesake = hub.role("hub-argocd", trust({"AWS": "*"}), EVERY_ROLE)
        with pytest.raises(DeniedError):
            try_to_assume(hub.session(namesake), access)


def test_an_external_id_that_is_asked_for_must_be_given(hub: Account, spoke: Account) -> None:
    role = spoke.role("r", trust({"AWS": hub.root}, {"StringEquals": {"sts:ExternalId": "x"}}))
    caller = hub.user("u", EVERY_ROLE)
    assert try_to_assume(caller, role, external_id="x")
    with pytest.raises(DeniedError):
        try_to_assume(caller, role)


def test_tags_need_the_right_to_tag_the_session(hub: Account, spoke: Account) -> None:
    caller = hub.user("u", EVERY_ROLE)
    role = spoke.role("r", trust({"AWS": hub.root}))
    with pytest.raises(DeniedError) as denied:
        try_to_assume(caller, role, tags={"team": "a"})
    assert denied.value.action == TAG_SESSION


def test_transitive_tags_go_along_and_need_the_right_at_the_next_role(
    hub: Account, spoke: Account
) -> None:
    first = hub.role("first", trust({"AWS": hub.root}, action=BOTH), EVERY_ROLE)
    caller = try_to_assume(
        hub.user("u", EVERY_ROLE), first, tags={"a": "1", "b": "2"}, transitive_tags=frozenset("a")
    )
    open_role = spoke.role("open", trust({"AWS": hub.root}, action=BOTH))
    assert try_to_assume(caller, open_role).session_tags == {"a": "1"}
    with pytest.raises(DeniedError):
        try_to_assume(caller, spoke.role("closed", trust({"AWS": hub.root})))


def test_a_session_policy_takes_away_what_the_role_allows(hub: Account, spoke: Account) -> None:
    first = hub.role("first", trust({"AWS": hub.root}), EVERY_ROLE)
    role = spoke.role("r", trust({"AWS": hub.root}))
    nothing = policy("s3:*", "*")
    caller = try_to_assume(hub.user("u", EVERY_ROLE), first, session_policy=nothing)
    with pytest.raises(DeniedError):
        try_to_assume(caller, role)


def test_a_session_of_a_role_that_was_made_again_has_lost_its_rights(
    hub: Account, spoke: Account
) -> None:
    old = hub.session(hub.role("r", trust({"AWS": "*"}), EVERY_ROLE))
    again = Principal(
        account=hub.id, arn=old.arn, iam_arn=old.iam_arn, unique_id="AROAOLD", session_name="s"
    )
    with pytest.raises(DeniedError):
        try_to_assume(again, spoke.role("x", trust({"AWS": hub.root})))


def test_a_session_is_named_by_its_role_without_the_path(hub: Account) -> None:
    role = hub.role("r", trust({"AWS": hub.root}), path="/eks-hub-spoke/")
    session = try_to_assume(hub.user("u", EVERY_ROLE), role)
    assert session.arn == f"arn:aws:sts::{hub.id}:assumed-role/r/chained"
    assert session.user_id == f"{role.id}:chained"


def test_a_service_is_trusted_for_its_own_account_only(hub: Account) -> None:
    condition = {"StringEquals": {"aws:SourceAccount": hub.id}}
    role = hub.role("r", trust({"Service": "pods.eks.amazonaws.com"}, condition))

    def pods(account: str) -> Service:
        return Service(name="pods.eks.amazonaws.com", source_account=account, source_arn="")

    assert try_to_assume(pods(hub.id), role)
    with pytest.raises(DeniedError):
        try_to_assume(pods("999999999999"), role)
