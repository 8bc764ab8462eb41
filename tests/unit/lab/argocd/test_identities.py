"""Each process is its own service account on the hub, by files that only their owner reads."""

from pathlib import Path

import pytest
import yaml

from lab.argocd.identities import identity
from lab.argocd.kubectl import Kubectl
from lab.cluster.interface import Endpoint
from lab.errors import LabError

ENDPOINT = Endpoint(server="https://127.0.0.1:1", ca_pem="PEM", issuer="")


@pytest.fixture
def kubectl(tmp_path: Path) -> Kubectl:
    """Answers with what it was asked."""
    program = tmp_path / "kubectl"
    program.write_text('#!/bin/sh\necho "$*"\n')
    program.chmod(0o755)
    return Kubectl(program=program, kubeconfig=tmp_path / "admin")


def test_the_context_is_argo_cds_namespace(tmp_path: Path, kubectl: Kubectl) -> None:
    """Argo CD looks for everything of its own in the namespace of its context."""
    who = identity(tmp_path, "argocd-server")
    who.write(kubectl, ENDPOINT, aws=False)

    written = yaml.safe_load(who.kubeconfig.read_text())

    assert written["contexts"][0]["context"]["namespace"] == "argocd"
    assert written["clusters"][0]["cluster"]["server"] == ENDPOINT.server


def test_the_kubeconfig_has_no_token_in_it_but_the_file_that_is_renewed(
    tmp_path: Path, kubectl: Kubectl
) -> None:
    who = identity(tmp_path, "argocd-server")
    who.write(kubectl, ENDPOINT, aws=False)

    (user,) = yaml.safe_load(who.kubeconfig.read_text())["users"]

    assert user["user"] == {"tokenFile": str(who.token)}
    asked = who.token.read_text()
    assert asked.startswith("create token argocd-server --duration 720h --namespace argocd")


def test_only_who_logs_in_to_clusters_has_a_token_for_aws(tmp_path: Path, kubectl: Kubectl) -> None:
    server, repository = identity(tmp_path, "argocd-server"), identity(tmp_path, "argocd-repo")
    server.write(kubectl, ENDPOINT, aws=True)
    repository.write(kubectl, ENDPOINT, aws=False)

    assert "--audience pods.eks.amazonaws.com" in server.aws_token.read_text()
    assert not repository.aws_token.exists()


def test_nobody_else_on_the_machine_reads_them(tmp_path: Path, kubectl: Kubectl) -> None:
    who = identity(tmp_path, "argocd-server")
    who.write(kubectl, ENDPOINT, aws=True)

    files = [who.kubeconfig, who.token, who.aws_token]
    assert [oct(path.stat().st_mode & 0o077) for path in files] == ["0o0"] * 3


def test_an_account_without_a_token_cannot_ask(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="argocd-server has no token"):
        identity(tmp_path, "argocd-server").api(ENDPOINT)
