"""What a cluster gives teams, and that one team's mistake takes nothing from anybody."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components import team_files
from components.team_files import TeamFiles
from components.team_grants import Grants, Here, grants
from tests.unit.components.teams import OTHERS, PEOPLE, POLICY, content, folder

HERE = Here(labels={"environment": "dev", "role": "spoke"}, administrators=frozenset({"admin"}))


def granted(
    tmp_path: Path, before: Mapping[str, Any] | None = None, **teams: dict[str, Any] | str
) -> Grants:
    return grants(files(tmp_path, **teams), HERE, POLICY, before or {})


def files(tmp_path: Path, **teams: dict[str, Any] | str) -> TeamFiles:
    return team_files.read(POLICY, folder(tmp_path, **teams))


def test_people_get_the_groups_of_the_environment(tmp_path: Path) -> None:
    assert granted(tmp_path, shop=content("shop")).groups == {
        PEOPLE: ["eks-hub-spoke:shop-dev:edit"]
    }


def test_a_principal_of_two_teams_has_one_entry_with_the_groups_of_both(tmp_path: Path) -> None:
    bees = content("bees", edit=[OTHERS])
    bees["environments"]["dev"]["access"]["view"] = [PEOPLE]
    assert granted(tmp_path, shop=content("shop"), bees=bees).groups == {
        PEOPLE: ["eks-hub-spoke:bees-dev:view", "eks-hub-spoke:shop-dev:edit"],
        OTHERS: ["eks-hub-spoke:bees-dev:edit"],
    }


def test_a_service_account_gets_what_the_file_allows_it(tmp_path: Path) -> None:
    (workload,) = granted(tmp_path, shop=content("shop")).workloads
    assert (workload.namespace, workload.service_account) == ("shop-dev", "web")
    assert [part.resources for part in workload.allow] == [["arn:aws:s3:::shop-data/*"]]


def test_an_environment_of_other_clusters_gives_nothing_here(tmp_path: Path) -> None:
    for labels in ({"environment": "prod"}, {"environment": "dev", "zone": "a"}):
        found = granted(tmp_path / labels["environment"], shop=content("shop", clusters=labels))
        assert (found.groups, found.workloads, found.record) == ({}, [], {})


def test_a_team_whose_file_breaks_keeps_what_it_had(tmp_path: Path) -> None:
    good = granted(tmp_path / "good", shop=content("shop"))
    broken = granted(tmp_path / "broken", good.record, shop="team: [")
    assert (broken.groups, broken.workloads) == (good.groups, good.workloads)
    assert broken.record == good.record
    assert broken.warnings[-1] == "shop: keeps what it had until its file is mended"


def test_a_broken_file_takes_nothing_from_another_team(tmp_path: Path) -> None:
    found = granted(tmp_path, shop="team: [", bees=content("bees"))
    assert list(found.record) == ["bees"]
    assert found.warnings[-1] == "shop: gets nothing until its file is mended"


def test_a_team_that_leaves_loses_everything(tmp_path: Path) -> None:
    before = granted(tmp_path / "before", shop=content("shop")).record
    found = granted(tmp_path / "after", before, bees=content("bees", edit=[]))
    assert found.groups == {}
    assert [workload.namespace for workload in found.workloads] == ["bees-dev"]


def test_a_broken_file_keeps_nothing_that_the_platform_no_longer_allows(tmp_path: Path) -> None:
    before = granted(tmp_path / "before", shop=content("shop")).record
    narrower = team_files.TeamPolicy(principals=["arn:aws:iam::333333333333:*"])
    found = grants(files(tmp_path / "after", shop="team: ["), HERE, narrower, before)
    assert (found.groups, found.workloads, found.record) == ({}, [], {})
    assert found.warnings[-1].startswith("shop: loses what it had, which is refused by now: ")


def test_an_administrator_of_the_cluster_gets_no_second_entry_and_its_team_the_rest(
    tmp_path: Path,
) -> None:
    """Two entries of one principal would stop the update."""
    here = Here(labels=HERE.labels, administrators=frozenset({PEOPLE}))
    shop = content("shop", edit=[PEOPLE, OTHERS])
    found = grants(files(tmp_path, shop=shop), here, POLICY, {})
    assert list(found.groups) == [OTHERS]
    assert [workload.namespace for workload in found.workloads] == ["shop-dev"]
    assert found.warnings == [f"{PEOPLE}: administers the cluster; no team's file changes that"]


def test_the_record_is_plain_and_holds_only_what_is_here(tmp_path: Path) -> None:
    shop = content("shop")
    shop["environments"]["prod"] = content("shop", clusters={"environment": "prod"})[
        "environments"
    ]["dev"]
    assert granted(tmp_path, shop=shop).record == {
        "shop": {
            "team": "shop",
            "environments": {
                "dev": {
                    "clusters": {"environment": "dev"},
                    "access": {"edit": [PEOPLE]},
                    "workloadRoles": {
                        "web": {
                            "allow": [
                                {
                                    "actions": ["s3:GetObject"],
                                    "resources": ["arn:aws:s3:::shop-data/*"],
                                }
                            ]
                        }
                    },
                }
            },
        }
    }
