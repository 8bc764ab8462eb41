"""People and workloads of the sample teams, as they really log in: by access entry, group, binding.

Every request is real and a dry run on the server: rights and admission answer, nothing changes.
"""

import shlex
from pathlib import Path

import pytest
import yaml

from lab.argocd.pod_identity import AUDIENCE, PodIdentity
from tests.lab.copied_lab import Ran
from tests.lab.fleet_lab import DEV, HUB, FleetLab

REGION = "eu-west-1"
ACCOUNT = "222222222222"
"""Of the spoke, and of the people's roles."""
DEVELOPERS = "payments-developers"
"""Edit payments-dev."""
ENGINEERS = "engineering"
"""View shop-dev."""
DRY = "--dry-run=server"
PROBE = f"create deployment probe --image=example/probe:1 {DRY}"


class People:
    """Whoever may become a role of a team's people, with kubectl."""

    def __init__(self, fleet: FleetLab, folder: Path) -> None:
        self._fleet, self._folder = fleet, folder

    def kubectl(self, role: str, arguments: str, *, stack: str = DEV) -> Ran:
        """kubectl on the stack's cluster, logged in as the role."""
        kubeconfig = self._folder / f"{stack}-{role}.yaml"
        if not kubeconfig.exists():
            self._write(kubeconfig, role, stack)
        return self._fleet.lab.shell(
            f"kubectl --kubeconfig {shlex.quote(str(kubeconfig))} {arguments}"
        )

    def _write(self, kubeconfig: Path, role: str, stack: str) -> None:
        """As docs/teams.md says; the deployer looks the address up, because the role may not."""
        committed = yaml.safe_load((self._fleet.lab.root / f"Pulumi.{stack}.yaml").read_text())
        deployer = committed["config"]["eks-hub-spoke:account"]["deployerRoleArn"]
        ran = self._fleet.lab.shell(
            f"aws eks update-kubeconfig --name {stack} --region {REGION}"
            f" --assume-role-arn {deployer}"
            f" --role-arn arn:aws:iam::{ACCOUNT}:role/teams/{role}"
            f" --kubeconfig {shlex.quote(str(kubeconfig))}"
        )
        assert ran.code == 0, ran.stderr


@pytest.fixture(scope="module")
def people(fleet: FleetLab, tmp_path_factory: pytest.TempPathFactory) -> People:
    fleet.wait_ready(f"payments-dev-{DEV}", f"payments-dev-{DEV}-gateway", f"shop-dev-{DEV}")
    return People(fleet, tmp_path_factory.mktemp("people"))


@pytest.mark.parametrize(
    ("role", "arguments"),
    [
        (DEVELOPERS, f"-n payments-dev {PROBE}"),
        (DEVELOPERS, "-n payments-dev get secrets"),
        (ENGINEERS, "-n shop-dev get deployments"),
    ],
)
def test_people_may(role: str, arguments: str, people: People) -> None:
    ran = people.kubectl(role, arguments)
    assert ran.code == 0, ran.stderr


@pytest.mark.parametrize(
    ("role", "arguments"),
    [
        (DEVELOPERS, f"-n shop-dev {PROBE}"),
        (DEVELOPERS, "-n shop-dev get pods"),
        (DEVELOPERS, "-n kube-system get secrets"),
        (DEVELOPERS, "get nodes"),
        (DEVELOPERS, f"delete namespace payments-dev {DRY}"),
        (DEVELOPERS, f"-n payments-dev delete resourcequota environment {DRY}"),
        (DEVELOPERS, f"-n payments-dev delete networkpolicy default-deny {DRY}"),
        (DEVELOPERS, f"-n payments-dev delete rolebinding team-edit {DRY}"),
        (
            DEVELOPERS,
            f"-n payments-dev create rolebinding more --clusterrole=admin --user=ann {DRY}",
        ),
        (DEVELOPERS, f"create clusterrolebinding more --clusterrole=view --user=ann {DRY}"),
        (DEVELOPERS, "-n payments-dev get pods --as=system:admin --as-group=system:masters"),
        (ENGINEERS, f"-n shop-dev {PROBE}"),
        (ENGINEERS, "-n shop-dev get secrets"),
        (ENGINEERS, "-n payments-dev get pods"),
    ],
)
def test_people_may_not(role: str, arguments: str, people: People) -> None:
    ran = people.kubectl(role, arguments)
    assert ran.code != 0, ran.stdout
    assert "orbidden" in ran.stderr or "denied" in ran.stderr, ran.stderr


def test_people_of_teams_are_nobody_on_the_hub(people: People) -> None:
    ran = people.kubectl(DEVELOPERS, "get namespaces", stack=HUB)
    assert ran.code != 0
    assert "nauthorized" in ran.stderr or "logged in" in ran.stderr, ran.stderr


def test_a_workloads_pods_work_as_the_role_of_its_file(fleet: FleetLab, tmp_path: Path) -> None:
    identity = workload(fleet, "gateway", tmp_path)
    assert identity.code == 0, identity.stderr
    arn = identity.document["Arn"]
    assert arn.startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/payments-dev-")


def test_another_service_account_of_the_namespace_gets_no_role(
    fleet: FleetLab, tmp_path: Path
) -> None:
    assert workload(fleet, "default", tmp_path).code != 0


def workload(fleet: FleetLab, service_account: str, folder: Path) -> Ran:
    """Who a pod of this service account in payments-dev is, in AWS."""
    token = fleet.kubectl(
        DEV, "-n", "payments-dev", "create", "token", service_account, "--audience", AUDIENCE
    )
    assert token.code == 0, token.stderr
    file = folder / service_account
    file.write_text(token.stdout.strip())
    endpoint = fleet.lab.shell("echo $AWS_ENDPOINT_URL").stdout.strip()
    agent = PodIdentity(aws_endpoint=endpoint, account=ACCOUNT, region=REGION, cluster=DEV)
    settings = " ".join(
        f"{name}={shlex.quote(value)}" for name, value in agent.variables(file).items()
    )
    keys = "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SHARED_CREDENTIALS_FILE"
    return fleet.lab.shell(f"{keys} AWS_CONFIG_FILE\n{settings} aws sts get-caller-identity")


def test_a_file_that_breaks_takes_nothing_away_from_its_team(fleet: FleetLab) -> None:
    """The stack reads its own outputs by the real engine, from the real state."""
    file = fleet.lab.root / "gitops/teams/shop/team.yaml"
    good = file.read_text()
    file.write_text("team: [")
    try:
        ran = fleet.lab.shell(f"pulumi preview -s {DEV} --expect-no-changes")
    finally:
        file.write_text(good)
    assert ran.code == 0, ran.stderr + ran.stdout
    assert "shop: keeps what it had" in ran.stdout
