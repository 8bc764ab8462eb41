"""Where a cluster's things lie in AWS, and how the ARNs of that place are spelled; pure.

Owns: the four forms that ARNs take. Not here: what any ARN is used for (the policies of add-ons).
"""

from dataclasses import dataclass

import pulumi

from components import conventions


@dataclass(frozen=True, kw_only=True)
class Place:
    """The cluster that an add-on runs on, as far as its permissions speak of it."""

    account: str
    region: str
    cluster: str
    node_role_name: pulumi.Input[str]
    """The role of the cluster's nodes: what starts nodes must hand it to them."""

    @property
    def partition(self) -> str:
        """As ARNs and the names of services spell it."""
        return conventions.partition(self.region)

    def arn(self, service: str, resource: str) -> str:
        """ARN of a resource of this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def global_arn(self, service: str, resource: str) -> str:
        """ARN of a resource of this account, in services that have no regions."""
        return f"arn:{self.partition}:{service}::{self.account}:{resource}"

    def ownerless_arn(self, service: str, resource: str) -> str:
        """ARN of a resource of this region whose owner AWS does not write, as an image's."""
        return f"arn:{self.partition}:{service}:{self.region}::{resource}"

    def bare_arn(self, service: str, resource: str) -> str:
        """ARN of a resource whose name is unique in the world, as a bucket's."""
        return f"arn:{self.partition}:{service}:::{resource}"
