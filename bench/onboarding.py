"""`python -m bench.onboarding`: how long a team waits after its merge, alone and among many.

Runs on the lab of this checkout, which must be up (`python -m lab up [--spokes 2]`), and leaves it
as it was. Prints one JSON object on stdout; progress goes to stderr.
"""

import argparse
import json
import statistics
import sys
import time

from bench import machine
from bench.teams import Teams
from lab import record
from lab.argocd.servers import Servers
from lab.errors import LabError
from lab.layout import Layout
from lab.onboarding.observed import Observed

# The labels of the committed spokes: the first has one, all have the other.
CLUSTERS = {1: {"environment": "dev"}, 2: {"team-clusters": "true"}}
# Of a bench team: its own Application, then on each cluster the environment, guardrails, service.
ON_THE_HUB, ON_A_CLUSTER = 1, 3
# After the first teams are gone Argo CD still writes; the next figure shall not pay for it.
SETTLE_SECONDS = 5
# Between two looks at one team; at a crowd bench.teams looks less often, not to slow it down.
OFTEN = 0.2


def main() -> int:
    """Measure what was asked for."""
    arguments = _arguments()
    layout = Layout()
    try:
        found = measure(layout, runs=arguments.runs, crowds=arguments.teams)
    except LabError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return 0


def measure(layout: Layout, *, runs: int, crowds: list[int]) -> dict[str, object]:
    """All figures, of the lab's number of spokes. Raises LabError when the lab is not up."""
    described = machine.describe()
    teams = Teams.of(layout)
    spokes = record.load(layout).spokes or 1
    report: dict[str, object] = {"machine": described, "spokes": spokes}
    if runs:
        report["onboarding"] = one_by_one(teams, runs, spokes)
    report["crowds"] = [crowd(layout, teams, size, spokes) for size in crowds]
    return report


def one_by_one(teams: Teams, runs: int, spokes: int) -> dict[str, object]:
    """Push to Synced and Healthy, team after team; each stays, as in a fleet that grows."""
    names = [f"bench-{number}" for number in range(runs)]
    seconds: list[float] = []
    failed: list[str] = []
    try:
        for name in names:
            push = teams.add([name], CLUSTERS[spokes])
            arrived = teams.until_ready(
                push, [name], ON_THE_HUB + ON_A_CLUSTER * spokes, every=OFTEN
            )
            seconds.append(arrived.seconds)
            failed += arrived.failed_syncs
            _note(f"{name}: {arrived.seconds} s")
    finally:
        push = teams.remove(names[: len(seconds) + 1])
        teams.until_gone(push, names)
    return {
        "runs": runs,
        "p50_seconds": statistics.median(seconds),
        "p95_seconds": _percentile(seconds, 95),
        "seconds": seconds,
        "failed_syncs": failed,
    }


def crowd(layout: Layout, teams: Teams, size: int, spokes: int) -> dict[str, object]:
    """As many teams in one commit: until all are there, what it cost, and until they are gone."""
    time.sleep(SETTLE_SECONDS)
    names = [f"crowd-{number}" for number in range(size)]
    before = requests(teams.observed)
    push = teams.add(names, CLUSTERS[spokes])
    try:
        arrived = teams.until_ready(push, names, ON_THE_HUB + ON_A_CLUSTER * spokes)
        after = requests(teams.observed)
        memory = _memory(layout)
        _note(f"{size} teams: {arrived.seconds} s")
    finally:
        gone = teams.until_gone(teams.remove(names), names)
    return {
        "teams": size,
        "applications": arrived.applications,
        "seconds_until_ready": arrived.seconds,
        "seconds_until_gone": gone,
        "failed_syncs": list(arrived.failed_syncs),
        "memory_mb": memory,
        "api_requests": {cluster: after[cluster] - count for cluster, count in before.items()},
    }


def requests(observed: Observed) -> dict[str, int]:
    """Requests that each API server has answered so far, whoever asked."""
    return {name: _total(client.text("/metrics")) for name, client in observed.clients.items()}


def _total(metrics: str) -> int:
    lines = (line for line in metrics.splitlines() if line.startswith("apiserver_request_total{"))
    return sum(int(float(line.rpartition(" ")[2])) for line in lines)


def _memory(layout: Layout) -> dict[str, int]:
    servers = Servers(folder=layout.argocd)
    return {
        record.name: servers.processes.memory_bytes(record.name) // 10**6
        for record in servers.records()
    }


def _percentile(values: list[float], percent: int) -> float:
    """The smallest value that so many percent of all do not exceed."""
    return sorted(values)[-(-len(values) * percent // 100) - 1]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.onboarding", description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="teams one after the other")
    parser.add_argument("--teams", type=int, nargs="*", default=[10, 50, 200], help="at once")
    return parser.parse_args()


def _note(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
