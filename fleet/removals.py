"""The warnings of a change: what is lost for good, and what the hub will refuse; pure.

Owns: saying of each removal what goes with it and what stays. Not here: finding it
(`consequences.py`, `departures.py`).
"""

from collections.abc import Iterator, Sequence

from fleet import consequences
from fleet.comparison import ClusterChange, TeamChange
from fleet.consequences import NamespaceLoss
from fleet.departures import Departure
from fleet.phrases import code, from_to, listed


def lines(changes: Sequence[TeamChange], departures: Sequence[Departure]) -> Iterator[str]:
    """Every loss as a sentence; nothing where nothing is lost."""
    for departure in departures:
        yield _departure(departure)
    for change in changes:
        for cluster in change.clusters:
            yield from _of_cluster(change.team, cluster)


def _of_cluster(team: str, cluster: ClusterChange) -> Iterator[str]:
    at = f"{code(team)} on {code(cluster.cluster)}"
    _, lost = consequences.namespaces(cluster)
    for namespace in lost:
        yield f"{at}: {_namespace(namespace)}"
    if workloads := consequences.lost_workloads(cluster):
        names = (f"{one.kind}/{one.name} in {one.namespace}" for one in workloads)
        yield f"{at}: workloads {listed(names)}"
    if claims := consequences.claims_that_stay(cluster):
        yield f"{at}: the volumes of {listed(claims)} stay, until somebody deletes their claims"
    if again := consequences.retaken(cluster):
        names = (f"{one.kind}/{one.name} in {one.namespace}" for one in again)
        yield (
            f"{at}: {listed(names)} pass to another Application: deleted and made again, an outage"
        )
    for app in cluster.removed:
        if app.elsewhere:
            yield f"{at}: whatever {code(app.name)} runs, out of {code(app.elsewhere)}"
    for name in consequences.unprotected(cluster):
        yield (
            f"{at}: from now on namespace {code(name)} goes together with its environment,"
            " and its volumes with it"
        )


def _namespace(namespace: NamespaceLoss) -> str:
    name = code(namespace.name)
    if namespace.is_kept:
        return (
            f"namespace {name} is **kept** with its volumes (storage, and `deleteData` is not set);"
            " from then on nobody owns it"
        )
    if namespace.has_volumes:
        return f"namespace {name} is deleted, **its volumes too** (`deleteData` is set)"
    return f"namespace {name} is deleted with all that is in it; it has no volumes"


def _departure(departure: Departure) -> str:
    name = code(departure.cluster)
    drain = code(f"python -m fleet drain {departure.cluster}")
    if departure.is_unregistered:
        what = f"cluster {name} leaves the fleet"
    else:
        labels = (f"{code(one.what)} {from_to(one.before, one.after)}" for one in departure.labels)
        what = f"cluster {name} loses what it is chosen by: {', '.join(labels)}"
    if departure.environments:
        leaving = listed(departure.environments)
        what += f". This change takes {leaving} off it, with all that runs there"
    return f"{what}. `pulumi up` of the hub is refused until {drain} has marked the cluster"
