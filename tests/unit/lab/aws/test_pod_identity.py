"""Credentials for pods."""

import threading
from pathlib import Path
from typing import Any

import pytest

from lab.aws.documents import Document
from lab.aws.eks.state import ClusterKey
from lab.aws.errors import ServiceError
from lab.aws.pod_identity import CredentialsEndpoint
from lab.aws.principals import Credentials, Sessions
from lab.aws.token_review import ServiceAccount

from .accounts import REGION, Account, Eks, policy, trust

PODS = {"Service": "pods.eks.amazonaws.com"}
BOTH = ("sts:AssumeRole", "sts:TagSession")
SERVER = ServiceAccount(
    namespace="argocd", name="argocd-server", pod="argocd-server-0", pod_uid="u"
)


class Hub:
    """A hub whose API server knows one token."""

    def __init__(self) -> None:
        self.eks = Eks()
        self.eks.active("hub")
        self.sessions = Sessions()
        self.account: ServiceAccount | None = SERVER

    def associate(self, trust_policy: str, *policies: str, **params: Any) -> None:
        role = self.eks.account.role("argocd", trust_policy, *policies, path="/hub/")
        self.eks(
            "CreatePodIdentityAssociation",
            clusterName="hub",
            namespace="argocd",
            serviceAccount="argocd-server",
            roleArn=role.arn,
            **params,
        )

    def ask(self) -> Document:
        endpoint = CredentialsEndpoint(
            clusters=self.eks.clusters,
            sessions=self.sessions,
            admin_kubeconfig=lambda key: Path(key.name),
            reviewer=lambda _kubeconfig, _token, _audience: self.account,
            lock=threading.RLock(),
        )
        return endpoint.credentials(ClusterKey(self.eks.account.id, REGION, "hub"), "token")

    def session(self) -> Credentials:
        found = self.sessions.find(self.ask()["AccessKeyId"])
        assert found is not None
        return found


@pytest.fixture
def hub() -> Hub:
    return Hub()


def test_a_pod_gets_a_session_of_its_role_with_transitive_tags(hub: Hub) -> None:
    hub.associate(trust(PODS, action=BOTH))
    principal = hub.session().principal
    assert principal.iam_arn == f"arn:aws:iam::{hub.eks.account.id}:role/hub/argocd"
    assert principal.session_tags["kubernetes-namespace"] == "argocd"
    assert principal.session_tags["eks-cluster-name"] == "hub"
    assert principal.transitive_tags == set(principal.session_tags)


def test_the_answer_is_in_the_sdks_words(hub: Hub) -> None:
    hub.associate(trust(PODS, action=BOTH))
    answer = hub.ask()
    assert set(answer) == {"AccessKeyId", "SecretAccessKey", "Token", "AccountId", "Expiration"}
    assert answer["Expiration"].endswith("Z")


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"aws:RequestTag/kubernetes-namespace": "argocd"}}, True),
        ({"StringEquals": {"aws:RequestTag/kubernetes-service-account": "other"}}, False),
        ({"StringEquals": {"aws:RequestTag/eks-cluster-name": "spoke"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:eks:*:*:cluster/hub"}}, True),
        ({"ArnEquals": {"aws:SourceArn": "arn:aws:eks:*:*:cluster/spoke"}}, False),
        ({"StringEquals": {"aws:SourceAccount": "999999999999"}}, False),
    ],
)
def test_the_roles_conditions_on_the_pod_count(hub: Hub, condition: Any, *, allowed: bool) -> None:
    hub.associate(trust(PODS, condition, BOTH))
    if allowed:
        assert hub.ask()
    else:
        with pytest.raises(ServiceError) as refusal:
            hub.ask()
        assert refusal.value.status == 403


def test_a_role_that_does_not_let_sessions_be_tagged_is_no_use(hub: Hub) -> None:
    hub.associate(trust(PODS))
    with pytest.raises(ServiceError, match="sts:TagSession"):
        hub.ask()


def test_without_session_tags_the_right_to_tag_is_not_needed(hub: Hub) -> None:
    hub.associate(trust(PODS), disableSessionTags=True)
    assert hub.session().principal.session_tags == {}


def test_a_token_that_the_api_server_does_not_know_gets_nothing(hub: Hub) -> None:
    hub.associate(trust(PODS, action=BOTH))
    hub.account = None
    with pytest.raises(ServiceError, match="Not a service-account token"):
        hub.ask()


def test_another_service_account_gets_nothing(hub: Hub) -> None:
    hub.associate(trust(PODS, action=BOTH))
    hub.account = ServiceAccount(namespace="argocd", name="default")
    with pytest.raises(ServiceError, match="No Pod Identity association for service account"):
        hub.ask()


def test_a_target_role_is_assumed_with_its_external_id(hub: Hub) -> None:
    spoke = Account()
    everything = policy(list(BOTH), "*")
    root = {"AWS": hub.eks.account.root}
    condition = {"StringLike": {"sts:ExternalId": "*/hub/*"}}
    target = spoke.role("target", trust(root, condition, BOTH))
    hub.associate(trust(PODS, action=BOTH), everything, targetRoleArn=target.arn)
    assert hub.session().principal.iam_arn == target.arn
