"""What was pushed to the lab's remote stays when the working tree changes, which wins."""

from pathlib import Path

import pytest

from lab.git.command import Git
from lab.git.repository import bare, publish
from lab.layout import Layout
from tests.unit.lab.published_project import TEAM, files, make_project, text, write


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return make_project(tmp_path / "a project")


@pytest.fixture
def root(layout: Layout) -> Path:
    return layout.root


def push(layout: Layout, changes: dict[str, str | None]) -> None:
    """As `lab onboard` does: a commit on the remote's main that the working tree knows nothing of.

    None removes the file.
    """
    clone = layout.git / "clone"
    git = Git(folder=clone)
    if clone.exists():
        git.run("pull", "--quiet")
    else:
        Git(folder=layout.git).run("clone", "--quiet", str(bare(layout)), str(clone))
    for name, content in changes.items():
        if content is None:
            (clone / name).unlink()
        else:
            write(clone, name, content)
    git.run("add", "--all")
    git.run("commit", "--quiet", "--message", "A team")
    git.run("push", "--quiet", "origin", "HEAD:main")


def test_teams_of_the_remote_stay_when_the_working_tree_changes(root: Path, layout: Layout) -> None:
    publish(root, layout)
    push(layout, {TEAM: "team: shop\n"})
    write(root, "gitops/bootstrap/Chart.yaml", "name: other\n")

    publish(root, layout)

    assert text(layout, TEAM) == "team: shop\n"
    assert text(layout, "gitops/bootstrap/Chart.yaml") == "name: other\n"


def test_a_push_alone_is_no_reason_for_a_commit(root: Path, layout: Layout) -> None:
    publish(root, layout)
    push(layout, {TEAM: "team: shop\n"})
    head = Git(folder=bare(layout)).commit_of("main")

    published = publish(root, layout)

    assert (published.commit, published.changed) == (head, False)


def test_a_team_that_left_by_the_remote_does_not_come_back(root: Path, layout: Layout) -> None:
    write(root, TEAM, "team: shop\n")
    publish(root, layout)
    push(layout, {TEAM: None})
    write(root, "gitops/bootstrap/Chart.yaml", "name: other\n")

    publish(root, layout)

    assert TEAM not in files(layout)


def test_a_file_that_both_changed_is_the_working_trees_and_is_named(
    root: Path, layout: Layout
) -> None:
    write(root, TEAM, "team: shop\nquota: 1\nowner: a\n")
    publish(root, layout)
    push(layout, {TEAM: "team: shop\nquota: 2\nowner: a\n"})
    write(root, TEAM, "team: shop\nquota: 1\nowner: b\n")

    published = publish(root, layout)

    assert text(layout, TEAM) == "team: shop\nquota: 1\nowner: b\n"
    assert published.overruled == (TEAM,)
    assert TEAM in published.remark


def test_a_file_that_both_changed_alike_is_not_worth_a_word(root: Path, layout: Layout) -> None:
    publish(root, layout)
    push(layout, {TEAM: "team: shop\n"})
    write(root, TEAM, "team: shop\n")

    assert publish(root, layout).remark == ""


def test_a_file_that_the_working_tree_deletes_goes_even_if_the_remote_changed_it(
    root: Path, layout: Layout
) -> None:
    write(root, TEAM, "team: shop\n")
    publish(root, layout)
    push(layout, {TEAM: "team: shop\nquota: 2\n"})
    (root / TEAM).unlink()

    published = publish(root, layout)

    assert TEAM not in files(layout)
    assert published.overruled == (TEAM,)


def test_a_folder_may_come_where_the_remote_has_a_file(root: Path, layout: Layout) -> None:
    publish(root, layout)
    push(layout, {"gitops/teams": "a file\n"})
    write(root, TEAM, "team: shop\n")

    publish(root, layout)

    assert TEAM in files(layout)
    assert "gitops/teams" not in files(layout)


def test_an_overruling_is_said_once(root: Path, layout: Layout) -> None:
    write(root, TEAM, "1\n")
    publish(root, layout)
    push(layout, {TEAM: "2\n"})
    write(root, TEAM, "3\n")
    publish(root, layout)
    write(root, TEAM, "4\n")

    assert publish(root, layout).remark == ""
