"""A hub whose Argo CD is an EKS Capability, and a spoke for it, from nothing to nothing in the lab.

AWS's side is emulated and no controller runs, so nothing of Git is deployed: this shows the order,
the objects and the rights, not a sync. The tests share one lab and run in the order of the file.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest

from components import deployer_capability
from components.place import Place
from lab.stacks import read_fleet
from tests.lab.copied_lab import UP_SECONDS, CopiedLab
from tests.lab.test_deployer_rights import used

ROLE = "arn:aws:iam::111111111111:role/eks-hub-spoke/hub-argocd-capability"
SPOKE = "spoke-dev"
DEPLOYER = "arn:aws:iam::111111111111:role/eks-hub-spoke-deployer-hub"
PLACE = Place(account="111111111111", region="eu-west-1", cluster="hub", node_role_name="")
UNUSED: Mapping[str, str] = {
    "the last test takes it, and the count goes with the lab": (
        "eks:DeleteCapability logs:DeleteDelivery logs:DeleteDeliveryDestination "
        "logs:DeleteDeliverySource logs:DeleteLogGroup"
    ),
    "a change of what these tests leave as it is": (
        "eks:DescribeUpdate eks:UntagResource eks:UpdateCapability logs:AssociateKmsKey "
        "logs:UntagResource"
    ),
    "EKS asks Identity Center for it on AWS; in the lab for two of them": (
        "sso:DeleteApplication sso:DeleteApplicationAccessScope sso:DeleteApplicationAssignment "
        "sso:DeleteApplicationAuthenticationMethod sso:DeleteApplicationGrant "
        "sso:DescribeApplication sso:ListApplicationAssignments sso:PutApplicationAccessScope "
        "sso:PutApplicationAssignmentConfiguration sso:PutApplicationAuthenticationMethod "
        "sso:PutApplicationGrant"
    ),
}
"""Why an action is allowed for a capability alone that no call before the last test took."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CopiedLab]:
    """A copy of the project in the other mode; removed even if a test fails."""
    copied = CopiedLab.copy_to(tmp_path_factory.mktemp("lab") / "project")
    config = read_fleet(copied.root).hub.config
    platform = cast(dict[str, Any], config["argocd"])["platformRepository"]
    copied.edit_stack(
        "hub",
        "argocd",
        {
            "mode": "capability",
            "platformRepository": platform,
            "identityCenter": {
                "instanceArn": "arn:aws:sso:::instance/ssoins-1234567890abcdef",
                "region": "eu-west-1",
            },
            "roleMappings": {"ADMIN": {"groups": ["11111111-2222-3333-4444-555555555555"]}},
            "privateAccess": ["10.0.0.0/16"],
            "repositoryAccess": {
                "secrets": ["arn:aws:secretsmanager:eu-west-1:111111111111:secret:git-AbCdEf"]
            },
        },
    )
    deployed = {"hub": {"clusterName": "hub", "region": "eu-west-1", "argocd": "capability"}}
    copied.edit_stack("account-hub", "stacks", deployed)
    hub = cast(dict[str, Any], read_fleet(copied.root).stack(SPOKE).config["hub"])
    copied.edit_stack(SPOKE, "hub", {**hub, "argocd": "capability"})
    yield copied
    if copied.state.exists():
        copied.run("down", "--force")


@pytest.fixture(scope="module")
def first(lab: CopiedLab) -> dict[str, Any]:
    """What the first `up` reported."""
    return lab.up()


def aws(lab: CopiedLab, stack: str, command: str) -> Any:
    """What `aws` answers a person who works as the role by which that stack is brought up."""
    ran = lab.shell(
        f"export AWS_PROFILE={stack}\n"
        "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY\n"
        f"aws {command} --output json\n"
    )
    assert ran.code == 0, ran.stderr
    return ran.document


def may(lab: CopiedLab, stack: str, *question: str) -> str:
    """What RBAC of a cluster says to the capability's role, which comes as a group."""
    kubeconfig = lab.state / "kubeconfigs" / f"{stack}.yaml"
    program = str(lab.state / "bin" / "kubectl")
    asked = [program, "--kubeconfig", str(kubeconfig), "auth", "can-i", *question]
    return lab.execute([*asked, "--as", "capability", "--as-group", "argocd-hub"]).stdout.strip()


def test_the_hub_comes_up_before_its_spoke_and_again_with_it(first: dict[str, Any]) -> None:
    stacks = [title for title in first["seconds"] if title.startswith("pulumi up")]
    accounts = ["pulumi up account-dev", "pulumi up account-hub"]
    hub_first = ["pulumi up hub, before its spokes", f"pulumi up {SPOKE}", "pulumi up hub"]
    assert stacks == [*accounts, *hub_first]


