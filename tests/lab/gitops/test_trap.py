"""A cluster secret that is lost, replaced or mislabelled by accident takes no workload along.

Each accident is made on a lab that runs, and a Deployment on the spoke must be the same one after
it, by its UID.
"""

import json

import pytest

from tests.lab.fleet_lab import HUB, FleetLab

SPOKE = "spoke-dev"
SECRET = ("secret", f"cluster-{SPOKE}", "--namespace", "argocd")
DEPLOYMENT = ("deployment", "gateway", "payments-dev")
APPLICATION = f"payments-dev-{SPOKE}-gateway"


@pytest.fixture(scope="module")
def workload(fleet: FleetLab) -> str:
    """The Deployment's UID before any accident."""
    return fleet.uid(SPOKE, *DEPLOYMENT)


def assert_untouched(fleet: FleetLab, workload: str) -> None:
    """The secret is there, Argo CD works through it, and the workload is the one from before."""
    fleet.lab.kubectl(HUB, "get", *SECRET)
    fleet.kubectl(
        HUB, "annotate", "application", APPLICATION, "--namespace", "argocd", "--overwrite",
        "argocd.argoproj.io/refresh=hard",
    )  # fmt: skip
    fleet.wait(
        lambda: (
            "argocd.argoproj.io/refresh"
            not in fleet.application(APPLICATION)["metadata"].get("annotations", {})
        ),
        "Argo CD to look again",
    )
    fleet.wait_ready(APPLICATION)
    assert fleet.uid(SPOKE, *DEPLOYMENT) == workload


def test_deleting_it_with_kubectl_is_refused(fleet: FleetLab, workload: str) -> None:
    ran = fleet.kubectl(HUB, "delete", *SECRET)
    assert ran.code != 0
    assert f"python -m fleet drain {SPOKE}" in ran.stderr
    assert_untouched(fleet, workload)


@pytest.mark.parametrize(
    "label",
    ["environment-", "environment=prod", "role-", "argocd.argoproj.io/secret-type-"],
)
def test_taking_its_labels_away_is_refused(label: str, fleet: FleetLab, workload: str) -> None:
    ran = fleet.kubectl(HUB, "label", *SECRET, label, "--overwrite")
    assert ran.code != 0
    assert f"python -m fleet drain {SPOKE}" in ran.stderr
    assert_untouched(fleet, workload)


def test_a_replacement_that_fails_half_way_loses_nothing(fleet: FleetLab, workload: str) -> None:
    """Pulumi is told to delete and remake it, and the hub refuses the first half."""
    urn = next(
        found["urn"]
        for found in json.loads(fleet.lab.shell("pulumi stack export -s hub").stdout)["deployment"][
            "resources"
        ]
        if found["type"] == "kubernetes:core/v1:Secret" and SPOKE in found["urn"]
    )
    ran = fleet.lab.shell(
        f"pulumi state unprotect -s hub --yes '{urn}' && "
        f"pulumi up -s hub --yes --skip-preview --replace '{urn}'"
    )
    assert ran.code != 0
    assert_untouched(fleet, workload)


def test_a_spokes_labels_that_change_by_a_slip_are_refused_by_the_hub(
    fleet: FleetLab, workload: str
) -> None:
    fleet.lab.edit_stack(SPOKE, "environment", "prod")
    try:
        assert fleet.lab.shell(f"pulumi up -s {SPOKE} --yes --skip-preview").code == 0
        ran = fleet.lab.shell("pulumi up -s hub --yes --skip-preview")
        assert ran.code != 0
        assert f"fleet drain {SPOKE}" in ran.stdout + ran.stderr
        assert_untouched(fleet, workload)
    finally:
        fleet.lab.edit_stack(SPOKE, "environment", "dev")
    assert fleet.lab.shell(f"pulumi up -s {SPOKE} --yes --skip-preview").code == 0
    assert fleet.lab.shell("pulumi up -s hub --yes --skip-preview").code == 0


def test_an_endpoint_that_changes_is_updated_in_place(fleet: FleetLab, workload: str) -> None:
    """The address under another of its names: the secret changes, the cluster is the same."""
    server = fleet.cluster_secret(SPOKE)["server"]
    other = server.replace("127.0.0.1", "localhost")
    patch = json.dumps({"stringData": {"server": other}})
    before = fleet.lab.kubectl(HUB, "get", *SECRET)["metadata"]["uid"]

    ran = fleet.kubectl(HUB, "patch", *SECRET, "--patch", patch)
    assert ran.code == 0, ran.stderr
    assert_untouched(fleet, workload)

    assert fleet.lab.shell("pulumi up -s hub --yes --skip-preview --refresh").code == 0
    assert fleet.cluster_secret(SPOKE)["server"] == server
    assert fleet.lab.kubectl(HUB, "get", *SECRET)["metadata"]["uid"] == before
    assert_untouched(fleet, workload)
