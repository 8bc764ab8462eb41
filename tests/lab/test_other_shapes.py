"""The shapes that the committed stack files do not take, from nothing to nothing in the lab.

A spoke with a managed node group and no NAT gateway, a hub with high availability and a NAT gateway
in each zone. The tests share one lab and run in the order of the file.
"""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from lab.stacks import read_fleet
from tests.lab.copied_lab import UP_SECONDS, CopiedLab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CopiedLab]:
    """A copy of the project with its stack files changed; removed even if a test fails."""
    copied = CopiedLab.copy_to(tmp_path_factory.mktemp("lab") / "project")
    change(copied, "spoke-dev", "cluster", compute="managed", publicAccess="none")
    change(copied, "spoke-dev", "network", natGateways="none")
    change(copied, "hub", "argocd", highAvailability=True)
    change(copied, "hub", "network", natGateways="one-per-az")
    yield copied
    if copied.state.exists():
        copied.run("down", "--force")


def change(lab: CopiedLab, stack: str, section: str, **values: object) -> None:
    config = read_fleet(lab.root).stack(stack).config
    lab.edit_stack(stack, section, {**cast(dict[str, Any], config[section]), **values})


@pytest.fixture(scope="module")
def first(lab: CopiedLab) -> dict[str, Any]:
    """What the first `up` reported."""
    return lab.up()


def test_the_hubs_argocd_does_on_every_cluster_what_it_must(first: dict[str, Any]) -> None:
    assert first["checks"]
    assert [check for check in first["checks"] if not check["passed"]] == []


@pytest.mark.usefixtures("first")
def test_the_nodes_bring_their_add_ons(lab: CopiedLab) -> None:
    ran = lab.shell(
        "export AWS_PROFILE=account-dev\n"
        "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY\n"
        "aws eks list-nodegroups --cluster-name spoke-dev --query nodegroups --output text\n"
        "aws eks list-addons --cluster-name spoke-dev --query addons --output text\n"
    )

    assert ran.code == 0, ran.stderr
    assert "spoke-dev-nodes-group" in ran.stdout
    assert {"vpc-cni", "kube-proxy", "coredns", "aws-ebs-csi-driver"} <= set(ran.stdout.split())


@pytest.mark.usefixtures("first")
def test_preview_after_up_finds_nothing(lab: CopiedLab) -> None:
    ran = lab.run("preview", "--json")

    assert (ran.code, ran.document["changes"]) == (0, 0)


@pytest.mark.usefixtures("first")
def test_down_leaves_nothing_behind(lab: CopiedLab) -> None:
    ran = lab.run("down", seconds=UP_SECONDS)

    assert ran.code == 0, ran.stderr
    assert lab.processes() == []
    assert not lab.state.exists()
