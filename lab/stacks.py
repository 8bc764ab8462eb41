"""The committed stack files, as the lab needs them: which stacks there are and who is the hub.

The lab reads what it must know to run the program (role, account, region, spokes, the chart's
version) and leaves judging the rest to the program itself. It writes no file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from lab.exit_codes import MistakeError

PROJECT_FILE = "Pulumi.yaml"

Config = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """One `Pulumi.<stack>.yaml`; `config` has its keys without the project's name."""

    name: str
    path: Path
    config: Config

    def text(self, *keys: str) -> str:
        """The value at a path of keys, as text.

        Raises MistakeError, naming the file and the key, when there is none.
        """
        found: object = dict(self.config)
        for key in keys:
            found = cast(Config, found).get(key) if isinstance(found, dict) else None
        if found is None or isinstance(found, dict | list):
            raise MistakeError(f"{self.path.name} has no {'.'.join(keys)}", "Add it")
        return str(found)


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """The stacks of the project, in the order in which they come up: spokes, then the hub."""

    project: str
    spokes: tuple[StackFile, ...]
    hub: StackFile

    @property
    def stacks(self) -> tuple[StackFile, ...]:
        """Spokes first: the hub reads what they export."""
        return (*self.spokes, self.hub)

    def stack(self, name: str) -> StackFile:
        """The stack of that name. Raises MistakeError, listing the names, when there is none."""
        for stack in self.stacks:
            if stack.name == name:
                return stack
        known = ", ".join(stack.name for stack in self.stacks)
        raise MistakeError(f"there is no stack {name}", f"Choose one of: {known}")


def read_fleet(root: Path) -> Fleet:
    """Read the project at `root`.

    Raises MistakeError when a file is unreadable, when there is not exactly one hub, or when the
    hub names a spoke that has no stack file.
    """
    project = str(_mapping(root / PROJECT_FILE).get("name", ""))
    if not project:
        raise MistakeError(f"{PROJECT_FILE} has no name", "Add it")
    stacks = {
        stack.name: stack
        for stack in (_stack_file(path, project) for path in stack_file_paths(root))
    }
    hubs = [stack for stack in stacks.values() if stack.config.get("role") == "hub"]
    if len(hubs) != 1:
        names = ", ".join(hub.name for hub in hubs) or "none"
        raise MistakeError(
            f"the lab runs one hub, and the stack files with role: hub are: {names}",
            "Keep one Pulumi.<stack>.yaml with role: hub",
        )
    (hub,) = hubs
    return Fleet(project=project, hub=hub, spokes=_spokes(hub, stacks))


def stack_file_paths(root: Path) -> list[Path]:
    """The stack files of the project; settings of Pulumi Deployments are not among them."""
    return sorted(
        path for path in root.glob("Pulumi.*.yaml") if not path.name.endswith(".deploy.yaml")
    )


def _spokes(hub: StackFile, stacks: Mapping[str, StackFile]) -> tuple[StackFile, ...]:
    listed = hub.config.get("spokes", [])
    if not isinstance(listed, list):
        raise MistakeError(f"{hub.path.name}: spokes is not a list", "List the spokes' stacks")
    # A stack of another organization or project is written organization/project/stack.
    names = [str(name).rsplit("/", maxsplit=1)[-1] for name in cast(list[object], listed)]
    missing = [name for name in names if name not in stacks]
    if missing:
        raise MistakeError(
            f"{hub.path.name} lists spokes without a stack file: {', '.join(missing)}",
            "Add Pulumi.<stack>.yaml or take the name off the list",
        )
    return tuple(stacks[name] for name in names)


def _stack_file(path: Path, project: str) -> StackFile:
    config = _mapping(path).get("config")
    if not isinstance(config, Mapping):
        raise MistakeError(f"{path.name} has no config", "Add it")
    prefix = f"{project}:"
    return StackFile(
        name=path.name.removeprefix("Pulumi.").removesuffix(".yaml"),
        path=path,
        config={
            str(key).removeprefix(prefix): value
            for key, value in cast(Mapping[object, object], config).items()
        },
    )


def _mapping(path: Path) -> Mapping[str, object]:
    try:
        content: object = yaml.safe_load(path.read_text())
    except OSError as error:
        raise MistakeError(f"cannot read {path.name}: {error.strerror}") from None
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise MistakeError(f"{path.name} is not YAML: {problem}", "Mend it") from None
    if not isinstance(content, Mapping):
        raise MistakeError(f"{path.name} is not a YAML mapping", "Mend it")
    return cast(Mapping[str, object], content)
