"""What Argo CD reads: the working tree as it is, and nothing beside it."""

import os
import subprocess
from pathlib import Path

import pytest

from lab.errors import LabError
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


def test_what_argocd_and_fleet_need_is_published_and_nothing_else(
    root: Path, layout: Layout
) -> None:
    publish(root, layout)

    assert files(layout) == {
        ".github/workflows/teams.yaml",
        "CODEOWNERS",
        "Pulumi.hub.yaml",
        "Pulumi.spoke-dev.yaml",
        "Pulumi.yaml",
        "components/hub.py",
        "fleet/cli.py",
        "gitops/bootstrap/Chart.yaml",
        "gitops/charts/team-cluster/policy.yaml",
    }


def test_ignored_files_are_not_published(root: Path, layout: Layout) -> None:
    write(root, "gitops/key.secret", "")
    write(root, "fleet/__pycache__/cli.pyc", "")

    publish(root, layout)

    assert not {name for name in files(layout) if "secret" in name or "pyc" in name}


def in_a_repository(root: Path, *tracked: str) -> None:
    git = Git(folder=root)
    git.run("init", "--quiet")
    git.run("add", "--force", "--", *tracked)


def test_an_ignored_file_that_is_tracked_is_published(root: Path, layout: Layout) -> None:
    write(root, "gitops/tracked.secret", "")
    in_a_repository(root, "gitops/tracked.secret", "tests")

    publish(root, layout)

    assert "gitops/tracked.secret" in files(layout)


def test_a_tracked_file_that_is_deleted_is_not_published(root: Path, layout: Layout) -> None:
    in_a_repository(root, "gitops")
    publish(root, layout)
    (root / "gitops/bootstrap/Chart.yaml").unlink()

    publish(root, layout)

    assert "gitops/bootstrap/Chart.yaml" not in files(layout)


def test_a_project_inside_another_repository_is_published_all_the_same(
    root: Path, layout: Layout
) -> None:
    Git(folder=root.parent).run("init", "--quiet")
    write(root.parent, "gitops/of-the-other", "")

    publish(root, layout)

    assert "gitops/bootstrap/Chart.yaml" in files(layout)
    assert "gitops/of-the-other" not in files(layout)


def test_the_persons_repository_is_not_touched(root: Path, layout: Layout) -> None:
    in_a_repository(root, "gitops")
    (root / ".git/index").chmod(0o400)
    before = {path: path.stat().st_mtime_ns for path in (root / ".git").rglob("*")}

    publish(root, layout)

    assert {path: path.stat().st_mtime_ns for path in (root / ".git").rglob("*")} == before


def test_what_is_edited_is_what_is_published(root: Path, layout: Layout) -> None:
    publish(root, layout)
    write(root, "gitops/bootstrap/Chart.yaml", "name: other\n")

    published = publish(root, layout)

    assert published.changed
    assert text(layout, "gitops/bootstrap/Chart.yaml") == "name: other\n"


def test_nothing_new_makes_no_commit(root: Path, layout: Layout) -> None:
    first = publish(root, layout)

    second = publish(root, layout)

    assert (first.changed, second.changed) == (True, False)
    assert second.commit == first.commit


def test_the_address_is_the_one_that_argocd_reads(root: Path, layout: Layout) -> None:
    assert publish(root, layout).url == "https://127.0.0.1:4443/platform.git"


def test_links_and_executables_stay_what_they_are(root: Path, layout: Layout) -> None:
    (root / "gitops/link").symlink_to("bootstrap")
    write(root, "fleet/run", "#!/bin/sh\n")
    (root / "fleet/run").chmod(0o755)

    publish(root, layout)

    listed = Git(folder=bare(layout)).run("ls-tree", "-r", "main")
    modes = {line.split("\t")[1]: line.split()[0] for line in listed.splitlines()}
    assert (modes["gitops/link"], modes["fleet/run"]) == ("120000", "100755")


def test_a_name_with_any_character_survives(root: Path, layout: Layout) -> None:
    name = 'gitops/größe "and\nmore.yaml'
    write(root, name, "x\n")

    publish(root, layout)

    assert name in files(layout)


def test_neither_settings_nor_hooks_of_the_person_count(
    root: Path, layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = tmp_path / "hooks"
    write(hooks, "reference-transaction", "#!/bin/sh\nexit 1\n")
    (hooks / "reference-transaction").chmod(0o755)
    settings = tmp_path / "gitconfig"
    settings.write_text(f"[core]\nhooksPath = {hooks}\n[user]\nname = me\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))

    publish(root, layout)

    (author,) = set(Git(folder=bare(layout)).run("log", "--format=%an %cn", "main").splitlines())
    assert author == "lab lab"


def test_the_repository_can_be_cloned_and_is_whole(root: Path, layout: Layout) -> None:
    publish(root, layout)
    write(root, TEAM, "team: shop\n")
    publish(root, layout)

    checked = subprocess.run(
        ["git", "fsck", "--strict"],  # noqa: S607  # whichever git there is
        cwd=bare(layout),
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_a_failure_of_git_is_told_in_its_own_words(root: Path, layout: Layout) -> None:
    publish(root, layout)
    (bare(layout) / "refs/heads/main").write_text("0123456789012345678901234567890123456789\n")
    write(root, TEAM, "team: shop\n")

    with pytest.raises(LabError, match=r"git \S+ failed in .*: (fatal|error): "):
        publish(root, layout)


def test_a_machine_without_git_is_told_so(
    root: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(LabError, match="git is not on PATH"):
        publish(root, layout)
