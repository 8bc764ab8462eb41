"""A pull request is warned of what is lost, what stays behind and what the hub will refuse."""

import pytest

from fleet.helm import Helm
from tests.unit.fleet.diff.comments import FILE, committed, told, warned
from tests.unit.fleet.repositories import Repository

pytestmark = pytest.mark.rendered
STORAGE = "pods: 40, storage: 10Gi}"
DATABASE = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: database}
spec:
  serviceName: database
  selector: {matchLabels: {app: database}}
  template:
    metadata: {labels: {app: database}}
    spec: {containers: [{name: valkey, image: "example/valkey:8"}]}
  volumeClaimTemplates: [{metadata: {name: data}}]
"""


def test_a_team_that_leaves_is_warned_of_its_workloads(repository: Repository, helm: Helm) -> None:
    repository.leave("ants")
    comment = told(repository, helm)
    assert "#### `ants` leaves" in comment
    assert warned(comment) == [
        "`ants` on `spoke-dev`: namespace `ants-dev` is deleted with all that is in it;"
        " it has no volumes",
        "`ants` on `spoke-dev`: workloads `Deployment/web in ants-dev`",
    ]


def test_storage_is_kept_unless_its_deletion_was_merged_before(
    repository: Repository, helm: Helm
) -> None:
    repository.replace(FILE, "pods: 40}", STORAGE)
    committed(repository)
    repository.leave("ants")
    assert "namespace `ants-dev` is **kept** with its volumes" in warned(told(repository, helm))[0]


def test_storage_is_deleted_where_its_deletion_was_merged_before(
    repository: Repository, helm: Helm
) -> None:
    repository.replace(FILE, "pods: 40}", f"{STORAGE}\n    deleteData: true")
    committed(repository)
    repository.leave("ants")
    assert (
        "namespace `ants-dev` is deleted, **its volumes too**" in warned(told(repository, helm))[0]
    )


def test_setting_delete_data_is_warned_of(repository: Repository, helm: Helm) -> None:
    repository.replace(FILE, "pods: 40}", STORAGE)
    committed(repository)
    repository.replace(FILE, STORAGE, f"{STORAGE}\n    deleteData: true")
    (warning,) = warned(told(repository, helm))
    assert "from now on namespace `ants-dev` goes together with its environment" in warning


def test_a_service_that_goes_leaves_its_volumes(repository: Repository, helm: Helm) -> None:
    repository.replace(FILE, "pods: 40}", STORAGE)
    repository.write({"apps/database.yaml": DATABASE})
    repository.replace(FILE, "    services:", "    services:\n      db: {path: apps}")
    committed(repository)
    repository.replace(FILE, "      db: {path: apps}\n", "")
    assert warned(told(repository, helm)) == [
        "`ants` on `spoke-dev`: workloads `StatefulSet/database in ants-dev`",
        "`ants` on `spoke-dev`: the volumes of `StatefulSet/database` stay,"
        " until somebody deletes their claims",
    ]


def test_a_service_that_is_not_rendered_is_lost_all_the_same(
    repository: Repository, helm: Helm
) -> None:
    elsewhere = "{repository: https://charts.example.com/x, chart: web, revision: 1.4.2}"
    repository.replace(FILE, "    services:", f"    services:\n      far: {elsewhere}")
    committed(repository)
    repository.replace(FILE, f"      far: {elsewhere}\n", "")
    (warning,) = warned(told(repository, helm))
    assert "whatever `ants-dev-spoke-dev-far` runs" in warning


def test_labels_that_take_a_cluster_away_need_a_drain(repository: Repository, helm: Helm) -> None:
    repository.stack("spoke-dev", "environment", "staging")
    first, *_ = warned(told(repository, helm))
    assert first == (
        "cluster `spoke-dev` loses what it is chosen by: `environment` `dev` → `staging`. "
        "This change takes `ants-dev` off it, with all that runs there. `pulumi up` of the hub is "
        "refused until `python -m fleet drain spoke-dev` has marked the cluster"
    )


def test_a_label_that_is_lost_is_refused_though_no_team_asks_for_it(
    repository: Repository, helm: Helm
) -> None:
    repository.stack("spoke-prod", "labels", {})
    (warning,) = warned(told(repository, helm))
    assert "`team-clusters` `true` → `-`" in warning
    assert "takes" not in warning


def test_an_upgrade_of_kubernetes_is_no_departure(repository: Repository, helm: Helm) -> None:
    cluster = {"name": "spoke-dev", "compute": "auto", "version": "1.35"}
    repository.stack("spoke-dev", "cluster", {**cluster, "publicAccess": "none"})
    assert warned(told(repository, helm)) == []


def test_a_spoke_that_is_no_longer_registered_needs_a_drain(
    repository: Repository, helm: Helm
) -> None:
    repository.stack("hub", "spokes", ["spoke-prod"])
    first, *_ = warned(told(repository, helm))
    assert first.startswith("cluster `spoke-dev` leaves the fleet. This change takes `ants-dev`")


def test_a_renamed_team_is_one_that_goes_and_one_that_comes(
    repository: Repository, helm: Helm
) -> None:
    repository.leave("ants")
    repository.team("bees")
    comment = told(repository, helm)
    assert "**Not a rename:** team `bees` looks like `ants` under another name" in comment
    assert "#### `ants` leaves" in comment
    assert "#### `bees` joins" in comment
    assert len(warned(comment)) == 2


def test_a_team_that_comes_as_another_goes_is_no_rename(repository: Repository, helm: Helm) -> None:
    repository.leave("ants")
    repository.team("bees")
    repository.replace("gitops/teams/bees/team.yaml", "      web:", "      shop:")
    assert "Not a rename" not in told(repository, helm)


def test_a_renamed_environment_or_service_is_none(repository: Repository, helm: Helm) -> None:
    repository.replace(FILE, "      web:", "      site:")
    comment = told(repository, helm)
    assert "**Not a rename:** service of dev `site` looks like `web`" in comment
    repository.replace(FILE, "  dev:\n", "  test:\n")
    assert "**Not a rename:** environment" not in told(repository, helm)
    repository.replace(FILE, "      site:", "      web:")
    assert "**Not a rename:** environment `test` looks like `dev`" in told(repository, helm)


def test_another_service_out_of_the_same_chart_is_no_rename(
    repository: Repository, helm: Helm
) -> None:
    repository.replace(FILE, "      web:", "      site:")
    repository.replace(FILE, "example/web", "example/site")
    assert "Not a rename" not in told(repository, helm)


def test_what_does_not_render_is_told_and_takes_nothing_away(
    repository: Repository, helm: Helm
) -> None:
    repository.replace(FILE, "costCenter", "costcenter")
    comment = told(repository, helm)
    assert "**Does not render**, so clusters keep what they have: `team-ants`" in comment
    assert "Removes" not in comment


def test_a_service_that_does_not_render_takes_nothing_away(
    repository: Repository, helm: Helm
) -> None:
    repository.replace(FILE, "gitops/charts/web-service", "gone")
    comment = told(repository, helm)
    assert "`ants-dev-spoke-dev-web`: `there is no folder gone`" in comment
    assert warned(comment) == []
