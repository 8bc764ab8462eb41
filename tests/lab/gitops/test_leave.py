"""Teams that move or leave; the tests run in the order of the file."""

from typing import Any

from tests.lab.fleet_lab import DEV, HUB, PROD, SERVICE, FleetLab, team_file

TEAM, KEEPER = "delta", "epsilon"


def test_a_team_that_moves_leaves_no_workload_where_it_was(fleet: FleetLab) -> None:
    fleet.onboard(TEAM, {"environment": "dev"})

    def change(content: dict[str, Any]) -> None:
        content["environments"]["dev"]["clusters"] = {"environment": "prod"}

    fleet.edit_team(TEAM, change)

    fleet.wait_ready(f"{TEAM}-dev-{PROD}-{SERVICE}")
    fleet.wait(lambda: f"{TEAM}-dev" not in fleet.namespaces(DEV), "the namespace to go")


def test_an_environment_with_volumes_that_moves_leaves_them_but_no_workload(
    fleet: FleetLab,
) -> None:
    content = team_file(KEEPER, {"environment": "dev"})
    environment = content["environments"]["dev"]
    environment["quota"]["storage"] = "10Gi"
    environment["services"] = {"catalogue": {"path": "gitops/workloads/shop/catalogue"}}
    fleet.onboard_file(content)
    claim = ("persistentvolumeclaim", "data-catalogue-database-0", f"{KEEPER}-dev")
    before = fleet.uid(DEV, *claim)

    def change(content: dict[str, Any]) -> None:
        content["environments"]["dev"]["clusters"] = {"environment": "prod"}

    fleet.edit_team(KEEPER, change)

    fleet.wait_ready(f"{KEEPER}-dev-{PROD}-catalogue")
    of_team = ("--namespace", f"{KEEPER}-dev")
    fleet.wait(
        lambda: fleet.names(DEV, "deployments,statefulsets,pods", *of_team) == set(),
        "the workloads to go",
    )
    assert fleet.uid(DEV, *claim) == before


def test_offboarding_leaves_nothing(fleet: FleetLab) -> None:
    ran = fleet.lab.run("offboard", TEAM, "--json")
    assert ran.code == 0, ran.stderr

    of_team = f"--selector=eks-hub-spoke/team={TEAM}"
    kinds = "applications,applicationsets,appprojects"
    assert fleet.names(HUB, kinds, "--namespace", "argocd", of_team) == set()
    for stack in (DEV, PROD):
        assert fleet.names(stack, "namespaces", of_team) == set()


def test_a_namespace_with_volumes_stays_when_its_team_goes(fleet: FleetLab) -> None:
    claim = ("persistentvolumeclaim", "data-catalogue-database-0", f"{KEEPER}-dev")
    before = fleet.uid(PROD, *claim)

    ran = fleet.lab.run("offboard", KEEPER, "--json")

    assert ran.code == 0, ran.stderr
    assert ran.document["kept"] == [f"{PROD}/{KEEPER}-dev"]
    assert fleet.uid(PROD, *claim) == before
    workloads = fleet.names(PROD, "deployments,statefulsets", "--namespace", f"{KEEPER}-dev")
    assert workloads == set()
