"""The stacks of accounts: which of them the fleet needs, and what must be there before them.

Owns: how a lab's fleet finds its accounts' stacks, and how these know of made-up spokes. Not here:
the fleet's own stacks (`stacks.py`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from lab.stack_file import Config, StackFile

ROLE = "account"


def of_stacks(deployed: Sequence[StackFile], files: Iterable[StackFile]) -> tuple[StackFile, ...]:
    """The stacks of the accounts that these stacks are deployed to, by name."""
    return tuple(
        _with_stacks(account, list(_deployed_to(account, deployed)))
        for account in sorted(files, key=lambda file: file.name)
        if account.config.get("role") == ROLE and any(_deployed_to(account, deployed))
    )


def administrators(accounts: Sequence[StackFile], deployed: Sequence[StackFile]) -> list[str]:
    """The roles that exist before any stack, because no account's stack makes them."""
    wanted = {_deployer(stack) for stack in (*accounts, *deployed)}
    return sorted(wanted - set(deployers(accounts, deployed)))


def deployers(accounts: Sequence[StackFile], deployed: Sequence[StackFile]) -> list[str]:
    """The roles that the accounts' stacks make: those that deploy, and those that preview."""
    own = {account.text("account", "id") for account in accounts}
    made = {_deployer(stack) for stack in deployed if stack.text("account", "id") in own}
    return sorted({*made, *(arn.replace("-deployer-", "-preview-") for arn in made)})


def with_own_deployer(stack: StackFile, name: str) -> Config:
    """The section `account` of a stack that is like this one, under another name."""
    section = cast("Config", stack.config["account"])
    return {
        key: f"{value.removesuffix(stack.name)}{name}"
        if isinstance(value, str) and value.endswith(f"-{stack.name}")
        else value
        for key, value in section.items()
    }


def _deployer(stack: StackFile) -> str:
    return stack.text("account", "deployerRoleArn")


def _deployed_to(account: StackFile, stacks: Sequence[StackFile]) -> Iterator[StackFile]:
    own = account.text("account", "id")
    return (stack for stack in stacks if stack.text("account", "id") == own)


def _with_stacks(account: StackFile, deployed: Sequence[StackFile]) -> StackFile:
    """With those that have no committed file, so that they get deployers too."""
    listed = cast("Mapping[str, object]", account.config.get("stacks", {}))
    made_up = {
        stack.name: {
            "clusterName": stack.text("cluster", "name"),
            "region": stack.text("region"),
        }
        for stack in deployed
        if stack.name not in listed and not stack.path.exists()
    }
    config: Config = {**account.config, "stacks": {**listed, **made_up}}
    return replace(account, config=config)
