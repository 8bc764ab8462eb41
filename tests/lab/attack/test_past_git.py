"""By kubectl nobody gets what Git would not give him."""

import json

import pytest

from lab import record
from tests.lab.attack.past_git import (
    BY_HAND,
    COMMANDS,
    HEALED,
    MEMBER,
    MEMBERS_GROUPS,
    NAMESPACE,
    ByHand,
    Command,
)
from tests.lab.fleet_lab import DEV, HUB, FleetLab


@pytest.mark.parametrize("attempt", COMMANDS, ids=str)
def test_a_command_is_refused(attempt: Command, fleet: FleetLab) -> None:
    arguments = list(attempt.arguments)
    if attempt.manifest is not None:
        file = fleet.lab.root.parent / "attempt.json"
        file.write_text(json.dumps(attempt.manifest))
        arguments += ["--filename", str(file)]
    if attempt.is_members:
        arguments += [f"--as={MEMBER}", *(f"--as-group={group}" for group in MEMBERS_GROUPS)]
    ran = fleet.kubectl(attempt.stack, *arguments)
    assert ran.code != 0
    assert attempt.says in ran.stderr


@pytest.mark.parametrize("attempt", BY_HAND, ids=str)
def test_an_application_by_hand_is_refused(attempt: ByHand, fleet: FleetLab) -> None:
    name = f"by-hand-{attempt.key}"
    ours = record.load(fleet.layout).platform_repository
    ran = fleet.apply(
        HUB,
        {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": {"name": name, "namespace": "argocd"},
            "spec": {
                "project": attempt.project,
                "source": {"repoURL": attempt.repository or ours, "path": "gitops/charts/baseline"},
                "destination": dict(attempt.destination),
            },
        },
    )
    assert ran.code == 0, ran.stderr
    fleet.wait_until_refused(name, attempt.says)
    fleet.kubectl(HUB, "delete", "application", name, "--namespace", "argocd")


def test_a_widened_project_is_set_back(fleet: FleetLab) -> None:
    """The attempt of `HEALED`."""
    project = ("appproject", f"{NAMESPACE}-{DEV}", "--namespace", "argocd")
    before = fleet.lab.kubectl(HUB, "get", *project)["spec"]["destinations"]
    wide = json.dumps({"spec": {"destinations": [{"name": "*", "namespace": "*"}]}})
    ran = fleet.kubectl(HUB, "patch", *project, "--type=merge", f"--patch={wide}")
    assert ran.code == 0, ran.stderr
    fleet.wait(
        lambda: fleet.lab.kubectl(HUB, "get", *project)["spec"]["destinations"] == before,
        HEALED.says,
    )
