"""Rules on who may import whom: pure topics ← components ← hub, spoke, account ← __main__.

`components/` knows nothing of `lab/`, `fleet/` or the tests; `lab/` knows the program only by its
stack files; `fleet/` reads them as the program does, and sees nothing of it that makes resources;
`policies/` judges what the program asks for, and so shares nothing with it.
"""

import sys
from collections.abc import Iterator, Mapping

from tests.unit.house_rules.components import component_classes
from tests.unit.house_rules.source import Source

_STACKS = {"account", "hub", "spoke"}
_SHARED_WIRING = "foundation"  # what stacks have in common, above the components it wires
_POLICIES = "iam"  # policy documents, which catalogues name, beside the one role they are put on
_PROGRAM_LIBRARIES = {"components", "pulumi", "pulumi_aws", "pulumi_eks", "pulumi_kubernetes"} | {
    "pydantic",
    "yaml",
}
_OUTSIDE_WORLD = {"asyncio", "http", "multiprocessing", "socket", "subprocess", "urllib"}
_WAITS = ("components/retries.py", "asyncio")
"""The one pause of the program, which must not hold up what else it does meanwhile."""
_TOPICS_OF_FLEET = {"cluster_labels", "config", "config_argocd", "conventions"} | {
    "strict_yaml",
    "team_rules",
}
_FLEET_LIBRARIES = {"components", "fleet", "jsonschema", "typer", "yaml"}
_FORBIDDEN = {
    "components": {"lab", "fleet", "tests", "policies", "bench"},
    "lab": {"components", "fleet", "tests"},
    "fleet": {"lab", "tests"},
    "policies": {"bench", "components", "fleet", "lab", "tests"},
}


def packages_keep_apart(source: Source) -> Iterator[str]:
    """The program never imports the lab; the lab knows the program as anyone does."""
    forbidden = _FORBIDDEN.get(source.path.parts[0], set[str]())
    for line, name in source.imported():
        if name.partition(".")[0] in forbidden:
            yield f"{line}: imports {name}"


def program_uses_only_its_libraries(source: Source) -> Iterator[str]:
    """No SDK of a cloud, no process, no connection: Pulumi is the program's only way out."""
    if not source.is_component:
        return
    for line, name in source.imported():
        root = name.partition(".")[0]
        if root in _OUTSIDE_WORLD and (str(source.path), root) != _WAITS:
            yield f"{line}: imports {root}, which reaches outside the program"
        elif root not in sys.stdlib_module_names and root not in _PROGRAM_LIBRARIES:
            yield f"{line}: imports {root}, which requirements.in does not have"


def fleet_sees_pure_topics(source: Source) -> Iterator[str]:
    """Checks of pull requests need the program's words and nothing that makes resources."""
    if source.path.parts[0] != "fleet":
        return
    for line, name in source.imported():
        root, _, topic = name.partition(".")
        if root == "components" and topic and topic.partition(".")[0] not in _TOPICS_OF_FLEET:
            yield f"{line}: imports {name}"
        elif root not in sys.stdlib_module_names and root not in _FLEET_LIBRARIES:
            yield f"{line}: imports {root}, which requirements-fleet.in does not have"


def rank(source: Source) -> int:
    """0 a pure topic, 1 a component, 2 a stack; a module may import its own rank and lower ones."""
    if source.module in _STACKS:
        return 2
    if source.module == _SHARED_WIRING:
        return 1
    return 1 if source.module != _POLICIES and any(component_classes(source)) else 0


def imports_of(sources: Mapping[str, Source]) -> dict[str, set[str]]:
    """Which modules of components/ each of them imports, by name."""
    return {
        name: {
            imported.split(".")[1]
            for _, imported in source.imported()
            if imported.startswith("components.") and imported.split(".")[1] in sources
        }
        - {name}
        for name, source in sources.items()
    }


def imports_point_one_way(sources: Mapping[str, Source]) -> Iterator[str]:
    """Nothing imports what stands above it; stacks do not import each other."""
    for name, imported in imports_of(sources).items():
        for other in sorted(imported):
            above = rank(sources[other]) > rank(sources[name])
            beside = {name, other} <= _STACKS
            if above or beside:
                yield f"{name} imports {other}"


def imports_have_no_cycle(sources: Mapping[str, Source]) -> Iterator[str]:
    """A cycle means two files with one subject."""
    graph = imports_of(sources)
    while leaves := {name for name, imported in graph.items() if not imported & graph.keys()}:
        graph = {name: imported for name, imported in graph.items() if name not in leaves}
    if graph:
        yield f"these import each other: {sorted(graph)}"


RULES = (packages_keep_apart, program_uses_only_its_libraries, fleet_sees_pure_topics)
TREE_RULES = (imports_point_one_way, imports_have_no_cycle)
