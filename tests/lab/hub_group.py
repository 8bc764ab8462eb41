"""Group `argocd-hub` on a control plane: the rights that a stack gives it, and what it tries."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from subprocess import CompletedProcess
from typing import Any

from components.access import cluster_rules
from components.hub_boundary import boundary, spec
from components.hub_boundary_table import Table
from lab.processes import wait_until
from tests.lab.planes import Kubectl
from tests.lab.tried_objects import RBAC, role

HUB = ("--as=argocd", "--as-group=argocd-hub", "--as-group=system:authenticated")
SERVER_SIDE = ("--server-side", "--field-manager=argocd-controller", "--force-conflicts")
ADMISSION = "admissionregistration.k8s.io/v1"


@dataclass(frozen=True, kw_only=True)
class Hub:
    """What group `argocd-hub` is let do."""

    kubectl: Kubectl

    def apply(self, found: Mapping[str, Any], *how: str) -> CompletedProcess[str]:
        """By the server, as Argo CD does it, if not said otherwise."""
        return self.kubectl.attempt(
            *HUB, "apply", "--filename=-", *(how or SERVER_SIDE), stdin=json.dumps(found)
        )

    def attempt(self, *arguments: str, stdin: str = "") -> CompletedProcess[str]:
        """Any command of kubectl."""
        return self.kubectl.attempt(*HUB, *arguments, stdin=stdin)

    def may(self, found: Mapping[str, Any]) -> bool:
        """Applied by the server; refused only for want of a right."""
        result = self.apply(found)
        assert result.returncode == 0 or "forbidden" in result.stderr.lower(), result.stderr
        return result.returncode == 0

    def has(self, table: Table) -> None:
        """Give it the rights that a cluster with this table gives."""
        rules = [in_camel_case(rule) for rule in cluster_rules(table)]
        self.make(role("ClusterRole", "argocd-hub", rules))
        self.make(
            {
                "apiVersion": f"{RBAC}/v1",
                "kind": "ClusterRoleBinding",
                "metadata": {"name": "hub"},
                "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "argocd-hub"},
                "subjects": [{"apiGroup": RBAC, "kind": "Group", "name": "argocd-hub"}],
            }
        )

    def is_held_to(self, table: Table) -> None:
        """Put up the boundary of a cluster with this table, and return when it is in force."""
        for policy in boundary(table):
            metadata = {"name": policy.name}
            made = {"metadata": metadata, "spec": in_camel_case(spec(policy))}
            bound = {"policyName": policy.name, "validationActions": ["Deny"]}
            kind = "ValidatingAdmissionPolicy"
            self.make({"apiVersion": ADMISSION, "kind": kind, **made})
            self.make(
                {
                    "apiVersion": ADMISSION,
                    "kind": f"{kind}Binding",
                    "metadata": metadata,
                    "spec": bound,
                }
            )
        for probe in PROBES:
            wait_until(
                lambda probe=probe: not self.may(probe),
                what="the boundary to be in force",
                timeout_seconds=30,
            )

    def make(self, found: Mapping[str, Any]) -> None:
        """As the cluster's administrator."""
        self.kubectl("apply", "--server-side", "--filename=-", stdin=json.dumps(found))


def in_camel_case(value: Any) -> Any:
    """As Kubernetes writes it, from what Pulumi's Python does."""
    if isinstance(value, Mapping):
        pairs: Sequence[tuple[str, Any]] = list(value.items())  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # any mapping of JSON
        return {_camel(key): in_camel_case(each) for key, each in pairs}
    if isinstance(value, list):
        return [in_camel_case(each) for each in value]  # pyright: ignore[reportUnknownVariableType]  # any list of JSON
    return value


def _camel(key: str) -> str:
    if key == "non_resource_urls":
        return "nonResourceURLs"
    first, *others = key.split("_")
    return first + "".join(other.capitalize() for other in others)


PROBES: Sequence[Mapping[str, Any]] = (
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "p", "namespace": "default"}},
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "probe"}},
    role(
        "ClusterRole", "argo-rollouts", [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
    ),
)
"""What RBAC lets through and a policy each does not."""
