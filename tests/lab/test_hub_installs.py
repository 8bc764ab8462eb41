"""With its rights and inside its boundary, the hub's Argo CD installs every add-on there is.

The objects are those of the lab's stand-ins, which have the real charts' names; applied on a real
API server as group `argocd-hub`, by the server, as Argo CD does it.
"""

from collections.abc import Iterator, Sequence

import pytest

from components.addon_catalogue import CHARTS
from components.hub_boundary_table import Table
from lab.cluster import ControlPlane
from tests.gitops.clusters import whole_catalogue
from tests.gitops.fleet import render
from tests.gitops.programs import find_helm, world_of
from tests.gitops.stand_ins import StandIns, addons_of
from tests.gitops.strict_yaml import Manifest
from tests.gitops.tree import ROOT
from tests.lab.hub_group import Hub
from tests.lab.planes import Kubectl, lab_binaries, serving_webhooks

CLUSTER = "spoke-prod"
"""The one with managed nodes, which can have every add-on."""


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Manifest]]:
    """What each add-on consists of, by its Application."""
    helm, fleet = find_helm(), whole_catalogue()
    stand_ins = StandIns.write(helm, tmp_path_factory.mktemp("charts"))
    found = addons_of(render(world_of(fleet, helm), fleet.handed_over))
    return {
        each["metadata"]["name"]: stand_ins.render(each, ROOT)
        for each in found
        if each["spec"]["destination"]["name"] == CLUSTER
    }


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A spoke with all add-ons, as `pulumi up` would make it, and nothing on it."""
    with serving_webhooks() as webhooks:
        folder = tmp_path_factory.mktemp("planes") / "installs"
        plane = ControlPlane(
            folder, name="installs", binaries=lab_binaries(), webhooks=webhooks.urls
        )
        plane.start()
        try:
            hub = Hub(kubectl=Kubectl(plane))
            table = Table(addons=list(CHARTS), compute="managed")
            hub.has(table)
            hub.is_held_to(table)
            yield hub
        finally:
            plane.delete()


def test_every_add_on_is_installed(hub: Hub, objects: dict[str, list[Manifest]]) -> None:
    assert len(objects) == len(CHARTS)
    for home in sorted({row.namespace for row in CHARTS.values()} - {"kube-system"}):
        assert hub.may({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": home}})
    everything = [each for made in objects.values() for each in made]
    kinds = [each for each in everything if each["kind"] == "CustomResourceDefinition"]
    assert refusals(hub, kinds) == []
    hub.kubectl("wait", "--for=condition=Established", "crd", "--all")
    assert refusals(hub, [each for each in everything if each not in kinds]) == []


def refusals(hub: Hub, objects: Sequence[Manifest]) -> list[str]:
    """Lines with which the API server refuses some of them; all are tried."""
    found = hub.apply({"apiVersion": "v1", "kind": "List", "items": list(objects)})
    return [line for line in found.stderr.splitlines() if line and "Warning" not in line]
