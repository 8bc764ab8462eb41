"""A small project, published to a lab's remote, and that remote as it is then."""

from pathlib import Path

from lab.git.command import Git
from lab.git.repository import bare
from lab.layout import Layout
from lab.record import Record
from tests.unit.lab.lab_project import write_project

TEAM = "gitops/teams/shop/team.yaml"


def make_project(root: Path) -> Layout:
    """A project with something in each folder that is published, and its lab's empty folders."""
    write_project(root)
    write(root, "gitops/bootstrap/Chart.yaml", "name: bootstrap\n")
    write(root, "gitops/charts/team-cluster/policy.yaml", "kinds: []\n")
    write(root, "fleet/cli.py", "x = 1\n")
    write(root, "components/hub.py", "x = 1\n")
    write(root, "CODEOWNERS", "* @platform\n")
    write(root, ".github/workflows/teams.yaml", "on: push\n")
    write(root, ".gitignore", "*.secret\n")
    layout = Layout(root=root)
    layout.make_folders()
    Record(git_port=4443).save(layout)
    return layout


def write(root: Path, name: str, text: str) -> None:
    """Write a file of the project or of a clone."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def files(layout: Layout) -> set[str]:
    """What the remote's main has."""
    return set(Git(folder=bare(layout)).names("ls-tree", "-r", "-z", "--name-only", "main"))


def text(layout: Layout, name: str) -> str:
    """A file of the remote's main."""
    return Git(folder=bare(layout)).run("show", f"main:{name}")
