"""A team before and after a change: which Applications and objects differ, on which cluster; pure.

Owns: pairing what is the same thing on both sides. Not here: what a difference means to people
(`consequences.py`) and how it is written (`markdown.py`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from fleet import manifests
from fleet.expansion import Application
from fleet.manifests import Identity, Manifest

Applications = Sequence[Application]
Side = Literal["before", "after"]


@dataclass(frozen=True, kw_only=True)
class Failure:
    """An Application that does not render, on one side of the change."""

    side: Side
    application: str
    message: str


@dataclass(frozen=True, kw_only=True)
class ObjectChange:
    """One object that is added, changed or removed; None where it is not there."""

    application: str
    identity: Identity
    before: Manifest | None
    after: Manifest | None

    @property
    def state(self) -> str:
        """What becomes of it: added, changed or removed."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


@dataclass(frozen=True, kw_only=True)
class ClusterChange:
    """What differs on one cluster; never empty."""

    cluster: str
    added: tuple[Application, ...]
    removed: tuple[Application, ...]
    kept: tuple[tuple[Application, Application], ...]
    """On both sides, whether or not they differ."""
    objects: tuple[ObjectChange, ...]

    @property
    def resourced(self) -> list[tuple[Application, Application]]:
        """Applications whose source is another one, or whose unrendered files differ."""
        return [
            (old, new)
            for old, new in self.kept
            if old.source != new.source or old.content != new.content
        ]


@dataclass(frozen=True, kw_only=True)
class TeamChange:
    """One team that the change touches."""

    team: str
    before: tuple[Application, ...]
    after: tuple[Application, ...]
    clusters: tuple[ClusterChange, ...]
    failures: tuple[Failure, ...]


def compare(team: str, before: Applications, after: Applications, hub: str) -> TeamChange | None:
    """What differs; None where nothing does and everything renders.

    What does not render after the change stays in clusters as it is, so it is compared with
    nothing; and so is the whole team where Applications that make others do not render.
    """
    failures = (*_failures("before", before), *_failures("after", after))
    failed = {failure.application for failure in failures}
    if any(application.failure and application.cluster == hub for application in after):
        after = before
    old = [application for application in before if application.name not in failed]
    new = [application for application in after if application.name not in failed]
    clusters = tuple(_clusters(old, new))
    if not clusters and not failures:
        return None
    return TeamChange(
        team=team,
        before=tuple(before),
        after=tuple(after),
        clusters=clusters,
        failures=failures,
    )


def _failures(side: Side, applications: Applications) -> Iterator[Failure]:
    for application in applications:
        if application.failure:
            yield Failure(side=side, application=application.name, message=application.failure)


def _clusters(before: Applications, after: Applications) -> Iterator[ClusterChange]:
    for cluster in sorted({application.cluster for application in (*before, *after)}):
        old = {app.name: app for app in before if app.cluster == cluster}
        new = {app.name: app for app in after if app.cluster == cluster}
        change = ClusterChange(
            cluster=cluster,
            added=tuple(new[name] for name in sorted(new.keys() - old.keys())),
            removed=tuple(old[name] for name in sorted(old.keys() - new.keys())),
            kept=tuple((old[name], new[name]) for name in sorted(old.keys() & new.keys())),
            objects=tuple(_objects(old.values(), new.values())),
        )
        if change.added or change.removed or change.resourced or change.objects:
            yield change


def _objects(before: Iterable[Application], after: Iterable[Application]) -> Iterator[ObjectChange]:
    old, new = _by_identity(before), _by_identity(after)
    for application, identity in sorted(old.keys() | new.keys()):
        key = (application, identity)
        if old.get(key) != new.get(key):
            yield ObjectChange(
                application=application,
                identity=identity,
                before=old.get(key),
                after=new.get(key),
            )


def _by_identity(applications: Iterable[Application]) -> Mapping[tuple[str, Identity], Manifest]:
    """By Application, too: an object that another one takes over is deleted and made again."""
    return {
        (application.name, manifests.identity(manifest)): manifest
        for application in applications
        for manifest in application.objects
    }
