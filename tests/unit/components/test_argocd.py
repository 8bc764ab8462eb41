"""Argo CD's first install: pinned, without rights of its own, waves that wait, one root."""

import re
from typing import Any

import pytest

from components import argocd, conventions
from tests.unit import committed
from tests.unit.configs import MANAGED_HUB, brought_up
from tests.unit.engine import Node, Run, plain

RELEASE = "kubernetes:helm.sh/v3:Release"
PROJECT = "kubernetes:argoproj.io/v1alpha1:AppProject"
APPLICATION = "kubernetes:argoproj.io/v1alpha1:Application"
CLUSTER_SECRET = "kubernetes:core/v1:Secret"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"

DEPLOYMENT_DEADLINE_SECONDS = 600
"""https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds"""


@pytest.fixture(scope="module")
def run() -> Run:
    return committed.up("hub")


def release(run: Run) -> Node:
    return run.only(RELEASE)


def values(run: Run) -> dict[str, Any]:
    return release(run).inputs["values"]


def test_the_release_is_the_configured_chart_at_its_exact_version(run: Run) -> None:
    chart = committed.stack_config("hub")["argocd"]["chart"]
    inputs = release(run).inputs
    assert (inputs["chart"], inputs["version"]) == ("argo-cd", chart["version"])
    assert inputs["repositoryOpts"] == {"repo": chart["repository"]}


def test_a_company_mirror_goes_into_the_configuration() -> None:
    inputs = release(brought_up("hub", MANAGED_HUB)).inputs
    assert inputs["repositoryOpts"] == {"repo": "oci://mirror.example/charts"}


def test_the_releases_name_is_fixed_so_that_its_service_accounts_are(run: Run) -> None:
    assert release(run).inputs["name"] == "argocd"
    assert release(run).inputs["namespace"] == "argocd"


def test_the_images_version_is_written_once_in_the_stack_file(run: Run) -> None:
    tag = committed.stack_config("hub")["argocd"]["version"]
    assert values(run)["global"]["image"]["tag"] == tag


def test_argo_cd_has_no_rights_of_its_own_on_its_cluster(run: Run) -> None:
    assert values(run)["createClusterRoles"] is False
    assert values(run)["configs"]["cm"]["cluster.inClusterEnabled"] == "false"


def test_a_kind_is_healthy_as_soon_as_it_is_made_unless_it_is_refused(run: Run) -> None:
    key = "resource.customizations.health.apiextensions.k8s.io_CustomResourceDefinition"
    script = values(run)["configs"]["cm"][key]
    assert script == argocd.KIND_HEALTH
    assert "NamesAccepted" in script
    assert "Established" not in script


def test_waves_wait_until_an_application_is_healthy_and_synced(run: Run) -> None:
    """Upstream removed the check in 1.8; without it sync waves order nothing."""
    key = "resource.customizations.health.argoproj.io_Application"
    script = values(run)["configs"]["cm"][key]
    assert script == argocd.APPLICATION_HEALTH
    assert re.search(r'"Healthy" and obj\.status\.sync\.status ~= "Synced"', script)
    assert script.rstrip().endswith("end\nreturn health")


def test_no_host_may_tell_argo_cd_anything_unsigned(run: Run) -> None:
    """One without a secret is believed: https://argo-cd.readthedocs.io/en/stable/operator-manual/webhook"""
    extra = values(run)["configs"]["secret"]["extra"]
    hosts = ("github", "gitlab", "gogs", "harbor", "bitbucketserver")
    assert extra == {
        **{f"webhook.{host}.secret": "$argocd-webhook:secret" for host in hosts},
        "webhook.bitbucket.uuid": "$argocd-webhook:secret",
        "webhook.azuredevops.username": "$argocd-webhook:secret",
        "webhook.azuredevops.password": "$argocd-webhook:secret",
    }


def test_a_sync_that_waits_for_ever_does_not_block_the_next_commit(run: Run) -> None:
    """Longer than a Deployment takes to call itself failed; without it, 0 means for ever."""
    seconds = values(run)["configs"]["params"]["controller.sync.timeout.seconds"]
    assert int(seconds) > DEPLOYMENT_DEADLINE_SECONDS


def test_parameters_are_texts_as_a_config_map_wants_them(run: Run) -> None:
    """A number would reach the ConfigMap through Helm as `5e+01`."""
    assert {type(value) for value in values(run)["configs"]["params"].values()} == {str}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("redis-ha", {"enabled": True}),
        ("controller", {"replicas": 2}),
        ("server", {"replicas": 2}),
        ("repoServer", {"replicas": 2}),
        ("applicationSet", {"replicas": 2}),
    ],
)
def test_high_availability_is_on_request(run: Run, part: str, value: Any) -> None:
    assert values(brought_up("hub", MANAGED_HUB))[part] == value
    assert part not in values(run)


