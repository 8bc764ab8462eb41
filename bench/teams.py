"""Many teams at once on a running lab: pushed in one commit, until all are there, and gone."""

import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lab import record
from lab.argocd.applications import application
from lab.cluster.client import UnavailableError
from lab.layout import Layout
from lab.onboarding import change, webhook
from lab.onboarding.change import Edit, Push
from lab.onboarding.observed import Observed
from lab.onboarding.team_file import path_of
from lab.stacks import read_fleet

POLL_SECONDS = 2.0
TIMEOUT_SECONDS = 3600.0
APPLICATIONS = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications"
SELECTED = "?labelSelector=eks-hub-spoke/team"
FAILED = ("Failed", "Error")


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """How it went: seconds since the push, and the syncs that were seen failing on the way."""

    seconds: float
    applications: int
    failed_syncs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Teams:
    """Teams of the bench on one running lab."""

    layout: Layout
    observed: Observed

    @classmethod
    def of(cls, layout: Layout) -> "Teams":
        """Raises LabError when the lab does not run."""
        known = record.load(layout)
        return cls(
            layout=layout,
            observed=Observed.of(layout, read_fleet(layout.root, known.spokes)),
        )

    def add(self, names: list[str], clusters: Mapping[str, str]) -> Push:
        """Push all of them in one commit."""

        def edit(clone: Path) -> None:
            for name in names:
                path = clone / path_of(name)
                path.parent.mkdir(parents=True)
                path.write_text(yaml.safe_dump(team_file(name, clusters), sort_keys=False))

        return self._push(f"{len(names)} teams", edit)

    def remove(self, names: list[str]) -> Push:
        """Take all of them away in one commit."""

        def edit(clone: Path) -> None:
            for name in names:
                shutil.rmtree((clone / path_of(name)).parent)

        return self._push(f"without {len(names)} teams", edit)

    def until_ready(
        self, push: Push, names: list[str], per_team: int, *, every: float = POLL_SECONDS
    ) -> Arrived:
        """Look every so often until all Applications of these teams are Synced and Healthy.

        Raises TimeoutError after an hour.
        """
        failed: set[str] = set()
        while True:
            found = self._applications(set(names))
            failed |= {name for name, item in found.items() if _phase(item) in FAILED}
            ready = sum(application(item).ready for item in found.values())
            if ready == len(found) == per_team * len(names):
                return Arrived(
                    seconds=round(time.monotonic() - push.at, 1),
                    applications=ready,
                    failed_syncs=tuple(sorted(failed)),
                )
            self._pause(push, f"{ready} of {per_team * len(names)} Applications are ready", every)

    def until_gone(self, push: Push, names: list[str]) -> float:
        """Wait until nothing of these teams is on the hub; seconds since the push."""
        while found := self._applications(set(names)):
            self._pause(push, f"{len(found)} Applications are left", POLL_SECONDS)
        return round(time.monotonic() - push.at, 1)

    def _pause(self, push: Push, state: str, seconds: float) -> None:
        if time.monotonic() - push.at > TIMEOUT_SECONDS:
            raise TimeoutError(f"after {TIMEOUT_SECONDS:g} s {state}")
        time.sleep(seconds)

    def _applications(self, teams: set[str]) -> dict[str, dict[str, Any]]:
        """The Applications of these teams; looks again when the API server is too busy to answer.

        What was measured so far shall not be lost with one answer.
        """
        while True:
            with suppress(UnavailableError):
                hub = self.observed.clients[self.observed.hub]
                return {
                    item["metadata"]["name"]: item
                    for item in hub.get(f"{APPLICATIONS}{SELECTED}")["items"]
                    if item["metadata"]["labels"]["eks-hub-spoke/team"] in teams
                }
            time.sleep(POLL_SECONDS)

    def _push(self, title: str, edit: Edit) -> Push:
        push = change.commit_and_push(self.layout, title, edit)
        webhook.tell(self.layout, record.load(self.layout), push)
        return push


def team_file(name: str, clusters: Mapping[str, str]) -> dict[str, Any]:
    """A small team: one environment, one service with one pod."""
    values = {"image": "ghcr.io/stefanprodan/podinfo:6.9.2", "port": 9898, "replicas": 1}
    return {
        "team": name,
        "description": "Of a measurement",
        "owners": {"contact": "bench@example.com", "lead": ["bench"]},
        "costCenter": "0",
        "environments": {
            "dev": {
                "clusters": dict(clusters),
                "quota": {"cpu": "1", "memory": "1Gi", "pods": 10},
                "services": {"app": {"path": "gitops/charts/web-service", "values": values}},
            }
        },
    }


def _phase(item: Mapping[str, Any]) -> str:
    return str(item.get("status", {}).get("operationState", {}).get("phase", ""))
