"""Argo CD's processes find what their image and mounts have, and nothing of another lab's."""

import shutil
import subprocess
from pathlib import Path

import pytest

from lab.argocd.mounts import Mounts
from lab.argocd.pod_environment import Objects
from tests.unit.lab.argocd.argocd_lab import executable

TLS = ("ConfigMap", "argocd-tls-certs-cm")


@pytest.fixture
def programs(tmp_path: Path) -> dict[str, Path]:
    folder = tmp_path / "programs"
    return {
        "argocd": executable(folder / "argocd"),
        "helm": executable(folder / "helm"),
        "kubectl": executable(folder / "kubectl", 'echo "kubectl $*"'),
        "argocd-scripts": folder,
    }


@pytest.fixture
def mounts(tmp_path: Path) -> Mounts:
    return Mounts(folder=tmp_path / "a folder")


def test_argocd_is_there_under_each_of_its_names(mounts: Mounts, programs: dict[str, Path]) -> None:
    """It is one binary, and which program it is depends on the name it is called by."""
    mounts.link_programs(programs)

    for name in ("argocd-server", "argocd-repo-server", "argocd-k8s-auth"):
        assert mounts.program(name).resolve() == programs["argocd"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "folder", "--enable-helm"], "kubectl kustomize folder --enable-helm"),
        (["edit", "set", "image"], "the lab's kustomize cannot edit"),
    ],
)
def test_kubectl_stands_in_for_kustomize_where_there_is_none(
    mounts: Mounts,
    programs: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    said: str,
) -> None:
    def nowhere(_name: str) -> None:
        return None

    monkeypatch.setattr(shutil, "which", nowhere)
    mounts.link_programs(programs)

    ran = subprocess.run(  # noqa: S603  # the script under test
        [str(mounts.program("kustomize")), *arguments], capture_output=True, text=True, check=False
    )

    assert said in ran.stdout + ran.stderr


def test_a_real_kustomize_is_taken(
    mounts: Mounts, programs: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = executable(tmp_path / "bin" / "kustomize")
    monkeypatch.setenv("PATH", str(real.parent), prepend=":")
    mounts.link_programs(programs)

    assert mounts.program("kustomize").resolve() == real


def test_certificates_are_those_of_the_hub_and_of_the_labs_own_servers(
    mounts: Mounts, tmp_path: Path
) -> None:
    authority = tmp_path / "ca.crt"
    authority.write_text("OURS")
    objects: Objects = {TLS: {"git.example.com": "THEIRS"}}

    mounts.write_certificates(objects, {"127.0.0.1": authority})

    assert (mounts.folder / "tls" / "git.example.com").read_text() == "THEIRS"
    assert (mounts.folder / "tls" / "127.0.0.1").read_text() == "OURS"


def test_a_certificate_that_the_hub_trusts_no_more_goes(mounts: Mounts) -> None:
    mounts.write_certificates({TLS: {"git.example.com": "THEIRS"}}, {})

    mounts.write_certificates({}, {})

    assert not list((mounts.folder / "tls").iterdir())


def test_components_share_no_folder_that_they_write_to(mounts: Mounts) -> None:
    first, second = mounts.variables("one", {}), mounts.variables("two", {})

    for name in ("HOME", "TMPDIR", "HELM_CACHE_HOME", "KUBECACHEDIR", "GNUPGHOME"):
        assert first[name] != second[name]
        assert first[name].startswith(str(mounts.folder))


def test_the_path_of_the_person_changes_nothing(mounts: Mounts) -> None:
    """In `lab env` and outside of it, an `up` keeps the same processes."""
    git = shutil.which("git") or ""
    plain = mounts.variables("one", {"PATH": str(Path(git).parent)})
    other = mounts.variables("one", {"PATH": f"/opt/tools:{Path(git).parent}"})

    assert plain["PATH"] == other["PATH"]
    assert plain["PATH"].startswith(str(mounts.bin))


def test_this_machine_is_never_asked_for_through_a_proxy(mounts: Mounts) -> None:
    found = mounts.variables("one", {"NO_PROXY": "example.com,127.0.0.1"})

    assert found["NO_PROXY"] == "127.0.0.1,example.com"


def test_a_socket_in_a_deep_folder_is_short_enough_for_the_kernel(tmp_path: Path) -> None:
    deep = Mounts(folder=tmp_path / ("x" * 100))

    assert len(deep.variables("one", {})["ARGOCD_ASK_PASS_SOCK"].encode()) <= 107
