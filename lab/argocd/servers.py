"""The processes themselves: started side by side, kept where nothing changed, stopped in order.

Not here: how each should run (`plans.py`).
"""

import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from lab.argocd import redis
from lab.argocd.addresses import LISTENERS, Addresses
from lab.argocd.components import COMPONENTS, REDIS, STOP_ORDER
from lab.argocd.plans import Plan
from lab.cluster.private_file import write_private
from lab.processes import ProcessFolder, ProcessRecord, wait_until

# The processes are there in two or three seconds; longer where two busy cores do other things.
START_SECONDS = 60
HEALTH_SECONDS = 2
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, kw_only=True)
class Servers:
    """Argo CD's processes of one lab; records, logs and fingerprints are in `processes`."""

    folder: Path

    @property
    def processes(self) -> ProcessFolder:
        """By the names of LISTENERS."""
        return ProcessFolder(self.folder / "processes")

    def running(self) -> set[str]:
        """The names of those that live."""
        return {name for name in LISTENERS if self.processes.alive(name) is not None}

    def ensure(self, plans: Sequence[Plan]) -> list[str]:
        """Start what does not run, and anew what should run otherwise; returns their names.

        One that never answered is started anew too.
        """
        due = [plan for plan in plans if not self._as_planned(plan)]
        self._stop([name for name in STOP_ORDER if name in {plan.name for plan in due}])
        for plan in due:
            self._fingerprint(plan.name).unlink(missing_ok=True)
            self.processes.start(plan.name, plan.command, env=plan.env, cwd=self.folder)
        return [plan.name for plan in due]

    def wait(self, plans: Sequence[Plan], addresses: Addresses) -> None:
        """Return when these answer. Raises LabError when one ends, or does not come up."""
        for plan in plans:
            # One after the other is as fast: they come up side by side.
            self._wait(plan.name, addresses)
            write_private(self._fingerprint(plan.name), plan.fingerprint)

    def stop(self) -> None:
        """End all of them."""
        self._stop(STOP_ORDER)

    def records(self) -> list[ProcessRecord]:
        """Those that live."""
        return [record for name in LISTENERS if (record := self.processes.alive(name))]

    def _wait(self, name: str, addresses: Addresses) -> None:
        wait_until(
            lambda: self._answers(name, addresses),
            what=f"{name} to answer",
            timeout_seconds=START_SECONDS,
            process=self.processes.alive(name) or self._ended(name),
        )

    def _ended(self, name: str) -> ProcessRecord:
        """One that is gone already, so that waiting for it ends with the end of its log."""
        log = self.processes.folder / f"{name}.log"
        return ProcessRecord(name=name, pid=0, started=0, command=(), log=log)

    def _answers(self, name: str, addresses: Addresses) -> bool:
        if name == REDIS:
            return redis.answers(addresses.ports[REDIS], redis.password(self.folder, None))
        listener, path = next(each for each in COMPONENTS if each.name == name).health
        return _http_answers(f"{addresses.url(listener)}{path}")

    def _stop(self, names: Sequence[str]) -> None:
        """Redis last; the others together, as each takes a while to say good-bye."""
        others = [name for name in names if name != REDIS]
        if others:
            with ThreadPoolExecutor(len(others)) as pool:
                list(pool.map(self.processes.stop, others))
        if REDIS in names:
            self.processes.stop(REDIS)

    def _as_planned(self, plan: Plan) -> bool:
        path = self._fingerprint(plan.name)
        noted = path.read_text() if path.exists() else ""
        return self.processes.alive(plan.name) is not None and noted == plan.fingerprint

    def _fingerprint(self, name: str) -> Path:
        return self.processes.folder / f"{name}.fingerprint"


def _http_answers(url: str) -> bool:
    try:
        with _OPENER.open(url, timeout=HEALTH_SECONDS):
            return True
    except urllib.error.HTTPError as error:
        return error.code < HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, ValueError):
        return False
