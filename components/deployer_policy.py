"""What works on a stack may do in AWS: the deployer all that `pulumi up` needs, previews its reads.

Owns: how the statements are put into policies, each below what IAM takes. Not here: the statements
(`deployer_network.py`, `deployer_cluster.py`, `deployer_identity.py`, `deployer_capability.py`) and
the roles (`account_roles.py`).
"""

from collections.abc import Mapping

from components import (
    deployer_capability,
    deployer_cluster,
    deployer_identity,
    deployer_network,
    iam,
)
from components.config_argocd import ArgoCdMode
from components.place import Place

POLICY_CHARACTERS = 6144
"""Longest customer managed policy, white space left out.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""


def reads(place: Place, argocd: ArgoCdMode) -> iam.PolicyDocument:
    """Whatever a preview looks at."""
    of_capability = deployer_capability.reads(place) if argocd == "capability" else []
    return iam.policy(
        *deployer_network.reads(place),
        *deployer_cluster.reads(place),
        *deployer_identity.reads(place),
        *of_capability,
    )


def writes(place: Place, argocd: ArgoCdMode) -> Mapping[str, iam.PolicyDocument]:
    """What a deployer may do beside it, by what it is about."""
    identity = [*deployer_identity.writes(place), *deployer_identity.denials(place)]
    documents = {
        "network": iam.policy(*deployer_network.writes(place)),
        "cluster": iam.policy(*deployer_cluster.writes(place)),
        "identity": iam.policy(*identity),
    }
    if argocd == "capability":
        documents["capability"] = iam.policy(*deployer_capability.writes(place))
    return documents
