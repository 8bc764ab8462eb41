"""What folders of manifests may hold, said with the manifest's own file and line."""

import pytest

from tests.unit.fleet.sample import POLICY, Sample, team

FILE = "workloads/web/web.yaml"


def _service(project: Sample, path: str = "workloads/web") -> None:
    project.team("shop", team("shop", services=f"{{web: {{path: {path}}}}}"))


def _object(version: str, kind: str, more: str = "") -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web}}\n{more}"


@pytest.mark.parametrize(
    ("version", "kind", "says"),
    [
        (
            "v1",
            "ConfigMap",
            "ConfigMap of the core group is no kind that services may contain; "
            f"take it out, or have it added to {POLICY}",
        ),
        (
            "extensions/v1beta1",
            "Deployment",
            "Deployment of extensions is no kind that services may contain; "
            "allowed is Deployment of apps",
        ),
        (
            "rbac.authorization.k8s.io/v1",
            "ClusterRole",
            "ClusterRole is an object of the whole cluster, which no team makes; "
            "take it out, or ask the platform's team",
        ),
        (
            "v1",
            "PersistentVolumeClaim",
            "PersistentVolumeClaim of the core group is no kind that services may contain; "
            "let a StatefulSet make it by volumeClaimTemplates, so that it is never pruned",
        ),
    ],
)
def test_a_kind_that_the_policy_does_not_have_is_found(
    project: Sample, version: str, kind: str, says: str
) -> None:
    _service(project)
    project.write(FILE, _object(version, kind))
    assert project.mistakes() == [f"{FILE}:2: kind: {says}"]


def test_every_document_and_every_object_of_a_list_is_looked_at(project: Sample) -> None:
    _service(project)
    items = "items:\n- {apiVersion: v1, kind: Secret, metadata: {name: a}}\n"
    project.write(FILE, f"kind: List\napiVersion: v1\n{items}---\n{_object('v1', 'Pod')}")
    assert [line.partition(" is ")[0] for line in project.mistakes()] == [
        f"{FILE}:4: items[0].kind: Secret of the core group",
        f"{FILE}:7: kind: Pod of the core group",
    ]


def test_an_object_may_not_name_somebody_elses_namespace(project: Sample) -> None:
    _service(project)
    project.write(FILE, _object("v1", "Service").replace("web}", "web, namespace: payments-dev}"))
    assert project.mistakes() == [
        f'{FILE}:3: metadata.namespace: "payments-dev" is not the environment\'s namespace, '
        "shop-dev; leave metadata.namespace out; Argo CD fills it in"
    ]


def test_an_object_may_name_its_own_namespace(project: Sample) -> None:
    _service(project)
    project.write(FILE, _object("v1", "Service").replace("web}", "web, namespace: shop-dev}"))
    assert project.mistakes() == []


def test_volumes_need_storage_in_the_quota(project: Sample) -> None:
    _service(project)
    claims = "spec: {volumeClaimTemplates: [{metadata: {name: data}}]}\n"
    project.write(FILE, _object("apps/v1", "StatefulSet", claims))
    assert project.mistakes() == [
        f"{FILE}:4: spec.volumeClaimTemplates: asks for volumes, and shop-dev has none by its "
        "quota; add environments.dev.quota.storage to the file of the team"
    ]


def test_yaml_of_manifests_is_read_as_strictly(project: Sample) -> None:
    _service(project)
    project.write(FILE, _object("v1", "Service", "kind: Service\n"))
    assert project.mistakes() == [
        f"{FILE}:4: kind: is written twice, first on line 2; keep one of the two"
    ]


def test_a_manifest_without_a_kind_is_found(project: Sample) -> None:
    _service(project)
    project.write(FILE, "apiVersion: v1\nmetadata: {name: web}\n")
    assert project.mistakes() == [
        f"{FILE}:1: is no object of Kubernetes; write both apiVersion and kind"
    ]


def test_a_folder_without_manifests_is_found(project: Sample) -> None:
    _service(project, "workloads/empty")
    project.write("workloads/empty/README.md", "")
    assert project.mistakes() == [
        "gitops/teams/shop/team.yaml:9: environments.dev.services.web.path: workloads/empty has "
        "no manifests; put manifests there, or take the service out"
    ]


def test_a_kustomization_is_followed_to_its_bases(project: Sample) -> None:
    _service(project, "workloads/overlay")
    project.write("workloads/overlay/kustomization.yaml", "resources: [../base, https://x/y]\n")
    project.write("workloads/overlay/patch.yaml", _object("v1", "Pod"))
    project.write("workloads/base/kustomization.yaml", "resources: [pod.yaml, ../overlay]\n")
    project.write("workloads/base/pod.yaml", _object("v1", "Pod"))
    assert [line.partition(" is ")[0] for line in project.mistakes()] == [
        "workloads/base/pod.yaml:2: kind: Pod of the core group",
        'workloads/overlay/kustomization.yaml:1: resources[1]: "https://x/y"',
    ]


def test_manifests_of_teams_that_were_not_asked_for_are_left_out(project: Sample) -> None:
    _service(project)
    project.write(FILE, _object("v1", "Pod"))
    assert (len(project.mistakes("shop")), project.mistakes("payments")) == (1, [])


def test_what_comes_from_elsewhere_is_left_to_argo_cd(project: Sample) -> None:
    project.write(FILE, _object("v1", "Pod"))
    sources = (
        "{path: workloads/web, revision: next}",
        "{path: workloads/web, repository: https://github.com/example/other}",
    )
    services = ", ".join(f"s{n}: {source}" for n, source in enumerate(sources))
    project.team("shop", team("shop", services=f"{{{services}}}"))
    assert project.mistakes() == []


def test_a_link_out_of_the_repository_is_found(project: Sample) -> None:
    (project.root / "workloads/out").symlink_to("/")
    _service(project, "workloads/out")
    assert project.mistakes() == [
        'gitops/teams/shop/team.yaml:9: environments.dev.services.web.path: "workloads/out" is a '
        "link out of the repository; name a folder; links do not lead out of a repository",
        "workloads/out:1: is a link out of the repository, which stops Argo CD for every team; put "
        "the file itself there",
    ]
