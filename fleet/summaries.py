"""What a change does on one cluster, as a few lines of Markdown; pure.

Owns: which differences are told in words rather than by an object's text. Not here: warnings of
what is lost (`removals.py`) and the texts of objects (`object_diffs.py`).
"""

from collections.abc import Iterable, Iterator

from fleet import consequences
from fleet.comparison import ClusterChange
from fleet.consequences import Grant
from fleet.expansion import Application
from fleet.phrases import code, from_to, listed, several


def lines(cluster: ClusterChange) -> Iterator[str]:
    """The cluster's items of a list."""
    for word, items in (
        ("Adds", [*_added(cluster)]),
        ("Changes", [*_changed(cluster)]),
        ("Removes", [*_removed(cluster)]),
        ("Access:", [*_access(cluster)]),
    ):
        if items:
            yield f"- **{word}** {'; '.join(items)}"


def _added(cluster: ClusterChange) -> Iterator[str]:
    come, _ = consequences.namespaces(cluster)
    if come:
        yield several("namespace", come)
    for namespace, limits in consequences.new_quotas(cluster).items():
        numbers = ", ".join(f"{resource} {code(amount)}" for resource, amount in limits.items())
        yield f"quota of {code(namespace)}: {numbers}"
    yield from _applications(cluster.added)
    yield from _objects(cluster, "added")


def _changed(cluster: ClusterChange) -> Iterator[str]:
    for quota in consequences.quotas(cluster):
        less = " (less)" if consequences.is_less(quota) else ""
        numbers = from_to(quota.before, quota.after)
        yield f"quota of {code(quota.of)}: {quota.what} {numbers}{less}"
    for old, new in cluster.resourced:
        yield _source(old, new)
    for image in consequences.images(cluster):
        yield f"image of {code(image.of)}: {from_to(image.before, image.after)}"
    yield from _objects(cluster, "changed")


def _removed(cluster: ClusterChange) -> Iterator[str]:
    _, lost = consequences.namespaces(cluster)
    if gone := [namespace.name for namespace in lost if not namespace.is_kept]:
        yield several("namespace", gone)
    yield from _applications(cluster.removed)
    yield from _objects(cluster, "removed")


def _applications(applications: Iterable[Application]) -> Iterator[str]:
    every = [application for application in applications if not application.by_stack]
    if every:
        yield several("Application", (application.name for application in every))
    if elsewhere := [application.elsewhere for application in every if application.elsewhere]:
        yield f"not rendered here: {listed(elsewhere)}"


def _source(old: Application, new: Application) -> str:
    before, after = old.source, new.source
    if before == after:
        return f"files of {code(new.name)}, not rendered here: {code(new.elsewhere)}"
    same_place = (before.repository, before.path, before.chart) == (
        after.repository,
        after.path,
        after.chart,
    )
    if same_place:
        return f"revision of {code(new.name)}: {from_to(before.revision, after.revision)}"
    return f"source of {code(new.name)}: {from_to(str(before), str(after))}"


def _objects(cluster: ClusterChange, state: str) -> Iterator[str]:
    names = [
        str(one.identity)
        for one in cluster.objects
        if one.state == state
        and (state == "changed" or one.identity.kind not in consequences.TOLD_BY_NAME)
    ]
    if names:
        yield listed(names)


def _access(cluster: ClusterChange) -> Iterator[str]:
    gained, lost = consequences.access(cluster)
    yield from (_grant("gains", grant) for grant in gained)
    yield from (_grant("loses", grant) for grant in lost)


def _grant(verb: str, grant: Grant) -> str:
    return f"{code(grant.who)} {verb} {code(grant.role)} in {code(grant.where)}"
