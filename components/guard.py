"""What stands between a slip of the hand and an outage: the hub's guards on what all hangs on.

Owns: the admission policies and what they let through. Not here: the cluster secrets (`bridge.py`),
and the mark that lifts the guard from one of them (`python -m fleet drain`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from components import cluster_labels, conventions

POLICY = "cluster-secrets.eks-hub-spoke"
BOOTSTRAP_POLICY = "bootstrap.eks-hub-spoke"
"""Not `eks-hub-spoke-…`: policies of that name come from Git, and Git must not lift these."""

_NAME = "oldObject.metadata.name"
_PREFIX = conventions.cluster_secret_name("")
_CLUSTER = f"{_NAME}.startsWith('{_PREFIX}') ? {_NAME}.substring({len(_PREFIX)}) : {_NAME}"

_IS_CLUSTER = (
    f"oldObject.metadata.?labels['{conventions.CLUSTER_LABEL}'].orValue('')"
    f" == '{conventions.CLUSTER_LABEL_VALUE}'"
)
_NOT_DRAINED = (
    f"oldObject.metadata.?annotations['{conventions.DRAINED_ANNOTATION}'].orValue('') != 'true'"
)

# Switching an add-on off and upgrading Kubernetes are everyday work, and no team's workload is
# chosen by these.
_LOST_LABELS = (
    "oldObject.metadata.labels.filter(key,"
    f" !key.startsWith('{cluster_labels.ENABLE_PREFIX}')"
    f" && key != '{cluster_labels.KUBERNETES_VERSION}'"
    " && object.metadata.?labels[?key] != optional.of(oldObject.metadata.labels[key]))"
)
_SAME_NAME = "object.?data[?'name'] == oldObject.?data[?'name']"

_WOULD = (
    "' would take the Applications of cluster ' + variables.cluster + ' and their workloads along;"
    " if that is meant, run `python -m fleet drain ' + variables.cluster + '` first'"
)

_WOULD_TAKE_ALL = (
    "'deleting ' + request.resource.resource + ' ' + oldObject.metadata.name + ' would take every"
    " Application of the fleet and their workloads along; if that is meant, annotate it with"
    f" {conventions.DRAINED_ANNOTATION}=true first'"
)


@dataclass(frozen=True, kw_only=True)
class ClusterSecretGuardArgs:
    """Where the cluster secrets live."""

    namespace: pulumi.Input[str]


class ClusterSecretGuard(pulumi.ComponentResource):
    """A ValidatingAdmissionPolicy with its binding, on the hub, for everybody.

    A cluster secret that is away for a moment, or no longer carries a label, drops out of the
    ApplicationSets' cluster generator: its Applications go, and their finalizers take the workloads
    along. So it can be neither deleted, unlabelled nor renamed, unless it is marked as drained.
    """

    ready: Sequence[pulumi.Resource]
    """What must stand before there is a secret to guard."""

    def __init__(
        self, name: str, args: ClusterSecretGuardArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:ClusterSecretGuard", name, None, opts)
        policy = k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
            f"{name}-policy",
            metadata={"name": POLICY},
            spec={
                "failure_policy": "Fail",
                "match_constraints": _matched(args.namespace),
                "match_conditions": [
                    {"name": "is-a-cluster", "expression": _IS_CLUSTER},
                    {"name": "is-not-drained", "expression": _NOT_DRAINED},
                ],
                "variables": [
                    {"name": "cluster", "expression": _CLUSTER},
                    {"name": "update", "expression": "request.operation == 'UPDATE'"},
                    {
                        "name": "lost",
                        "expression": f"variables.update ? {_LOST_LABELS} : []",
                    },
                ],
                "validations": _validations(),
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        binding = k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
            f"{name}-binding",
            metadata={"name": POLICY},
            spec={
                "policy_name": policy.metadata.apply(lambda metadata: str(metadata.name)),
                "validation_actions": ["Deny"],
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.ready = (policy, binding)
        self.register_outputs({"policyName": POLICY})


@dataclass(frozen=True, kw_only=True)
class BootstrapGuardArgs:
    """The names of what Argo CD starts from."""

    namespace: pulumi.Input[str]
    application: str
    project: str


class BootstrapGuard(pulumi.ComponentResource):
    """A ValidatingAdmissionPolicy with its binding, on the hub, for everybody.

    With Argo CD's namespace, the root Application or its project, every Application of the fleet
    would go, and the workloads with them. So they cannot be deleted, unless they are marked.
    """

    ready: Sequence[pulumi.Resource]
    """What must stand before there is something to guard."""

    def __init__(
        self, name: str, args: BootstrapGuardArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks-hub-spoke:index:BootstrapGuard", name, None, opts)
        policy = k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
            f"{name}-policy",
            metadata={"name": BOOTSTRAP_POLICY},
            spec={
                "failure_policy": "Fail",
                "match_constraints": {
                    "resource_rules": [
                        _deletion("", "namespaces", args.namespace),
                        _deletion("argoproj.io", "applications", args.application),
                        _deletion("argoproj.io", "appprojects", args.project),
                    ]
                },
                "match_conditions": [{"name": "is-not-drained", "expression": _NOT_DRAINED}],
                "validations": [{"expression": "false", "message_expression": _WOULD_TAKE_ALL}],
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        binding = k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
            f"{name}-binding",
            metadata={"name": BOOTSTRAP_POLICY},
            spec={
                "policy_name": policy.metadata.apply(lambda metadata: str(metadata.name)),
                "validation_actions": ["Deny"],
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.ready = (policy, binding)
        self.register_outputs({"policyName": BOOTSTRAP_POLICY})


def _deletion(
    group: str, kind: str, name: pulumi.Input[str]
) -> k8s.admissionregistration.v1.NamedRuleWithOperationsArgsDict:
    return {
        "api_groups": [group],
        "api_versions": ["*"],
        "operations": ["DELETE"],
        "resources": [kind],
        "resource_names": [name],
    }


def _matched(
    namespace: pulumi.Input[str],
) -> k8s.admissionregistration.v1.MatchResourcesArgsDict:
    """Secrets of one namespace that carry the label before or after: one that loses it, too."""
    return {
        "namespace_selector": {"match_labels": {"kubernetes.io/metadata.name": namespace}},
        "object_selector": {
            "match_labels": {conventions.CLUSTER_LABEL: conventions.CLUSTER_LABEL_VALUE}
        },
        "resource_rules": [
            {
                "api_groups": [""],
                "api_versions": ["v1"],
                "operations": ["UPDATE", "DELETE"],
                "resources": ["secrets"],
            }
        ],
    }


def _validations() -> list[k8s.admissionregistration.v1.ValidationArgsDict]:
    # No `reason`: Forbidden would be swallowed by Pulumi's preview, which shows what is Invalid.
    return [
        {"expression": "variables.update", "message_expression": f"'deleting it' + {_WOULD}"},
        {
            "expression": "variables.lost.size() == 0",
            "message_expression": f"'a change of its label ' + variables.lost[0] + {_WOULD}",
        },
        {
            "expression": f"!variables.update || {_SAME_NAME}",
            "message_expression": f"'renaming it' + {_WOULD}",
        },
    ]
