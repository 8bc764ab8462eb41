"""The condition that everything of a deployer turns on: the tag of its cluster; pure.

Owns: how a policy says "made for this cluster" and "this cluster's". Not here: the tag itself
(`conventions.tags`), and what it guards (the modules of the deployer's policies).
"""

from components import conventions
from components.place import Place

_TAG = conventions.CLUSTER_TAG


def asked(place: Place) -> dict[str, dict[str, str]]:
    """What is being made, or tagged, gets the cluster's tag."""
    return {"StringEquals": {f"aws:RequestTag/{_TAG}": place.cluster}}


def owned(place: Place) -> dict[str, dict[str, str]]:
    """What is there carries the cluster's tag."""
    return {"StringEquals": {f"aws:ResourceTag/{_TAG}": place.cluster}}
