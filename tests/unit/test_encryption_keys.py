"""Encryption keys over whole stacks: who keeps them, who uses them, and what they are under."""

import fnmatch
import json
from typing import Any

import pytest

from tests.unit import committed
from tests.unit.configs import VARIANTS, brought_up
from tests.unit.engine import Run

KEY = "aws:kms/key:Key"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
USING = {
    *("Decrypt", "Encrypt", "ReEncryptFrom", "ReEncryptTo"),
    *("GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "CreateGrant"),
}
LAST_RESORT = {"kms:PutKeyPolicy", "kms:CancelKeyDeletion"}


@pytest.fixture(params=VARIANTS)
def run(request: pytest.FixtureRequest) -> Run:
    return brought_up(*VARIANTS[request.param])


def statements(run: Run, key: str) -> list[dict[str, Any]]:
    return json.loads(run.node(key, KEY).inputs["policy"])["Statement"]


def who_uses(run: Run, key: str) -> dict[str, set[str]]:
    """Principal → what it may do with the key, as far as that is more than keeping it."""
    found: dict[str, set[str]] = {}
    for statement in statements(run, key):
        used = {action.removeprefix("kms:") for action in statement["Action"]} & USING
        (principal,) = statement["Principal"].values()
        if used:
            found.setdefault(principal, set()).update(used)
    return found


def deployer(run: Run) -> str:
    return committed.stack_config(run.stack)["account"]["deployerRoleArn"]


def account(run: Run) -> str:
    return committed.stack_config(run.stack)["account"]["id"]


def test_the_policy_of_a_key_is_about_that_key(run: Run) -> None:
    """There "*" is the key itself, so the rules of `test_permissions.py` leave these out."""
    for node in run.of(KEY):
        assert {statement["Resource"] for statement in statements(run, node.name)} == {"*"}


def test_every_key_rotates_and_waits_a_month_before_it_is_gone(run: Run) -> None:
    keys = [node.inputs for node in run.of(KEY)]
    assert [key["enableKeyRotation"] for key in keys] == [True, True]
    assert [key["deletionWindowInDays"] for key in keys] == [30, 30]


def name(run: Run) -> str:
    return committed.stack_config(run.stack)["cluster"]["name"]


def test_nobody_but_the_clusters_role_uses_its_key(run: Run) -> None:
    """The deployer grants, to a service of AWS only; it decrypts nothing."""
    (role,) = (n for n in run.nodes.values() if n.name == f"{name(run)}-cluster-control-plane-role")
    assert who_uses(run, f"{name(run)}-cluster-secrets") == {
        role.outputs["arn"]: {"Encrypt", "Decrypt", "CreateGrant"},
        deployer(run): {"CreateGrant"},
    }


def test_nobody_but_cloudwatch_logs_uses_the_key_of_logs(run: Run) -> None:
    region = committed.stack_config(run.stack)["region"]
    assert who_uses(run, f"{name(run)}-logs-key") == {
        f"logs.{region}.amazonaws.com": USING - {"CreateGrant"}
    }


def test_a_grant_is_for_a_service_of_aws(run: Run) -> None:
    for node in run.of(KEY):
        for statement in statements(run, node.name):
            if "kms:CreateGrant" in statement["Action"]:
                assert statement["Action"] == ["kms:CreateGrant"]
                assert statement["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def test_only_the_deployer_changes_a_key_and_the_root_user_gets_it_back(run: Run) -> None:
    everybody = f"arn:aws:iam::{account(run)}:root"
    for node in run.of(KEY):
        for statement in statements(run, node.name):
            if statement["Principal"] == {"AWS": everybody}:
                reads = [
                    a for a in statement["Action"] if a[4:].startswith(("Get", "List", "Desc"))
                ]
                alone = statement.get("Condition") == {
                    "StringEquals": {"aws:PrincipalType": "Account"}
                }
                assert statement["Action"] == reads or alone
                assert alone or not LAST_RESORT & set(statement["Action"])
            elif "kms:PutKeyPolicy" in statement["Action"]:
                assert statement["Principal"] == {"AWS": deployer(run)}


def test_every_log_group_is_encrypted_and_its_name_is_one_that_the_key_is_for(run: Run) -> None:
    key = run.node(f"{name(run)}-logs-key", KEY)
    (use,) = (s for s in statements(run, key.name) if "Service" in s["Principal"])
    patterns = use["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    region = committed.stack_config(run.stack)["region"]
    for group in run.of(GROUP):
        assert group.inputs["kmsKeyId"] == key.outputs["arn"]
        # Pulumi makes a name of the logical one and seven letters.
        called = group.inputs.get("name", f"{group.name}-1a2b3c4")
        arn = f"arn:aws:logs:{region}:{account(run)}:log-group:{called}"
        assert [p for p in patterns if fnmatch.fnmatchcase(arn, p)], called


def test_a_key_of_logs_is_for_no_other_group_of_the_account(run: Run) -> None:
    (use,) = (s for s in statements(run, f"{name(run)}-logs-key") if "Service" in s["Principal"])
    patterns = use["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    other = f"arn:aws:logs:eu-west-1:{account(run)}:log-group:/aws/lambda/payments"
    assert not [p for p in patterns if fnmatch.fnmatchcase(other, p)]


def test_china_has_a_service_name_of_its_own() -> None:
    changes = {
        "region": "cn-north-1",
        "network.availabilityZones": ["cn-north-1a", "cn-north-1b"],
        "account.deployerRoleArn": "arn:aws-cn:iam::222222222222:role/deployer",
    }
    found = who_uses(brought_up("spoke-dev", changes), "spoke-dev-logs-key")
    assert list(found) == ["logs.cn-north-1.amazonaws.com.cn"]
