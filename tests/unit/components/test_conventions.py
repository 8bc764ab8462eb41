"""Names that hub and spoke spell alike although they never meet; golden: they are in AWS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import conventions
from tests.unit.configs import mistakes

LONGEST = "c" * conventions.CLUSTER_NAME_LENGTH
IAM_LENGTH = 64
"""Longest role name; https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


def test_names_in_aws_never_change() -> None:
    """Another name would replace the resource, and break the trust of every spoke."""
    assert conventions.PROJECT == "eks-hub-spoke"
    assert conventions.ROLE_PATH == "/eks-hub-spoke/"
    assert conventions.ACCESS_ROLE_PATH == "/eks-hub-spoke/argocd/"
    assert conventions.hub_role_name("hub") == "hub-argocd"
    assert conventions.access_role_name("spoke-dev") == "spoke-dev-access"
    assert conventions.cluster_secret_name("spoke-dev") == "cluster-spoke-dev"
    assert conventions.HUB_GROUP == "argocd-hub"
    assert conventions.ARGOCD_NAMESPACE == "argocd"
    assert conventions.DRAINED_ANNOTATION == "eks-hub-spoke/drained"
    assert set(conventions.HUB_SERVICE_ACCOUNTS) == {
        "argocd-application-controller",
        "argocd-server",
    }


def test_the_hubs_arn_is_of_the_account_that_owns_it() -> None:
    hub = conventions.hub_role_arn("111111111111", "eu-west-1", "hub")
    assert hub == "arn:aws:iam::111111111111:role/eks-hub-spoke/hub-argocd"


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_every_arn_is_of_the_regions_partition(region: str, partition: str) -> None:
    arns = (
        conventions.hub_role_arn("1" * 12, region, "hub"),
        conventions.access_role_pattern(region),
    )
    assert conventions.partition(region) == partition
    assert {arn.split(":")[1] for arn in arns} == {partition}


def test_fixed_role_names_of_the_longest_cluster_fit_into_iam() -> None:
    assert len(conventions.hub_role_name(LONGEST)) <= IAM_LENGTH
    assert len(conventions.access_role_name(LONGEST)) <= IAM_LENGTH


def test_a_longer_cluster_name_is_refused_and_not_cut() -> None:
    assert not mistakes("hub", {"cluster.name": LONGEST})
    assert mistakes("hub", {"cluster.name": f"{LONGEST}c"})


@given(st.from_regex(r"[a-z][a-z0-9-]{0,20}[a-z0-9]", fullmatch=True))
def test_a_cluster_secrets_name_is_one_that_kubernetes_takes(cluster: str) -> None:
    name = conventions.cluster_secret_name(cluster)
    assert name.replace("-", "").isalnum()
    assert name == name.lower()
    assert len(name) <= 253


def test_the_projects_own_tags_win_over_given_ones() -> None:
    tags = conventions.tags(
        cluster="hub", environment="platform", extra={"eks-hub-spoke:cluster": "x", "team": "y"}
    )
    assert tags == {
        "team": "y",
        "eks-hub-spoke:cluster": "hub",
        "eks-hub-spoke:environment": "platform",
        "eks-hub-spoke:managed-by": "pulumi",
    }
