"""ApplicationSets expanded as the controller does; what is not known is refused, never skipped."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.gitops.clusters import Cluster
from tests.gitops.expansion import ExpansionError, World, applications, parameters
from tests.gitops.helm import Helm
from tests.gitops.selectors import matches
from tests.gitops.strict_yaml import Manifest

pytestmark = pytest.mark.rendered
URL = "https://git.example.com/platform"
SPOKES = {"matchLabels": {"role": "spoke"}}
FOLDERS: Manifest = {
    "git": {"repoURL": URL, "revision": "main", "directories": [{"path": "teams/*"}]}
}


def cluster(name: str, **labels: str) -> Cluster:
    return Cluster(
        name=name,
        server=f"https://{name}.example.com",
        labels={"kubernetes_version": "1.36", **labels},
        annotations={"aws_region": "eu-west-1"},
    )


@pytest.fixture
def world(tmp_path: Path, helm: Helm) -> World:
    for team in ("shop", "payments"):
        (tmp_path / "teams" / team).mkdir(parents=True)
        (tmp_path / "teams" / team / "team.yaml").write_text(f"team: {team}\n")
    (tmp_path / "teams" / "empty").mkdir()
    clusters = [
        cluster("hub", role="hub"),
        cluster("Spoke_1", role="spoke", environment="dev"),
        cluster("spoke-2", role="spoke", environment="prod"),
    ]
    return World(root=tmp_path, url=URL, clusters=clusters, helm=helm)


def appset(*generators: Manifest, name: str = "one-{{ .nameNormalized }}") -> Manifest:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": {"name": "one", "namespace": "argocd"},
        "spec": {
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "generators": list(generators),
            "template": {
                "metadata": {"name": name},
                "spec": {"project": "platform", "destination": {"name": "hub"}},
            },
        },
    }


def named(found: list[Manifest]) -> list[str]:
    return [each["metadata"]["name"] for each in found]


def test_clusters_are_chosen_by_labels_and_named_normalized(world: World) -> None:
    found = applications(appset({"clusters": {"selector": SPOKES}}), world)
    assert named(found) == ["one-spoke-1", "one-spoke-2"]


def test_folders_are_those_that_git_knows(world: World) -> None:
    """An empty folder is in nobody's clone."""
    found = applications(appset(FOLDERS, name="team-{{ .path.basename }}"), world)
    assert named(found) == ["team-payments", "team-shop"]


def test_an_excluded_folder_is_left_out(world: World) -> None:
    folders = copy.deepcopy(FOLDERS)
    folders["git"]["directories"].append({"path": "teams/shop", "exclude": True})
    assert [each["path"]["path"] for each in parameters(folders, world)] == ["teams/payments"]


def test_what_is_deployed_goes_with_its_application_unless_it_is_preserved(world: World) -> None:
    plain = appset({"clusters": {"selector": SPOKES}})
    kept = copy.deepcopy(plain)
    kept["spec"]["syncPolicy"] = {"preserveResourcesOnDeletion": True}
    finalizers = [
        each["metadata"].get("finalizers")
        for each in (*applications(plain, world), *applications(kept, world))
    ]
    default = ["resources-finalizer.argocd.argoproj.io"]
    assert finalizers == [default, default, None, None]


Change = Callable[[dict[str, Any]], object]
BAD: list[tuple[str, Change]] = [
    ("missingkey=error", lambda spec: spec.pop("goTemplateOptions")),
    (
        r"\.metadata\.labels\.enviroment",
        lambda spec: spec["template"]["metadata"].update(
            name="{{ .nameNormalized }}-{{ .metadata.labels.enviroment }}"
        ),
    ),
    ("makes one more than once", lambda spec: spec["template"]["metadata"].update(name="one")),
    ("templatePatch is not expanded", lambda spec: spec.update(templatePatch="x")),
    ("strategy is not expanded", lambda spec: spec.update(strategy={"type": "RollingSync"})),
    ("merge is not expanded", lambda spec: spec.update(generators=[{"merge": {}}])),
    ("in-cluster", lambda spec: spec.update(generators=[{"clusters": {}}])),
    (
        "values is not expanded",
        lambda spec: spec["generators"][0]["clusters"].update(values={"a": "b"}),
    ),
    (
        "is not this repository",
        lambda spec: spec.update(generators=[{"git": {"repoURL": "x", "directories": []}}]),
    ),
]


@pytest.mark.parametrize(("message", "change"), BAD, ids=[message for message, _ in BAD])
def test_what_the_controller_refuses_or_nobody_here_knows_is_refused(
    message: str, change: Change, world: World
) -> None:
    broken = appset({"clusters": {"selector": SPOKES}})
    change(broken["spec"])
    with pytest.raises(ExpansionError, match=message):
        applications(broken, world)


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({"matchLabels": {"a": "1"}}, True),
        ({"matchLabels": {"a": "1", "b": "1"}}, False),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": ["1", "2"]}]}, True),
        ({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}, False),
        ({"matchExpressions": [{"key": "b", "operator": "NotIn", "values": ["1"]}]}, True),
        ({"matchExpressions": [{"key": "a", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}, False),
        ({"matchExpressions": [{"key": "b", "operator": "DoesNotExist"}]}, True),
    ],
)
def test_selectors_choose_as_kubernetes_does(selector: Manifest, expected: bool) -> None:
    assert matches({"a": "1"}, selector) is expected
