"""The table of add-ons, their folders and their labels are one list; layers name what exists."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from components.addon_catalogue import CHARTS
from components.cluster_labels import ENABLE_PREFIX
from tests.gitops.clusters import Fleet
from tests.gitops.strict_yaml import Manifest, manifests
from tests.gitops.tree import GITOPS, addon_sets

ADDONS = {name.replace("_", "-"): name for name in CHARTS}
"""Folder → row."""


def strays(gitops: Path, clusters: Sequence[str], environments: Sequence[str]) -> Iterator[str]:
    """Layers of values that nothing reads: of no add-on, no environment, no cluster."""
    for layer, known in (("environments", environments), ("clusters", clusters)):
        for path in sorted((gitops / layer).rglob("*")):
            parts = path.relative_to(gitops / layer).parts
            fits = len(parts) == 2 and parts[0] in known and path.stem in ADDONS
            if path.is_file() and not (fits and path.suffix == ".yaml"):
                yield str(path.relative_to(gitops))


def oddities(appset: Manifest, folder: str) -> Iterator[str]:
    """In what the set of an add-on differs from what its folder and its row ask for."""
    row, spec = ADDONS[folder], appset["spec"]
    template = spec["template"]
    wanted = {"clusters": {"selector": {"matchLabels": {f"{ENABLE_PREFIX}{row}": "true"}}}}
    if appset["metadata"] != {"name": folder, "namespace": "argocd"}:
        yield f"metadata: {appset['metadata']}"
    if spec["generators"] != [wanted]:
        yield f"generators: {spec['generators']}"
    if template["metadata"]["name"] != f"{folder}-{{{{ .nameNormalized }}}}":
        yield f"name: {template['metadata']['name']}"
    if template["spec"]["project"] != "platform":
        yield f"project: {template['spec']['project']}"
    stays = spec.get("syncPolicy", {}).get("preserveResourcesOnDeletion", False)
    if stays is not CHARTS[row].data_bearing:
        yield f"preserveResourcesOnDeletion: {stays}"


def test_every_row_has_a_folder_and_every_folder_a_row() -> None:
    assert sorted(path.name for path in (GITOPS / "addons").iterdir()) == sorted(ADDONS)


@pytest.mark.parametrize("folder", ADDONS)
def test_a_folder_has_its_set_and_its_values(folder: str) -> None:
    present = {path.name for path in (GITOPS / "addons" / folder).glob("*.yaml")}
    assert present == {"appset.yaml", "values.yaml"}


@pytest.mark.parametrize("path", addon_sets(GITOPS), ids=lambda path: path.parent.name)
def test_a_set_is_what_its_folder_and_its_row_ask_for(path: Path) -> None:
    (appset,) = manifests(path)
    assert list(oddities(appset, path.parent.name)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        ('"name": "velero"', '"name": "velaro"', "metadata"),
        ("enable_velero", "enable_velaro", "generators"),
        ("velero-{{ .nameNormalized }}", "velaro-{{ .nameNormalized }}", "name"),
        ('"project": "platform"', '"project": "teams"', "project"),
        (
            '"preserveResourcesOnDeletion": true',
            '"preserveResourcesOnDeletion": false',
            "preserveResourcesOnDeletion",
        ),
    ],
)
def test_a_set_that_is_not_is_found(right: str, wrong: str, found: str) -> None:
    (good,) = manifests(GITOPS / "addons" / "velero" / "appset.yaml")
    text = json.dumps(good)
    assert right in text
    broken = json.loads(text.replace(right, wrong))
    assert [line.partition(":")[0] for line in oddities(broken, "velero")] == [found]


def test_every_layer_is_of_a_known_environment_or_cluster_and_add_on(fleet: Fleet) -> None:
    """A missing layer is no error, so a misspelt one would never be noticed."""
    environments = [each.labels["environment"] for each in fleet.clusters]
    assert list(strays(GITOPS, [each.name for each in fleet.clusters], environments)) == []


@pytest.mark.parametrize(
    "misspelt",
    [
        "environments/prd/velero.yaml",
        "environments/prod/velaro.yaml",
        "environments/prod/velero.yml",
        "environments/velero.yaml",
        "clusters/spoke-prd/velero.yaml",
        "clusters/spoke-prod/velero/values.yaml",
    ],
)
def test_a_misspelt_layer_is_found(misspelt: str, tmp_path: Path) -> None:
    for name in (misspelt, "environments/prod/external-dns.yaml", "clusters/spoke/velero.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    assert list(strays(tmp_path, ["spoke"], ["prod"])) == [misspelt]
