"""One emulated EKS control plane: real Kubernetes servers as plain processes, nodes by kwok.

Not here: what AWS answers about the cluster, and the webhooks the API server asks (`lab.aws`).
"""

from lab.cluster.control_plane import ControlPlane
from lab.cluster.interface import Binaries, Endpoint, Webhooks

__all__ = ["Binaries", "ControlPlane", "Endpoint", "Webhooks"]
