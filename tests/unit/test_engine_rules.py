"""The rules that the unit tests' engine shares with the real one: URNs, options, previews, stacks.

How it hangs on the SDK is held by `test_engine_itself.py`.
"""

import contextlib
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from tests.unit.engine import (
    UNKNOWN,
    Engine,
    Node,
    RefusedByEngineError,
    Run,
    Secret,
    UnexpectedLookupError,
)
from tests.unit.engine_samples import SPOKE, SUBNET, VPC, Box


def test_urns_are_those_of_the_real_engine() -> None:
    run = Engine(stack="hub").run(lambda: Box("hub"))
    assert list(run.nodes)[1:] == [
        "urn:pulumi:hub::eks-hub-spoke::eks-hub-spoke:index:Box::hub",
        "urn:pulumi:hub::eks-hub-spoke::eks-hub-spoke:index:Box$aws:ec2/vpc:Vpc::hub-vpc",
    ]


def test_two_resources_of_one_urn_are_refused() -> None:
    def program() -> None:
        aws.ec2.Vpc("same")
        aws.ec2.Vpc("same")

    with pytest.raises(RefusedByEngineError, match="Duplicate resource URN"):
        Engine().run(program)


def test_the_order_of_registration_is_the_programs() -> None:
    def program() -> None:
        for index in range(20):
            aws.ec2.Vpc(f"vpc-{index}")

    orders = {tuple(node.name for node in Engine().run(program).of(VPC)) for _ in range(3)}
    assert orders == {tuple(f"vpc-{index}" for index in range(20))}


def test_options_are_recorded() -> None:
    def program() -> None:
        first = aws.ec2.Vpc("first")
        aws.ec2.Vpc(
            "second",
            opts=pulumi.ResourceOptions(
                protect=True,
                depends_on=[first],
                deleted_with=first,
                aliases=[pulumi.Alias(name="old")],
                ignore_changes=["tags"],
                delete_before_replace=False,
                retain_on_delete=True,
            ),
        )

    second = Engine().run(program).node("second")
    assert second.depends_on == {"first"}
    assert second.deleted_with == "first"
    assert second.options.protect
    assert second.options.aliases == ("old",)
    assert second.options.ignore_changes == ("tags",)
    assert second.options.delete_before_replace is False
    assert second.options.retain_on_delete


def test_children_inherit_what_the_engine_hands_down() -> None:
    def program() -> None:
        provider = aws.Provider("account", region="eu-west-1")
        other = aws.ec2.Vpc("other", opts=pulumi.ResourceOptions(provider=provider))
        Box(
            "box",
            pulumi.ResourceOptions(protect=True, deleted_with=other, providers=[provider]),
        )

    child = Engine().run(program).node("box-vpc")
    assert child.parent == "box"
    assert child.options.protect
    assert child.deleted_with == "other"
    assert child.provider == "account"


def test_a_dependency_by_data_is_recorded_with_its_property() -> None:
    def program() -> None:
        vpc = aws.ec2.Vpc("vpc")
        aws.ec2.Subnet("subnet", vpc_id=vpc.id)

    subnet = Engine().run(program).only(SUBNET)
    assert subnet.inputs["vpcId"] == "vpc-id"
    assert subnet.depends_on == {"vpc"}
    assert [*subnet.property_dependencies] == ["vpcId"]


def test_what_a_provider_computes_comes_from_the_answers() -> None:
    def answers(node: Node, _run: Run) -> dict[str, Any]:
        return {"id": "vpc-1", "arn": "arn:vpc"} if node.type == VPC else {}

    def program() -> None:
        vpc = aws.ec2.Vpc("vpc")
        pulumi.export("arn", pulumi.Output.concat(vpc.id, " ", vpc.arn))

    assert Engine(answers=answers).run(program).exports == {"arn": "vpc-1 arn:vpc"}


def test_a_preview_knows_no_ids_and_no_computed_outputs() -> None:
    def program() -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block=vpc.cidr_block)

    subnet = Engine(preview=True).run(program).only(SUBNET)
    assert subnet.inputs == {"vpcId": UNKNOWN, "cidrBlock": "10.0.0.0/16"}


def test_exports_keep_their_secrets() -> None:
    def program() -> None:
        pulumi.export("open", 1)
        pulumi.export("closed", {"token": pulumi.Output.secret("t")})

    assert Engine().run(program).exports == {"open": 1, "closed": {"token": Secret("t")}}


def test_a_stack_reference_reads_what_another_run_exported() -> None:
    def program() -> None:
        spoke = pulumi.StackReference("spoke", stack_name=SPOKE)
        pulumi.export("copy", spoke.require_output("registration"))

    engine = Engine(stacks={SPOKE: {"registration": Secret({"a": 1})}})
    assert engine.run(program).exports == {"copy": Secret({"a": 1})}


def test_a_stack_that_does_not_exist_is_refused() -> None:
    with pytest.raises(RefusedByEngineError, match="unknown stack"):
        Engine().run(lambda: pulumi.StackReference("a/b/c"))


def test_a_program_may_ask_for_a_stack_that_does_not_exist_and_go_on() -> None:
    token = "pulumi:pulumi:readStackOutputs"

    def program() -> None:
        with pytest.raises(Exception, match="unknown stack"):
            pulumi.runtime.invoke(token, {"name": "a/b/c"})
        found = pulumi.runtime.invoke(token, {"name": SPOKE})
        pulumi.export("outputs", found.value["outputs"])

    run = Engine(stacks={SPOKE: {"a": 1}}).run(program)
    assert run.exports == {"outputs": {"a": 1}}
    assert run.lookups == []


def test_an_unexpected_lookup_fails_even_when_the_program_catches_it() -> None:
    def program() -> None:
        with contextlib.suppress(AssertionError):
            aws.get_caller_identity()

    with pytest.raises(UnexpectedLookupError, match="getCallerIdentity"):
        Engine().run(program)


def test_an_expected_lookup_is_answered_and_recorded() -> None:
    token = "aws:index/getCallerIdentity:getCallerIdentity"

    def program() -> None:
        pulumi.export("account", aws.get_caller_identity_output().account_id)

    run = Engine(lookups={token: {"accountId": "111111111111"}}).run(program)
    assert run.exports == {"account": "111111111111"}
    assert [lookup.token for lookup in run.lookups] == [token]


def test_config_reaches_the_program_with_its_secrets() -> None:
    def program() -> None:
        config = pulumi.Config("eks-hub-spoke")
        pulumi.export("plain", config.require_object("network"))
        pulumi.export("token", config.require_secret("token"))

    run = Engine(
        config={"eks-hub-spoke:network": '{"cidr": "10.0.0.0/16"}', "eks-hub-spoke:token": "t"},
        secret_keys=["eks-hub-spoke:token"],
    ).run(program)
    assert run.exports == {"plain": {"cidr": "10.0.0.0/16"}, "token": Secret("t")}


def test_components_register_their_outputs_once() -> None:
    run = Engine().run(lambda: Box("box"))
    assert run.node("box").outputs_registered == 1
    assert run.node("box").outputs == {"vpc_id": "box-vpc-id"}


def test_a_missing_node_is_named_with_what_there_is() -> None:
    run = Engine().run(lambda: Box("box"))
    with pytest.raises(AssertionError, match="box-vpc"):
        run.node("box-vcp")
