"""Bootstrap, teams that join, and changes of theirs; the tests run in the order of the file."""

from pathlib import Path

from lab.onboarding.team_file import path_of
from tests.lab.fleet_lab import DEV, IMAGE, PROD, SERVICE, FleetLab, is_ready

ONE, BOTH = "alpha", "beta"
OF_AN_ADDONS_KINDS = "argocd-credentials-hub"
"""It tries until the add-on has brought its kinds: docs/adr/0008."""


def test_up_ends_with_every_application_synced_and_healthy(fleet: FleetLab) -> None:
    applications = fleet.applications()
    platforms = {"root", "projects", "addons", "baseline-hub", OF_AN_ADDONS_KINDS}
    assert platforms | {"team-shop", "team-payments"} <= set(applications)
    assert [name for name, found in applications.items() if not is_ready(found)] == []


def test_no_sync_failed_or_was_tried_twice_because_something_was_not_there_yet(
    fleet: FleetLab,
) -> None:
    operations = {
        name: found["status"]["operationState"] for name, found in fleet.applications().items()
    }
    operations[OF_AN_ADDONS_KINDS].pop("retryCount", None)
    tried = {name: (one["phase"], one.get("retryCount")) for name, one in operations.items()}
    assert {name: state for name, state in tried.items() if state != ("Succeeded", None)} == {}


def test_an_environment_is_on_every_cluster_that_has_its_labels(fleet: FleetLab) -> None:
    dev, prod = fleet.namespaces(DEV), fleet.namespaces(PROD)
    assert "payments-dev" in dev & prod
    assert ("shop-dev" in dev, "shop-dev" in prod) == (True, False)
    assert ("shop-prod" in dev, "shop-prod" in prod) == (False, True)


def test_a_team_joins_on_one_cluster(fleet: FleetLab) -> None:
    report = fleet.onboard(ONE, {"environment": "dev"})
    assert f"{ONE}-dev" in fleet.namespaces(DEV) - fleet.namespaces(PROD)
    assert {event["cluster"] for event in report["events"]} == {"hub", DEV}


def test_a_team_joins_on_two_clusters(fleet: FleetLab) -> None:
    fleet.onboard(BOTH, {"team-clusters": "true"})
    for stack in (DEV, PROD):
        namespaced = ("--namespace", f"{BOTH}-dev")
        assert fleet.names(stack, "resourcequotas", *namespaced) == {"environment"}
        assert fleet.names(stack, "deployments", *namespaced) == {SERVICE}


def test_a_change_of_a_service_rolls_out_on_every_cluster(fleet: FleetLab) -> None:
    fleet.set_image(BOTH, f"{IMAGE}-a")
    for stack in (DEV, PROD):
        fleet.wait_for_image(stack, f"{BOTH}-dev", f"{IMAGE}-a")


def test_what_was_changed_by_hand_is_healed(fleet: FleetLab) -> None:
    of_team = ("--namespace", f"{BOTH}-dev")
    by_hand = [
        fleet.kubectl(
            DEV, "set", "image", f"deployment/{SERVICE}", "service=example.com/x:1", *of_team
        ),
        fleet.kubectl(DEV, "delete", "service", SERVICE, *of_team),
    ]
    assert [ran.stderr for ran in by_hand if ran.code != 0] == []

    fleet.wait_for_image(DEV, f"{BOTH}-dev", f"{IMAGE}-a")
    fleet.wait(lambda: fleet.names(DEV, "services", *of_team) == {SERVICE}, "the service")


def test_a_file_that_is_no_yaml_is_its_own_teams_mistake(fleet: FleetLab) -> None:
    before = fleet.uid(DEV, "deployment", SERVICE, f"{ONE}-dev")

    def edit(clone: Path) -> None:
        path = clone / path_of(ONE)
        path.write_text("broken: [\n" + path.read_text())
        other = clone / path_of(BOTH)
        other.write_text(other.read_text().replace(f"{IMAGE}-a", f"{IMAGE}-b"))

    fleet.push("break one, change the other", edit)

    fleet.wait_for_image(PROD, f"{BOTH}-dev", f"{IMAGE}-b")
    fleet.wait_until_refused(f"team-{ONE}", "cannot unmarshal yaml")
    assert fleet.uid(DEV, "deployment", SERVICE, f"{ONE}-dev") == before


def test_a_mended_file_is_taken_up(fleet: FleetLab) -> None:
    def edit(clone: Path) -> None:
        path = clone / path_of(ONE)
        path.write_text(path.read_text().removeprefix("broken: [\n"))

    fleet.push("mend it", edit)

    fleet.wait_ready(f"team-{ONE}", f"{ONE}-dev-{DEV}-{SERVICE}")
