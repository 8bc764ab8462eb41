"""The deployers' policies are enough and no more, by all the calls of two stacks' lives.

Every call in the lab is held against its caller's policies, so what comes up, is previewed and goes
down shows that they are enough. Here it is counted which actions that took: what is allowed and was
never used must say why. The tests share one lab and run in the order of the file.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest

from components import deployer_policy
from components.place import Place
from lab import record
from lab.layout import Layout
from lab.services import request
from lab.stacks import read_fleet
from tests.lab.copied_lab import CopiedLab

ROLE = "arn:aws:iam::222222222222:role/eks-hub-spoke-{}-spoke-dev"
DEPLOYERS = (ROLE.format("deployer"), "arn:aws:iam::111111111111:role/eks-hub-spoke-deployer-hub")
PLACE = Place(account="222222222222", region="eu-west-1", cluster="spoke-dev", node_role_name="")
UNUSED: Mapping[str, str] = {
    "a change of what this test leaves as it is": (
        "ec2:CreateLaunchTemplateVersion ec2:DeleteTags ec2:ModifyLaunchTemplate "
        "ec2:ModifySecurityGroupRules ec2:ModifyVpcEndpoint ec2:ReplaceRoute "
        "ec2:ReplaceRouteTableAssociation eks:DescribeUpdate eks:UntagResource "
        "eks:UpdateAccessEntry eks:UpdateAddon eks:UpdateClusterConfig eks:UpdateClusterVersion "
        "eks:UpdateNodegroupConfig eks:UpdateNodegroupVersion "
        "eks:UpdatePodIdentityAssociation iam:PutRolePermissionsBoundary iam:UntagRole "
        "iam:UpdateAssumeRolePolicy iam:UpdateRole iam:UpdateRoleDescription kms:PutKeyPolicy "
        "kms:UntagResource kms:UpdateAlias kms:UpdateKeyDescription logs:AssociateKmsKey "
        "logs:UntagResource"
    ),
    "the official plugin asks for it, the stand-in does not": (
        "ec2:DescribeAddressesAttribute ec2:DescribeNetworkInterfaces ec2:DescribePrefixLists "
        "ec2:DisassociateAddress iam:ListInstanceProfilesForRole iam:ListRolePolicies"
    ),
    "AWS asks it of who makes a node group, an endpoint, the first cluster; the emulator not": (
        "ec2:RunInstances iam:CreateServiceLinkedRole route53:AssociateVPCWithHostedZone"
    ),
}
"""Why an action is allowed that no call of this test took → the actions."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CopiedLab]:
    """A spoke with a node group and endpoints beside a hub with Auto Mode and a NAT gateway."""
    copied = CopiedLab.copy_to(tmp_path_factory.mktemp("lab") / "project")
    change(copied, "cluster", compute="managed", publicAccess="none")
    change(copied, "network", natGateways="none")
    copied.up()
    yield copied
    if copied.state.exists():
        copied.run("down", "--force")


def change(lab: CopiedLab, section: str, **values: object) -> None:
    config = read_fleet(lab.root).stack("spoke-dev").config
    lab.edit_stack("spoke-dev", section, {**cast(dict[str, Any], config[section]), **values})


def used(lab: CopiedLab, *roles: str) -> set[str]:
    """The actions that these roles were allowed so far."""
    found = record.load(Layout(root=lab.root))
    answer = request(f"{found.aws_endpoint}/_lab/actions")
    return {action for role in roles for action in cast(list[str], answer.get(role, []))}


def allowed() -> set[str]:
    documents = [
        deployer_policy.reads(PLACE, "self-managed"),
        *deployer_policy.writes(PLACE, "self-managed").values(),
    ]
    return {
        action
        for document in documents
        for statement in document["Statement"]
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
    }


def as_role(kind: str, commands: str) -> str:
    """Commands as a pipeline runs them: with the role's session in the environment."""
    query = "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]"
    session = f"--role-arn {ROLE.format(kind)} --role-session-name test --output text"
    return (
        f"(set -- $(aws sts assume-role {session} --query '{query}')\n"
        'export AWS_ACCESS_KEY_ID="$1" AWS_SECRET_ACCESS_KEY="$2" AWS_SESSION_TOKEN="$3"\n'
        f"unset AWS_PROFILE\n{commands})\n"
    )


def test_the_preview_role_previews_and_only_reads(lab: CopiedLab) -> None:
    change(lab, "account", assumeDeployerRole=False)
    on_stack = "--stack spoke-dev --non-interactive"
    ran = lab.shell(
        "set -e\n"
        + as_role("deployer", f"pulumi up {on_stack} --yes --skip-preview")
        + as_role("preview", f"pulumi preview {on_stack} --refresh --expect-no-changes")
        + as_role("preview", "! aws ec2 create-vpc --cidr-block 10.9.0.0/16")
    )

    assert ran.code == 0, ran.stdout + ran.stderr
    assert "not authorized to perform: ec2:CreateVpc" in ran.stderr
    verbs = {action.partition(":")[2] for action in used(lab, ROLE.format("preview"))}
    assert {"DescribeVpcs", "DescribeCluster", "GetRole"} <= verbs
    assert [verb for verb in verbs if not verb.startswith(("Describe", "Get", "List"))] == []


def test_every_allowed_action_is_used_or_says_why_not(lab: CopiedLab) -> None:
    destroy = "pulumi destroy --yes --skip-preview --non-interactive --stack"
    unprotect = "pulumi state unprotect --all --yes --stack"
    ran = lab.shell(
        f"{unprotect} hub; {destroy} hub\n{unprotect} spoke-dev\n"
        + as_role("deployer", f"{destroy} spoke-dev")
    )

    assert ran.code == 0, ran.stdout + ran.stderr
    reasoned = {action for actions in UNUSED.values() for action in actions.split()}
    assert allowed() - used(lab, *DEPLOYERS) == reasoned
