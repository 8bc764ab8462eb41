"""The lab's stand-ins know every type, property and function that the program uses.

Seconds instead of a `pulumi up`: the tables of `lab/plugins` are held against what the committed
stacks and their variants really ask for. What the plugins do with it is tested in `tests/lab`.
"""

from typing import Any

import pytest

from lab.plugins.aws import registry, schema, settings
from lab.plugins.aws.resource_type import ResourceType
from lab.plugins.eks import arguments
from tests.unit.configs import OPEN_SPOKE, VARIANTS, brought_up
from tests.unit.engine import Run, plain

ALL = {**VARIANTS, "open-spoke": ("spoke-dev", OPEN_SPOKE)}
EKS = "eks:index:Cluster"
SERVED = ("aws:", "eks:", "kubernetes:", "pulumi:", "eks-hub-spoke:index:")


@pytest.fixture(params=ALL)
def run(request: pytest.FixtureRequest) -> Run:
    stack, changes = ALL[request.param]
    return brought_up(stack, changes)


def test_the_lab_has_a_plugin_for_every_package(run: Run) -> None:
    assert [node.type for node in run.nodes.values() if not node.type.startswith(SERVED)] == []


def test_the_aws_plugin_knows_every_type_that_the_program_makes(run: Run) -> None:
    asked = {node.type for node in run.nodes.values() if node.type.startswith("aws:")}
    assert asked - set(registry.TYPES) == set()


def test_the_aws_plugin_takes_every_property_that_the_program_sets(run: Run) -> None:
    refused = [
        f"{node.name}.{path}: {reason}"
        for node in run.nodes.values()
        if node.type in registry.TYPES and not node.hidden
        for path, reason in refusals(registry.TYPES[node.type], plain(node.inputs))
    ]
    assert refused == []


def refusals(kind: ResourceType, inputs: dict[str, Any]) -> list[tuple[str, str]]:
    return [*schema.failures(kind.table(), inputs), *kind.flaws(inputs)]


def test_the_eks_plugin_takes_every_argument_that_the_program_gives(run: Run) -> None:
    assert arguments.parse(run.only(EKS).inputs).given["name"]


def test_the_aws_plugin_takes_the_providers_own_arguments(run: Run) -> None:
    assert settings.flaws(run.only("pulumi:providers:aws").inputs) == []


def test_the_program_looks_nothing_up_that_the_aws_plugin_would_have_to_answer(run: Run) -> None:
    assert run.lookups == []
