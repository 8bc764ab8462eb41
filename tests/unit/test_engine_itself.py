"""The seams of the unit tests' engine to the SDK; pins the SDK's private names it leans on.

When `pulumi` is upgraded and something here fails, mend `tests/unit/engine`, not the program.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks
import pulumi_kubernetes as k8s
import pytest
from pulumi.runtime import _callbacks, rpc, settings, sync_await

from tests.unit.engine import (
    UNKNOWN,
    Engine,
    HiddenChild,
    Node,
    OutputMisusedError,
    Run,
    Secret,
    plain,
)
from tests.unit.engine.wire import decode, encode
from tests.unit.engine_samples import CLUSTER, Box


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (rpc, "_special_sig_key"),
        (rpc, "_special_secret_sig"),
        (rpc, "_special_resource_sig"),
        (rpc, "_special_output_value_sig"),
        (rpc, "UNKNOWN"),
        (rpc, "_RESOURCE_MODULES"),
        (settings, "ROOT"),
        (settings, "SETTINGS"),
        (sync_await, "_sync_await"),
        (_callbacks, "_CallbackServicer"),
        (pulumi.runtime, "run_in_stack"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_sdk_still_has_the_private_names_that_the_engine_uses(owner: object, name: str) -> None:
    assert hasattr(owner, name)


def test_the_callbacks_registry_still_has_only_the_fields_that_we_set() -> None:
    fields = set(_callbacks._CallbackServicer.__annotations__)  # pyright: ignore[reportPrivateUsage]  # SDK seam
    ours = {"_callbacks", "_transforms", "_state_migrations", "_monitor", "_loop", "_target"}
    assert fields - ours == {"_servicers", "_server"}


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 2.5, "text", UNKNOWN, Secret("s"), [1, Secret([2])], {"a": {"b": [None]}}],
    ids=repr,
)
def test_a_value_survives_the_wire(value: object) -> None:
    assert decode(encode(value)) == value


def test_a_secret_does_not_show_in_a_failed_assertion() -> None:
    assert "hunter2" not in repr([Secret("hunter2")])
    assert plain({"a": [Secret("hunter2")]}) == {"a": ["hunter2"]}


def _reads_true(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    if args.type_ != CLUSTER:
        return None
    props: dict[str, Any] = {**args.props, "zonalShiftConfig": {"enabled": True}}
    return pulumi.ResourceTransformResult(props, args.opts)


def _one_hidden_cluster(node: Node) -> list[HiddenChild]:
    return [HiddenChild(type=CLUSTER, name=f"{node.name}-eksCluster", inputs={"name": node.name})]


def test_transforms_reach_the_hidden_children_of_a_remote_component() -> None:
    def program() -> None:
        eks.Cluster("hub", opts=pulumi.ResourceOptions(transforms=[_reads_true]))

    hidden = Engine(children=_one_hidden_cluster).run(program).only(CLUSTER)
    assert hidden.hidden
    assert hidden.parent == "hub"
    assert hidden.inputs == {"name": "hub", "zonalShiftConfig": {"enabled": True}}


def test_a_transform_may_change_options() -> None:
    def protect(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult:
        args.opts.protect = True
        return pulumi.ResourceTransformResult(args.props, args.opts)

    def program() -> None:
        Box("box", pulumi.ResourceOptions(transforms=[protect]))

    assert Engine().run(program).node("box-vpc").options.protect


def test_a_resource_can_be_passed_as_a_value() -> None:
    """pulumi_eks does so everywhere; the stock mocks hang or fail on it in half of the runs."""

    def program() -> None:
        role = aws.iam.Role("role", assume_role_policy="{}")
        cluster = eks.Cluster("hub", service_role=role)
        k8s.core.v1.Namespace("ns", opts=pulumi.ResourceOptions(depends_on=[cluster]))

    run = Engine().run(program)
    assert run.only("eks:index:Cluster").inputs["serviceRole"].urn == run.node("role").urn


def test_a_resource_that_a_remote_component_returns_has_its_own_outputs() -> None:
    def answers(node: Node, run: Run) -> dict[str, Any]:
        if node.type == CLUSTER:
            return {"id": "hub", "endpoint": "https://hub"}
        if node.remote:
            return {"eksCluster": run.reference(CLUSTER)}
        return {}

    def program() -> None:
        cluster = eks.Cluster("hub")
        pulumi.export("endpoint", cluster.eks_cluster.apply(lambda c: c.endpoint))

    run = Engine(answers=answers, children=_one_hidden_cluster).run(program)
    assert run.exports == {"endpoint": "https://hub"}


def _interpolated(output: Any) -> object:
    return f"{output}"


def _decided(output: Any) -> object:
    return 1 if output else 2


def _compared(output: Any) -> object:
    return output == "vpc-1"


def _compared_otherwise(output: Any) -> object:
    return output != "vpc-1"


@pytest.mark.parametrize(
    "misuse", [_interpolated, _decided, _compared, _compared_otherwise], ids=lambda f: f.__name__
)
def test_misuse_of_an_output_is_loud(misuse: Callable[[Any], object]) -> None:
    run = Engine().attempt(lambda: misuse(aws.ec2.Vpc("vpc").id))
    assert isinstance(run.error, OutputMisusedError) or "__str__" in str(run.error)


def test_outputs_are_themselves_again_after_a_run() -> None:
    def truth(_output: Any) -> bool:
        return bool(_output)

    outputs: list[pulumi.Output[str]] = []
    Engine().run(lambda: outputs.append(aws.ec2.Vpc("vpc").id))
    assert truth(outputs[0])


def test_an_error_inside_apply_comes_through() -> None:
    def fail(_value: str) -> None:
        raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        Engine().run(lambda: aws.ec2.Vpc("vpc").id.apply(fail))


def test_what_was_recorded_before_an_error_stays() -> None:
    def program() -> None:
        pulumi.log.warn("careful")
        raise SystemExit(1)

    run = Engine().attempt(program)
    assert isinstance(run.error, SystemExit)
    assert [(line.severity, line.message) for line in run.logs] == [("warning", "careful")]


def test_an_asynchronous_program_is_awaited() -> None:
    async def program() -> None:
        await asyncio.sleep(0)
        aws.ec2.Vpc("late")

    assert Engine().run(program).node("late")
