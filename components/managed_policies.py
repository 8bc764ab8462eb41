"""AWS's own policies that the program attaches, by name with path; pure.

Owns: the complete list, because a deployer may attach these and no others. Not here: who gets which
(`cluster.py`, `compute.py`, `addon_catalogue.py`).
"""

from components import addon_catalogue

CONTROL_PLANE = ("AmazonEKSClusterPolicy",)
CONTROL_PLANE_OF_AUTO_MODE = (
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
NODES_OF_AUTO_MODE = ("AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly")
NODES = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly")
"""A node joins and pulls images; the network add-on has a role of its own."""

EKS_ADDONS = tuple(row.managed_policy for row in addon_catalogue.EKS.values() if row.managed_policy)

ALL = tuple(
    sorted(
        {
            *CONTROL_PLANE,
            *CONTROL_PLANE_OF_AUTO_MODE,
            *NODES_OF_AUTO_MODE,
            *NODES,
            *EKS_ADDONS,
        }
    )
)
