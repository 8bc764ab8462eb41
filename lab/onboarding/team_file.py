"""What Argo CD is to make of a `team.yaml`: which Applications, on which clusters.

By the rules of `gitops/charts/team` and `team-cluster`, said here once more: an Application that is
never generated is missed only by someone who knows that it should be. Not here: whether the file is
right, which `fleet team check` says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import yaml

from lab.argocd.kubectl import NAMESPACE
from lab.exit_codes import MistakeError

FOLDER = "gitops/teams"
FILE = "team.yaml"
# Labels that mean something to a team, before others that happen to fit.
PREFERRED_LABELS = ("environment", "team-clusters")

Labels = Mapping[str, str]


def path_of(team: str) -> str:
    """Where a team's file lies in the repository."""
    return f"{FOLDER}/{team}/{FILE}"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """A team's slice of the clusters that have all of these labels."""

    namespace: str
    clusters: Labels
    services: tuple[str, ...]
    keeps_data: bool
    """Whether its namespaces outlive it: they have volumes, and the file does not give them up."""

    def matching(self, clusters: Mapping[str, Labels]) -> list[str]:
        """The names of the clusters it is on."""
        return [
            name
            for name, labels in clusters.items()
            if all(labels.get(key) == value for key, value in self.clusters.items())
        ]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One Application that the team's file leads to."""

    name: str
    cluster: str
    namespace: str


@dataclass(frozen=True, kw_only=True)
class Team:
    """A team's file, as much of it as decides what is where."""

    name: str
    environments: tuple[Environment, ...]

    def applications(self, hub: str, clusters: Mapping[str, Labels]) -> Iterator[Expected]:
        """Every Application on the cluster it deploys to; `clusters` are spokes and their labels.

        `hub` is the hub's name, where Argo CD's own objects go.
        """
        yield Expected(name=f"team-{self.name}", cluster=hub, namespace=NAMESPACE)
        for environment in self.environments:
            namespace = environment.namespace
            for cluster in environment.matching(clusters):
                name = f"{namespace}-{cluster}"
                yield Expected(name=name, cluster=hub, namespace=NAMESPACE)
                for part in ("guardrails", *environment.services):
                    yield Expected(name=f"{name}-{part}", cluster=cluster, namespace=namespace)

    def namespaces(self, clusters: Mapping[str, Labels]) -> Iterator[tuple[str, str, bool]]:
        """Cluster, namespace, and whether it stays for its data when the team goes."""
        for environment in self.environments:
            for cluster in environment.matching(clusters):
                yield cluster, environment.namespace, environment.keeps_data


def read(text: str, place: str) -> Team:
    """Read a team's file; `place` is where it lies, for messages.

    Raises MistakeError when it is not what a team's file looks like at all.
    """
    try:
        content: Any = yaml.safe_load(text)
        return Team(
            name=str(content["team"]),
            environments=tuple(
                _environment(f"{content['team']}-{name}", environment)
                for name, environment in content["environments"].items()
            ),
        )
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise MistakeError(f"{place} is not YAML: {problem}", "Mend it") from None
    except (KeyError, TypeError, AttributeError):
        raise MistakeError(
            f"{place} is not a team's file",
            "Start from one that `python -m fleet team new` writes",
        ) from None


def labels_of(number: int, clusters: Mapping[str, Labels]) -> str:
    """A label, as `key=value`, that just so many of the clusters have.

    Raises MistakeError when there is none.
    """
    pairs = [pair for labels in clusters.values() for pair in labels.items()]
    # Not the labels of Argo CD, nor the add-ons' switches: no team chooses by them.
    fitting = {
        key: value
        for key, value in sorted(pairs, reverse=True)
        if pairs.count((key, value)) == number and "/" not in key and not key.startswith("enable_")
    }
    for key in (*PREFERRED_LABELS, *fitting):
        if key in fitting:
            return f"{key}={fitting[key]}"
    raise MistakeError(
        f"no label chooses {number} of the lab's {len(clusters)} spokes",
        f"Run: python -m lab up --spokes {number}"
        if number > len(clusters)
        else "Name the clusters in a file: --file team.yaml",
    )


def _environment(namespace: str, content: Mapping[str, Any]) -> Environment:
    labels = cast(Mapping[str, object], content["clusters"])
    return Environment(
        namespace=namespace,
        clusters={key: str(value) for key, value in labels.items()},
        services=tuple(content.get("services") or ()),
        keeps_data="storage" in content["quota"] and not content.get("deleteData"),
    )
