"""What the Git host signs by: one secret, on the hub and here, and nowhere that others read."""

import json
from pathlib import Path

import pytest

from lab.argocd import webhook_secret
from lab.argocd.components import APPLICATIONSET_CONTROLLER
from lab.argocd.kubectl import Kubectl
from lab.argocd.pod_environment import Objects
from lab.errors import LabError
from lab.exit_codes import NotUpError
from tests.unit.lab.argocd.argocd_lab import executable, planner

SETTINGS: Objects = {webhook_secret.SETTINGS: {"webhook.github.secret": "$of-git:key"}}


@pytest.fixture
def kubectl(tmp_path: Path) -> Kubectl:
    """Keeps its arguments, and the file that it is given."""
    program = tmp_path / "kubectl"
    executable(program, f'echo "$@" > {tmp_path}/said; cat "$4" > {tmp_path}/applied')
    return Kubectl(program=program, kubeconfig=tmp_path / "admin", env={"PATH": "/usr/bin:/bin"})


def test_where_the_release_says_a_secret_is_made_once(tmp_path: Path, kubectl: Kubectl) -> None:
    made = webhook_secret.ensure(tmp_path, kubectl, SETTINGS)

    applied = json.loads((tmp_path / "applied").read_text())
    assert applied["metadata"]["name"] == "of-git"
    assert applied["metadata"]["labels"] == {"app.kubernetes.io/part-of": "argocd"}
    assert applied["stringData"] == {"key": made}
    assert len(made) >= 32


def test_the_one_that_the_hub_has_stays(tmp_path: Path, kubectl: Kubectl) -> None:
    objects: Objects = {**SETTINGS, ("Secret", "of-git"): {"key": "of the hub"}}

    assert webhook_secret.ensure(tmp_path, kubectl, objects) == "of the hub"
    assert webhook_secret.read(tmp_path) == "of the hub"
    assert not (tmp_path / "applied").exists()


def test_it_is_in_one_file_of_its_owners_and_in_no_command(
    tmp_path: Path, kubectl: Kubectl
) -> None:
    made = webhook_secret.ensure(tmp_path, kubectl, SETTINGS)

    holding = [p.name for p in tmp_path.iterdir() if p.is_file() and made in p.read_text()]
    assert sorted(holding) == ["applied", "webhook-secret"]
    assert (tmp_path / "webhook-secret").stat().st_mode & 0o077 == 0


def test_a_release_that_would_take_unsigned_events_is_an_error(
    tmp_path: Path, kubectl: Kubectl
) -> None:
    for said in ("", "plain", "$no-key"):
        objects: Objects = {webhook_secret.SETTINGS: {"webhook.github.secret": said}}
        with pytest.raises(LabError, match="does not say where"):
            webhook_secret.ensure(tmp_path, kubectl, objects)


def test_without_one_nothing_can_be_signed(tmp_path: Path) -> None:
    with pytest.raises(NotUpError, match="no secret to sign by"):
        webhook_secret.read(tmp_path)


def test_the_process_that_reads_it_only_once_starts_anew_with_another(tmp_path: Path) -> None:
    prints = [
        {plan.name: plan.fingerprint for plan in planner(tmp_path, {}, signed_by=secret).plans()}
        for secret in ("one", "another")
    ]
    changed = {name for name in prints[0] if prints[0][name] != prints[1][name]}
    assert changed == {APPLICATIONSET_CONTROLLER}
