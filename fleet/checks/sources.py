"""Where services come from: repositories, charts, versions, folders.

Not here: what lies in a folder of manifests (`contents.py`), and the form of values (the schema).
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import cast

from fleet import documents, schema
from fleet.mistakes import Mistake, listed, nearest, shown
from fleet.nodes import Node
from fleet.policy import FILE as POLICY_FILE
from fleet.project import Project
from fleet.teams import Environment

_EXACT = re.compile(r"v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_PATH = re.compile(r"[\w.@+-]+(/[\w.@+-]+)*/?")
_CHART = re.compile(r"[\w.-]+(/[\w.-]+)*")
CHART_FILE = "Chart.yaml"
_LONGEST_PATH, _LONGEST_NAME = 1024, 255
"""Characters that a file system takes; of Linux, with room for the folder that is cloned into."""
_LONGEST_RELEASE = 53
"""Helm's limit; Argo CD takes an Application's name for the release unless it is told another."""


def check(project: Project) -> Iterator[Mistake]:
    """Sources that the platform does not allow, that move, or that are not there."""
    for environment in project.environments():
        for _, service in environment.services():
            if isinstance(service.value, dict):
                yield from _kind_of_source(service)
                yield from _repository(project, service)
                yield from _chart(service)
                yield from _path(service)
                yield from _folder(project, service)
                yield from _release(project, environment, service)


def local_folder(project: Project, service: Node) -> Path | None:
    """The folder that a service's path means, where it is of this repository as it is here."""
    path = service["path"].text
    if project.fleet is None or service["chart"].exists or not _stays_inside(path):
        return None
    repository = project.fleet.repository
    ours = service["repository"].text in {"", repository.url}
    if not ours or service["revision"].text not in {"", repository.revision, "HEAD"}:
        return None
    return project.root / path


def is_inside(path: Path, root: Path) -> bool:
    """Whether a path, all links followed, lies in the repository; one in a circle does not."""
    try:
        found = path.resolve()
        # Raises over what no file can be called.
        found.exists()
        return found.is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def _kind_of_source(service: Node) -> Iterator[Mistake]:
    path, chart = service["path"], service["chart"]
    if path.exists and chart.exists:
        problem = "has both a path and a chart"
        yield service.mistake(problem, "keep path for a folder in Git, chart for a Helm repository")
    elif not path.exists and not chart.exists:
        problem = "has neither a path nor a chart"
        yield service.mistake(problem, "add path: <folder in Git>, or chart and its repository")
    elif chart.exists:
        for key in ("repository", "revision"):
            if not service[key].exists:
                yield service.mistake(f"has a chart and no {key}", f"add {key}")


def _repository(project: Project, service: Node) -> Iterator[Mistake]:
    node = service["repository"]
    if not node.text or project.policy is None or project.fleet is None:
        return
    platform = project.fleet.repository.url
    if node.text != platform and not project.policy.allows_repository(node.text):
        allowed = [*project.policy.repositories, f"{platform} (the platform's)"]
        yield node.mistake(
            f"{shown(node.text)} is no repository that the platform allows",
            f"take one of {listed(allowed)}, or have it added to {POLICY_FILE}",
        )


def _chart(service: Node) -> Iterator[Mistake]:
    chart, revision = service["chart"], service["revision"]
    if chart.text and not _CHART.fullmatch(chart.text):
        yield chart.mistake(f"{shown(chart.text)} is no name of a chart", "write one like search")
    if chart.exists and revision.text and not _EXACT.fullmatch(revision.text):
        yield revision.mistake(
            f"{shown(revision.text)} is no exact version, so what runs would change by itself",
            "write one version in full, as 1.4.2",
        )


def _path(service: Node) -> Iterator[Mistake]:
    path = service["path"]
    if not path.text or _stays_inside(path.text):
        return
    if path.text.startswith("/"):
        yield path.mistake(f"{shown(path.text)} is absolute", "start at the top of the repository")
    elif len(path.text) > _LONGEST_PATH:
        problem = f"has {len(path.text)} characters"
        yield path.mistake(problem, f"write {_LONGEST_PATH} at most")
    elif ".." in PurePosixPath(path.text).parts:
        remedy = "name the folder itself, from the top of the repository"
        yield path.mistake(f"{shown(path.text)} leaves its folder by ..", remedy)
    else:
        remedy = "use letters, digits and . _ - @ + between slashes"
        yield path.mistake(f"{shown(path.text)} is no plain path", remedy)