def test_no_pod_starts_before_its_role_is_associated(run: Run) -> None:
    """It would have no credentials until it is restarted."""
    of_argo_cd = {n.name for n in run.of(ASSOCIATION) if n.inputs["namespace"] == "argocd"}
    assert len(of_argo_cd) == len(conventions.HUB_SERVICE_ACCOUNTS)
    assert of_argo_cd <= release(run).depends_on


def test_the_root_waits_for_the_chart_that_brings_its_kind(run: Run) -> None:
    """A custom resource whose kind is missing passes the preview and fails after a minute."""
    assert release(run).name in run.only(PROJECT).depends_on
    assert run.only(PROJECT).name in run.only(APPLICATION).depends_on


def test_there_is_one_root_and_it_reads_the_configured_repository(run: Run) -> None:
    repository = committed.stack_config("hub")["argocd"]["platformRepository"]
    source = run.only(APPLICATION).inputs["spec"]["source"]
    assert source["repoURL"] == repository["url"]
    assert source["targetRevision"] == repository["revision"]
    assert source["path"] == "gitops/bootstrap"
    assert (committed.ROOT / source["path"]).is_dir()


@pytest.mark.parametrize(
    ("changes", "mirror"),
    [
        ({}, ""),
        ({"argocd.chartMirror": "oci://mirror.example/charts"}, "oci://mirror.example/charts"),
    ],
    ids=["upstream", "mirror"],
)
def test_the_root_hands_its_chart_what_only_pulumi_knows(
    changes: dict[str, Any], mirror: str
) -> None:
    repository = committed.stack_config("hub")["argocd"]["platformRepository"]
    source = brought_up("hub", changes).only(APPLICATION).inputs["spec"]["source"]
    assert source["helm"] == {
        "valuesObject": {
            "repository": {
                "url": repository["url"],
                "revision": repository["revision"],
                "basePath": "gitops/",
            },
            "hub": "hub",
            "chartMirror": mirror,
            "credentials": {"repositories": [], "webhookRotationDays": 30},
        }
    }


def test_the_root_is_made_when_every_cluster_it_may_name_is_registered(run: Run) -> None:
    """And left alone when the change of a registration is refused: the order of an update, too."""
    project, root = run.only(PROJECT), run.only(APPLICATION)
    registered = {node.name for node in run.of(CLUSTER_SECRET)}
    assert len(registered) == 1 + len(committed.stack_config("hub")["spokes"])
    assert registered <= project.depends_on
    assert project.name in root.depends_on


def test_the_root_waits_for_argo_cds_right_to_write_its_own_kinds(run: Run) -> None:
    (binding,) = run.of("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding")
    assert binding.name in run.only(PROJECT).depends_on


def test_the_root_syncs_by_itself_and_heals(run: Run) -> None:
    policy = run.only(APPLICATION).inputs["spec"]["syncPolicy"]
    assert policy["automated"] == {"prune": True, "selfHeal": True}


def test_the_root_goes_to_the_hub_by_the_name_of_its_registration(run: Run) -> None:
    destination = run.only(APPLICATION).inputs["spec"]["destination"]
    registered = plain(run.node("hub-registration-hub-secret").inputs)["stringData"]
    assert destination == {"name": registered["name"], "namespace": "argocd"}


def test_the_roots_project_can_make_argo_cds_own_kinds_on_the_hub_and_nothing_else(
    run: Run,
) -> None:
    spec = run.only(PROJECT).inputs["spec"]
    root = run.only(APPLICATION).inputs["spec"]
    assert root["project"] == run.only(PROJECT).inputs["metadata"]["name"]
    assert spec["sourceRepos"] == [root["source"]["repoURL"]]
    assert spec["destinations"] == [root["destination"]]
    assert spec["sourceNamespaces"] == ["argocd"]
    assert spec["clusterResourceWhitelist"] == []
    kinds = {(row["group"], row["kind"]) for row in spec["namespaceResourceWhitelist"]}
    assert kinds == {("argoproj.io", k) for k in ("AppProject", "Application", "ApplicationSet")}


def test_the_first_password_is_nowhere(run: Run) -> None:
    everything = repr([node.inputs for node in run.nodes.values()] + [run.exports])
    assert "argocdServerAdminPassword" not in everything
    assert "bcrypt" not in everything
