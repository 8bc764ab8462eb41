"""Every committed stack, whole: what must hold for all of its resources, whoever made them.

The hub is fed with what the spoke really exports. Single components have their own tests beside
this one; policies and trust are in `test_permissions.py`, contracts in `test_contracts.py`.
"""

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest

from tests.unit import committed, sdk_types
from tests.unit.configs import CLOSED_SPOKE, OPEN_SPOKE, VARIANTS, brought_up
from tests.unit.engine import Node, Run, Secret, plain

STACKS = committed.stack_names()
PROVIDERS = "pulumi:providers:"
WITHOUT_PARENT = (PROVIDERS, "pulumi:pulumi:")
COMPONENT = "eks-hub-spoke:index:"
REMOTE = "eks:index:Cluster"
IN_CLUSTER = "kubernetes:"
PART_OF_A_CLUSTER = (
    "aws:eks/accessEntry:",
    "aws:eks/accessPolicyAssociation:",
    "aws:eks/addon:",
    "aws:eks/podIdentityAssociation:",
)
SECRET = "kubernetes:core/v1:Secret"


@pytest.fixture(params=VARIANTS)
def run(request: pytest.FixtureRequest) -> Run:
    stack, changes = VARIANTS[request.param]
    return brought_up(stack, changes)


def resources(run: Run) -> Iterator[Node]:
    return (n for n in run.nodes.values() if not n.read and n.type != "pulumi:pulumi:Stack")


def texts(value: Any) -> Iterator[str]:
    """Every text in a value, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in cast(list[Any], value):
            yield from texts(item)
    elif isinstance(value, dict):
        for item in cast(dict[str, Any], value).values():
            yield from texts(item)


@pytest.mark.parametrize("stack", STACKS)
def test_every_committed_stack_comes_up(stack: str) -> None:
    assert (
        committed.up(stack).exports["cluster_name"]
        == committed.stack_config(stack)["cluster"]["name"]
    )


@pytest.mark.parametrize("stack", STACKS)
def test_every_committed_stack_shows_the_same_resources_in_a_preview(stack: str) -> None:
    assert set(committed.up(stack, preview=True).nodes) == set(committed.up(stack).nodes)


def test_a_second_run_asks_for_exactly_the_same() -> None:
    """Whatever differed would show as a change in every `pulumi up`."""
    stack = "spoke-dev"
    again = committed.engine(stack, committed.stack_config(stack)).run(committed.program)
    assert again.nodes == committed.up(stack).nodes


def test_inputs_are_of_the_types_that_the_sdk_declares(run: Run) -> None:
    assert sdk_types.findings(run) == []


def test_no_text_holds_a_value_that_was_not_there_yet(run: Run) -> None:
    odd = re.compile(r"\bNone\b|Output\[|<pulumi\.|<unknown>|0x[0-9a-f]{8}")
    found = [
        f"{node.name}: {text}"
        for node in resources(run)
        for text in texts(plain(node.inputs))
        if odd.search(text)
    ]
    assert found == []


def test_nothing_uses_a_default_provider(run: Run) -> None:
    lacking = [
        node.name
        for node in resources(run)
        if node.custom and not node.hidden and not node.type.startswith(PROVIDERS)
        if not node.provider
    ]
    assert lacking == []


def test_a_remote_component_gets_our_provider(run: Run) -> None:
    assert "aws" in run.only(REMOTE).options.providers


def test_resources_are_made_with_the_provider_of_their_package(run: Run) -> None:
    for node in resources(run):
        if node.options.provider and node.custom:
            package = node.type.partition(":")[0]
            assert f"{PROVIDERS}{package}::" in node.options.provider, node.name


def test_every_resource_belongs_to_a_component(run: Run) -> None:
    orphans = [
        node.name
        for node in resources(run)
        if not node.type.startswith((*WITHOUT_PARENT, COMPONENT))
        if run.nodes[node.parent_urn].type == "pulumi:pulumi:Stack"
    ]
    assert orphans == []


def test_names_grow_from_the_parents_so_that_one_alias_renames_a_subtree(run: Run) -> None:
    for node in resources(run):
        parent = run.nodes[node.parent_urn]
        if parent.type != "pulumi:pulumi:Stack":
            assert node.name.startswith(parent.name), node.name


def test_names_hold_no_index(run: Run) -> None:
    """A key keeps a resource's identity when a list is reordered; a position does not."""
    numbered = [node.name for node in resources(run) if re.search(r"-\d+$", node.name)]
    zones = re.compile(r"[a-z]{2}-[a-z]+-\d$")
    assert [name for name in numbered if not zones.search(name)] == []


def test_every_component_registers_its_outputs_once(run: Run) -> None:
    for node in resources(run):
        if node.type.startswith(COMPONENT):
            assert node.outputs_registered == 1, node.name


