"""What the lab remembers between commands, in one JSON file.

Ports must stay the same from one `up` to the next (the chart server's address is in the state of
the hub's release), and `status` tells where programs came from without looking for them again.
"""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from lab.errors import LabError
from lab.layout import Layout


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Program(_Part):
    """A program of the toolchain: `origin` is where it came from (path, cache, download, build)."""

    name: str
    version: str
    path: Path
    origin: str


class Plugin(_Part):
    """A plugin of the engine; a stand-in where it is not official."""

    name: str
    kind: str
    version: str
    official: bool


class StackRun(_Part):
    """The last `pulumi up` of a stack: seconds, and resources by operation."""

    seconds: float
    counts: dict[str, int]


class Check(_Part):
    """One line of the identity check."""

    cluster: str
    what: str
    passed: bool
    found: str


class Chart(_Part):
    """A chart that the lab hands out, in the place of the real one."""

    name: str
    version: str


class Record(_Part):
    """All of it; empty before the first `up`."""

    aws_port: int = 0
    charts_port: int = 0
    git_port: int = 0
    argocd_ports: dict[str, int] = {}
    """By listener, as `lab.argocd.addresses` names them."""
    spokes: int | None = None
    """How many spokes the last `up` brought up."""
    complete: bool = False
    """Whether the last `up` reached its end."""
    programs: list[Program] = []
    plugins: list[Plugin] = []
    charts: list[Chart] = []
    """Of add-ons; Argo CD's own is always a stand-in."""
    stacks: dict[str, StackRun] = {}
    seconds: dict[str, float] = {}
    """How long each step of the last `up` took, by its title."""
    checks: list[Check] = []

    @property
    def aws_endpoint(self) -> str:
        """The AWS emulator's address."""
        return f"http://127.0.0.1:{self.aws_port}"

    @property
    def chart_repository(self) -> str:
        """The chart server's address."""
        return f"http://127.0.0.1:{self.charts_port}"

    @property
    def platform_repository(self) -> str:
        """The Git server's repository, as Argo CD reads it."""
        return f"https://127.0.0.1:{self.git_port}/platform.git"

    def program(self, name: str) -> Path:
        """Where a program lies. Raises LabError when the last `up` did not get so far."""
        for program in self.programs:
            if program.name == name:
                return program.path
        raise LabError(f"the lab has no {name}", "Run: python -m lab up")

    def save(self, layout: Layout) -> None:
        """Write it, whole or not at all."""
        temporary = layout.record.with_suffix(".new")
        temporary.write_text(self.model_dump_json(indent=2) + "\n")
        temporary.replace(layout.record)


def load(layout: Layout) -> Record:
    """The record of this lab, an empty one if there is none.

    Raises LabError when the file is of another version of the lab, or broken.
    """
    try:
        return Record.model_validate(json.loads(layout.record.read_text()))
    except FileNotFoundError:
        return Record()
    except (ValueError, ValidationError):
        raise LabError(
            f"{layout.record} is not this lab's", "Run: python -m lab down --force"
        ) from None
