"""Other stacks' registrations as a hub judges them, without an engine to read them with.

Owns: one that is right, and the lines that a hub says to any.
"""

from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

from components import contracts
from components.contracts import ContractError, Registration

RIGHT: dict[str, Any] = {
    "cluster_name": "spoke",
    "cluster_arn": "arn:aws:eks:eu-west-1:222222222222:cluster/spoke",
    "endpoint": "https://example.com",
    "certificate_authority": "eA==",
    "access_role_arn": "arn:aws:iam::222222222222:role/eks-hub-spoke/argocd/spoke-access",
    "labels": {"environment": "dev", "role": "spoke"},
    "annotations": {"aws_region": "eu-west-1"},
}


def refusals(outputs: Mapping[str, Mapping[str, Any]], *, hub: str = "hub") -> list[str]:
    """What the hub named `hub` says to the outputs of stacks, by stack."""

    def outputs_of(stack: str) -> Mapping[str, Any]:
        return outputs[stack]

    # What was judged good would be read on, by the engine.
    with (
        patch.object(Registration, "_read"),
        patch.object(contracts, "full_name", str),
    ):
        try:
            Registration.require_all(list(outputs), outputs_of=outputs_of, hub_cluster=hub)
        except ContractError as error:
            return str(error).splitlines()
    return []
