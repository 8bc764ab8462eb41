"""No secret of a running lab lies where others read: state, logs, ConfigMaps, annotations, outputs.

Owns: which secrets there are, and where nobody may find them. Not here: secrets in the repository
(`tests/supply_chain`).
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.fleet_lab import DEV, HUB, PROD, FleetLab

STACKS = (HUB, DEV, PROD)
SHORTEST = 8
"""What is shorter is found by chance."""


def of_the_machine(fleet: FleetLab) -> Iterator[tuple[str, str]]:
    """What the lab keeps in files of its owner's: name and secret."""
    layout = fleet.layout
    yield "the passphrase of the state", layout.passphrase.read_text().strip()
    for line in layout.aws_credentials.read_text().splitlines():
        if line.startswith("aws_secret_access_key"):
            yield "the engineer's secret key", line.partition("=")[2].strip()
    for path in sorted(layout.state.rglob("*.key")):
        lines = [line for line in path.read_text().splitlines() if line and "-----" not in line]
        yield f"the private key {path.relative_to(layout.state)}", lines[len(lines) // 2]
    for name in ("token", "aws-token"):
        for path in sorted(layout.argocd.rglob(name)):
            # What comes before the last dot is no secret without what comes after it.
            signature = path.read_text().strip().rpartition(".")[2]
            yield f"{name} of {path.parent.name}", signature
    yield "the secret of the webhook", (layout.argocd / "webhook-secret").read_text()


def of_the_hub(fleet: FleetLab) -> Iterator[tuple[str, str]]:
    """What is in Secrets of Argo CD's, but for what says where clusters are."""
    for item in fleet.items(HUB, "secrets", "--namespace", "argocd"):
        name, labels = item["metadata"]["name"], item["metadata"].get("labels", {})
        if labels.get("argocd.argoproj.io/secret-type") == "cluster":
            continue
        for key, value in item.get("data", {}).items():
            text = base64.b64decode(value).decode(errors="replace")
            # References are no secrets, nor are certificates and releases, which are packed.
            public = text.startswith("$") or key in ("tls.crt", "release", "admin.passwordMtime")
            if not public and len(text) >= SHORTEST:
                yield f"{key} of {name}", text.splitlines()[len(text.splitlines()) // 2]


@pytest.fixture(scope="module")
def secrets(fleet: FleetLab) -> dict[str, str]:
    found = dict([*of_the_machine(fleet), *of_the_hub(fleet)])
    return {name: secret for name, secret in found.items() if len(secret) >= SHORTEST}


def leaks(secrets: dict[str, str], text: str) -> list[str]:
    """The secrets that are in a text: plain, encoded or escaped."""
    return [
        name
        for name, secret in secrets.items()
        if any(
            form in text
            for form in (
                secret,
                base64.b64encode(secret.encode()).decode().rstrip("="),
                json.dumps(secret)[1:-1],
            )
        )
    ]


def test_there_is_something_to_look_for(secrets: dict[str, str]) -> None:
    looked_for = " ".join(secrets)
    assert "the passphrase of the state" in secrets
    assert "the engineer's secret key" in secrets
    for kind in ("private key ", "token of ", "password of", "server.secretkey", "webhook"):
        assert kind in looked_for, kind


def test_what_is_looked_for_is_found_where_it_is(fleet: FleetLab, secrets: dict[str, str]) -> None:
    assert leaks(secrets, fleet.layout.passphrase.read_text()) == ["the passphrase of the state"]


def test_the_state_of_pulumi_holds_none(fleet: FleetLab, secrets: dict[str, str]) -> None:
    files = [path for path in fleet.layout.backend.rglob("*") if path.is_file()]
    assert len(files) > len(STACKS)
    assert found_in(files, secrets) == []


def test_no_log_holds_one(fleet: FleetLab, secrets: dict[str, str]) -> None:
    logs = [path for path in fleet.layout.logs.rglob("*") if path.is_file()]
    logs += sorted(fleet.layout.state.rglob("*.log"))
    assert len(logs) > 10
    assert found_in(logs, secrets) == []


def test_no_config_map_holds_one(fleet: FleetLab, secrets: dict[str, str]) -> None:
    for stack in STACKS:
        for item in fleet.items(stack, "configmaps", "--all-namespaces"):
            assert leaks(secrets, json.dumps(item)) == [], (stack, item["metadata"]["name"])


def test_no_annotation_and_no_label_holds_one(fleet: FleetLab, secrets: dict[str, str]) -> None:
    for kind in ("secrets", "applications", "applicationsets", "appprojects"):
        for item in fleet.items(HUB, kind, "--namespace", "argocd"):
            assert leaks(secrets, json.dumps(item["metadata"])) == [], item["metadata"]["name"]


def test_a_cluster_secret_holds_no_credential(fleet: FleetLab, secrets: dict[str, str]) -> None:
    for stack in STACKS:
        data = fleet.cluster_secret(stack)
        assert leaks(secrets, json.dumps(data)) == []
        assert set(json.loads(data["config"])) == {"awsAuthConfig", "tlsClientConfig"}
        assert set(json.loads(data["config"])["tlsClientConfig"]) <= {"caData", "insecure"}


def test_no_output_of_a_stack_holds_one(fleet: FleetLab, secrets: dict[str, str]) -> None:
    for stack in STACKS:
        ran = fleet.lab.shell(f"pulumi stack output --json --show-secrets --stack {stack}")
        assert ran.code == 0, ran.stderr
        assert leaks(secrets, ran.stdout) == []


def test_what_the_lab_reports_holds_none(fleet: FleetLab, secrets: dict[str, str]) -> None:
    """Not `lab env`, which is there to hand the engineer's key to a shell."""
    ran = fleet.lab.run("status", "--json")
    assert ran.code == 0, ran.stderr
    assert leaks(secrets, ran.stdout + ran.stderr) == []


def found_in(files: list[Path], secrets: dict[str, str]) -> list[str]:
    """`file: secret` for every one that is in these files."""
    return [
        f"{path.name}: {name}"
        for path in files
        for name in leaks(secrets, path.read_text(errors="replace"))
    ]