def test_what_is_in_the_cluster_goes_with_it(run: Run) -> None:
    """One by one, deletion would hang on a cluster that is already gone."""
    cluster = run.only(REMOTE).name
    lacking = [
        node.name
        for node in resources(run)
        if node.type.startswith(IN_CLUSTER) and node.deleted_with != cluster
    ]
    assert lacking == []


def test_what_outlives_the_cluster_is_not_left_behind_with_it(run: Run) -> None:
    """`deleted_with` is inherited: on a component it also skips the deletion of an IAM role."""
    left = [
        node.name
        for node in resources(run)
        if node.custom and node.deleted_with
        if not node.type.startswith((IN_CLUSTER, *PART_OF_A_CLUSTER))
    ]
    assert left == []


def test_the_cluster_its_key_and_the_registrations_are_protected(run: Run) -> None:
    protected = {node.type for node in resources(run) if node.options.protect}
    kinds = {"aws:eks/cluster:Cluster", REMOTE, "aws:kms/key:Key"}
    assert protected == kinds | ({SECRET} if run.of(SECRET) else set())


def test_protection_of_the_cluster_is_configuration() -> None:
    run = brought_up("spoke-dev", OPEN_SPOKE)
    assert [node.name for node in resources(run) if node.options.protect] == []
    assert run.only(REMOTE).inputs["deletionProtection"] is False


def test_only_what_aws_has_one_of_is_deleted_before_it_is_replaced(run: Run) -> None:
    """The new one would be refused as already there; a cluster secret must never be away."""
    eager = {node.type for node in resources(run) if node.options.delete_before_replace}
    assert eager <= {
        "aws:eks/accessEntry:AccessEntry",
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        "aws:eks/capability:Capability",
    }


def test_only_named_things_ignore_changes(run: Run) -> None:
    ignored = {(n.type, *n.options.ignore_changes) for n in resources(run)}
    assert {entry for entry in ignored if len(entry) > 1} <= {
        ("aws:eks/nodeGroup:NodeGroup", "scalingConfig.desiredSize")
    }


def test_no_export_shows_a_secret_or_a_credential(run: Run) -> None:
    shown = {key: value for key, value in run.exports.items() if not isinstance(value, Secret)}
    assert set(shown) <= {
        "cluster_name",
        "cluster_endpoint",
        "update_kubeconfig_command",
        "argocd_address",
        "argocd_login_command",
        "argocd_port_forward_command",
        "egress_addresses",
        "teams",
    }
    shown.pop("teams", None)
    addresses: list[Any] = shown.pop("egress_addresses")
    assert all(isinstance(value, str) for value in [*shown.values(), *addresses])


def test_exports_tell_a_person_how_to_get_in(run: Run) -> None:
    command = run.exports["update_kubeconfig_command"]
    assert command.startswith("aws eks update-kubeconfig --name ")
    assert run.exports["cluster_endpoint"].startswith("https://")


def test_the_hub_tells_where_argo_cd_answers_and_how_to_log_in() -> None:
    exports = committed.up("hub").exports
    assert exports["argocd_address"].startswith("https://")
    assert "--namespace argocd" in exports["argocd_login_command"]


def test_only_the_hub_looks_at_other_stacks() -> None:
    read = {
        stack: [n.name for n in committed.up(stack).nodes.values() if n.read] for stack in STACKS
    }
    spokes = committed.stacks_of_role("spoke")
    assert read == {stack: [] for stack in STACKS} | {
        "hub": [f"organization/eks-hub-spoke/{spoke}" for spoke in spokes]
    }
    assert all(committed.up(stack).lookups == [] for stack in STACKS)


def test_each_stack_stays_in_its_account_and_region(run: Run) -> None:
    config = committed.stack_config(run.stack)
    provider = run.only("pulumi:providers:aws")
    assert provider.inputs["allowedAccountIds"] == f'["{config["account"]["id"]}"]'
    assert provider.inputs["region"] == config["region"]


def test_the_provider_works_as_the_deployer() -> None:
    provider = committed.up("hub").only("pulumi:providers:aws")
    assert (
        '"roleArn": "arn:aws:iam::111111111111:role/eks-hub-spoke-deployer-hub"'
        in (provider.inputs["assumeRoles"])
    )


def test_a_pipeline_that_is_the_deployer_already_assumes_nothing() -> None:
    run = brought_up("spoke-dev", CLOSED_SPOKE)
    assert run.only("pulumi:providers:aws").inputs.get("assumeRoles", "[]") == "[]"
    assert "--role-arn" not in run.only("pulumi:providers:kubernetes").inputs["kubeconfig"]


def test_everything_is_tagged_once_by_the_provider() -> None:
    tags = brought_up("spoke-dev", OPEN_SPOKE).only("pulumi:providers:aws").inputs["defaultTags"]
    for expected in ('"cost-centre": "42"', '"eks-hub-spoke:cluster": "spoke-dev"'):
        assert expected in tags


def test_nothing_is_logged_by_a_run_without_mistakes(run: Run) -> None:
    assert run.logs == []
