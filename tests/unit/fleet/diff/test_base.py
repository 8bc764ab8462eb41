"""A change is compared with what it branched from, or says what to fetch."""

import re
from pathlib import Path

import pytest

from fleet import diff
from fleet.errors import FleetError
from fleet.helm import Helm
from tests.unit.fleet.diff.comments import FILE, committed, told
from tests.unit.fleet.repositories import Repository, make

pytestmark = pytest.mark.rendered


def test_what_others_merged_meanwhile_is_no_part_of_the_change(
    repository: Repository, helm: Helm
) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.team("bees")
    repository.commit()
    repository.git("checkout", "--quiet", "change")
    assert "bees" not in told(repository, helm)


def test_a_branch_that_only_the_remote_has_is_found(repository: Repository, helm: Helm) -> None:
    repository.git("update-ref", "refs/remotes/origin/main", "main")
    repository.git("branch", "--delete", "--force", "main")
    assert "No team gets anything else" in told(repository, helm)


def test_a_project_inside_a_larger_repository_is_compared_by_itself(
    tmp_path: Path, helm: Helm
) -> None:
    make(tmp_path / "platform", "ants")
    (tmp_path / "platform/.git").rename(tmp_path / ".git")
    outer = Repository(tmp_path)
    outer.commit()
    Repository(tmp_path / "platform").team("bees")
    comment = told(Repository(tmp_path / "platform"), helm)
    assert "`bees` joins" in comment
    assert "ants" not in comment


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("mian", "there is no revision mian here; run: git fetch origin mian"),
        ("origin/mian", "there is no revision origin/mian here; run: git fetch origin mian"),
        ("--all", "--all is no revision; name a branch, a tag or a commit"),
    ],
)
def test_a_base_that_is_not_here_is_one_line(
    repository: Repository, helm: Helm, base: str, said: str
) -> None:
    with pytest.raises(FleetError, match=f"^{re.escape(said)}$"):
        diff.report(repository.root, base, helm)


def test_a_clone_that_is_too_shallow_says_what_to_fetch(
    repository: Repository, tmp_path: Path, helm: Helm
) -> None:
    repository.commit()
    clone = Repository(tmp_path / "clone")
    address = f"file://{repository.root}"
    repository.git("clone", "--quiet", "--depth=1", "--branch=change", address, str(clone.root))
    with pytest.raises(FleetError, match="no revision main here; run: git fetch origin main"):
        told(clone, helm)
    clone.git("fetch", "--quiet", "--depth=1", "origin", "main:main")
    with pytest.raises(FleetError, match="no common commit here; run: git fetch --unshallow"):
        told(clone, helm)


def test_a_folder_without_git_is_one_line(tmp_path: Path, helm: Helm) -> None:
    repository = make(tmp_path / "p", "ants")
    (tmp_path / "p/.git").rename(tmp_path / "away")
    with pytest.raises(FleetError, match="is in no Git repository"):
        told(repository, helm)


def test_where_the_base_describes_no_fleet_everything_is_new(
    repository: Repository, helm: Helm
) -> None:
    hub = (repository.root / "Pulumi.hub.yaml").read_text()
    (repository.root / "Pulumi.hub.yaml").unlink()
    committed(repository)
    repository.write({"Pulumi.hub.yaml": hub})
    comment = told(repository, helm)
    assert "Before this change the fleet is unknown" in comment
    assert "`ants` joins" in comment


def test_the_same_change_is_told_in_the_same_words(repository: Repository, helm: Helm) -> None:
    repository.team("bees")
    repository.replace(FILE, 'cpu: "4"', 'cpu: "5"')
    assert told(repository, helm) == told(repository, Helm(helm.program))
