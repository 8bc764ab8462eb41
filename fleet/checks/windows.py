"""Sync windows of environments; see `fleet/sync_windows.py`."""

from collections.abc import Iterator

from fleet.mistakes import Mistake
from fleet.project import Project
from fleet.sync_windows import window_mistakes


def check(project: Project) -> Iterator[Mistake]:
    """Schedules, durations and time zones that Argo CD would not read as they are meant."""
    for environment in project.environments():
        for window in environment.node["syncWindows"].elements():
            yield from window_mistakes(window)
