"""Every add-on's values, of every layer, are ones that its chart knows; its version is pinned once.

The charts are the lab's stand-ins: they have the real charts' keys and refuse every other.
"""

import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from components.addon_catalogue import CHARTS
from lab.charts.addons.packaging import SOURCE, asked_for
from tests.gitops.clusters import MIRROR, Fleet
from tests.gitops.fleet import Rendered
from tests.gitops.helm import Helm, HelmError
from tests.gitops.stand_ins import StandIns, addons_of, chart_source, layers, sources
from tests.gitops.strict_yaml import Manifest, manifests
from tests.gitops.tree import GITOPS, ROOT, addon_sets

pytestmark = pytest.mark.rendered

Render = Callable[[Manifest, Path], list[Manifest]]
LAYERS = ("environments", "clusters")
COMMENT = re.compile(
    r"# renovate: datasource=(?P<source>\w+)"
    r"(?: registryUrl=(?P<registry>\S+))? depName=(?P<name>\S+)"
)
UPSTREAM = re.compile(r'index \.metadata\.annotations "addons_chart_mirror" \| default "(.+)"')


@pytest.fixture(scope="module")
def render(helm: Helm, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """An add-on's Application, with the layers of a copy of the repository."""
    return StandIns.write(helm, tmp_path_factory.mktemp("charts")).render


@pytest.fixture(scope="module")
def applications(whole_catalogue_rendered: Sequence[Rendered]) -> list[Manifest]:
    """Of every add-on on every cluster that can have it."""
    return addons_of(whole_catalogue_rendered)


def of(applications: Sequence[Manifest], folder: str, cluster: str) -> Manifest:
    """The Application of one add-on on one cluster."""
    (found,) = [a for a in applications if a["metadata"]["name"] == f"{folder}-{cluster}"]
    return found


def test_every_add_on_is_rendered_on_every_cluster_that_has_it(
    applications: list[Manifest], whole_catalogue: Fleet, render: Render
) -> None:
    wanted = [
        f"{name.replace('_', '-')}-{cluster.name}"
        for cluster in whole_catalogue.clusters
        for name in CHARTS
        if f"enable_{name}" in cluster.labels
    ]
    assert sorted(a["metadata"]["name"] for a in applications) == sorted(wanted)
    assert all(render(application, ROOT) for application in applications)


def test_every_layer_reaches_an_application(applications: list[Manifest]) -> None:
    used = {
        file
        for application in applications
        for file in layers(chart_source(sources(application))["helm"], ROOT)
    }
    present = {file for layer in LAYERS for file in (GITOPS / layer).rglob("*.yaml")}
    assert present <= used
    assert {*(GITOPS / "addons").glob("*/values.yaml")} <= used


def test_a_layer_wins_over_the_one_before_it_and_a_fact_over_all(
    applications: list[Manifest], render: Render, tmp_path: Path
) -> None:
    shutil.copytree(GITOPS, tmp_path / "gitops")
    wrong = {"replicaCount": 7, "serviceAccount": {"name": "another"}}
    (tmp_path / "gitops/environments/dev/external-secrets.yaml").write_text(json.dumps(wrong))
    found = render(of(applications, "external-secrets", "spoke-dev"), tmp_path)
    (controller,) = [
        each
        for each in found
        if each["kind"] == "Deployment" and each["metadata"]["name"] == "external-secrets"
    ]
    assert controller["spec"]["replicas"] == 7
    account = controller["spec"]["template"]["spec"]["serviceAccountName"]
    assert account == CHARTS["external_secrets"].service_account


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("addons/external-secrets/values.yaml", "leaderElect:", "leaderElection:"),
        ("addons/cert-manager/values.yaml", "crds:", "crd:"),
        ("addons/velero/values.yaml", "useSecret:", "useSecrets:"),
        ("environments/prod/kube-prometheus-stack.yaml", "replicas: 2", "replica: 2"),
        ("clusters/spoke-prod/external-secrets.yaml", "concurrent:", "concurrency:"),
    ],
)
def test_a_misspelt_key_is_refused(
    file: str,
    right: str,
    wrong: str,
    applications: list[Manifest],
    render: Render,
    tmp_path: Path,
) -> None:
    shutil.copytree(GITOPS, tmp_path / "gitops")
    path = tmp_path / "gitops" / file
    text = path.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong, 1))
    folder = path.parent.name if path.stem == "values" else path.stem
    key = wrong.partition(":")[0]
    with pytest.raises(HelmError, match=f"additional properties '{key}' not allowed"):
        render(of(applications, folder, "spoke-prod"), tmp_path)


