"""The committed program with its committed stack files, run as `pulumi up` would run them.

A spoke runs first and the hub is fed with what it really exports. Nothing here is a fixture of a
single test: a run takes a fraction of a second and is made once.
"""

import json
import runpy
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.unit.aws_answers import answers, eks_children
from tests.unit.engine import Engine, Run

ROOT = Path(__file__).parents[2]
PROJECT = "eks-hub-spoke"
ORGANIZATION = "organization"
"""What self-managed backends call it; see `test_stacks` for another."""


@cache
def project() -> dict[str, Any]:
    """Pulumi.yaml; not to be changed."""
    return yaml.safe_load((ROOT / "Pulumi.yaml").read_text())


def stack_names() -> list[str]:
    """Every stack with a cluster that has a committed file."""
    return [name for name in _files() if stack_config(name)["role"] != "account"]


def account_names() -> list[str]:
    """Every account's stack that has a committed file."""
    return stacks_of_role("account")


def _files() -> list[str]:
    files = sorted(ROOT.glob("Pulumi.*.yaml"))
    return [name for file in files if "." not in (name := file.stem.removeprefix("Pulumi."))]


@cache
def stack_config(stack: str) -> dict[str, Any]:
    """A stack file's keys, without the project's name, and values; not to be changed."""
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key.removeprefix(f"{PROJECT}:"): value for key, value in config.items()}


def stacks_of_role(role: str) -> list[str]:
    """The committed stacks of one role."""
    return [name for name in _files() if stack_config(name)["role"] == role]


def as_the_cli_hands_over(config: Mapping[str, Any]) -> dict[str, str]:
    """Whole keys and texts: objects and lists as JSON, and the defaults of Pulumi.yaml."""
    defaults = {
        key: declared["default"]
        for key, declared in project()["config"].items()
        if "default" in declared
    }
    values = {**defaults, **config}
    return {
        f"{PROJECT}:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in values.items()
    }


def engine(
    stack: str,
    config: Mapping[str, Any],
    *,
    stacks: Mapping[str, Mapping[str, Any]] | None = None,
    preview: bool = False,
) -> Engine:
    """An engine for the program with any configuration; `stacks` by their full names."""
    return Engine(
        project=PROJECT,
        stack=stack,
        organization=ORGANIZATION,
        preview=preview,
        config=as_the_cli_hands_over(config),
        stacks=stacks or {},
        answers=answers,
        children=eks_children,
    )


def program() -> None:
    """`__main__.py`, as the language host starts it."""
    runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")


def exported_by(spokes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What committed spokes really export, by their full names."""
    return {f"{ORGANIZATION}/{PROJECT}/{spoke}": up(spoke).exports for spoke in spokes}


@cache
def up(stack: str, *, preview: bool = False) -> Run:
    """One committed stack brought up, after every spoke that it names."""
    config = stack_config(stack)
    spokes = exported_by(config.get("spokes", []))
    return engine(stack, config, stacks=spokes, preview=preview).run(program)
