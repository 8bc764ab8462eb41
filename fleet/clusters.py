"""The fleet's clusters and their labels, from the stack files: what Argo CD will choose by.

Owns: reading the hub's stack file and its spokes' as the program reads them. Not here: what a
label says (`components/cluster_labels.py`), and what clusters really have (`drain`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from components import cluster_labels, conventions
from components.config import ConfigError, HubConfig, SpokeConfig, parse
from components.config_argocd import RepositoryConfig
from fleet import documents
from fleet.mistakes import Mistake
from fleet.nodes import Node

_PREFIX = f"{conventions.PROJECT}:"
_FINDING = re.compile(r"(?P<place>[\w.\[\]-]+): (?P<problem>.*?)(?:; (?P<remedy>[^;]*))?")


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """One cluster; `labels` are those of its cluster secret, but for add-ons' switches."""

    name: str
    environment: str
    labels: Mapping[str, str]
    file: str
    """Its stack file."""
    administrators: frozenset[str] = frozenset()
    """Roles and users that have the whole cluster, by ARN."""

    def has(self, labels: Mapping[str, str]) -> bool:
        """Whether it has all of these labels."""
        return all(self.labels.get(key) == value for key, value in labels.items())


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """The hub, the spokes it registers, and the repository that its Argo CD reads."""

    hub: Cluster
    spokes: tuple[Cluster, ...]
    repository: RepositoryConfig

    def matching(self, labels: Mapping[str, str]) -> tuple[Cluster, ...]:
        """The spokes that have all of these labels; the hub runs no team's services."""
        return tuple(spoke for spoke in self.spokes if spoke.has(labels))


def read(root: Path) -> tuple[Fleet | None, list[Mistake]]:
    """The fleet of the project at `root`; None where a stack file leaves it unknown."""
    mistakes: list[Mistake] = []
    stacks = dict(_stacks(root, mistakes))
    hubs = [name for name, (config, _) in stacks.items() if isinstance(config, HubConfig)]
    if len(hubs) != 1:
        if not mistakes:
            mistakes.append(_not_one_hub(hubs))
        return None, mistakes
    hub, node = stacks[hubs[0]]
    assert isinstance(hub, HubConfig)  # noqa: S101  # by how hubs were found
    spokes: list[Cluster] = []
    for index, stack in enumerate(hub.spokes):
        found = stacks.get(stack.rpartition("/")[2])
        if found is not None:
            spokes.append(_cluster(*found))
        elif not any(stack in mistake.file for mistake in mistakes):
            line = f"spokes[{index}]: there is no Pulumi.{stack}.yaml; add it, or take it off"
            mistakes.append(_finding(line, node))
    whole = Fleet(
        hub=_cluster(hub, node), spokes=tuple(spokes), repository=hub.argocd.platform_repository
    )
    mistakes += _shared_names(whole)
    return (None if mistakes else whole), mistakes


def _stacks(
    root: Path, mistakes: list[Mistake]
) -> Iterator[tuple[str, tuple[HubConfig | SpokeConfig, Node]]]:
    """Each stack that can be read, by its name; what is wrong goes to `mistakes`."""
    for path in sorted(root.glob("Pulumi.*.yaml")):
        stack = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
        if "." in stack:  # settings of Pulumi Deployments
            continue
        document, found = documents.load(path, root)
        mistakes += found
        if document is None:
            continue
        node = document.root["config"]
        values = {key.removeprefix(_PREFIX): value.value for key, value in node.items()}
        # As the program does: Pulumi hands empty values over where nothing is written.
        values = {key: value for key, value in values.items() if value not in ({}, [], "")}
        try:
            config = parse(values, stack)
        except ConfigError as error:
            mistakes += [_finding(line, node) for line in error.mistakes]
            continue
        if isinstance(config, HubConfig | SpokeConfig):  # an account's stack has no cluster
            yield stack, (config, node)


def _finding(line: str, node: Node) -> Mistake:
    """What the program would say of its configuration, with the line it speaks of."""
    found = _FINDING.fullmatch(line)
    if found is None:
        return node.mistake(line, "mend it")
    parts = re.findall(r"[^.\[\]]+", found["place"])
    place = tuple(int(part) if part.isdecimal() else str(part) for part in parts)
    first = f"{_PREFIX}{place[0]}"
    at = node.at((first, *place[1:]))
    return Mistake(
        file=node.document.file,
        line=at.line,
        place=found["place"],
        problem=found["problem"],
        remedy=found["remedy"] or "mend it",
    )


def _not_one_hub(hubs: list[str]) -> Mistake:
    found = ", ".join(hubs) or "none"
    return Mistake(
        file="Pulumi.yaml",
        line=1,
        place="",
        problem=f"one stack must have role: hub, and these have it: {found}",
        remedy="keep one Pulumi.<stack>.yaml with role: hub",
    )


def _cluster(config: HubConfig | SpokeConfig, node: Node) -> Cluster:
    labels = cluster_labels.labels(config)
    return Cluster(
        name=config.cluster.name,
        environment=config.environment,
        labels={
            key: value
            for key, value in labels.items()
            if not key.startswith(cluster_labels.ENABLE_PREFIX)
        },
        file=node.document.file,
        administrators=frozenset({config.account.deployer_role_arn, *config.cluster.admins}),
    )


def _shared_names(fleet: Fleet) -> Iterator[Mistake]:
    owners: dict[str, str] = {}
    for cluster in (fleet.hub, *fleet.spokes):
        other = owners.setdefault(cluster.name, cluster.file)
        if other != cluster.file:
            yield Mistake(
                file=cluster.file,
                line=1,
                place="cluster.name",
                problem=f"{cluster.name} is also the cluster of {other}",
                remedy="name each cluster of the fleet differently",
            )
