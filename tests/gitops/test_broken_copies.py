"""A mistake in gitops/ does not get through: each is made in a copy, and found."""

import shutil
from pathlib import Path

import pytest

from tests.gitops.checks import mistakes
from tests.gitops.clusters import Fleet
from tests.gitops.expansion import ExpansionError
from tests.gitops.fleet import FleetError, render
from tests.gitops.helm import Helm, HelmError
from tests.gitops.names import GOLDEN, names
from tests.gitops.programs import world_of
from tests.gitops.schemas import Kubeconform
from tests.gitops.tree import GITOPS

pytestmark = pytest.mark.rendered

BROKEN = {
    "a misspelt fact": (
        "addons/external-secrets/appset.yaml",
        "external_secrets_namespace",
        "external_secret_namespace",
        "external_secret_namespace",
    ),
    "a misspelt field of a project": (
        "projects/templates/platform.yaml",
        "sourceRepos:",
        "sourceRepositories:",
        "additional properties 'sourceRepositories' not allowed",
    ),
    "a misspelt field of an ApplicationSet": (
        "bootstrap/templates/teams.yaml",
        "directories: [",
        "directory: [",
        "directory is not expanded",
    ),
    "a misspelt field of a guardrail": (
        "charts/guardrails/templates/network.yaml",
        "policyTypes: [Ingress, Egress]",
        "policyType: [Ingress, Egress]",
        "additional properties 'policyType' not allowed",
    ),
    "a misspelt field of an admission policy": (
        "charts/baseline/templates/policies.yaml",
        "failurePolicy: Fail",
        "failurePolice: Fail",
        "additional properties 'failurePolice' not allowed",
    ),
    "a version that the cluster no longer has": (
        "workloads/shop/catalogue/catalogue.yaml",
        "apiVersion: apps/v1\n",
        "apiVersion: apps/v1beta2\n",
        "could not find schema for Deployment",
    ),
    "a misspelt key of a team": (
        "teams/shop/team.yaml",
        "quota: {cpu:",
        "quotas: {cpu:",
        "quotas",
    ),
    "a value of the wrong type": (
        "charts/web-service/values.yaml",
        "probe: /healthz",
        "probe: 1",
        "got number, want string",
    ),
    "a folder that is not there": (
        "teams/shop/team.yaml",
        "path: gitops/workloads/shop/catalogue",
        "path: gitops/workloads/shop/catalog",
        "there is no folder gitops/workloads/shop/catalog",
    ),
    "a folder of somebody else's": (
        "teams/shop/team.yaml",
        "path: gitops/workloads/shop/catalogue",
        "path: ../../etc",
        "../../etc is not in the repository",
    ),
    "a kind that no team may have": (
        "workloads/shop/catalogue/database.yaml",
        "kind: StatefulSet",
        "kind: DaemonSet",
        "DaemonSet catalogue-database is not allowed",
    ),
    "another team's namespace": (
        "workloads/shop/catalogue/catalogue.yaml",
        "metadata:\n  name: catalogue\n",
        "metadata:\n  name: catalogue\n  namespace: payments-dev\n",
        "Deployment catalogue is not allowed",
    ),
    "an object that is another's": (
        "workloads/shop/catalogue/catalogue.yaml",
        "metadata:\n  name: catalogue\n",
        "metadata:\n  name: web\n",
        "apps/Deployment/shop-dev/web: brought by 2 Applications",
    ),
    "a project that is not there": (
        "bootstrap/templates/baseline.yaml",
        "project: platform",
        "project: platforms",
        "there is no project platforms",
    ),
    "a project that says nothing of namespaces": (
        "charts/team-cluster/templates/project.yaml",
        "sourceNamespaces: [{{ .Release.Namespace }}]",
        "sourceNamespaces: []",
        "AppProject shop-dev-spoke-dev: sourceNamespaces []",
    ),
    "services together with their namespace": (
        "charts/team-cluster/templates/services.yaml",
        'sync-wave: "1"',
        'sync-wave: "0"',
        "shop-dev-spoke-dev-web: does not wait for Namespace shop-dev",
    ),
    "teams together with the platform's projects": (
        "bootstrap/templates/projects.yaml",
        'sync-wave: "-2"',
        'sync-wave: "1"',
        "team-shop: does not wait for AppProject teams",
    ),
    "a repository that the project does not know": (
        "projects/templates/platform.yaml",
        "{{ .Values.repository.url }}",
        "https://git.example.com/other",
        "is not allowed",
    ),
}


@pytest.mark.parametrize(("file", "right", "wrong", "message"), BROKEN.values(), ids=BROKEN)
def test_a_mistake_is_found(  # noqa: PLR0913, PLR0917  # the case, and what all cases share
    file: str,
    right: str,
    wrong: str,
    message: str,
    tmp_path: Path,
    fleet: Fleet,
    helm: Helm,
    kubeconform: Kubeconform,
) -> None:
    shutil.copytree(GITOPS, tmp_path / "gitops")
    path = tmp_path / "gitops" / file
    text = path.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong))
    try:
        found = render(world_of(fleet, helm, tmp_path), fleet.handed_over)
        wrongs = mistakes(found, fleet.clusters, kubeconform)
    except (ExpansionError, FleetError, HelmError) as error:
        wrongs = [str(error)]
    assert [each for each in wrongs if message in each]


def test_a_name_that_changes_differs_from_the_golden_file(
    tmp_path: Path, fleet: Fleet, helm: Helm
) -> None:
    shutil.copytree(GITOPS, tmp_path / "gitops")
    (tmp_path / "gitops" / "teams" / "payments").rename(tmp_path / "elsewhere")
    found = render(world_of(fleet, helm, tmp_path), fleet.handed_over)
    gone = {*GOLDEN.read_text().splitlines()} - {*names(found)}
    assert gone
    assert all("payments" in line for line in gone)
