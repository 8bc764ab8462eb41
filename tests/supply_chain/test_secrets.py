"""There is no secret in the working tree, nor in the history; and one that is planted is found."""

import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.lab.copied_lab import CopiedLab
from tests.supply_chain.gitleaks import ROOT, Gitleaks, find_gitleaks

# Put together here, or they would be found in this very file.
PLANTED = {
    "aws-access-token": "AKIA" + "QYLPMN5HNA3Y7RTX",
    "github-pat": "ghp_" + "x7Kq2vR9mT4bW1nZ8sD3fG6hJ5kL0pY2cV4a",
    "pulumi-api-token": "pul-" + "3f9a1c7e5b2d8f4061a9c3e7b5d2f8046a1c9e3b",
    "private-key": (
        "-----BEGIN RSA PRIVATE " + "KEY-----\n" + "MIIEowIBAAKCAQEAq8Zl2vXn\n" * 4 + "-----END"
        " RSA PRIVATE " + "KEY-----"
    ),
    "generic-api-key": "webhook_" + "secret: " + "k8Jd93nfPq0z" + "Xw72LmVb5TtRy1",
}


@pytest.fixture(scope="module")
def gitleaks() -> Gitleaks:
    return find_gitleaks()


def test_the_working_tree_holds_no_secret(gitleaks: Gitleaks, tmp_path: Path) -> None:
    CopiedLab.copy_to(tmp_path)
    assert gitleaks.files(tmp_path) == []


def test_no_commit_ever_held_one(gitleaks: Gitleaks) -> None:
    assert gitleaks.history(ROOT) == []


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_secret_is_found_in_a_stack_file(
    gitleaks: Gitleaks, tmp_path: Path, rule: str
) -> None:
    committed = (ROOT / "Pulumi.hub.yaml").read_text()
    (tmp_path / "Pulumi.hub.yaml").write_text(f"{committed}\n{PLANTED[rule]}\n")
    assert gitleaks.files(tmp_path) == [f"Pulumi.hub.yaml: {rule}"]


def test_a_comment_does_not_excuse_one(gitleaks: Gitleaks, tmp_path: Path) -> None:
    excused = f"token: {PLANTED['github-pat']} # gitleaks:allow\n"
    (tmp_path / "values.yaml").write_text(excused)
    assert gitleaks.files(tmp_path) == ["values.yaml: github-pat"]


def test_one_that_was_committed_and_taken_out_again_is_found(
    gitleaks: Gitleaks, tmp_path: Path
) -> None:
    def git(*words: str) -> None:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
        subprocess.run(  # noqa: S603  # git of the PATH, words of this test
            ["git", *identity, *words],  # noqa: S607  # the same
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )

    git("init")
    (tmp_path / "key.txt").write_text(PLANTED["aws-access-token"])
    git("add", ".")
    git("commit", "-m", "in")
    git("rm", "key.txt")
    git("commit", "-m", "out")
    assert gitleaks.history(tmp_path) == ["key.txt: aws-access-token"]


def test_every_exception_has_its_reason() -> None:
    rules = tomllib.loads((ROOT / ".gitleaks.toml").read_text())
    entries = rules.get("allowlists", [])
    assert [entry for entry in entries if len(entry.get("description", "")) < 20] == []
    assert rules["extend"] == {"useDefault": True}
