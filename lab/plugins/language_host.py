"""Stand-in for the CLI's Python language host, `pulumi-language-python`.

Owns what the engine asks of a language runtime: run a program, run a plugin that is a program
(a policy pack), name the packages a program needs, describe the interpreter.
Not here: code generation and the installation of dependencies, which the lab never asks for; the
program itself is run by the CLI's own executor.

Whatever a program writes goes to this process's stdout and stderr: the engine reads them and shows
each line as a diagnostic of the stack, as it does for the official host.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from lab import versions
from lab.errors import LabError

# The executor's own code for "the mistake has been shown already" (source: the CLI's module).
EXIT_SHOWN_TO_USER = 32
_PROJECT_ROOT = Path(__file__).resolve().parents[2]
_UNLIMITED_MESSAGES = [
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
]


@dataclass(frozen=True)
class Interpreter:
    """The Python that runs a program, and the environment it runs in."""

    python: Path
    virtualenv: Path | None

    @classmethod
    def of(cls, info: Any) -> "Interpreter":
        """What a `ProgramInfo` asks for: `runtime.options.virtualenv`, else our own Python."""
        wanted = dict(info.options).get("virtualenv")
        if not wanted:
            return cls(Path(sys.executable), None)
        # As the official host: a link on the way is not followed before `..` takes its name away,
        # and in the lab's project a policy pack's folder is one.
        folder = Path(os.path.normpath(Path(info.root_directory) / str(wanted)))
        python = folder / "bin" / "python"
        if not python.exists():
            raise LabError(
                f"{info.root_directory} names the virtualenv {str(wanted)!r}, but {folder} holds no"
                " Python",
                f"Make it with `python3 -m venv {folder}` and install requirements.txt into it",
            )
        return cls(python, folder)

    def site_packages(self) -> list[str] | None:
        """Where its packages lie; None is this process's own path."""
        if self.virtualenv is None:
            return None
        return [str(path) for path in self.virtualenv.glob("lib/python*/site-packages")]

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """This process's environment, without what its launcher added, plus `extra`."""
        environment = dict(os.environ)
        paths = environment.pop("PYTHONPATH", "").split(os.pathsep)
        theirs = [path for path in paths if path and Path(path) != _PROJECT_ROOT]
        if theirs:
            environment["PYTHONPATH"] = os.pathsep.join(theirs)
        if self.virtualenv is not None:
            environment["VIRTUAL_ENV"] = str(self.virtualenv)
            search = environment.get("PATH", "")
            environment["PATH"] = f"{self.virtualenv / 'bin'}{os.pathsep}{search}"
        return environment | dict(extra)


def required_plugins(site_packages: list[str] | None) -> list[tuple[str, str]]:
    """(name, version) of the resource plugin of every installed Pulumi package.

    Each such package carries a `pulumi-plugin.json`; one that says `"resource": false` has none.
    """
    folders = sys.path if site_packages is None else site_packages
    files = {
        file.resolve() for folder in folders for file in Path(folder).glob("*/pulumi-plugin.json")
    }
    plugins = (json.loads(file.read_text()) for file in sorted(files))
    return [(p["name"], p.get("version", "")) for p in plugins if p.get("resource")]


