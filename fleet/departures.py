"""What changed stack files and names do to whole environments: clusters they leave, renames; pure.

Owns: telling a cluster that moves away under its teams from a team that asks for other clusters.
Not here: the guard on cluster secrets that such a change meets (`components/guard.py`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from components import cluster_labels
from fleet import manifests
from fleet.clusters import Cluster, Fleet
from fleet.comparison import Applications, TeamChange
from fleet.consequences import Changed


@dataclass(frozen=True, kw_only=True)
class Departure:
    """A cluster whose registration changes in a way that the hub's guard refuses."""

    cluster: str
    is_unregistered: bool
    labels: tuple[Changed, ...]
    environments: tuple[str, ...]
    """Namespaces of teams that leave it."""


@dataclass(frozen=True, kw_only=True)
class Rename:
    """Something that goes while its like comes under another name."""

    what: str
    before: str
    after: str


def departures(before: Fleet, after: Fleet, changes: Sequence[TeamChange]) -> list[Departure]:
    """Every cluster that leaves the fleet or loses a label; what is merely added harms nobody."""
    now = {spoke.name: spoke for spoke in after.spokes}
    found: list[Departure] = []
    for spoke in before.spokes:
        labels = tuple(_lost(spoke, now[spoke.name])) if spoke.name in now else ()
        if labels or spoke.name not in now:
            found.append(
                Departure(
                    cluster=spoke.name,
                    is_unregistered=spoke.name not in now,
                    labels=labels,
                    environments=tuple(_left(spoke.name, changes)),
                )
            )
    return found


def renames(changes: Sequence[TeamChange]) -> list[Rename]:
    """Teams, environments and services that look the same under another name."""
    gone = [change for change in changes if change.before and not change.after]
    come = [change for change in changes if change.after and not change.before]
    found = [
        Rename(what="team", before=old.team, after=new.team)
        for old in gone
        for new in come
        if _shape(old.before) == _shape(new.after)
    ]
    for change in changes:
        found += _renamed_parts(change)
    return found


def _lost(before: Cluster, after: Cluster) -> Iterator[Changed]:
    for key, value in sorted(before.labels.items()):
        if key != cluster_labels.KUBERNETES_VERSION and after.labels.get(key) != value:
            yield Changed(of=before.name, what=key, before=value, after=after.labels.get(key, ""))


def _left(cluster: str, changes: Sequence[TeamChange]) -> Iterator[str]:
    for change in changes:
        old = {app.namespace for app in change.before if app.cluster == cluster}
        new = {app.namespace for app in change.after if app.cluster == cluster}
        yield from sorted(old - new)


def _shape(applications: Applications) -> frozenset[tuple[str, str]]:
    """A team's environments and services; names of people and numbers may change with a name."""
    return frozenset((app.environment, app.service) for app in applications if app.service)


def _renamed_parts(change: TeamChange) -> Iterator[Rename]:
    old, new = _environments(change.before), _environments(change.after)
    for one in sorted(old.keys() - new.keys()):
        for other in sorted(new.keys() - old.keys()):
            if old[one] and old[one].keys() == new[other].keys():
                yield Rename(what="environment", before=one, after=other)
    for environment in sorted(old.keys() & new.keys()):
        before, after = old[environment], new[environment]
        for service in sorted(before.keys() - after.keys()):
            for other in sorted(after.keys() - before.keys()):
                if before[service] == after[other]:
                    yield Rename(what=f"service of {environment}", before=service, after=other)


def _environments(applications: Applications) -> Mapping[str, Mapping[str, str]]:
    """Environments of a team, each with its services and what they are, but for their names."""
    found: dict[str, dict[str, str]] = {}
    for app in applications:
        if app.service:
            objects = "".join(manifests.dump(manifest) for manifest in app.objects)
            nameless = re.sub(rf": {re.escape(app.service)}$", ":", objects, flags=re.MULTILINE)
            found.setdefault(app.environment, {})[app.service] = f"{app.source}\n{nameless}"
    return found
