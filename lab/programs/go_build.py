"""Building a program from its Go module, where its official release cannot be had.

The programs are built inside an empty module of our own that requires theirs: `go install` refuses
a module whose go.mod replaces others, and as a dependency those lines would be ignored, so the ones
that matter are carried over.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from lab.programs.go_command import GoCommand, find_go
from lab.programs.installed import Origin
from lab.programs.recipe import Bench


class Replaces(StrEnum):
    """Which `replace` lines of the program's go.mod are carried over, and how."""

    NONE = "none"
    REMOTE = "remote"
    """Those that name another module."""
    STAGING = "staging"
    """Those that name a folder of the same repository: Kubernetes publishes each as a module, in
    the same version with 0 for 1."""


@dataclass(frozen=True, kw_only=True)
class GoBuild:
    """The source that compiles."""

    module: str
    version: str
    """Without the "v"."""
    packages: Mapping[str, str]
    """Name of the executable → its package, below the module."""
    takes: str
    """How long it takes with nothing cached, in words for the progress line."""
    settings: tuple[str, ...] = ()
    """Variables set by the linker, as package.name=value."""
    replaces: Replaces = Replaces.NONE
    toolchain: str = "auto"
    data: Mapping[str, "ModuleFile"] = field(default_factory=dict[str, "ModuleFile"])
    """Files in our folder that come from a module as they are."""
    name: str = "build with Go"
    origin: Origin = Origin.BUILD

    def fill(self, bench: Bench) -> None:
        """Compile every package. LabError when Go is missing, too old, or fails."""
        go = self._wrapper(bench)
        bench.report(f"building with Go ({self.takes} when nothing is cached)")
        self._require(go)
        link = " ".join(["-s", "-w", *(f"-X {setting}" for setting in self.settings)])
        for executable, package in self.packages.items():
            started = time.monotonic()
            target = str(bench.folder / executable)
            go.run("build", "-ldflags", link, "-o", target, f"{self.module}{package}")
            bench.report(f"{executable} built in {time.monotonic() - started:.0f} s")
        for target, source in self.data.items():
            source.copy(go, bench.folder / target)

    def _wrapper(self, bench: Bench) -> GoCommand:
        program = find_go()
        folder = bench.work / "wrapper"
        folder.mkdir()
        bench.log.write_text("")
        go = GoCommand(program=program, folder=folder, log=bench.log, toolchain=self.toolchain)
        go.run("mod", "init", "wrapper")
        return go

    def _require(self, go: GoCommand) -> None:
        if self.replaces is not Replaces.NONE:
            mod_file = download(go, self.module, self.version)["GoMod"]
            edits = self._edits(json.loads(go.run("mod", "edit", "-json", mod_file)))
            go.run("mod", "edit", *edits)
        go.run("get", *(f"{self.module}{each}@v{self.version}" for each in self.packages.values()))

    def _edits(self, parsed: dict[str, Any]) -> list[str]:
        staging = self.replaces is Replaces.STAGING
        edits: list[str] = []
        for line in cast(list[dict[str, dict[str, str]]], parsed.get("Replace") or []):
            old, new = line["Old"]["Path"], line["New"]
            local = new["Path"].startswith(".")
            if staging and local:
                edits.append(f"-replace={old}={old}@v0.{self.version.partition('.')[2]}")
            elif not staging and not local:
                edits.append(f"-replace={old}={new['Path']}@{new['Version']}")
        return edits


@dataclass(frozen=True, kw_only=True)
class ModuleFile:
    """One file of a Go module."""

    module: str
    version: str
    path: str

    def copy(self, go: GoCommand, target: Path) -> None:
        """Put it at `target`, executable."""
        folder = Path(download(go, self.module, self.version)["Dir"])
        target.write_bytes((folder / self.path).read_bytes())
        target.chmod(0o755)


def download(go: GoCommand, module: str, version: str) -> dict[str, str]:
    """Fetch a module, verified by Go's checksum database; its "Dir" and "GoMod" are paths."""
    return cast(
        dict[str, str], json.loads(go.run("mod", "download", "-json", f"{module}@v{version}"))
    )
