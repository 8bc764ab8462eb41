"""What deploys the stacks: their `Pulumi.<stack>.deploy.yaml`, and which of them a change concerns.

Owns: reading those files strictly, and the meaning of their path filters, so that GitHub's
workflows and Pulumi Deployments deploy the same stacks. Not here: the format
(`deployments.schema.json`), and what commands print (`pipeline.py`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from components import conventions
from fleet import documents, schema
from fleet.mistakes import Mistake
from fleet.nodes import Node

_SUFFIX = ".deploy.yaml"
_BELOW = "/**"
_WORDS: Mapping[str, str] = {
    "paths": "write a file, or a folder and /**; with ! before it to leave it out",
    "repository": "write owner/repository",
    "DEPLOYER_ROLE_ARN": "write the ARN of a role",
    "PREVIEW_ROLE_ARN": "write the ARN of a role",
    "environmentVariables": "take upper-case letters, digits and underscores",
}


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """How one stack is deployed."""

    stack: str
    settings: Mapping[str, Any]
    """As Pulumi Cloud takes them."""
    hub: bool
    spokes: frozenset[str]
    """Of a hub: the stacks whose registrations it reads."""

    @property
    def gated(self) -> bool:
        """Whether a push is not enough: somebody starts or approves it."""
        return not self.settings["gitHub"]["deployCommits"]

    @property
    def deployer_role(self) -> str:
        """ARN of the role that updates it."""
        return self._variables["DEPLOYER_ROLE_ARN"]

    @property
    def preview_role(self) -> str:
        """ARN of the role that only reads; all that the code of a pull request gets."""
        return self._variables["PREVIEW_ROLE_ARN"]

    @property
    def region(self) -> str:
        """Of the AWS that is asked for its roles."""
        return self._variables["AWS_REGION"]

    def concerned_by(self, changed: Iterable[str]) -> bool:
        """Whether a change of these files, by their paths in the repository, deploys it.

        The rule of Pulumi's path filters: one file that an include has, and no exclude.
        """
        patterns = cast("list[str]", self.settings["gitHub"]["paths"])
        excludes = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
        includes = [pattern for pattern in patterns if not pattern.startswith("!")]
        return any(
            (not includes or _any_has(includes, path)) and not _any_has(excludes, path)
            for path in changed
        )

    @property
    def _variables(self) -> Mapping[str, str]:
        return self.settings["operationContext"]["environmentVariables"]


def read(root: Path) -> tuple[list[Deployment], list[Mistake]]:
    """Every stack of the project at `root` that has such a file, and what is wrong with them."""
    found: list[Deployment] = []
    mistakes: list[Mistake] = []
    for path in sorted(root.glob(f"Pulumi.*{_SUFFIX}")):
        stack = path.name.removeprefix("Pulumi.").removesuffix(_SUFFIX)
        document, wrong = documents.load(path, root)
        if document is not None and not wrong:
            wrong = list(schema.mistakes(_schema(), document.root, words=_WORDS))
            wrong += _elsewhere(root, stack, document.root)
        mistakes += wrong
        if document is not None and not wrong:
            settings = cast("Mapping[str, Any]", document.root["settings"].value)
            found.append(_deployment(root, stack, settings))
    return found, mistakes


def concerned(deployments: Iterable[Deployment], changed: Iterable[str]) -> list[Deployment]:
    """Those that a change of these files deploys."""
    paths = list(changed)
    return [each for each in deployments if each.concerned_by(paths)]


def with_their_hubs(
    chosen: Iterable[Deployment], deployments: Iterable[Deployment]
) -> list[Deployment]:
    """`chosen`, and every hub that reads what one of them exports."""
    stacks = {each.stack for each in chosen}
    return [each for each in deployments if each.stack in stacks or each.spokes & stacks]


def _any_has(patterns: Iterable[str], path: str) -> bool:
    return any(
        path.startswith(pattern.removesuffix("**")) if pattern.endswith(_BELOW) else path == pattern
        for pattern in patterns
    )


def _elsewhere(root: Path, stack: str, node: Node) -> Iterator[Mistake]:
    """A file whose stack there is not deploys nothing, and nobody would notice."""
    if not (root / f"Pulumi.{stack}.yaml").is_file():
        yield node.mistake(f"there is no Pulumi.{stack}.yaml", "add it, or remove this file")


def _deployment(root: Path, stack: str, settings: Mapping[str, Any]) -> Deployment:
    document, _ = documents.load(root / f"Pulumi.{stack}.yaml", root)
    config = document.root["config"] if document else None
    spokes = config[f"{conventions.PROJECT}:spokes"].elements() if config else ()
    return Deployment(
        stack=stack,
        settings=settings,
        hub=bool(config and config[f"{conventions.PROJECT}:role"].value == "hub"),
        spokes=frozenset(str(spoke.value).rpartition("/")[2] for spoke in spokes),
    )


@cache
def _schema() -> Mapping[str, Any]:
    return json.loads(Path(__file__).with_name("deployments.schema.json").read_text())
