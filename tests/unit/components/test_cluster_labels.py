"""What ApplicationSets choose a cluster by: computed from the stack file alone."""

import pytest

from components import cluster_labels
from tests.unit import committed
from tests.unit.configs import MANAGED_HUB, parsed
from tests.unit.engine import plain

SECRET_TYPE = "argocd.argoproj.io/secret-type"


def test_a_spokes_labels() -> None:
    """Golden: another value, or a label less, moves workloads off the cluster."""
    assert cluster_labels.labels(parsed("spoke-dev")) == {
        "team-clusters": "true",
        "enable_external_secrets": "true",
        "enable_metrics_server": "true",
        "environment": "dev",
        "tenant": "platform",
        "role": "spoke",
        "fleet_member": "spoke",
        "region": "eu-west-1",
        "kubernetes_version": "1.36",
        "aws_cluster_name": "spoke-dev",
        "compute": "auto",
    }


@pytest.mark.parametrize("stack", committed.stack_names())
def test_the_cluster_secret_has_exactly_these_labels(stack: str) -> None:
    """So whoever reads the stack files knows what Argo CD will choose."""
    cluster = committed.stack_config(stack)["cluster"]["name"]
    secret = committed.up("hub").node(f"hub-registration-{stack}-secret")
    metadata = plain(secret.inputs)["metadata"]
    assert metadata["name"] == f"cluster-{cluster}"
    labels = dict(metadata["labels"])
    assert labels.pop(SECRET_TYPE) == "cluster"
    assert labels == cluster_labels.labels(parsed(stack))


@pytest.mark.parametrize("stack", committed.stack_names())
def test_a_label_is_the_platforms_an_add_ons_or_the_stacks_own(stack: str) -> None:
    config = parsed(stack)
    enabled = {f"{cluster_labels.ENABLE_PREFIX}{addon}" for addon in config.addons}
    assert set(cluster_labels.labels(config)) == {
        *cluster_labels.PLATFORMS,
        *enabled,
        *config.labels,
    }


def test_what_computes_is_a_label() -> None:
    assert cluster_labels.labels(parsed("hub", MANAGED_HUB))["compute"] == "managed"


@pytest.mark.parametrize("key", ["environment", "role", "compute", "kubernetes_version"])
def test_a_stacks_own_label_never_hides_one_of_the_platforms(key: str) -> None:
    own = {"team-clusters": "true", key: "mine"}
    labels = cluster_labels.labels(parsed("spoke-dev", {"labels": own}))
    assert labels["team-clusters"] == "true"
    assert labels[key] != "mine"


def test_an_add_on_that_is_not_listed_has_no_label() -> None:
    labels = cluster_labels.labels(parsed("spoke-dev", {"addons": ["metrics_server"]}))
    enabled = [key for key in labels if key.startswith(cluster_labels.ENABLE_PREFIX)]
    assert enabled == ["enable_metrics_server"]