def program_command(executor: Path, engine: str, request: Any) -> list[str]:
    """The arguments, after the interpreter, with which a `RunRequest` is carried out."""
    info: Any = request.info
    command = ["-u", str(executor)]
    options = {
        "project": request.project,
        "stack": request.stack,
        "parallel": str(request.parallel),
        "pwd": request.pwd or info.program_directory,
        "monitor": request.monitor_address,
        "engine": engine,
        "organization": request.organization,
        "root_directory": info.root_directory,
        "dry_run": "true" if request.dryRun else "",
    }
    for name, value in options.items():
        command += [f"--{name}", value] if value else []
    program = os.path.normpath(Path(info.program_directory) / info.entry_point)
    return [*command, program, *request.args]


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """The part of `pulumirpc.LanguageRuntime` that `pulumi up` and its kin use."""

    def __init__(self, executor: Path, engine: str) -> None:
        self._executor = executor
        self._engine = engine
        self._children: set[subprocess.Popen[bytes]] = set()

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002  # name and signature are gRPC's
        """Takes the engine's address when it comes by call instead of by argument."""
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002  # name and signature are gRPC's
        """The host belongs to the CLI, so its version is the CLI's."""
        return plugin_pb2.PluginInfo(version=versions.PULUMI)

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: N802  # name is gRPC's
        """The plugins of the installed SDKs: the engine looks for them before it runs."""
        return language_pb2.GetRequiredPackagesResponse(
            packages=[
                plugin_pb2.PackageDependency(name=name, kind="resource", version=version)
                for name, version in self._plugins(request, context)
            ]
        )

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:  # noqa: N802  # name is gRPC's
        """As `GetRequiredPackages`, for engines that do not know that call."""
        return language_pb2.GetRequiredPluginsResponse(
            plugins=[
                plugin_pb2.PluginDependency(name=name, kind="resource", version=version)
                for name, version in self._plugins(request, context)
            ]
        )

    def RuntimeOptionsPrompts(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002  # name and signature are gRPC's
        """Nothing to ask: the lab has one toolchain."""
        return language_pb2.RuntimeOptionsResponse()

    def About(self, request: Any, context: Any) -> Any:  # noqa: N802  # name is gRPC's
        """The interpreter, for `pulumi about`."""
        python = _interpreter(request.info, context).python
        version = subprocess.run(  # noqa: S603  # the interpreter that Pulumi.yaml names
            [python, "-c", "import platform; print(platform.python_version())"],
            capture_output=True,
            text=True,
            check=False,
        )
        return language_pb2.AboutResponse(executable=str(python), version=version.stdout.strip())

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:  # noqa: N802  # name is gRPC's
        """Every package the interpreter has, for `pulumi about`."""
        paths = _interpreter(request.info, context).site_packages()
        found = metadata.distributions() if paths is None else metadata.distributions(path=paths)
        packages = sorted({(each.name, each.version) for each in found})
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=name, version=version)
                for name, version in packages
            ]
        )

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802  # name is gRPC's
        """Runs the program to its end; a mistake that the executor has shown is not shown twice."""
        interpreter = _interpreter(request.info, context)
        config = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        command = [
            str(interpreter.python),
            *program_command(self._executor, self._engine, request),
        ]
        child = self._start(command, request.pwd, interpreter.environment(config))
        code = child.wait()
        self._children.discard(child)
        return run_response(code)

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802  # name is gRPC's
        """Runs a plugin that is a Python program (a policy pack) and passes on what it says."""
        interpreter = _interpreter(request.info, context)
        extra = dict(entry.split("=", 1) for entry in request.env if "=" in entry)
        command = [str(interpreter.python), "-u", request.info.program_directory, *request.args]
        child = self._start(
            command, request.pwd, interpreter.environment(extra), stdout=subprocess.PIPE
        )
        context.add_callback(child.terminate)
        for line in child.stdout or ():
            yield language_pb2.RunPluginResponse(stdout=line)
        code = child.wait()
        self._children.discard(child)
        yield language_pb2.RunPluginResponse(exitcode=code)

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002  # name and signature are gRPC's
        """Ends at once, but for the answer: for a host that stays the CLI waits 5 s, twice."""
        threading.Timer(0.05, self.end).start()
        return empty_pb2.Empty()

    def end(self) -> None:
        """Ends this process, and every program that still runs with it."""
        for child in list(self._children):
            child.terminate()
        os._exit(0)

    def _plugins(self, request: Any, context: Any) -> list[tuple[str, str]]:
        return required_plugins(_interpreter(request.info, context).site_packages())

    def _start(
        self,
        command: Sequence[str],
        folder: str,
        environment: Mapping[str, str],
        stdout: int | None = None,
    ) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(  # noqa: S603  # the user's own program, as `pulumi up` was asked to run
            command,
            cwd=folder,
            env=environment,
            stdout=stdout,
            stdin=subprocess.DEVNULL,
            # The engine ends its plugins by an interrupt to their process group; in a program that
            # is a KeyboardInterrupt, whose traceback would land in the user's diagnostics.
            process_group=0,
        )
        self._children.add(child)
        return child


def run_response(code: int) -> Any:
    """What the engine is told about a program that ended with `code` (negative: a signal)."""
    if code == 0:
        return language_pb2.RunResponse()
    if code == EXIT_SHOWN_TO_USER:
        return language_pb2.RunResponse(bail=True)
    if code < 0:
        name = signal.Signals(-code).name
        return language_pb2.RunResponse(error=f"the program was ended by {name}")
    return language_pb2.RunResponse(error=f"the program ended with exit code {code}")


def _interpreter(info: Any, context: Any) -> Interpreter:
    try:
        return Interpreter.of(info)
    except LabError as error:
        return context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))


def _end_with_parent(host: LanguageHost) -> None:
    """Nobody calls `Cancel` when the CLI was killed; without this the host would stay for ever."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    host.end()


def main(arguments: Sequence[str]) -> None:
    """Serves until cancelled. `arguments`: the executor's path, then what the engine passes."""
    host = LanguageHost(executor=Path(arguments[0]), engine=arguments[-1])
    # The engine's way to end a plugin; it kills one that is still there after 5 s.
    signal.signal(signal.SIGINT, lambda _number, _frame: host.end())
    signal.signal(signal.SIGTERM, lambda _number, _frame: host.end())
    server: Any = grpc.server(ThreadPoolExecutor(8), options=_UNLIMITED_MESSAGES)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    threading.Thread(target=_end_with_parent, args=(host,), daemon=True).start()
    server.wait_for_termination()


if __name__ == "__main__":
    main(sys.argv[1:])
