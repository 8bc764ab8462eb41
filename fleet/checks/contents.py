"""What folders of manifests hold: kinds and namespaces that Argo CD would refuse to a team.

Charts are left to `team render`, and other repositories to Argo CD: what is in them is not here.
"""

from collections.abc import Iterator
from pathlib import Path

from fleet import documents
from fleet.checks.sources import CHART_FILE, is_inside, local_folder
from fleet.manifests import CLUSTER_WIDE
from fleet.mistakes import Mistake, listed, shown
from fleet.nodes import Document, Node
from fleet.policy import FILE as POLICY_FILE
from fleet.policy import Policy
from fleet.project import Project
from fleet.teams import Environment

_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_OBJECTS = ("resources", "components", "bases")
_NAMING = (*_OBJECTS, "generators", "transformers", "validators")
"""Keys of a kustomization under which files and folders are named, here or at any address."""
_ENDINGS = {".yaml", ".yml", ".json"}

_Read = tuple[list[Document], list[Mistake]]
"""What a folder holds, and what is wrong with its YAML."""


def check(project: Project) -> Iterator[Mistake]:
    """Objects of plain manifests and kustomizations of this repository."""
    if project.policy is None:
        return
    read: dict[Path, _Read] = {}
    for environment, service, folder in _folders(project):
        if folder not in read:
            read[folder] = _manifests(folder, project.root)
        found, mistakes = read[folder]
        yield from mistakes
        if not found and not mistakes:
            path = service["path"]
            remedy = "put manifests there, or take the service out"
            yield path.mistake(f"{path.text} has no manifests", remedy)
        for manifest in (object_ for document in found for object_ in _objects(document.root)):
            yield from _object(project.policy, manifest, environment)


def _folders(project: Project) -> Iterator[tuple[Environment, Node, Path]]:
    """The folders of manifests that services of chosen teams name."""
    for environment in project.environments():
        if environment.team not in project.chosen:
            continue
        for _, service in environment.services():
            folder = local_folder(project, service)
            if folder is None or not is_inside(folder, project.root):
                continue
            if folder.is_dir() and not (folder / CHART_FILE).is_file():
                yield environment, service, folder


def _manifests(folder: Path, root: Path) -> _Read:
    """The documents of a folder: all of its files, or those that its kustomization names."""
    found: list[Document] = []
    mistakes: list[Mistake] = []
    for path in _files(folder, root, set()):
        documents_, problems = (
            ([], [path]) if isinstance(path, Mistake) else documents.load_all(path, root)
        )
        found += documents_
        mistakes += problems
    return found, mistakes


def _files(folder: Path, root: Path, seen: set[Path]) -> Iterator[Path | Mistake]:
    """Files of manifests; a mistake for what Kustomize would fetch, whatever the policy allows."""
    seen.add(folder)
    kustomization = next((folder / n for n in _KUSTOMIZATIONS if (folder / n).is_file()), None)
    if kustomization is None:
        paths = sorted(folder.iterdir())
        files = (path for path in paths if path.suffix in _ENDINGS and is_inside(path, root))
        yield from (path for path in files if path.is_file())
        return
    document, _ = documents.load(kustomization, root)
    named = [node for key in _NAMING for node in document.root[key].elements()] if document else []
    # What has several lines is an object itself.
    for node in (node for node in named if node.text and "\n" not in node.text):
        path = folder / node.text
        if not is_inside(path, root) or not path.exists():
            problem = f"{shown(node.text)} is not in this repository, and Kustomize would fetch it"
            yield node.mistake(problem, "name a file or a folder of this repository")
        elif node.place[0] not in _OBJECTS:
            continue
        elif path.is_file():
            yield path.resolve()
        elif path.resolve() not in seen:
            yield from _files(path.resolve(), root, seen)


def _objects(node: Node) -> Iterator[Node]:
    """The object of a document, or those of a list of objects."""
    items = node["items"]
    if node["kind"].text.endswith("List") and items.exists:
        for item in items.elements():
            yield from _objects(item)
    else:
        yield node


def _object(policy: Policy, manifest: Node, environment: Environment) -> Iterator[Mistake]:
    kind, version = manifest["kind"], manifest["apiVersion"]
    if not kind.text or not version.text:
        if isinstance(manifest.value, dict) and (kind.exists or version.exists):
            remedy = "write both apiVersion and kind"
            yield manifest.mistake("is no object of Kubernetes", remedy)
        return
    group = version.text.rpartition("/")[0]
    if (group, kind.text) not in policy.kinds:
        yield _forbidden(policy, kind, group)
    own = manifest["metadata"]["namespace"]
    if own.text and own.text != environment.namespace:
        yield own.mistake(
            f"{shown(own.text)} is not the environment's namespace, {environment.namespace}",
            "leave metadata.namespace out; Argo CD fills it in",
        )
    claims = manifest["spec"]["volumeClaimTemplates"]
    if claims.elements() and not environment.node["quota"]["storage"].exists:
        yield claims.mistake(
            f"asks for volumes, and {environment.namespace} has none by its quota",
            f"add environments.{environment.name}.quota.storage to the file of the team",
        )


def _forbidden(policy: Policy, kind: Node, group: str) -> Mistake:
    same_kind = sorted(other for other, name in policy.kinds if name == kind.text)
    if kind.text in CLUSTER_WIDE:
        problem = f"{kind.text} is an object of the whole cluster, which no team makes"
        return kind.mistake(problem, "take it out, or ask the platform's team")
    problem = f"{kind.text} of {group or 'the core group'} is no kind that services may contain"
    if same_kind:
        return kind.mistake(problem, f"allowed is {kind.text} of {listed(same_kind)}")
    remedy = f"take it out, or have it added to {POLICY_FILE}"
    if kind.text == "PersistentVolumeClaim":
        remedy = "let a StatefulSet make it by volumeClaimTemplates, so that it is never pruned"
    return kind.mistake(problem, remedy)
