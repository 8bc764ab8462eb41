"""Pulumi.yaml, the stack files and the typed configuration say the same about every key."""

from ipaddress import IPv4Network
from typing import Any

import pytest
from pydantic import BaseModel

from components import config
from components.config_account import AccountStackConfig
from tests.unit import committed

DECLARED: dict[str, dict[str, Any]] = committed.project()["config"]
MODELS: tuple[type[BaseModel], ...] = (
    config.HubConfig,
    config.SpokeConfig,
    AccountStackConfig,
)
STACKS = committed.stack_names()
ACCOUNTS = committed.account_names()
TYPES = {"string", "object", "array", "boolean", "integer"}


def keys_of(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


@pytest.mark.parametrize("key", DECLARED)
def test_every_declared_key_has_a_type_and_says_what_it_is(key: str) -> None:
    assert DECLARED[key]["type"] in TYPES
    assert len(DECLARED[key]["description"]) > 10


def test_every_declared_key_is_read_by_a_role_and_every_key_that_is_read_is_declared() -> None:
    assert set(DECLARED) == set().union(*(keys_of(model) for model in MODELS))


@pytest.mark.parametrize("stack", [*STACKS, *ACCOUNTS])
def test_every_key_of_a_stack_file_is_declared(stack: str) -> None:
    assert set(committed.stack_config(stack)) <= set(DECLARED)


def test_a_default_stands_in_the_model_alone() -> None:
    """Pulumi.yaml may only give an empty one, which `config.load` takes for not written."""
    written = {key: row["default"] for key, row in DECLARED.items() if "default" in row}
    assert [key for key, default in written.items() if default not in ({}, [], "")] == []


def test_pulumi_demands_no_key_so_that_the_program_reports_all_mistakes_at_once() -> None:
    """The CLI stops at a declared key without a default, before the program can name the rest."""
    assert [key for key, row in DECLARED.items() if "default" not in row] == []


@pytest.mark.parametrize("stack", [*STACKS, *ACCOUNTS])
def test_a_stack_file_holds_no_secret_in_plain_text(stack: str) -> None:
    text = (committed.ROOT / f"Pulumi.{stack}.yaml").read_text().lower()
    for word in ("password", "token:", "secretaccesskey", "private key"):
        assert word not in text


def test_the_committed_addresses_do_not_overlap() -> None:
    """Peered networks cannot share addresses, and renumbering a cluster replaces it."""
    blocks = [IPv4Network(committed.stack_config(s)["network"]["cidr"]) for s in STACKS]
    pairs = [(a, b) for i, a in enumerate(blocks) for b in blocks[i + 1 :]]
    assert [(a, b) for a, b in pairs if a.overlaps(b)] == []


def test_every_committed_spoke_is_registered_with_a_hub() -> None:
    """A spoke that no hub lists is paid for and gets nothing."""
    listed = [
        s for hub in committed.stacks_of_role("hub") for s in committed.stack_config(hub)["spokes"]
    ]
    assert sorted(listed) == sorted(committed.stacks_of_role("spoke"))


def test_each_stack_has_an_account_of_its_own() -> None:
    """What a mistake in one account can reach ends there."""
    accounts = [committed.stack_config(stack)["account"]["id"] for stack in STACKS]
    assert len(set(accounts)) == len(STACKS) > 2


def test_every_spoke_of_the_hub_has_a_stack_file_and_names_its_hub() -> None:
    for hub in committed.stacks_of_role("hub"):
        of_hub = committed.stack_config(hub)
        for spoke in of_hub["spokes"]:
            assert committed.stack_config(spoke)["hub"] == {
                "accountId": of_hub["account"]["id"],
                "clusterName": of_hub["cluster"]["name"],
            }


def test_every_stack_is_deployed_by_the_role_that_its_accounts_stack_makes() -> None:
    made = {
        (
            *(of_account["account"]["id"], stack, deployed["clusterName"], deployed["region"]),
            deployed.get("argocd", "self-managed"),
        )
        for account in ACCOUNTS
        for of_account in [committed.stack_config(account)]
        for stack, deployed in of_account["stacks"].items()
    }
    configs = {stack: committed.stack_config(stack) for stack in STACKS}
    assert made == {
        (
            *(of_stack["account"]["id"], stack, of_stack["cluster"]["name"], of_stack["region"]),
            of_stack.get("argocd", {}).get("mode", "self-managed"),
        )
        for stack, of_stack in configs.items()
    }
    assert {
        stack: of_stack["account"]["deployerRoleArn"] for stack, of_stack in configs.items()
    } == {
        stack: f"arn:aws:iam::{of_stack['account']['id']}:role/eks-hub-spoke-deployer-{stack}"
        for stack, of_stack in configs.items()
    }
