"""A team may call things what YAML takes for numbers and booleans."""

import shutil
from pathlib import Path

import pytest

from tests.gitops.checks import mistakes
from tests.gitops.clusters import Fleet
from tests.gitops.fleet import render
from tests.gitops.helm import Helm
from tests.gitops.programs import world_of
from tests.gitops.schemas import Kubeconform
from tests.gitops.tree import GITOPS

pytestmark = pytest.mark.rendered


@pytest.mark.parametrize(
    ("right", "odd"),
    [
        ("  dev:\n", '  "2024":\n'),
        ("  dev:\n", '  "1e3":\n'),
        ("  dev:\n", '  "on":\n'),
        ("      gateway:\n", '      "on":\n'),
        ("network:\n", 'network:\n      ingressFrom: ["123"]\n'),
        ('costCenter: "4712"', 'costCenter: "1e3"'),
    ],
)
def test_a_name_stays_the_text_that_it_is(
    right: str, odd: str, tmp_path: Path, fleet: Fleet, helm: Helm, kubeconform: Kubeconform
) -> None:
    shutil.copytree(GITOPS, tmp_path / "gitops")
    path = tmp_path / "gitops" / "teams" / "payments" / "team.yaml"
    assert right in path.read_text()
    path.write_text(path.read_text().replace(right, odd, 1))
    found = render(world_of(fleet, helm, tmp_path), fleet.handed_over)
    assert mistakes(found, fleet.clusters, kubeconform) == []
