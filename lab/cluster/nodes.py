"""The two nodes of a control plane: Node objects that kwok keeps ready."""

from typing import Any, Final

from lab.cluster.client import Client

# Two zones, so that pods which must be spread over zones find room: a node each.
_ZONES: Final = ("lab-a", "lab-b")
# Roomy enough that a highly available Argo CD and the teams' samples fit, as nothing really runs.
_ALLOCATABLE: Final = {"cpu": "32", "memory": "128Gi", "ephemeral-storage": "100Gi", "pods": "250"}
_PATH: Final = "/api/v1/nodes"


def node_names(cluster: str) -> list[str]:
    """Return the names of a cluster's nodes."""
    return [f"{cluster}-node-{number}" for number in range(1, len(_ZONES) + 1)]


def ensure_nodes(client: Client, cluster: str) -> bool:
    """Create the nodes that are missing; return whether all of them report that they are ready."""
    nodes = {node["metadata"]["name"]: node for node in client.get(_PATH)["items"]}
    names = node_names(cluster)
    for name, zone in zip(names, _ZONES, strict=True):
        if name not in nodes:
            client.create(_PATH, _node(name, zone=zone))
    return all(name in nodes and _is_ready(nodes[name]) for name in names)


def _is_ready(node: dict[str, Any]) -> bool:
    return any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in node["status"].get("conditions", [])
    )


def _node(name: str, *, zone: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": {"kwok.x-k8s.io/node": "fake"},
            "labels": {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "topology.kubernetes.io/zone": zone,
                "topology.kubernetes.io/region": "lab",
            },
        },
        "status": {"allocatable": _ALLOCATABLE, "capacity": _ALLOCATABLE},
    }
