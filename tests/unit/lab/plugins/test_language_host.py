"""How the stand-in for the Python language host runs programs."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import language_pb2

from lab.errors import LabError
from lab.plugins import language_host
from lab.plugins.language_host import Interpreter, LanguageHost, run_response

PROJECT_ROOT = Path(language_host.__file__).parents[2]
# The executor's part in a run, without an engine: it is told where to find one.
EXECUTOR = """
import json, os, sys
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
print(json.dumps({"config": os.environ["PULUMI_CONFIG"], "arguments": sys.argv[1:]}))
sys.exit(int(os.environ.get("EXIT_CODE", "0")))
"""


def info(root: Path, **options: str) -> Any:
    struct = struct_pb2.Struct()
    struct.update(options)
    return language_pb2.ProgramInfo(
        root_directory=str(root), program_directory=str(root), entry_point=".", options=struct
    )


def request(root: Path, **fields: Any) -> Any:
    return language_pb2.RunRequest(
        info=info(root), pwd=str(root), project="p", stack="s", monitor_address="m:1", **fields
    )


@pytest.fixture
def host(tmp_path: Path) -> LanguageHost:
    executor = tmp_path / "executor.py"
    executor.write_text(EXECUTOR)
    return LanguageHost(executor, "engine:1")


def virtualenv(root: Path, name: str) -> Path:
    folder = root / name
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    return folder


def test_the_program_is_run_by_the_executor_and_its_output_is_the_hosts(
    host: LanguageHost, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    response = host.Run(request(tmp_path, config={"p:a": "1"}, dryRun=True, args=["x"]), None)
    assert response == language_pb2.RunResponse()
    printed = capfd.readouterr().out
    assert '"--engine", "engine:1"' in printed
    assert '"--dry_run", "true"' in printed
    assert printed.rstrip().endswith(f'"{tmp_path}", "x"]}}')
    assert json.loads(json.loads(printed)["config"]) == {"p:a": "1"}


def test_the_engines_address_may_come_by_handshake(
    host: LanguageHost, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    host.Handshake(language_pb2.LanguageHandshakeRequest(engine_address="other:2"), None)
    host.Run(request(tmp_path), None)
    assert '"--engine", "other:2"' in capfd.readouterr().out


def test_a_mistake_that_was_shown_is_not_shown_twice() -> None:
    assert run_response(32) == language_pb2.RunResponse(bail=True)


@pytest.mark.parametrize(("code", "words"), [(3, "exit code 3"), (-9, "SIGKILL")])
def test_any_other_end_of_the_program_is_named(code: int, words: str) -> None:
    assert words in run_response(code).error


def test_the_virtualenv_of_the_project_file_is_relative_to_the_project(tmp_path: Path) -> None:
    folder = virtualenv(tmp_path, "venv")
    interpreter = Interpreter.of(info(tmp_path, virtualenv="venv"))
    assert interpreter.python == folder / "bin" / "python"
    environment = interpreter.environment({})
    assert environment["VIRTUAL_ENV"] == str(folder)
    assert environment["PATH"].startswith(f"{folder / 'bin'}{os.pathsep}")


def test_a_policy_packs_virtualenv_is_beside_its_folder_though_that_is_a_link(
    tmp_path: Path,
) -> None:
    folder = virtualenv(tmp_path / "project", "venv")
    (tmp_path / "committed" / "pack").mkdir(parents=True)
    (tmp_path / "project" / "pack").symlink_to(tmp_path / "committed" / "pack")
    interpreter = Interpreter.of(info(tmp_path / "project" / "pack", virtualenv="../venv"))
    assert interpreter.python == folder / "bin" / "python"


def test_without_a_virtualenv_the_hosts_own_interpreter_runs_the_program(tmp_path: Path) -> None:
    assert Interpreter.of(info(tmp_path)).python == Path(sys.executable)


def test_a_virtualenv_that_is_not_there_is_an_error_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"venv.*holds no Python.*python3 -m venv"):
        Interpreter.of(info(tmp_path, virtualenv="venv"))


def test_a_program_does_not_see_the_launchers_search_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{PROJECT_ROOT}{os.pathsep}/their/own")
    assert Interpreter.of(info(tmp_path)).environment({})["PYTHONPATH"] == "/their/own"
    monkeypatch.setenv("PYTHONPATH", str(PROJECT_ROOT))
    assert "PYTHONPATH" not in Interpreter.of(info(tmp_path)).environment({})


def test_every_installed_sdk_names_its_plugin(host: LanguageHost, tmp_path: Path) -> None:
    response = host.GetRequiredPackages(
        language_pb2.GetRequiredPackagesRequest(info=info(tmp_path)), None
    )
    assert {"aws", "eks", "kubernetes"} <= {each.name for each in response.packages}


def test_a_package_without_a_plugin_names_none(tmp_path: Path) -> None:
    for name, text in (("a", '{"resource": true, "name": "a"}'), ("b", '{"resource": false}')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pulumi-plugin.json").write_text(text)
    assert language_host.required_plugins([str(tmp_path)]) == [("a", "")]


class Context:
    """The part of a gRPC call that a stream uses."""

    def add_callback(self, _callback: Any) -> bool:
        return True


def test_a_policy_pack_is_run_and_its_lines_passed_on(host: LanguageHost, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text(
        "import os, sys; print(sys.argv[1]); print(os.environ['A']); sys.exit(5)"
    )
    plugin = language_pb2.RunPluginRequest(
        info=info(tmp_path), pwd=str(tmp_path), args=["engine:1"], env=["A=b=c"]
    )
    answers = list(host.RunPlugin(plugin, Context()))
    assert [each.stdout for each in answers[:-1]] == [b"engine:1\n", b"b=c\n"]
    assert answers[-1].exitcode == 5


def test_about_names_the_interpreter(host: LanguageHost, tmp_path: Path) -> None:
    about = host.About(language_pb2.AboutRequest(info=info(tmp_path)), None)
    assert about.executable == sys.executable
    assert about.version.startswith("3.")
