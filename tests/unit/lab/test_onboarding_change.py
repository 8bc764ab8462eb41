"""A change reaches the lab's remote as a merged pull request, checked, or not at all."""

from pathlib import Path

import pytest

from lab.errors import LabError
from lab.exit_codes import MistakeError
from lab.git.command import Git
from lab.git.repository import bare, publish
from lab.layout import Layout
from lab.onboarding import change
from tests.unit.lab.lab_project import write_project

FILE = "gitops/teams/shop/team.yaml"
# A program of this name in the clone stands for the project's own.
FLEET = """\
import pathlib, sys
print("checked", *sys.argv[1:], len(list(pathlib.Path("gitops/teams").glob("*"))))
sys.exit(pathlib.Path("gitops/teams/bad").exists())
"""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    root = write_project(tmp_path / "a project")
    (root / "fleet").mkdir()
    (root / "fleet/__init__.py").write_text("")
    (root / "fleet/__main__.py").write_text(FLEET)
    layout = Layout(root=root)
    layout.make_folders()
    publish(root, layout)
    return layout


def joins(clone: Path) -> None:
    (clone / FILE).parent.mkdir(parents=True)
    (clone / FILE).write_text("team: shop\n")


def leaves(clone: Path) -> None:
    (clone / FILE).unlink()


def history(layout: Layout) -> list[str]:
    return Git(folder=bare(layout)).run("log", "--topo-order", "--format=%s", "main").splitlines()


def test_a_change_is_a_commit_on_a_branch_that_is_merged(layout: Layout) -> None:
    push = change.commit_and_push(layout, "Onboard shop", joins, branch="onboard-shop")

    git = Git(folder=bare(layout))
    assert git.line("rev-list", "--count", "--merges", f"{push.before}..main") == "1"
    assert history(layout)[:2] == ["Merge branch 'onboard-shop'", "Onboard shop"]
    assert git.commit_of("main") == push.after


def test_a_push_names_what_it_adds_changes_and_removes(layout: Layout) -> None:
    def changes(clone: Path) -> None:
        (clone / FILE).write_text("team: shop\ncostCenter: 1\n")

    pushes = [change.commit_and_push(layout, "x", edit) for edit in (joins, changes, leaves)]

    assert [(push.added, push.modified, push.removed) for push in pushes] == [
        ((FILE,), (), ()),
        ((), (FILE,), ()),
        ((), (), (FILE,)),
    ]


def test_a_change_that_fails_its_check_is_not_pushed(layout: Layout) -> None:
    before = history(layout)

    def refuses(clone: Path) -> None:
        assert (clone / FILE).exists()
        raise MistakeError("no")

    with pytest.raises(MistakeError):
        change.commit_and_push(layout, "x", joins, refuses)

    assert history(layout) == before


def test_a_change_of_nothing_is_a_mistake(layout: Layout) -> None:
    with pytest.raises(MistakeError, match="nothing to change"):
        change.commit_and_push(layout, "x", lambda _clone: None)


@pytest.mark.parametrize("edit", [joins, leaves])
def test_no_clone_stays_behind(layout: Layout, edit: change.Edit) -> None:
    before = set(layout.git.iterdir())

    try:
        change.commit_and_push(layout, "x", edit)
    except OSError:
        assert edit is leaves

    assert set(layout.git.iterdir()) == before


def test_a_file_of_the_remote_is_read_as_it_is_on_main(layout: Layout) -> None:
    assert change.read(layout, FILE) is None

    change.commit_and_push(layout, "x", joins)

    assert change.read(layout, FILE) == "team: shop\n"


def test_a_remote_that_was_never_published_is_an_error(tmp_path: Path) -> None:
    layout = Layout(root=tmp_path)
    layout.make_folders()

    with pytest.raises(LabError, match="git clone failed"):
        change.commit_and_push(layout, "x", joins)


def test_the_check_sees_the_change_and_says_what_it_says(layout: Layout) -> None:
    said: list[str] = []

    change.commit_and_push(
        layout, "x", joins, lambda clone: said.append(change.fleet(layout, clone, "team", "check"))
    )

    assert said == ["checked team check 1"]


def test_what_the_check_finds_is_shown_and_a_mistake(layout: Layout) -> None:
    def bad(clone: Path) -> None:
        (clone / "gitops/teams/bad").mkdir(parents=True)
        (clone / "gitops/teams/bad/team.yaml").write_text("")

    with pytest.raises(MistakeError, match=r"fleet team check refuses it:\nchecked team check"):
        change.commit_and_push(
            layout, "x", bad, lambda clone: _ignore(change.fleet(layout, clone, "team", "check"))
        )


def _ignore(_text: str) -> None:
    """What a check that passes says."""
