"""Which clusters an environment lands on: labels that some spoke has, all together."""

from collections.abc import Iterator, Mapping

from components.cluster_labels import ENABLE_PREFIX
from fleet.clusters import Cluster, Fleet
from fleet.mistakes import Mistake, listed, nearest, shown
from fleet.nodes import Node
from fleet.project import Project
from fleet.teams import Environment


def check(project: Project) -> Iterator[Mistake]:
    """Labels that no spoke has, or none has together."""
    if project.fleet is None:
        return
    for environment in project.environments():
        labels = dict(environment.node["clusters"].items())
        found = [_label(project.fleet, key, label) for key, label in labels.items()]
        mistakes = [mistake for mistake in found if mistake is not None]
        yield from mistakes
        complete = all(label.text for label in labels.values())
        if labels and complete and not mistakes:
            yield from _together(project.fleet, environment)


def _label(fleet: Fleet, key: str, label: Node) -> Mistake | None:
    """What is wrong with one label by itself."""
    values = {spoke.labels[key] for spoke in fleet.spokes if key in spoke.labels}
    keys = {key for spoke in fleet.spokes for key in spoke.labels}
    if key.startswith(ENABLE_PREFIX):
        problem = "is the switch of an add-on, and the environment would go off with it"
        return label.mistake(problem, f"choose by other labels: {listed(keys)}")
    if not values:
        return label.mistake(f"no spoke has a label {shown(key)}", nearest(key, keys))
    if not label.text or label.text in values:
        return None
    if fleet.hub.labels.get(key) == label.text:
        return label.mistake(
            f"only the hub has {key}: {label.text}, and it runs no team's services",
            f"spokes have: {listed(values)}",
        )
    remedy = nearest(label.text, values)
    return label.mistake(f"no spoke has {key}: {label.text}", remedy)


def _together(fleet: Fleet, environment: Environment) -> Iterator[Mistake]:
    labels = environment.selector
    if fleet.matching(labels):
        return
    closest = max(fleet.spokes, key=lambda spoke: _in_common(spoke, labels))
    differs = (
        f"{key} {closest.labels.get(key) or 'is not set'}"
        for key, value in labels.items()
        if closest.labels.get(key) != value
    )
    yield environment.node["clusters"].mistake(
        "no spoke has all of these labels",
        f"{closest.name} comes closest, but for: {', '.join(differs)}",
    )


def _in_common(spoke: Cluster, labels: Mapping[str, str]) -> int:
    return sum(spoke.labels.get(key) == value for key, value in labels.items())
