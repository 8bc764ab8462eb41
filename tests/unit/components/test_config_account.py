"""The stack file of an account: what it may say, and how a mistake is told."""

from typing import Any

import pytest

from tests.unit.configs import mistakes, parsed

STACK = {"clusterName": "spoke-dev", "region": "eu-west-1"}


def test_the_committed_file_names_its_stacks() -> None:
    config = parsed("account-dev")
    assert config.stacks["spoke-dev"].cluster_name == "spoke-dev"
    assert config.pulumi.organization == "example"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"stacks": {}}, "stacks: {}"),
        ({"stacks": {"a": STACK, "b": STACK}}, "names spoke-dev twice; name each once"),
        ({"stacks": {"org/project/a": STACK}}, "write the name of a stack alone"),
        ({"deployers": ["arn:aws:iam::222222222222:root"]}, "write an IAM role's or user's ARN"),
        ({"deployers": ["*"]}, "deployers[0]: '*'"),
        ({"github": {"repository": "eks-hub-spoke"}}, "write <owner>/<repository>"),
        ({"pulumi": {"organization": "a/b"}}, "write the organization's name"),
        ({"pulumi": {"organisation": "a"}}, "did you mean organization?"),
        ({"cluster": {"name": "x"}}, "cluster: unknown key"),
        ({"account.id": "111111111111"}, "name a role of the stack's account"),
    ],
)
def test_a_mistake_is_told_with_its_place(changes: dict[str, Any], line: str) -> None:
    assert any(line in found for found in mistakes("account-dev", changes))
