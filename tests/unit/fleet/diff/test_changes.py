"""A pull request is told what it adds and changes, in words and numbers."""

import pytest

from fleet.helm import Helm
from tests.unit.fleet.diff.comments import FILE, committed, told, warned
from tests.unit.fleet.repositories import Repository

pytestmark = pytest.mark.rendered


def test_a_change_that_no_team_sees_says_so(repository: Repository, helm: Helm) -> None:
    repository.write({"README.md": "more words"})
    comment = told(repository, helm)
    assert comment.endswith("No team gets anything else than before.\n")
    assert "####" not in comment


def test_a_comment_says_nothing_of_teams_that_stay_the_same(
    repository: Repository, helm: Helm
) -> None:
    repository.team("bees")
    assert "ants" not in told(repository, helm)


def test_a_team_that_joins_is_told_by_what_it_gets(repository: Repository, helm: Helm) -> None:
    repository.team("bees")
    comment = told(repository, helm)
    assert "#### `bees` joins" in comment
    assert "**Adds** namespace `bees-dev`; quota of `bees-dev`: requests.cpu `4`" in comment
    assert "Applications `bees-dev-spoke-dev-guardrails`, `bees-dev-spoke-dev-web`" in comment
    assert "role/teams/bees-developers` gains `edit` in `namespace bees-dev`" in comment
    assert "`bees-leads` gains `lead` in `Argo CD project bees-dev-spoke-dev`" in comment
    assert "+kind: Deployment" in comment
    assert warned(comment) == []


def test_a_quota_is_told_in_numbers(repository: Repository, helm: Helm) -> None:
    repository.replace(FILE, 'cpu: "4", memory: 8Gi', 'cpu: "8", memory: 4096Mi')
    comment = told(repository, helm)
    assert "quota of `ants-dev`: requests.cpu `4` → `8`;" in comment
    assert "requests.memory `8Gi` → `4096Mi` (less);" in comment


def test_access_is_told_by_who_gains_and_who_loses(repository: Repository, helm: Helm) -> None:
    old, sales = (
        f"arn:aws:iam::222222222222:role/teams/{name}" for name in ("ants-developers", "sales")
    )
    repository.replace(FILE, f'edit: ["{old}"]', f'view: ["{old}", "{sales}"]')
    comment = told(repository, helm)
    assert (
        f"**Access:** `{old}` gains `view` in `namespace ants-dev`; "
        f"`{sales}` gains `view` in `namespace ants-dev`; "
        f"`{old}` loses `edit` in `namespace ants-dev`" in comment
    )


def test_rights_in_aws_are_told_by_action_and_resource(repository: Repository, helm: Helm) -> None:
    roles = (
        "workloadRoles: {web: {allow: [{actions: [s3:GetObject], resources: [arn:aws:s3:::a]}]}}"
    )
    repository.replace(FILE, "    services:", f"    {roles}\n    services:")
    comment = told(repository, helm)
    assert "`pods of web` gains `s3:GetObject on arn:aws:s3:::a` in `namespace ants-dev`" in comment
    assert warned(comment) == []


def test_an_image_is_told_from_what_to_what(repository: Repository, helm: Helm) -> None:
    repository.replace(FILE, "web:1.0.0", "web:1.1.0")
    comment = told(repository, helm)
    assert "image of `Deployment/web`: `example/web:1.0.0` → `example/web:1.1.0`" in comment
    assert warned(comment) == []


def test_a_revision_is_told_from_what_to_what(repository: Repository, helm: Helm) -> None:
    repository.replace(FILE, "path: gitops/", "revision: v1\n        path: gitops/")
    committed(repository)
    repository.replace(FILE, "revision: v1", "revision: v2")
    assert "revision of `ants-dev-spoke-dev-web`: `v1` → `v2`" in told(repository, helm)


def test_files_that_only_argo_cd_renders_are_told_where_they_change(
    repository: Repository, helm: Helm
) -> None:
    repository.replace(FILE, "gitops/charts/web-service", "apps")
    repository.write({"apps/kustomization.yaml": "resources: []\n"})
    committed(repository)
    repository.write({"apps/kustomization.yaml": "resources: [a.yaml]\n"})
    assert "files of `ants-dev-spoke-dev-web`, not rendered here" in told(repository, helm)


def test_a_chart_of_the_platform_that_changes_is_told_for_every_team(
    repository: Repository, helm: Helm
) -> None:
    repository.team("bees")
    committed(repository)
    repository.replace("gitops/charts/guardrails/values.yaml", "memory: 256Mi", "memory: 300Mi")
    comment = told(repository, helm)
    assert comment.count("- **Changes** `LimitRange/containers`") == 2