def _stays_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    fits = len(path) <= _LONGEST_PATH and all(len(part) <= _LONGEST_NAME for part in parts)
    return fits and bool(_PATH.fullmatch(path)) and ".." not in parts


def _folder(project: Project, service: Node) -> Iterator[Mistake]:
    folder = local_folder(project, service)
    if folder is None:
        return
    path, values = service["path"], service["values"]
    if not is_inside(folder, project.root):
        remedy = "name a folder; links do not lead out of a repository"
        yield path.mistake(f"{shown(path.text)} is a link out of the repository", remedy)
    elif folder.is_file():
        yield path.mistake(f"{shown(path.text)} is a file", "name the folder that it lies in")
    elif not folder.is_dir():
        near = _nearest_folder(project.root, path.text)
        yield path.mistake(f"there is no folder {shown(path.text)}", near)
    elif not (folder / CHART_FILE).is_file():
        if values.exists:
            problem = f"{path.text} is no chart, so nothing reads values"
            yield values.mistake(problem, f"remove them, or name a folder with a {CHART_FILE}")
    else:
        yield from _values(project, folder, service)


def _release(project: Project, environment: Environment, service: Node) -> Iterator[Mistake]:
    """A chart in Git without values is released under its Application's name, which Helm limits."""
    folder = local_folder(project, service)
    if service["values"].value or folder is None or not (folder / CHART_FILE).is_file():
        return
    for cluster in environment.on(project.fleet):
        name = f"{environment.namespace}-{cluster.name}-{service.place[-1]}"
        if len(name) > _LONGEST_RELEASE:
            yield service.mistake(
                f"a release {name} would have {len(name)} characters, {_LONGEST_RELEASE} at most",
                "write values, of which a release has the service's name alone; or shorter names",
            )


def _nearest_folder(root: Path, path: str) -> str:
    """The remedy for a folder that is not there: the nearest one beside where it should be."""
    parent = root / PurePosixPath(path).parent
    if not parent.is_dir():
        return "add it in the same pull request, or name one that is there"
    beside = [f"{parent.relative_to(root).as_posix()}/{p.name}" for p in parent.iterdir()]
    return nearest(path.rstrip("/"), beside)


def _values(project: Project, folder: Path, service: Node) -> Iterator[Mistake]:
    """Values that a chart of this repository would refuse, by its own schema."""
    file = folder / "values.schema.json"
    values = service["values"]
    if not file.is_file() or (values.exists and not isinstance(values.value, dict)):
        return
    defaults, _ = documents.load(folder / "values.yaml", project.root)
    given = {key: value.value for key, value in values.items()}
    merged = _merged(defaults.value if defaults else {}, given)
    try:
        rules = cast("dict[str, object]", json.loads(file.read_bytes()))
        if remote := next(_remote(rules), ""):
            problem = f"{service['path'].text}/{file.name} refers to {shown(remote)}"
            yield values.mistake(problem, "write what it says into the schema itself")
        else:
            yield from list(schema.mistakes(rules, values, value=merged))
    # A team wrote the schema, and libraries raise what they like over one that is none.
    except Exception as error:
        problem = f"{service['path'].text}/{file.name} is no JSON Schema ({type(error).__name__})"
        yield values.mistake(problem, "mend it, or take it away")


def _remote(rules: object) -> Iterator[str]:
    """References of a schema out of its file, which a validator would fetch."""
    if isinstance(rules, dict):
        for key, value in cast("dict[str, object]", rules).items():
            if key in {"$ref", "$dynamicRef"} and isinstance(value, str) and value[:1] != "#":
                yield value
            yield from _remote(value)
    elif isinstance(rules, list):
        for value in cast("list[object]", rules):
            yield from _remote(value)


def _merged(below: object, above: object) -> object:
    """As Helm lays values over a chart's own: mappings key by key, all else as a whole."""
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above
    merged = dict(cast("Mapping[str, object]", below))
    for key, value in cast("Mapping[str, object]", above).items():
        merged[key] = _merged(merged.get(key), value)
    return merged
