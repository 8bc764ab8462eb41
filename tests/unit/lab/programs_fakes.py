"""Stand-ins for what the toolchain reaches out to: programs on PATH, hosts, and the go command."""

import functools
import hashlib
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from lab.programs.installed import Origin
from lab.programs.probe import Probe
from lab.programs.recipe import Bench, Program, Recipe, Source
from lab.programs.web import Web


def executable(path: Path, version: str, body: str = "") -> Path:
    """A program that prints its version, whatever it is asked."""
    return script(path, f"{body}\necho 'tool version {version}'\n")


def script(path: Path, body: str) -> Path:
    """A shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def sha256(data: bytes) -> str:
    """As sha256sum prints it."""
    return hashlib.sha256(data).hexdigest()


def bench(tmp_path: Path, web: Web | None = None) -> Bench:
    """A workplace with nothing on it."""
    folder, work = tmp_path / "filled", tmp_path / "work"
    folder.mkdir()
    work.mkdir()
    return Bench(
        folder=folder,
        work=work,
        log=tmp_path / "build.log",
        web=web or Web(),
        report=lambda _line: None,
    )


@dataclass
class FakeSource:
    """A source that puts given files there, each printing a version, or raises."""

    files: Mapping[str, str] = field(default_factory=dict[str, str])
    error: BaseException | None = None
    name: str = "fake"
    origin: Origin = Origin.BUILD
    fills: int = 0

    def fill(self, bench: Bench) -> None:
        self.fills += 1
        bench.report("fetching")
        for name, version in self.files.items():
            executable(bench.folder / name, version)
        if self.error is not None:
            raise self.error


def recipe(*sources: Source, name: str = "tool", **more: Any) -> Recipe:
    """A recipe of one program in version 1.2.3."""
    probe = Probe(arguments=("--version",), before="tool version ")
    program = Program(name=name, file=name, probe=probe)
    return Recipe(name=name, version="1.2.3", programs=(program,), sources=sources, **more)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served(folder: Path, port: int = 0) -> Generator[str, None, None]:
    """The files of a folder at a URL on this machine."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def fake_go(folder: Path, body: str = "", version: str = "go1.26.8") -> Path:
    """A go command that knows a few subcommands and keeps what it was asked in `asked`.

    A module is what lies in `module/` beside it; `module/go.mod.json` is its parsed go.mod.
    """
    module = folder / "module"
    module.mkdir(parents=True, exist_ok=True)
    return script(
        folder / "go",
        f"""
        echo "$GOTOOLCHAIN $*" >> {folder}/asked
        env > {folder}/environment
        {body}
        case "$1 $2 $3" in
        "env GOVERSION "*) echo {version} ;;
        "mod download -json") echo '{{"Dir": "{module}", "GoMod": "{module}/go.mod"}}' ;;
        "mod edit -json") cat {module}/go.mod.json ;;
        "build "*) while [ "$1" != -o ]; do shift; done; echo built > "$2" ;;
        esac
        """,
    )


def asked(folder: Path) -> list[str]:
    """What the fake go command was asked, each with its toolchain before."""
    return (folder / "asked").read_text().splitlines()
