"""An add-on that a stack turns off is removed, by rights that the hub keeps for just that."""

from tests.lab.copied_lab import UP_SECONDS
from tests.lab.fleet_lab import DEV, PROD, FleetLab

ADDON = "metrics-server"


def test_an_add_on_that_is_turned_off_goes_from_that_cluster_alone(fleet: FleetLab) -> None:
    of_addon = (ADDON, "--namespace", "kube-system")
    assert fleet.kubectl(DEV, "get", "deployment", *of_addon).code == 0

    fleet.lab.edit_stack(DEV, "addons", ["external_secrets"])
    ran = fleet.lab.run("up", seconds=UP_SECONDS)

    assert ran.code == 0, ran.stderr
    fleet.wait(lambda: f"{ADDON}-{DEV}" not in fleet.applications(), f"{ADDON} to go from {DEV}")
    assert fleet.kubectl(DEV, "get", "deployment", *of_addon).code != 0
    assert fleet.kubectl(PROD, "get", "deployment", *of_addon).code == 0
    roles = {name for name in fleet.names(DEV, "clusterroles") if ADDON in name}
    assert roles == set()
