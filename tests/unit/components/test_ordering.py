"""`after`: a value that brings its order along."""

import pulumi
import pulumi_aws as aws

from components.ordering import after
from tests.unit.engine import Engine, Run

CONSUMER = "aws:sqs/queue:Queue"


def program() -> None:
    first = aws.kms.Key("first")
    second = aws.kms.Key("second")
    value = after("the value", [first, second])
    aws.sqs.Queue("consumer", name=value)
    pulumi.export("value", value)


def run(*, preview: bool = False) -> Run:
    return Engine(preview=preview).run(program)


def test_whoever_uses_the_value_waits_for_every_prerequisite() -> None:
    assert run().only(CONSUMER).depends_on == {"first", "second"}


def test_the_value_itself_is_unchanged() -> None:
    assert run().exports["value"] == "the value"


def test_a_new_prerequisite_does_not_make_the_value_unknown_in_a_preview() -> None:
    """Else its users would be shown as to be replaced: a cluster, for one more policy."""
    assert run(preview=True).only(CONSUMER).inputs["name"] == "the value"