def test_a_value_of_the_wrong_kind_is_refused(
    applications: list[Manifest], render: Render, tmp_path: Path
) -> None:
    shutil.copytree(GITOPS, tmp_path / "gitops")
    (tmp_path / "gitops/environments/dev/metrics-server.yaml").write_text("replicas: two\n")
    with pytest.raises(HelmError, match="got string, want"):
        render(of(applications, "metrics-server", "spoke-dev"), tmp_path)


@pytest.mark.parametrize("path", addon_sets(GITOPS), ids=lambda path: path.parent.name)
def test_a_charts_version_has_a_comment_that_says_where_newer_ones_are(path: Path) -> None:
    (appset,) = manifests(path)
    source = chart_source(appset["spec"]["template"]["spec"]["sources"])
    lines = path.read_text().splitlines()
    number = lines.index(f"          targetRevision: {source['targetRevision']}")
    comment = COMMENT.search(lines[number - 1])
    upstream = UPSTREAM.search(source["repoURL"])
    assert comment
    assert upstream
    if comment["source"] == "helm":
        assert (comment["registry"], comment["name"]) == (upstream[1], source["chart"])
    else:
        assert comment["name"] == f"{upstream[1]}/{source['chart']}"


def test_renovate_finds_the_version_below_every_comment() -> None:
    settings = json.loads((ROOT / "renovate.json").read_text())
    (manager,) = settings["customManagers"]
    (text,) = manager["matchStrings"]
    expression = re.compile(text.replace("(?<", "(?P<"))
    patterns = [re.compile(each.strip("/")) for each in manager["managerFilePatterns"]]
    for path in [*GITOPS.rglob("*.yaml"), *ROOT.glob("Pulumi.*.yaml")]:
        comments = path.read_text().count("# renovate:")
        place = str(path.relative_to(ROOT))
        assert len(expression.findall(path.read_text())) == comments, place
        assert not comments or any(each.search(place) for each in patterns), place


def test_no_version_is_whatever_is_newest() -> None:
    for path in (
        each for layer in ("addons", *LAYERS) for each in (GITOPS / layer).rglob("*.yaml")
    ):
        assert not re.search(r"[:@]latest\b", path.read_text()), path


def test_a_mirror_stands_for_every_upstream(
    applications: list[Manifest], rendered: Sequence[Rendered]
) -> None:
    mirrored = {chart_source(sources(each))["repoURL"] for each in applications}
    assert mirrored == {MIRROR}
    upstream = {
        source["repoURL"]
        for each in rendered
        if each.kind == "Application"
        for source in sources(each.manifest)
        if "chart" in source
    }
    assert upstream
    assert MIRROR not in upstream


def test_teams_objects_outlive_the_add_on_that_brought_their_kinds(
    applications: list[Manifest], render: Render
) -> None:
    """Argo CD deletes no kind with its Application, but it prunes one that a chart drops."""
    for folder in ("argo-rollouts", "external-secrets"):
        for each in render(of(applications, folder, "spoke-prod"), ROOT):
            if each["kind"] == "CustomResourceDefinition":
                marks = each["metadata"]["annotations"]
                assert "Prune=false" in marks["argocd.argoproj.io/sync-options"]


def test_prometheus_is_where_opencost_asks_for_it(
    applications: list[Manifest], render: Render
) -> None:
    (values,) = manifests(GITOPS / "addons" / "opencost" / "values.yaml")
    asked = values["opencost"]["prometheus"]["internal"]
    application = of(applications, "kube-prometheus-stack", "spoke-prod")
    services = [each for each in render(application, ROOT) if each["kind"] == "Service"]
    assert asked["serviceName"] in [each["metadata"]["name"] for each in services]
    assert asked["namespaceName"] == CHARTS["kube_prometheus_stack"].namespace


def test_every_stand_in_is_asked_for() -> None:
    present = {path.parent.name for path in SOURCE.glob("*/Chart.yaml")}
    assert present == {chart.name for chart in asked_for(GITOPS)}