def test_the_lab_says_that_nothing_runs_behind_the_capability(first: dict[str, Any]) -> None:
    assert first["up"] is True
    assert (first["argocd"], first["checks"]) == (None, [])
    (part,) = (part for part in first["parts"] if part["part"] == "Argo CD")
    assert (part["kind"], "no controllers" in part["version"]) == ("emulated", True)


@pytest.mark.usefixtures("first")
def test_the_capability_is_active_behind_its_endpoint(lab: CopiedLab) -> None:
    found = aws(lab, "hub", "eks describe-capability --cluster-name hub --capability-name argocd")
    capability = found["capability"]
    assert (capability["status"], capability["roleArn"]) == ("ACTIVE", ROLE)
    (endpoint,) = capability["configuration"]["argoCd"]["networkAccess"]["vpceIds"]
    assert endpoint.startswith("vpce-")


@pytest.mark.parametrize("stack", ["hub", SPOKE])
@pytest.mark.usefixtures("first")
def test_hub_and_spoke_know_the_capabilitys_role_as_a_group(lab: CopiedLab, stack: str) -> None:
    asked = f"eks describe-access-entry --cluster-name {stack} --principal-arn {ROLE}"
    assert aws(lab, stack, asked)["accessEntry"]["kubernetesGroups"] == ["argocd-hub"]


@pytest.mark.parametrize("stack", ["hub", SPOKE])
@pytest.mark.usefixtures("first")
def test_the_group_reads_everything_and_binds_nothing(lab: CopiedLab, stack: str) -> None:
    assert may(lab, stack, "list", "nodes") == "yes"
    assert may(lab, stack, "create", "clusterrolebindings") == "no"


@pytest.mark.parametrize("stack", ["hub", SPOKE])
@pytest.mark.usefixtures("first")
def test_clusters_are_registered_by_their_arns(lab: CopiedLab, stack: str) -> None:
    secret = lab.kubectl("hub", "get", "secret", f"cluster-{stack}", "--namespace", "argocd")
    data = {key: base64.b64decode(value).decode() for key, value in secret["data"].items()}
    assert set(data) == {"name", "server"}
    assert data["server"].startswith("arn:aws:eks:eu-west-1:")
    assert data["server"].endswith(f":cluster/{stack}")


@pytest.mark.usefixtures("first")
def test_settings_and_root_are_where_the_capability_reads_them(lab: CopiedLab) -> None:
    settings = lab.kubectl("hub", "get", "configmap", "argocd-cm", "--namespace", "argocd")
    assert all(".health." in key for key in settings["data"])
    root = lab.kubectl("hub", "get", "application", "root", "--namespace", "argocd")
    assert root["spec"]["destination"] == {"name": "hub", "namespace": "argocd"}


@pytest.mark.usefixtures("first")
def test_the_log_of_every_controller_is_delivered_though_the_capability_was_busy(
    lab: CopiedLab,
) -> None:
    assert len(aws(lab, "account-hub", "logs describe-deliveries")["deliveries"]) == 5
    logs = [path.read_text(errors="replace") for path in (lab.state / "logs").rglob("*.*")]
    assert any("on-error hook" in text for text in logs)


@pytest.mark.usefixtures("first")
def test_a_cluster_with_a_capability_is_not_deleted(lab: CopiedLab) -> None:
    ran = lab.shell(
        "export AWS_PROFILE=hub\n"
        "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY\n"
        "aws eks delete-cluster --name hub\n"
    )
    assert ran.code != 0
    assert "Cluster has capabilities attached" in ran.stderr


@pytest.mark.usefixtures("first")
def test_preview_after_up_finds_nothing(lab: CopiedLab) -> None:
    ran = lab.run("preview", "--json")
    assert (ran.code, ran.document["changes"]) == (0, 0), json.dumps(ran.document)


@pytest.mark.usefixtures("first")
def test_every_action_for_a_capability_is_used_or_says_why_not(lab: CopiedLab) -> None:
    statements = [*deployer_capability.reads(PLACE), *deployer_capability.writes(PLACE)]
    allowed = {action for statement in statements for action in statement["Action"]}
    reasoned = {action for actions in UNUSED.values() for action in actions.split()}
    assert allowed - used(lab, DEPLOYER) == reasoned


@pytest.mark.usefixtures("first")
def test_down_leaves_nothing_behind(lab: CopiedLab) -> None:
    ran = lab.run("down", seconds=UP_SECONDS)
    assert ran.code == 0, ran.stderr
    assert lab.processes() == []
    assert not lab.state.exists()
