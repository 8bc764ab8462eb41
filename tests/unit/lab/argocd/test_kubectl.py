"""kubectl is asked in Argo CD's namespace, with one kubeconfig, and its refusals are told."""

from pathlib import Path

import pytest

from lab.argocd.kubectl import Kubectl, run_program
from lab.errors import LabError
from tests.unit.lab.argocd.argocd_lab import executable


def kubectl(folder: Path, body: str) -> Kubectl:
    program = executable(folder / "kubectl", body)
    return Kubectl(program=program, kubeconfig=folder / "config", env={"KUBECONFIG": "another"})


def test_the_kubeconfig_is_the_one_that_was_given(tmp_path: Path) -> None:
    assert kubectl(tmp_path, 'echo "$KUBECONFIG"').run().strip() == str(tmp_path / "config")


def test_all_of_a_kind_are_annotated_or_those_that_a_label_chooses(tmp_path: Path) -> None:
    log = tmp_path / "log"
    found = kubectl(tmp_path, f'echo "$*" >> {log}')

    found.annotate("applications", "a=1")
    found.annotate("secrets", "a=1", selector="kind=cluster")

    assert log.read_text().splitlines() == [
        "annotate applications --all a=1 --overwrite --namespace argocd",
        "annotate secrets --selector kind=cluster a=1 --overwrite --namespace argocd",
    ]


def test_a_refusal_is_told_in_kubectls_words(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="kubectl get pods failed: no such host"):
        kubectl(tmp_path, "echo no such host >&2; exit 1").run("get", "pods")


def test_a_program_that_hangs_is_an_error() -> None:
    with pytest.raises(LabError, match=r"did not end within 0\.1 s"):
        run_program(["/bin/sleep", "60"], {}, 0.1)
