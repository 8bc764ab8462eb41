"""What a preview sees of a cluster."""

from typing import Any

import pytest

from components.preview_access import READABLE
from tests.unit.configs import MISSING, VARIANTS, brought_up
from tests.unit.engine import Run

CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
ENTRY = "aws:eks/accessEntry:AccessEntry"
# A release is read from the Secrets that Helm keeps.
SECRET_KINDS = {"Secret", "Release"}


def rules(run: Run) -> list[dict[str, Any]]:
    (role,) = (n for n in run.of(CLUSTER_ROLE) if n.name.endswith("preview-access-cluster-role"))
    return role.inputs["rules"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_preview_sees_every_kind_that_the_program_makes_but_secrets(variant: str) -> None:
    run = brought_up(*VARIANTS[variant])
    made = {
        (group.rpartition("/")[0] if "/" in group else "", kind)
        for node in run.nodes.values()
        if node.type.startswith("kubernetes:")
        for _, group, kind in [node.type.split(":")]
        if kind not in SECRET_KINDS
    }
    kinds = {(group, kind.removesuffix("y").lower()) for group, kind in made}
    shown = {
        (group, name.removesuffix("ies").removesuffix("s"))
        for group, names in READABLE.items()
        for name in names
    }
    assert {(group.removeprefix("core"), kind) for group, kind in kinds} <= shown


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_preview_writes_nothing_and_reads_no_secret(variant: str) -> None:
    for rule in rules(brought_up(*VARIANTS[variant])):
        assert set(rule["verbs"]) == {"get", "list", "watch"}
        assert not {"secrets", "*"} & {*rule["resources"], *rule["apiGroups"]}


def test_without_a_preview_role_nobody_previews() -> None:
    run = brought_up("spoke-dev", {"account.previewRoleArn": MISSING})
    groups = [g for n in run.of(ENTRY) for g in n.inputs.get("kubernetesGroups", [])]
    assert "eks-hub-spoke:preview" not in groups
