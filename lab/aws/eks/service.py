"""The EKS service: its table of operations, bound to moto's protocol layer."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

from lab.aws.documents import Document
from lab.aws.eks import (
    access_entries,
    addons,
    capabilities,
    cluster_updates,
    clusters,
    nodegroups,
    pod_identities,
    tags,
)
from lab.aws.eks.call import Call, ControlPlaneKeeper, Operation
from lab.aws.eks.state import Clusters
from lab.aws.response import LabResponse

OPERATIONS: Mapping[str, Operation] = {
    **clusters.OPERATIONS,
    **cluster_updates.OPERATIONS,
    **access_entries.OPERATIONS,
    **addons.OPERATIONS,
    **capabilities.OPERATIONS,
    **nodegroups.OPERATIONS,
    **pod_identities.OPERATIONS,
    **tags.OPERATIONS,
}


class EksResponse(LabResponse):
    """One request to EKS; a subclass binds the clusters that exist."""

    SERVICE = "eks"
    CLUSTERS: ClassVar[Clusters]
    KEEPER: ClassVar[ControlPlaneKeeper]

    def operations(self) -> Mapping[str, Callable[[], Document]]:
        """The operations, each waiting to be called with this request."""
        return {name: partial(self._call, operation) for name, operation in OPERATIONS.items()}

    def _call(self, operation: Operation) -> Document:
        caller = self.credentials.principal
        return operation(
            Call(
                clusters=self.CLUSTERS,
                keeper=self.KEEPER,
                account=caller.account,
                region=self.region,
                caller=caller,
                params=self.params,
            )
        )
