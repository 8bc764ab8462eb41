"""Which namespaces the hub's Argo CD makes, changes and removes; pure.

Owns: the policy on namespaces. Not here: what is in them (`hub_boundary_places.py`).
"""

from components import addon_catalogue, conventions
from components.hub_boundary_policy import ENVIRONMENT, TEAM, Held, Matched, Policy, literal
from components.hub_boundary_table import Table

ENFORCED = "pod-security.kubernetes.io/enforce"
LEVELS = ("baseline", "restricted")


def namespaces(table: Table) -> Policy:
    """Add-ons' own and teams'; nobody else's becomes a team's, and a team's stays that team's."""
    return Policy(
        key="namespaces",
        matched=[
            Matched(groups=[""], kinds=["namespaces"], operations=["CREATE", "UPDATE", "DELETE"])
        ],
        variables=_variables(table),
        held=[
            Held(
                expression="variables.home || !variables.reserved",
                why="the name is the cluster's, Argo CD's or an add-on's that is off",
            ),
            Held(
                expression="variables.home"
                " ? variables.team == '' && request.operation != 'DELETE'"
                " : variables.environment != ''"
                " && variables.name == variables.team + '-' + variables.environment",
                why="a namespace is an add-on's, which stays, or a team's, named after its"
                f" labels {conventions.TEAM_LABEL} and {conventions.ENVIRONMENT_LABEL}",
            ),
            Held(
                expression="request.operation != 'UPDATE' || variables.home"
                " || variables.formerly == [variables.team, variables.environment]",
                why="it was not this team's before, and no label makes it so",
            ),
            Held(
                expression="request.operation == 'DELETE' || variables.home"
                f" || object.metadata.?labels['{ENFORCED}'].orValue('') in {literal(LEVELS)}",
                why=f"label {ENFORCED} must be {' or '.join(LEVELS)}",
            ),
        ],
    )


def _variables(table: Table) -> dict[str, str]:
    reserved = {
        "default",
        conventions.ARGOCD_NAMESPACE,
        *(row.namespace for row in addon_catalogue.CHARTS.values()),
    }
    return {
        "home": f"variables.name in {literal(table.homes)}",
        "reserved": "variables.name.startsWith('kube-')"
        f" || variables.name in {literal(sorted(reserved))}",
        "team": f"(object == null ? oldObject : object).{TEAM}",
        "environment": f"(object == null ? oldObject : object).{ENVIRONMENT}",
        "formerly": f"request.operation == 'UPDATE' ? [oldObject.{TEAM}, oldObject.{ENVIRONMENT}]"
        " : []",
    }
