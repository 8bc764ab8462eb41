"""The committed stack files, as the lab needs them: which stacks there are and who is the hub.

The lab reads what it must know to run the program (role, account, region, spokes, the chart's
version) and leaves judging the rest to the program itself. It writes no file. A lab of more spokes
than the hub lists makes up the rest, after the last one that is listed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from itertools import count, islice
from pathlib import Path
from typing import cast

import yaml

from lab import accounts
from lab.exit_codes import MistakeError
from lab.stack_file import Config, StackFile

PROJECT_FILE = "Pulumi.yaml"
DEFAULT_SPOKES = 1
# How far the network of a made-up spoke lies from the one before: a /16, the largest VPC there is.
NETWORK_STEP = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """The stacks of the project, in the order in which they come up: accounts, spokes, the hub."""

    project: str
    spokes: tuple[StackFile, ...]
    hub: StackFile
    accounts: tuple[StackFile, ...] = ()
    """Of the accounts that the others deploy to; see `accounts.py`."""

    @property
    def stacks(self) -> tuple[StackFile, ...]:
        """Those that have a cluster. Spokes first: the hub reads what they export."""
        return (*self.spokes, self.hub)

    @property
    def all(self) -> tuple[StackFile, ...]:
        """Accounts first: the others work as roles that they make."""
        return (*self.accounts, *self.stacks)

    @property
    def managed_argocd(self) -> bool:
        """Whether AWS runs the hub's Argo CD, as an EKS Capability; the lab has nobody for that."""
        return _section(self.hub, "argocd").get("mode") == "capability"

    def stack(self, name: str) -> StackFile:
        """The stack of that name. Raises MistakeError, listing the names, when there is none."""
        for stack in self.all:
            if stack.name == name:
                return stack
        known = ", ".join(stack.name for stack in self.all)
        raise MistakeError(f"there is no stack {name}", f"Choose one of: {known}")


def chosen_spokes(asked: int | None, present: int | None) -> int:
    """How many spokes a lab shall have: never fewer than are `present`, which only `down` removes.

    Raises MistakeError when fewer than one is asked for.
    """
    if asked is not None and asked < 1:
        raise MistakeError(f"a lab of {asked} spokes has nothing to deploy to", "Ask for 1 or more")
    return max(asked or DEFAULT_SPOKES, present or 0)


def read_fleet(root: Path, spokes: int | None = None) -> Fleet:
    """Read the project at `root`.

    Args:
        root: the folder with the stack files.
        spokes: only the first so many of the hub's list; beyond its end, made up after the last
            one. All that are listed when left out.

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
    fleet = Fleet(project=project, hub=hub, spokes=_spokes(hub, stacks))
    if spokes is not None:
        fleet = _of_size(fleet, spokes, stacks.values())
    return replace(fleet, accounts=accounts.of_stacks(fleet.stacks, stacks.values()))


def _of_size(fleet: Fleet, spokes: int, stacks: Collection[StackFile]) -> Fleet:
    """The fleet with so many spokes, in the hub's list too; a hub alone stays alone."""
    present = fleet.spokes[:spokes]
    listed = cast(list[object], fleet.hub.config.get("spokes", []))[:spokes]
    if present:
        made_up = _made_up(present[-1], stacks, first=len(present) + 1)
        present += tuple(islice(made_up, spokes - len(present)))
    elif spokes > DEFAULT_SPOKES:
        raise MistakeError(
            f"{fleet.hub.path.name} lists no spoke to make others like", "List one under spokes"
        )
    listed += [spoke.name for spoke in present[len(listed) :]]
    hub = replace(fleet.hub, config={**fleet.hub.config, "spokes": listed})
    return replace(fleet, hub=hub, spokes=present)


def _made_up(last: StackFile, stacks: Collection[StackFile], *, first: int) -> Iterator[StackFile]:
    """Spokes like `last`, with a name and a network of their own; they have no committed file."""
    names = {stack.name for stack in stacks}
    networks = [_network(stack) for stack in stacks if "network" in stack.config]
    network = _network(last)
    for number in count(first):
        name = f"spoke-{number}"
        if name in names:
            continue
        network = _next_network(network, networks)
        networks.append(network)
        yield StackFile(
            name=name,
            path=last.path.with_name(f"Pulumi.{name}.yaml"),
            config={
                **last.config,
                "account": accounts.with_own_deployer(last, name),
                "cluster": {**_section(last, "cluster"), "name": name},
                "network": {**_section(last, "network"), "cidr": str(network)},
            },
        )


def _network(stack: StackFile) -> IPv4Network:
    text = stack.text("network", "cidr")
    try:
        return IPv4Network(text)
    except ValueError:
        raise MistakeError(f"{stack.path.name}: network.cidr {text} is no network") from None


def _next_network(network: IPv4Network, taken: Sequence[IPv4Network]) -> IPv4Network:
    while any(network.overlaps(other) for other in taken):
        start = int(network.network_address) + NETWORK_STEP
        network = IPv4Network((start, network.prefixlen))
    if not network.is_private:
        raise MistakeError(
            "there is no private network left for another spoke", "Ask for fewer spokes"
        )
    return network


def _section(stack: StackFile, name: str) -> Config:
    return cast(Config, stack.config.get(name, {}))


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
