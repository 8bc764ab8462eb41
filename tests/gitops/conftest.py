"""What tests of gitops/ share: the programs, and the committed fleet rendered once."""

import gc
import os
from collections.abc import Generator, Sequence

import pytest

from tests.gitops import clusters
from tests.gitops.clusters import Fleet, committed_fleet
from tests.gitops.expansion import World
from tests.gitops.fleet import Rendered, render
from tests.gitops.helm import Helm
from tests.gitops.programs import find_helm, find_kubeconform, world_of
from tests.gitops.schemas import Kubeconform

_AMBIENT = ("AWS_", "PULUMI_", "KUBECONFIG")


def pytest_configure(config: pytest.Config) -> None:
    """The program's SDKs warn on import about classes that nobody here uses, and are large."""
    config.addinivalue_line("filterwarnings", "ignore::DeprecationWarning:pulumi_.*")
    gc.set_threshold(100_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _no_ambient_settings() -> Generator[None, None, None]:  # pyright: ignore[reportUnusedFunction]  # pytest finds it
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(_AMBIENT):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def helm() -> Helm:
    """The lab's helm."""
    return find_helm()


@pytest.fixture(scope="session")
def fleet() -> Fleet:
    """The committed fleet."""
    return committed_fleet()


@pytest.fixture(scope="session")
def world(fleet: Fleet, helm: Helm) -> World:
    """What its generators look at."""
    return world_of(fleet, helm)


@pytest.fixture(scope="session")
def rendered(world: World, fleet: Fleet) -> Sequence[Rendered]:
    """Every object of the committed fleet."""
    return render(world, fleet.handed_over)


@pytest.fixture(scope="session")
def whole_catalogue() -> Fleet:
    """A fleet with every add-on and a chart mirror."""
    return clusters.whole_catalogue()


@pytest.fixture(scope="session")
def whole_catalogue_rendered(whole_catalogue: Fleet, helm: Helm) -> Sequence[Rendered]:
    """Every object of that one."""
    return render(world_of(whole_catalogue, helm), whole_catalogue.handed_over)


@pytest.fixture(scope="session")
def kubeconform(tmp_path_factory: pytest.TempPathFactory, fleet: Fleet) -> Kubeconform:
    """The lab's kubeconform, for the versions that the fleet runs."""
    versions = sorted({each.kubernetes for each in fleet.clusters})
    return find_kubeconform(tmp_path_factory.mktemp("schemas"), versions)
