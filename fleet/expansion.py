"""What Argo CD makes of a team's file: every Application, and the objects of each.

Owns: what ApplicationSet `teams` hands the chart of a team, cluster generators, and following
Applications that make Applications. Not here: rendering a source (`sources.py`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from fleet import clusters, stack_objects, teams
from fleet.clusters import Cluster, Fleet
from fleet.errors import FleetError
from fleet.helm import Helm, Release
from fleet.manifests import Manifest
from fleet.sources import ElsewhereError, Repository, Source, SourceError, source

ARGOCD = "argocd"
_LABEL = "eks-hub-spoke/"
_FIELD = re.compile(r"\{\{\s*\.(\w+)\s*\}\}")


@dataclass(frozen=True, kw_only=True)
class Application:
    """One Application of a team and what it puts on its cluster."""

    name: str
    project: str
    cluster: str
    namespace: str
    environment: str
    service: str
    """Empty where it is the platform's: projects, guardrails."""
    source: Source
    objects: tuple[Manifest, ...] = ()
    elsewhere: str = ""
    """What is to be rendered by Argo CD alone, where it is."""
    content: str = ""
    """Of such a source, what differs when files of this repository do."""
    failure: str = ""
    """Why nothing is rendered, where Argo CD could not render it either."""
    by_stack: bool = False
    """No Application: what the cluster's stack makes in AWS of the same file, as objects."""


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The project's files at one revision, and the fleet that they describe."""

    root: Path
    fleet: Fleet
    repository: Repository

    @classmethod
    def read(cls, root: Path, helm: Helm) -> "Tree":
        """The project in a folder.

        Raises:
            FleetError: its stack files say no fleet.
        """
        fleet, mistakes = clusters.read(root)
        if fleet is None:
            first = str(mistakes[0]) if mistakes else "there are no stack files"
            raise FleetError(f"the fleet is unknown: {first}", "run: python -m fleet team check")
        repository = Repository(root=root, config=fleet.repository, helm=helm)
        return cls(root=root, fleet=fleet, repository=repository)

    def teams(self) -> list[str]:
        """The names of the teams' folders, in order."""
        folder = self.root / teams.FOLDER
        entries = folder.iterdir() if folder.is_dir() else ()
        return sorted(path.name for path in entries if path.is_dir())

    def expand(self, team: str) -> tuple[Application, ...]:
        """Every Application of a team, what makes others before them; then what stacks make."""
        return (*self._follow(self._of_team(team)), *self._of_stacks(team))

    def _of_team(self, team: str) -> Manifest:
        """What ApplicationSet `teams` makes of the team's folder."""
        repository = self.fleet.repository
        base = repository.base_path
        handed = {
            "team": team,
            "hub": self.fleet.hub.name,
            "repository": {
                "url": repository.url,
                "revision": repository.revision,
                "basePath": base,
            },
        }
        return {
            "metadata": {"name": f"team-{team}", "labels": {f"{_LABEL}team": team}},
            "spec": {
                "project": "teams",
                "source": {
                    "repoURL": repository.url,
                    "targetRevision": repository.revision,
                    "path": f"{base}charts/team",
                    "helm": {
                        "valueFiles": [f"/{base}teams/{team}/{teams.TEAM_FILE}"],
                        "valuesObject": {"fleet": handed},
                    },
                },
                "destination": {"name": self.fleet.hub.name, "namespace": ARGOCD},
            },
        }

    def _of_stacks(self, team: str) -> Iterator[Application]:
        for one in stack_objects.read(self.root, team, self.fleet):
            yield Application(
                name=f"stack of {one.cluster}: {one.namespace}",
                project="",
                cluster=one.cluster,
                namespace=one.namespace,
                environment=one.environment,
                service="",
                source=Source(repository="", revision="", path=""),
                objects=one.objects,
                by_stack=True,
            )

    def _follow(self, manifest: Manifest) -> Iterator[Application]:
        application = self._application(manifest)
        yield application
        if application.cluster != self.fleet.hub.name:
            return
        for made in application.objects:
            if made["kind"] == "Application":
                yield from self._follow(made)
            elif made["kind"] == "ApplicationSet":
                for generated in _generated(made, self.fleet):
                    yield from self._follow(generated)

    def _application(self, manifest: Manifest) -> Application:
        metadata = cast("dict[str, Any]", manifest["metadata"])
        spec = cast("dict[str, Any]", manifest["spec"])
        labels = cast("Mapping[str, str]", metadata.get("labels") or {})
        destination = cast("Mapping[str, str]", spec["destination"])
        objects, elsewhere, content, failure = (), "", "", ""
        try:
            objects = self.repository.objects(spec, self._release(metadata["name"], destination))
        except ElsewhereError as reason:
            elsewhere, content = str(reason), reason.content
        except SourceError as error:
            failure = str(error)
        return Application(
            name=metadata["name"],
            project=spec["project"],
            cluster=destination["name"],
            namespace=destination["namespace"],
            environment=labels.get(f"{_LABEL}environment", ""),
            service=labels.get(f"{_LABEL}service", ""),
            source=source(spec),
            objects=objects,
            elsewhere=elsewhere,
            content=content,
            failure=failure,
        )

    def _release(self, name: str, destination: Mapping[str, str]) -> Release:
        every = (self.fleet.hub, *self.fleet.spokes)
        versions = {cluster.name: cluster.labels["kubernetes_version"] for cluster in every}
        return Release(
            name=name,
            namespace=destination["namespace"],
            kube_version=versions.get(destination["name"], ""),
        )


def _generated(applicationset: Manifest, fleet: Fleet) -> Iterator[Manifest]:
    """What a set makes of its template, one Application for each cluster that it selects."""
    spec = cast("dict[str, Any]", applicationset["spec"])
    for generator in cast("list[dict[str, Any]]", spec["generators"]):
        for cluster in _selected(generator, fleet):
            element = {
                "name": cluster.name,
                "nameNormalized": re.sub(r"[^-a-z0-9.]", "-", cluster.name.lower()).strip("-."),
            }
            yield cast(Manifest, _filled(spec["template"], element))


def _selected(generator: Mapping[str, Any], fleet: Fleet) -> Iterator[Cluster]:
    """The clusters of a generator, all of whose labels they have."""
    match generator:
        case {"clusters": {"selector": {"matchLabels": dict(), **rest}}} if not rest:
            wanted = cast("dict[str, str]", generator["clusters"]["selector"]["matchLabels"])
            yield from (one for one in (fleet.hub, *fleet.spokes) if one.has(wanted))
        case _:
            raise FleetError(
                f"an ApplicationSet of the chart of teams has the generator {', '.join(generator)}",
                "use nothing but clusters with matchLabels there; `fleet` expands no more",
            )


def _filled(value: object, element: Mapping[str, str]) -> object:
    """A template with the element's fields in their places; the chart uses no other syntax."""
    match value:
        case dict():
            entries = cast("dict[str, object]", value).items()
            return {key: _filled(inner, element) for key, inner in entries}
        case list():
            return [_filled(inner, element) for inner in cast("list[object]", value)]
        case str():
            return _filled_text(value, element)
        case _:
            return value


def _filled_text(text: str, element: Mapping[str, str]) -> str:
    filled = _FIELD.sub(lambda field: element.get(field[1], field[0]), text)
    if "{{" in filled:
        raise FleetError(
            f"an ApplicationSet of the chart of teams holds {text!r}",
            "use nothing but a cluster's name there; `fleet` fills in no more",
        )
    return filled
