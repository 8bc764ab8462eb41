"""What `lab onboard` and `lab offboard` refuse before they change anything, and what they say."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from lab.console import Reporter
from lab.errors import LabError
from lab.exit_codes import MistakeError, NotUpError
from lab.git.command import Git
from lab.git.repository import bare, publish
from lab.layout import Layout
from lab.onboarding import command, webhook
from lab.onboarding.command import Outcome, TeamChanges
from lab.onboarding.observed import Observed, Seen
from lab.onboarding.table import print_outcome
from lab.onboarding.wait import Clock, Event
from lab.record import Record
from tests.unit.lab.lab_project import HUB, write_project, write_stack

SPOKES = {"spoke-dev": {"environment": "dev", "role": "spoke"}}
TEAM = """\
team: {name}
environments:
  dev: {{clusters: {{environment: dev}}, quota: {{storage: 1Gi}}, services: {{web: {{}}}}}}
"""
# A program of this name in the clone stands for the project's own.
FLEET = """\
import pathlib, sys
if sys.argv[2] == "new":
    folder = pathlib.Path("gitops/teams", sys.argv[3])
    folder.mkdir(parents=True)
    (folder / "team.yaml").write_text(%r.format(name=sys.argv[3]))
print(*sys.argv[1:])
sys.exit(any(pathlib.Path("gitops/teams").glob("bad")))
"""


class Hub(Observed):
    """A hub on which nothing is left and nothing comes; the namespaces are all there."""

    def spokes(self) -> dict[str, dict[str, str]]:
        return SPOKES

    def applications(self, team: str) -> list[Seen]:
        assert team
        return []

    def others(self, team: str) -> list[tuple[str, str]]:
        assert team
        return []

    def namespace_exists(self, cluster: str, name: str) -> bool:
        return (cluster, name) == ("spoke-dev", "shop-dev")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    root = write_project(tmp_path / "a project")
    (root / "fleet").mkdir()
    (root / "fleet/__init__.py").write_text("")
    (root / "fleet/__main__.py").write_text(FLEET % TEAM)
    folder = root / "gitops/teams/shop"
    folder.mkdir(parents=True)
    (folder / "team.yaml").write_text(TEAM.format(name="shop"))
    layout = Layout(root=root)
    layout.make_folders()
    publish(root, layout)
    return layout


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def changes(layout: Layout, said: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> TeamChanges:
    """Of a lab whose Argo CD hears, and does nothing; waits end at once."""

    def of(_layout: Layout, _fleet: object) -> Observed:
        return Hub(hub="hub", clients={})

    def hears(_addresses: list[str], _body: object, _secret: str) -> None:
        """And does nothing."""

    def over(since: float) -> Clock:
        return Clock(since=since, timeout_seconds=0)

    monkeypatch.setattr(Observed, "of", of)
    monkeypatch.setattr(webhook, "announce", hears)
    layout.argocd.mkdir(parents=True, exist_ok=True)
    (layout.argocd / "webhook-secret").write_text("s")
    monkeypatch.setattr(command, "Clock", over)
    ports = {"server": 1, "applicationset-webhook": 2}
    record = Record(argocd_ports=ports, git_port=4443)
    return TeamChanges(layout=layout, reporter=Reporter(console=Console(file=said)), record=record)


def teams(layout: Layout) -> list[str]:
    return Git(folder=bare(layout)).names("ls-tree", "-z", "--name-only", "main:gitops/teams")


def test_a_team_that_exists_is_a_mistake(changes: TeamChanges) -> None:
    with pytest.raises(MistakeError, match="a team shop already"):
        changes.onboard("shop", clusters=1, file=None)


def test_where_aws_runs_argo_cd_no_team_can_join(changes: TeamChanges, layout: Layout) -> None:
    """The lab has no controllers for it; waiting for them would be in vain."""
    write_stack(layout.root, "hub", {**HUB, "argocd": {"mode": "capability"}})
    with pytest.raises(MistakeError, match="EKS Capability, which the lab cannot run"):
        changes.onboard("web", clusters=1, file=None)


def test_a_team_that_does_not_exist_cannot_leave(changes: TeamChanges) -> None:
    with pytest.raises(MistakeError, match="no team nobody"):
        changes.offboard("nobody")


@pytest.mark.parametrize("name", ["../x", "Shop", "-x", "", "a" * 31])
def test_a_name_that_is_no_name_is_a_mistake(
    changes: TeamChanges, layout: Layout, name: str
) -> None:
    file = layout.root / "team.yaml"
    file.write_text(TEAM.format(name=f'"{name}"'))

    with pytest.raises(MistakeError, match="is no name for a team"):
        changes.onboard(None, clusters=1, file=file)


def test_more_clusters_than_the_lab_has_are_a_mistake(changes: TeamChanges) -> None:
    with pytest.raises(MistakeError, match=r"up --spokes 2"):
        changes.onboard("new", clusters=2, file=None)


def test_a_file_that_cannot_be_read_is_a_mistake(changes: TeamChanges, tmp_path: Path) -> None:
    with pytest.raises(MistakeError, match="cannot read"):
        changes.onboard(None, clusters=1, file=tmp_path / "nowhere.yaml")


def test_a_name_that_is_not_the_files_is_a_mistake(changes: TeamChanges, layout: Layout) -> None:
    file = layout.root / "team.yaml"
    file.write_text(TEAM.format(name="one"))

    with pytest.raises(MistakeError, match="is of team one, not of other"):
        changes.onboard("other", clusters=1, file=file)


def test_a_team_that_fails_its_check_stays_out(changes: TeamChanges, layout: Layout) -> None:
    file = layout.root / "team.yaml"
    file.write_text(TEAM.format(name="bad"))

    with pytest.raises(MistakeError, match="fleet team check refuses it"):
        changes.onboard("bad", clusters=1, file=file)

    assert teams(layout) == ["shop"]


def test_nothing_is_pushed_that_argocd_could_not_be_told(
    changes: TeamChanges, layout: Layout
) -> None:
    deaf = TeamChanges(layout=layout, reporter=changes.reporter, record=Record())

    with pytest.raises(NotUpError):
        deaf.onboard("new", clusters=1, file=None)

    assert teams(layout) == ["shop"]


def test_a_new_team_is_written_by_fleet_for_a_label_of_the_lab(
    changes: TeamChanges, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, ...]] = []
    fleet = command.change.fleet

    def noted(layout: Layout, clone: Path, *arguments: str) -> str:
        ran.append(arguments)
        return fleet(layout, clone, *arguments)

    monkeypatch.setattr(command.change, "fleet", noted)

    with pytest.raises(LabError, match="demo-1 was not ready"):
        changes.onboard(None, clusters=1, file=None)

    assert ran == [
        ("team", "new", "demo-1", "--clusters", "environment=dev"),
        ("team", "check"),
    ]
    assert teams(layout) == ["demo-1", "shop"]


def test_a_team_without_a_name_gets_one_that_is_free(changes: TeamChanges, layout: Layout) -> None:
    for _ in range(2):
        with pytest.raises(LabError, match="was not ready"):
            changes.onboard(None, clusters=1, file=None)

    assert teams(layout) == ["demo-1", "demo-2", "shop"]


def test_what_the_check_says_is_shown(changes: TeamChanges, said: io.StringIO) -> None:
    changes.offboard("shop")

    assert "team check" in said.getvalue()


def test_a_namespace_that_stays_for_its_data_is_reported(
    changes: TeamChanges, layout: Layout
) -> None:
    outcome = changes.offboard("shop")

    assert outcome.kept == ["spoke-dev/shop-dev"]
    assert not Git(folder=bare(layout)).succeeds("cat-file", "-e", "main:gitops/teams/shop")


def test_a_team_on_no_cluster_of_the_lab_is_told_so(
    changes: TeamChanges, layout: Layout, said: io.StringIO
) -> None:
    file = layout.root / "team.yaml"
    file.write_text(TEAM.format(name="far").replace("environment: dev", "environment: moon"))

    with pytest.raises(LabError, match="was not ready"):
        changes.onboard(None, clusters=1, file=file)

    assert "far-dev is on no cluster of this lab" in said.getvalue()


def test_the_total_is_the_last_event() -> None:
    events = [
        Event(cluster="hub", what=f"Application/{name}", namespace="argocd", seconds=seconds)
        for name, seconds in (("a", 1.5), ("b", 0.5))
    ]

    assert Outcome(team="x", commit="c", events=events).document()["seconds"] == 1.5


def test_the_table_fits_a_terminal_and_names_what_stays(said: io.StringIO) -> None:
    long = "Application/shop-dev-spoke-dev-guardrails"
    event = Event(cluster="spoke-dev", what=long, namespace="shop-dev", seconds=1.24)
    outcome = Outcome(team="shop", commit="c", events=[event], kept=["spoke-dev/shop-dev"])

    print_outcome(Console(file=said, width=80), outcome, verb="left")

    assert f"{long}  shop-dev" in said.getvalue()
    assert "1.2 s" in said.getvalue()
    assert "Namespace spoke-dev/shop-dev stays for its data" in said.getvalue()
