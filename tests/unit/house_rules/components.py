"""Rules for the modules of `components/`: the shape of a component, and what it may not do."""

import ast
from collections.abc import Iterator

from tests.unit.house_rules.source import Source

PROJECT = "eks-hub-spoke"
_OPTIONS = {"pulumi.ResourceOptions | None", "ResourceOptions | None"}
_SDKS = {"aws", "k8s", "kubernetes", "eks", "pulumi_aws", "pulumi_eks", "pulumi_kubernetes"}


def component_classes(source: Source) -> Iterator[ast.ClassDef]:
    """Every component of a file."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and any(
            ast.unparse(base).endswith("ComponentResource") for base in node.bases
        ):
            yield node


def _constructors(source: Source) -> Iterator[tuple[ast.ClassDef, ast.FunctionDef]]:
    for component in component_classes(source):
        for node in component.body:
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                yield component, node


def component_has_the_common_constructor(source: Source) -> Iterator[str]:
    """`__init__(self, name: str, args: XArgs, opts: ResourceOptions | None = None) -> None`."""
    constructors = {component.name: init for component, init in _constructors(source)}
    for component in component_classes(source):
        init = constructors.get(component.name)
        if init is None:
            yield f"{component.lineno}: {component.name} has no __init__"
            continue
        given = [(a.arg, ast.unparse(a.annotation) if a.annotation else "") for a in init.args.args]
        wanted = [("self", ""), ("name", "str"), ("args", f"{component.name}Args")]
        default = [ast.unparse(value) for value in init.args.defaults]
        options = given[3:] and given[3][0] == "opts" and given[3][1] in _OPTIONS
        other = init.args.kwonlyargs or init.args.vararg or init.args.kwarg
        if given[:3] != wanted or len(given) != 4 or not options or default != ["None"] or other:
            yield f"{init.lineno}: {component.name}.__init__({ast.unparse(init.args)})"


def component_type_is_its_name(source: Source) -> Iterator[str]:
    """The literal `eks-hub-spoke:index:<Class>`: it is part of every URN, for ever."""
    for component, init in _constructors(source):
        tokens = [
            ast.unparse(call.args[0]) if call.args else ""
            for call in source.calls(init)
            if ast.unparse(call.func) == "super().__init__"
        ]
        if tokens != [repr(f"{PROJECT}:index:{component.name}")]:
            yield f"{init.lineno}: {component.name} has the type {tokens}"


def component_registers_its_outputs_last(source: Source) -> Iterator[str]:
    """Once, as the last statement, with no way round it: otherwise state lacks the outputs."""
    for component, init in _constructors(source):
        registered = [
            call for call in source.calls(init) if ast.unparse(call.func) == "self.register_outputs"
        ]
        last = init.body[-1]
        ends = isinstance(last, ast.Expr) and last.value in registered
        returns = any(isinstance(node, ast.Return) for node in ast.walk(init))
        if len(registered) != 1 or not ends or returns:
            yield f"{init.lineno}: {component.name} does not end with self.register_outputs"


def component_says_what_it_creates(source: Source) -> Iterator[str]:
    """Components, their arguments and public functions carry a docstring."""
    for node in source.tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not node.name.startswith("_") and not ast.get_docstring(node):
            yield f"{node.lineno}: {node.name} has no docstring"


def arguments_are_frozen(source: Source) -> Iterator[str]:
    """`@dataclass(frozen=True, kw_only=True)`: a component cannot change what it was given."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ClassDef):
            continue
        decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
        is_dataclass = any("dataclass" in decorator for decorator in decorators)
        good = {
            "dataclass(frozen=True, kw_only=True)",
            "dataclasses.dataclass(frozen=True, kw_only=True)",
        }
        if (is_dataclass or node.name.endswith("Args")) and not decorators & good:
            yield f"{node.lineno}: {node.name} is {sorted(decorators) or 'no dataclass'}"


def only_config_reads_configuration(source: Source) -> Iterator[str]:
    """Everything else takes values as arguments, and so can be tested with any."""
    if source.module == "config":
        return
    for call in source.calls():
        if ast.unparse(call.func) in {"pulumi.Config", "Config", "pulumi.runtime.get_config"}:
            yield f"{call.lineno}: {ast.unparse(call)}"
    for line, name in source.imported():
        if name == "pulumi.Config":
            yield f"{line}: imports {name}"


def options_stay_with_the_component(source: Source) -> Iterator[str]:
    """The caller's `opts` go to super().__init__ only: merged into children they re-parent them."""
    for call in source.calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr == "merge":
            yield f"{call.lineno}: {ast.unparse(call.func)}"
    for component, init in _constructors(source):
        own = {
            id(node)
            for call in source.calls(init)
            if ast.unparse(call.func) == "super().__init__"
            for node in ast.walk(call)
        }
        for node in ast.walk(init):
            if isinstance(node, ast.Name) and node.id == "opts" and id(node) not in own:
                yield f"{node.lineno}: {component.name} uses opts for more than itself"


def nothing_is_created_in_apply(source: Source) -> Iterator[str]:
    """A preview cannot show it; counts and choices come from configuration."""
    bodies = {function.name: function for function in source.functions()}
    for call in source.calls():
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "apply"):
            continue
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
            body = bodies.get(ast.unparse(argument).removeprefix("self."), argument)
            for inner in source.calls(body):
                if _creates(source, inner):
                    yield f"{inner.lineno}: {ast.unparse(inner.func)} is created inside apply"


def _creates(source: Source, call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    own = {component.name for component in component_classes(source)}
    resource = name.rpartition(".")[2]
    of_sdk = name.partition(".")[0] in _SDKS and resource[:1].isupper()
    return (of_sdk and not resource.endswith("Args")) or name in own


def lookups_are_the_stacks_business(source: Source) -> Iterator[str]:
    """Provider functions and reads of what exists: in the stacks and what they have in common."""
    if source.module in {"hub", "spoke", "foundation"}:
        return
    for call in source.calls():
        name = ast.unparse(call.func)
        root, _, last = name.partition(".")[0], "", name.rpartition(".")[2]
        invoked = root in _SDKS and (last.startswith("get_") or last == "get")
        if invoked or name in {"pulumi.runtime.invoke", "pulumi.runtime.invoke_async"}:
            yield f"{call.lineno}: {name} looks something up"


def stacks_own_no_resources(source: Source) -> Iterator[str]:
    """hub.py and spoke.py wire components and providers; a resource belongs to a component."""
    if source.module not in {"hub", "spoke"}:
        return
    for call in source.calls():
        if _creates(source, call) and not ast.unparse(call.func).endswith("Provider"):
            yield f"{call.lineno}: {ast.unparse(call.func)} belongs in a component"


RULES = (
    component_has_the_common_constructor,
    component_type_is_its_name,
    component_registers_its_outputs_last,
    component_says_what_it_creates,
    arguments_are_frozen,
    only_config_reads_configuration,
    options_stay_with_the_component,
    nothing_is_created_in_apply,
    lookups_are_the_stacks_business,
    stacks_own_no_resources,
)
