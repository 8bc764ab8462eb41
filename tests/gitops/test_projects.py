"""What an AppProject allows: the cases of Argo CD's own decision."""

from typing import Any

import pytest

from tests.gitops.clusters import Cluster
from tests.gitops.fleet import Rendered
from tests.gitops.projects import allows_destination, allows_source, refusals
from tests.gitops.strict_yaml import Manifest

SPOKE = Cluster(name="spoke", server="https://spoke.example.com", labels={}, annotations={})
GIT = "https://git.example.com/platform"


def project(**spec: Any) -> Manifest:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject"} | {
        "metadata": {"name": "own", "namespace": "argocd"},
        "spec": {
            "sourceRepos": [GIT],
            "destinations": [{"name": "spoke", "namespace": "shop-dev"}],
            "namespaceResourceWhitelist": [{"group": "apps", "kind": "Deployment"}],
            **spec,
        },
    }


def rendered(manifest: Manifest, parent: Rendered | None = None) -> Rendered:
    cluster = SPOKE.name if parent else ""
    return Rendered(manifest=manifest, cluster=cluster, namespace="shop-dev", parent=parent)


def application(**spec: Any) -> Manifest:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application"} | {
        "metadata": {"name": "web", "namespace": "argocd"},
        "spec": {
            "project": "own",
            "source": {"repoURL": GIT, "path": "web"},
            "destination": {"name": "spoke", "namespace": "shop-dev"},
            **spec,
        },
    }


def of(kind: str, group: str = "apps/v1", **metadata: str) -> Manifest:
    return {"apiVersion": group, "kind": kind, "metadata": {"name": "x", **metadata}}


@pytest.mark.parametrize(
    ("brought", "expected"),
    [
        (of("Deployment"), []),
        (of("StatefulSet"), ["web: StatefulSet x is not allowed"]),
        (of("Deployment", "extensions/v1"), ["web: Deployment x is not allowed"]),
        (of("Deployment", namespace="kube-system"), ["web: Deployment x is not allowed"]),
        (of("Namespace", "v1"), ["web: Namespace x is not allowed"]),
    ],
)
def test_kinds_and_namespaces_of_objects_are_held_to(
    brought: Manifest, expected: list[str]
) -> None:
    web = rendered(application())
    assert refusals([rendered(project()), web, rendered(brought, web)], [SPOKE]) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"project": "other"}, "web: there is no project other"),
        ({"source": {"repoURL": f"{GIT}-2"}}, f"web: repository {GIT}-2 is not allowed"),
        (
            {"destination": {"name": "spoke", "namespace": "shop-prod"}},
            "web: spoke/shop-prod is not allowed",
        ),
        (
            {"destination": {"name": "spok", "namespace": "shop-dev"}},
            "web: there is no cluster spok",
        ),
    ],
)
def test_applications_are_held_to_their_project(spec: dict[str, Any], expected: str) -> None:
    found = [rendered(project()), rendered(application(**spec))]
    assert refusals(found, [SPOKE]) == [expected]


def test_a_kind_that_the_cluster_list_names_is_allowed() -> None:
    allowing = project(clusterResourceWhitelist=[{"group": "", "kind": "Name*"}])
    web = rendered(application())
    found = [rendered(allowing), web, rendered(of("Namespace", "v1"), web)]
    assert refusals(found, [SPOKE]) == []


@pytest.mark.parametrize(
    ("repositories", "url", "allowed"),
    [
        ([], GIT, False),
        (["*"], GIT, True),
        (["https://git.example.com/*"], GIT, True),
        (["https://git.example.com/*"], f"{GIT}/more", False),
        (["https://git.example.com/**"], f"{GIT}/more", True),
        ([f"{GIT}.git"], GIT, True),
        (["*", f"!{GIT}"], GIT, False),
    ],
)
def test_a_star_stays_inside_one_part_of_an_address(
    repositories: list[str], url: str, allowed: bool
) -> None:
    assert allows_source(project(sourceRepos=repositories), url) is allowed


@pytest.mark.parametrize(
    ("destinations", "namespace", "allowed"),
    [
        ([], "a", False),
        ([{"server": "*", "namespace": "*"}], "a", True),
        ([{"server": "*", "namespace": "!argocd"}], "a", True),
        ([{"server": "*", "namespace": "!argocd"}], "argocd", False),
        ([{"name": "spoke", "namespace": "a"}], "a", True),
        ([{"name": "other", "namespace": "a"}], "a", False),
        ([{"server": "https://spoke.example.com", "namespace": "a*"}], "ab", True),
    ],
)
def test_a_destination_is_matched_by_cluster_and_namespace(
    destinations: list[dict[str, str]], namespace: str, allowed: bool
) -> None:
    there = {"name": SPOKE.name, "namespace": namespace}
    servers = {SPOKE.name: SPOKE.server}
    assert allows_destination(project(destinations=destinations), there, servers) is allowed
