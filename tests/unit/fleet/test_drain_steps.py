"""What `fleet drain` advises: steps in an order that leaves nothing behind, exact to the letter."""

from pathlib import Path

import pytest

from fleet import drain_steps
from tests.unit import committed
from tests.unit.fleet.fake_hub import Hub, secret


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    monkeypatch.setenv("PATH", str(tmp_path))
    return Hub(tmp_path)


def steps(hub: Hub, cluster: str = "spoke-dev") -> list[str]:
    printed = hub(cluster, "--yes").stdout
    _, _, after = printed.partition("To remove the cluster:\n")
    removal, _, _ = after.partition("To change its labels only:")
    return [line.strip().partition(". ")[2] for line in removal.splitlines()]


def test_workloads_go_before_the_registration_and_that_before_the_cluster(hub: Hub) -> None:
    """Argo CD deletes nothing on a cluster it does not know: load balancers would stay in AWS."""
    starts = [
        "kubectl label secret cluster-spoke-dev --namespace argocd --overwrite environment=drained"
        " team-clusters-",
        "python -m fleet drain spoke-dev",
        "kubectl label secret cluster-spoke-dev --namespace argocd enable_cert_manager-",
        "take spoke-dev off `spokes` in Pulumi.hub.yaml",
        "pulumi state unprotect --stack hub",
        "pulumi up --stack hub",
        "set cluster.deletionProtection: false in Pulumi.spoke-dev.yaml",
        "pulumi up --stack spoke-dev",
        "pulumi destroy --stack spoke-dev",
    ]
    found = steps(hub)
    assert len(found) == len(starts)
    for step, start in zip(found, starts, strict=True):
        assert step.startswith(start)


def test_what_is_unprotected_is_what_the_program_makes(hub: Hub) -> None:
    made = committed.up("hub").node("hub-registration-spoke-dev-secret")
    assert f"'{made.urn}'" in steps(hub)[4]


def test_no_stack_has_the_environment_that_a_drained_cluster_gets() -> None:
    for stack in committed.stack_names():
        assert committed.stack_config(stack)["environment"] != drain_steps.DRAINED


def test_a_cluster_without_a_stack_file_gets_steps_with_gaps(hub: Hub) -> None:
    hub.world["secrets"].append(secret("legacy", "https://legacy.example", {}))
    found = steps(hub, "legacy")
    assert "pulumi destroy --stack '<stack>'" in found


def test_relabelling_ends_with_the_guard_back_on(hub: Hub) -> None:
    lines = hub("spoke-dev", "--yes").stdout.splitlines()
    assert lines[-1].endswith("python -m fleet drain spoke-dev --undo")
