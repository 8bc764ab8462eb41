"""Where the hub's Argo CD writes on a cluster, and what pods it may make there; pure.

Owns: the policy on everything in namespaces. Not here: namespaces themselves, roles and kinds
(`hub_boundary_namespaces.py`, `hub_boundary_roles.py`, `hub_boundary_kinds.py`).
"""

from components import argocd_credentials, conventions
from components.hub_boundary_policy import TEAM, Held, Matched, Policy, literal
from components.hub_boundary_table import SHARED, Table
from components.kubernetes_rights import RBAC

OWN_KINDS = ("applications", "applicationsets", "appprojects")
OWN_API_GROUP = "argoproj.io"
PULUMIS = ("applications argocd/root", "appprojects argocd/bootstrap")
"""What Argo CD starts from; it is Pulumi's, and no commit changes it."""

WORKLOADS = (
    "apps/daemonsets",
    "apps/deployments",
    "apps/statefulsets",
    "argoproj.io/rollouts",
    "batch/cronjobs",
    "batch/jobs",
)
"""Kinds with a template of pods."""

CREDENTIALS = ("bootstrap.kubernetes.io/token", "kubernetes.io/service-account-token")
"""Types of Secret that Kubernetes makes a way in of, or fills with one."""

_TABLE = "another place needs a row in components/addon_rights.py, and a pulumi up of this stack"

_OURS = "{place} == each || {place}.startsWith(each + '-')"
_POD = (
    "!(variables.kind in {workloads}) || object == null ? []"
    " : has(object.spec.jobTemplate) ? [object.spec.jobTemplate.spec.template.spec]"
    " : has(object.spec.template) ? [object.spec.template.spec] : []"
)
_SEES_NODE = (
    "pod.?hostNetwork.orValue(false) || pod.?hostPID.orValue(false) || pod.?hostIPC.orValue(false)"
    " || pod.?volumes.orValue([]).exists(volume, has(volume.hostPath))"
    " || (pod.containers + pod.?initContainers.orValue([])).exists(container,"
    " container.?securityContext.?privileged.orValue(false))"
)


def places(table: Table) -> Policy:
    """Writes only where add-ons of the table or teams live, and no connection into anything.

    RBAC lets Argo CD read every kind, which in Kubernetes covers reading through `proxy`, `exec`
    and `portforward`: `get` on `*`.
    """
    return Policy(
        key="places",
        matched=[
            Matched(
                groups=["*"],
                kinds=["*/*"],
                operations=["CREATE", "UPDATE", "DELETE", "CONNECT"],
            )
        ],
        variables=_variables(table),
        held=[
            Held(
                expression="request.operation != 'CONNECT'"
                " && request.?subResource.orValue('') == ''",
                why="it deploys, and works in no pod, node or service",
            ),
            Held(
                expression="variables.where == '' || variables.own || variables.team"
                f" || variables.listed || variables.left{_argocd(table)}",
                why="it writes where an add-on of this stack or a team lives, in shared"
                f" namespaces by name; {_TABLE}",
            ),
            Held(
                expression="variables.kind != '/secrets' || object == null"
                f" || !(object.?type.orValue('') in {literal(CREDENTIALS)})",
                found="' of type ' + object.type",
                why="such a Secret is a way into the cluster",
            ),
            Held(
                expression=f"!(variables.where in {literal(SHARED)})"
                " || variables.pods.all(pod, variables.shared.exists(each, "
                + _OURS.format(
                    place="(variables.where + '/' + pod.?serviceAccountName.orValue(''))"
                )
                + "))",
                why="its pods must run as a service account of an add-on that lives there",
            ),
            Held(
                expression=f"variables.where in {literal(table.node_homes)} || variables.team"
                f" || variables.pods.all(pod, !({_SEES_NODE}))",
                why="its pods may not see their node (host path, host network, privileged);"
                " that needs node_access in the add-on's row of components/addon_rights.py",
            ),
            *argocd_credentials.held(),
        ],
    )


def _variables(table: Table) -> dict[str, str]:
    ours = _OURS.format(place="variables.place")
    no_role = f"request.resource.group != '{RBAC}'"
    never = [*SHARED, "default", conventions.ARGOCD_NAMESPACE]
    listed = "variables.kind + ' ' + variables.place in "
    return {
        "own": f"variables.where in {literal(table.homes)}",
        "team": "variables.where != '' && namespaceObject != null"
        f" && namespaceObject.{TEAM} != ''"
        f" && !(variables.where in {literal(never)})",
        "shared": literal(table.shared),
        "listed": f"{listed}{literal(table.placed)}"
        f" || {no_role} && variables.shared.exists(each, {ours})",
        "left": "request.operation == 'DELETE' && ("
        f"variables.where in {literal(table.left_homes)}"
        f" || {listed}{literal(table.left_placed)}"
        f" || {no_role} && {literal(table.left_shared)}.exists(each, {ours}))",
        "pods": _POD.format(workloads=literal(WORKLOADS)),
    }


def _argocd(table: Table) -> str:
    """On the hub, Argo CD's own kinds beside it, but for what it starts from, and its secrets."""
    if not table.runs_argocd:
        return ""
    kinds = [f"{OWN_API_GROUP}/{kind}" for kind in OWN_KINDS]
    return (
        f" || variables.where == '{conventions.ARGOCD_NAMESPACE}'"
        f" && variables.kind in {literal(kinds)}"
        f" && !(request.resource.resource + ' ' + variables.place in {literal(PULUMIS)})"
        f" || {argocd_credentials.place(makes=table.makes_credentials)}"
    )
