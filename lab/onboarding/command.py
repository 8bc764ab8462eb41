"""`lab onboard` and `lab offboard`: the change, the webhook, the wait.

Not here: how they are drawn (`table.py`), and what a team's file says (`fleet`, `team_file.py`).
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lab import lock
from lab.console import Reporter
from lab.exit_codes import MistakeError
from lab.layout import Layout
from lab.onboarding import change, team_file, wait, webhook
from lab.onboarding.observed import Observed
from lab.onboarding.team_file import Team
from lab.onboarding.wait import Clock, Event
from lab.record import Record
from lab.stacks import read_fleet

# As the schema of team.yaml; asked here because the name is a path before `fleet` sees it.
TEAM_NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")
DEMONSTRATION = "demo"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a command did: events are what came, or what went."""

    team: str
    commit: str
    events: list[Event]
    kept: list[str] = field(default_factory=list[str])
    """Namespaces that stay for their data."""

    @property
    def seconds(self) -> float:
        """From the push to the last event."""
        return max((event.seconds for event in self.events), default=0.0)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "seconds": self.seconds}


@dataclass(frozen=True, kw_only=True)
class TeamChanges:
    """Teams of one running lab."""

    layout: Layout
    reporter: Reporter
    record: Record

    def onboard(self, name: str | None, *, clusters: int, file: Path | None) -> Outcome:
        """Let a team join: with a file, or with one that `fleet team new` writes for it.

        Raises MistakeError when the team exists, the file is wrong or there are not so many
        clusters, LabError when the team is not there in time.
        """
        observed = self._observed()
        spokes = observed.spokes()
        labels = team_file.labels_of(clusters, spokes) if file is None else ""
        given = None if file is None else _read(file)
        name = self._name(name, None if given is None else team_file.read(given, str(file)).name)
        path = team_file.path_of(name)
        if change.read(self.layout, path) is not None:
            raise MistakeError(f"there is a team {name} already", "Take another name")

        def edit(clone: Path) -> None:
            if given is None:
                change.fleet(self.layout, clone, "team", "new", name, "--clusters", labels)
            else:
                (clone / path).parent.mkdir(parents=True)
                (clone / path).write_text(given)

        push = self._push(f"Onboard {name}", f"onboard-{name}", edit)
        team = self._team(name)
        expected = list(team.applications(observed.hub, spokes))
        for environment in team.environments:
            if not environment.matching(spokes):
                self.reporter.say(
                    f"! {environment.namespace} is on no cluster of this lab", style="yellow"
                )
        with self.reporter.step(f"{name} is Synced and Healthy") as step:
            clock = Clock(since=push.at)
            events = wait.until_ready(observed, name, expected, clock, step.note)
            step.detail = f"{len(events)} Applications"
        return Outcome(team=name, commit=push.after, events=events)

    def offboard(self, name: str) -> Outcome:
        """Let a team leave. Raises MistakeError without such a team, LabError as `onboard`."""
        observed = self._observed()
        _check_name(name)
        if change.read(self.layout, team_file.path_of(name)) is None:
            raise MistakeError(f"there is no team {name}", "See: python -m fleet team check")
        namespaces = list(self._team(name).namespaces(observed.spokes()))
        going = [(cluster, namespace) for cluster, namespace, stays in namespaces if not stays]
        staying = [(cluster, namespace) for cluster, namespace, stays in namespaces if stays]

        def edit(clone: Path) -> None:
            shutil.rmtree(clone / team_file.FOLDER / name)

        push = self._push(f"Offboard {name}", f"offboard-{name}", edit)
        with self.reporter.step(f"{name} is gone") as step:
            clock = Clock(since=push.at)
            events = wait.until_gone(observed, name, going, clock, step.note)
            step.detail = f"{len(events)} things"
        kept = [
            f"{cluster}/{namespace}"
            for cluster, namespace in staying
            if observed.namespace_exists(cluster, namespace)
        ]
        return Outcome(team=name, commit=push.after, events=events, kept=kept)

    def _observed(self) -> Observed:
        fleet = read_fleet(self.layout.root, self.record.spokes)
        if fleet.managed_argocd:
            raise MistakeError(
                "Argo CD of this hub is an EKS Capability, which the lab cannot run: no team would"
                " ever arrive",
                f"Write argocd.mode: self-managed in {fleet.hub.path.name}",
            )
        return Observed.of(self.layout, fleet)

    def _push(self, title: str, branch: str, edit: Callable[[Path], None]) -> change.Push:
        """Change the remote and tell Argo CD; nothing is pushed that could not be told."""
        webhook.receivers(self.record.argocd_ports)

        def verify(clone: Path) -> None:
            said = change.fleet(self.layout, clone, "team", "check")
            for line in said.splitlines():
                self.reporter.say(f"    {line}", style="dim")

        with lock.held(self.layout.lock):
            with self.reporter.step("branch, commit, fleet team check, merge, push") as step:
                push = change.commit_and_push(self.layout, title, edit, verify, branch=branch)
                step.detail = push.after[:12]
            with self.reporter.step("webhook to Argo CD"):
                webhook.tell(self.layout, self.record, push)
        return push

    def _team(self, name: str) -> Team:
        """A team as the remote's main has it."""
        path = team_file.path_of(name)
        return team_file.read(change.read(self.layout, path) or "", path)

    def _name(self, asked: str | None, in_file: str | None) -> str:
        if asked is not None and in_file not in (None, asked):
            raise MistakeError(f"the file is of team {in_file}, not of {asked}", "Name one of them")
        name = in_file if asked is None else asked
        if name is None:
            return self._free_name()
        _check_name(name)
        return name

    def _free_name(self) -> str:
        number = 1
        while change.read(self.layout, team_file.path_of(f"{DEMONSTRATION}-{number}")) is not None:
            number += 1
        return f"{DEMONSTRATION}-{number}"


def _check_name(name: str) -> None:
    if not TEAM_NAME.fullmatch(name):
        raise MistakeError(
            f"{name} is no name for a team", "Take lower-case letters, digits and hyphens"
        )


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise MistakeError(f"cannot read {file}: {error}") from None
