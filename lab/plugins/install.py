"""Puts Pulumi's plugins where the engine finds them: official ones if they can be had, else ours.

Owns PULUMI_HOME/plugins and the decision, which is remembered there. The programs themselves
(`pulumi`, the executor's folder) are lab/programs'; what a stand-in does is its own module's.

Everything lies in PULUMI_HOME/plugins, the language host too: a plugin on PATH that is not beside
the `pulumi` binary makes the engine warn on every run, one in its own folder does not.
"""

import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from lab import versions
from lab.errors import LabError

_PROJECT_ROOT = Path(__file__).resolve().parents[2]
_EXECUTOR = "pulumi-language-python-exec"
# The module that each stand-in is.
_RESOURCE_PLUGINS = {
    "aws": "lab.plugins.aws",
    "eks": "lab.plugins.eks",
    "kubernetes": "lab.plugins.kubernetes",
}
_MARK = "# stand-in of the lab"
_RELEASES = "https://get.pulumi.com/releases/plugins"
# Long enough for a slow proxy's answer, short enough for a network that answers nothing.
_PROBE_SECONDS = 5
# The aws plugin is about 200 MB.
_DOWNLOAD_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class InstalledPlugin:
    """One plugin that the engine will find; `version` is empty for a host found on PATH."""

    name: str
    kind: str
    version: str
    official: bool


def install(
    pulumi_home: Path, bin_folder: Path, *, python: Path, exec_folder: Path
) -> list[InstalledPlugin]:
    """Makes the language host and the aws, eks and kubernetes plugins available; quick when done.

    `bin_folder` holds `pulumi`; `python` runs the stand-ins and, through the language host, the
    program; `exec_folder` holds the CLI's executor. Versions are those of the installed SDKs. A
    refused download is remembered in `pulumi_home` and not tried again. LabError for a missing SDK.
    """
    plugins = pulumi_home / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    found = [_language_host(plugins, bin_folder, python, exec_folder)]
    for name, module in _RESOURCE_PLUGINS.items():
        version = sdk_version(name)
        folder = plugins / f"resource-{name}-v{version}"
        program = folder / f"pulumi-resource-{name}"
        if not _is_official(program):
            _download(pulumi_home, bin_folder, name, version)
        official = _is_official(program)
        if not official:
            _lay_down(program, launcher(python, module))
        found.append(
            InstalledPlugin(name=name, kind="resource", version=version, official=official)
        )
    return found


def sdk_version(name: str) -> str:
    """The version of the SDK package, which is that of its plugin."""
    try:
        return metadata.version(f"pulumi-{name}")
    except metadata.PackageNotFoundError as error:
        raise LabError(
            f"the package pulumi-{name} is not installed", "Install requirements.txt"
        ) from error


def launcher(python: Path, module: str, *arguments: str) -> str:
    """The text of a program that starts a stand-in in place of itself."""
    command = shlex.join([str(python), "-m", module, *arguments])
    search = f"{shlex.quote(str(_PROJECT_ROOT))}${{PYTHONPATH:+:$PYTHONPATH}}"
    return f'#!/bin/sh\n{_MARK}\nPYTHONPATH={search} exec {command} "$@"\n'


def _language_host(
    plugins: Path, bin_folder: Path, python: Path, exec_folder: Path
) -> InstalledPlugin:
    """The one beside the `pulumi` binary if its release brought one, else ours."""
    program = "pulumi-language-python"
    beside = (bin_folder / "pulumi").resolve().parent / program
    if os.access(beside, os.X_OK) and _is_official(beside):
        return InstalledPlugin(name="python", kind="language", version="", official=True)
    version = versions.PULUMI
    executor = str(exec_folder / _EXECUTOR)
    _lay_down(
        plugins / f"language-python-v{version}" / program,
        launcher(python, "lab.plugins.language_host", executor),
    )
    return InstalledPlugin(name="python", kind="language", version=version, official=False)


def _is_official(program: Path) -> bool:
    """Whether it is there and is not a launcher of ours."""
    try:
        with program.open("rb") as file:
            return _MARK.encode() not in file.read(256)
    except FileNotFoundError:
        return False


def _lay_down(program: Path, text: str) -> None:
    """Writes a launcher, whole or not at all; a folder that a broken download left is replaced."""
    folder = program.parent
    if (folder / "PulumiPlugin.yaml").exists():
        shutil.rmtree(folder)
    folder.with_name(f"{folder.name}.partial").unlink(missing_ok=True)
    folder.mkdir(exist_ok=True)
    if program.exists() and program.read_text() == text:
        return
    temporary = program.with_name(f".{program.name}.new")
    temporary.write_text(text)
    temporary.chmod(0o755)
    temporary.replace(program)


def _download(pulumi_home: Path, bin_folder: Path, name: str, version: str) -> None:
    """Installs the official plugin if that is possible; tried once per version and PULUMI_HOME."""
    record = pulumi_home / "official-plugins-refused.json"
    refused: dict[str, str] = json.loads(record.read_text()) if record.exists() else {}
    key = f"{name}-v{version}"
    if key in refused:
        return
    reason = _offered(name, version) or _pulumi_install(pulumi_home, bin_folder, name, version)
    if not reason:
        return
    temporary = record.with_suffix(".new")
    temporary.write_text(json.dumps({**refused, key: reason}, indent=2))
    temporary.replace(record)


def _offered(name: str, version: str) -> str:
    """Why the download site does not offer a plugin; empty if it does."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    file = f"pulumi-resource-{name}-v{version}-{platform.system().lower()}-{machine}.tar.gz"
    request = urllib.request.Request(f"{_RELEASES}/{file}", method="HEAD")  # noqa: S310  # https
    try:
        with urllib.request.urlopen(request, timeout=_PROBE_SECONDS):  # noqa: S310  # https
            return ""
    except (urllib.error.URLError, OSError) as error:
        return str(error)


def _pulumi_install(pulumi_home: Path, bin_folder: Path, name: str, version: str) -> str:
    """Why `pulumi plugin install` failed; empty if it did not."""
    command = [str(bin_folder / "pulumi"), "plugin", "install", "resource", name, version]
    command.append("--reinstall")  # else a stand-in that lies there counts as installed
    try:
        subprocess.run(  # noqa: S603  # the lab's own pulumi
            command,
            env={**os.environ, "PULUMI_HOME": str(pulumi_home), "PULUMI_SKIP_UPDATE_CHECK": "true"},
            capture_output=True,
            text=True,
            timeout=_DOWNLOAD_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        output = str(error.stderr or "")
        lines = re.findall(r"^error: .*", output, re.MULTILINE) or output.splitlines()
        return lines[-1] if lines else f"exit code {error.returncode}"
    except subprocess.TimeoutExpired:
        return f"not there after {_DOWNLOAD_SECONDS} s"
    return ""
