"""The lab's kubeconfigs: as `aws eks update-kubeconfig` makes them, usable in any shell."""

import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.kubeconfigs import update_command, write_all
from lab.layout import Layout
from lab.stacks import Fleet, read_fleet
from tests.unit.lab.lab_project import write_project

# What the aws command line writes, as far as the lab looks at it.
FAKE_AWS = """#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in --alias) alias=$2;; --kubeconfig) file=$2;; esac
  shift
done
cat > "$file" <<END
apiVersion: v1
kind: Config
current-context: $alias
clusters: [{name: arn-$alias, cluster: {server: https://127.0.0.1:1}}]
contexts: [{name: $alias, context: {cluster: arn-$alias, user: arn-$alias}}]
users: [{name: arn-$alias, user: {exec: {command: aws, args: [eks, get-token], env: null}}}]
END
"""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(root=write_project(tmp_path / "a project"))
    layout.make_folders()
    (layout.bin / "aws").write_text(FAKE_AWS)
    (layout.bin / "aws").chmod(0o755)
    return layout


@pytest.fixture
def fleet(layout: Layout) -> Fleet:
    fleet = read_fleet(layout.root)
    write_all(layout, fleet.stacks, "http://127.0.0.1:5000", {"PATH": "/usr/bin:/bin"})
    return fleet


def login(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text())["users"][0]["user"]["exec"]


@pytest.mark.usefixtures("fleet")
def test_a_login_works_without_the_labs_environment(layout: Layout) -> None:
    found = login(layout.kubeconfig("hub"))

    assert found["command"] == str(layout.bin / "aws")
    assert found["args"] == ["eks", "get-token", "--profile", "eks-hub-spoke-lab"]
    assert {item["name"]: item["value"] for item in found["env"]} == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
        "AWS_CONFIG_FILE": str(layout.aws_config),
        "AWS_SHARED_CREDENTIALS_FILE": str(layout.aws_credentials),
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


@pytest.mark.usefixtures("fleet")
def test_the_merged_file_has_a_context_for_every_stack(layout: Layout) -> None:
    merged = yaml.safe_load(layout.merged_kubeconfig.read_text())

    assert [context["name"] for context in merged["contexts"]] == ["spoke-dev", "hub"]
    assert merged["current-context"] == "hub"


@pytest.mark.usefixtures("fleet")
def test_kubeconfigs_are_for_their_owner_alone(layout: Layout) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in layout.kubeconfigs.iterdir()}

    assert modes == {0o600}


def test_a_cluster_that_left_the_fleet_has_no_kubeconfig(layout: Layout, fleet: Fleet) -> None:
    write_all(layout, [fleet.hub], "http://127.0.0.1:5000", {"PATH": "/usr/bin:/bin"})

    assert sorted(path.name for path in layout.kubeconfigs.iterdir()) == ["all.yaml", "hub.yaml"]


def test_the_deployer_of_the_stacks_account_logs_in(fleet: Fleet) -> None:
    command = update_command(fleet.stack("spoke-dev"))

    assert command[command.index("--role-arn") + 1] == "arn:aws:iam::222222222222:role/d"
    assert command[command.index("--name") + 1] == "one"
