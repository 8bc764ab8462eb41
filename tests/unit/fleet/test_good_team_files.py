"""What is right must pass: the committed teams, and every key that a team may write."""

import shutil
from pathlib import Path

import pytest

from fleet import check
from tests.unit.fleet.sample import REAL, Sample, team

EVERY_KEY = """\
# yaml-language-server: $schema=../../charts/team/values.schema.json
team: shop
description: "The web shop: all of it"
owners: {contact: shop@example.com, lead: [a], developer: [b], viewer: []}
costCenter: "4711"
environments:
  dev: &dev
    clusters: {environment: dev, team-clusters: "true"}
    quota: {cpu: 500m, memory: 1.5Gi, pods: 40, storage: 20Gi, loadBalancers: 1}
    access:
      edit: ["arn:aws:iam::111111111111:role/teams/b"]
      view: ["arn:aws:iam::111111111111:role/teams/a/b"]
    workloadRoles:
      web:
        allow:
          - actions: [s3:GetObject, s3:ListBucket]
            resources: ["arn:aws:s3:::shop-data", "arn:aws:s3:::shop-data/*"]
          - actions: [sqs:SendMessage]
            resources: ["arn:aws:sqs:{region}:{account}:shop-*"]
    podSecurity: baseline
    deleteData: true
    network:
      ingressFrom: [payments-dev, kube-system]
      egressTo:
        - {cidr: 0.0.0.0/0, ports: [443]}
        - {cidr: 2001:db8::/32, ports: [53, 443]}
        - {namespace: payments-dev, ports: [8080]}
    syncWindows:
      - {kind: deny, schedule: "0 17 * * FRI", duration: 63h, timeZone: Europe/Berlin}
      - {kind: allow, schedule: "*/15 8-18/2 1,15 jan-dec mon-fri", duration: 1h30m}
    services:
      manifests: {path: workloads/web, revision: main}
      with-slash: {path: workloads/web/}
      branch: {path: deploy, revision: next}
      chart: {path: workloads/chart, values: {image: "web:1", replicas: 2}}
      git: {repository: https://github.com/example/web.git, path: deploy, revision: v1}
      helm: {repository: https://charts.example.com/a, chart: web, revision: v1.2.3-rc.1+7}
  prod:
    <<: *dev
    clusters: {environment: prod}
    quota: {cpu: "8", memory: 16Gi, pods: 100}
"""


def test_the_sample_project_has_no_mistakes(project: Sample) -> None:
    assert project.mistakes() == []


def test_every_key_may_be_written(project: Sample) -> None:
    project.team("shop", EVERY_KEY)
    assert project.mistakes() == []


def test_the_committed_project_has_no_mistakes() -> None:
    assert [str(mistake) for mistake in check.run(REAL).mistakes] == []


def test_an_environment_may_be_empty(project: Sample) -> None:
    project.team("shop", team("shop"))
    assert project.mistakes() == []


def test_a_file_may_begin_with_a_byte_order_mark(project: Sample) -> None:
    project.write("gitops/teams/shop/team.yaml", "\ufeff" + team("shop"))
    assert project.mistakes() == []


def test_what_is_beside_the_folders_of_teams_may_be_documentation(project: Sample) -> None:
    project.write("gitops/teams/README.md", "How to join")
    assert project.mistakes() == []


def test_values_are_laid_over_a_charts_own_key_by_key(project: Sample) -> None:
    """As Helm does: the sample chart's schema wants limits, which its own values bring."""
    values = "{image: 'web:1', resources: {requests: {}}}"
    services = f"{{web: {{path: workloads/chart, values: {values}}}}}"
    project.team("shop", team("shop", services=services))
    assert project.mistakes() == []


def test_a_glob_of_the_policy_stands_for_folders_too(project: Sample) -> None:
    source = "{repository: https://github.com/example/group/web, path: deploy}"
    project.team("shop", team("shop", services=f"{{web: {source}}}"))
    assert project.mistakes() == []


def test_a_project_behind_a_link_is_the_same_project(project: Sample, tmp_path: Path) -> None:
    link = tmp_path.with_name(f"{tmp_path.name}-link")
    link.symlink_to(project.root)
    project.team("shop", team("shop", services="{web: {path: workloads/web}}"))
    assert check.run(link).mistakes == ()
    project.write("workloads/web/kustomization.yaml", "resources: [pod.yaml]")
    project.write("workloads/web/pod.yaml", "apiVersion: v1\nkind: Pod\n")
    assert [mistake.file for mistake in check.run(link).mistakes] == ["workloads/web/pod.yaml"]


def test_hidden_folders_are_no_teams(project: Sample) -> None:
    project.write("gitops/teams/.editor/settings", "")
    assert project.mistakes() == []


@pytest.mark.parametrize("folder", ["gitops/addons", "gitops/teams", "workloads"])
def test_a_project_needs_not_have_every_folder(project: Sample, folder: str) -> None:
    shutil.rmtree(project.root / folder)
    assert project.mistakes() == []
