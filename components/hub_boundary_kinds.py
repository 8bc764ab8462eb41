"""What kinds and APIs may lead to that the hub's Argo CD makes; pure.

Owns: the policy on definitions, API services and classes of nodes. Not here: configurations of
webhooks. No policy is asked about these, by design of the API server; they are held by name alone
(`addon_rights.py`). docs/adr/0009 says what that leaves.
"""

from components.hub_boundary_policy import Held, Matched, Policy, literal
from components.hub_boundary_table import Table
from components.kubernetes_rights import EXTENSIONS

_ON_CHANGE = ("CREATE", "UPDATE")


def kinds(table: Table) -> Policy:
    """Requests that the API server passes on go to the add-on that brings the kind."""
    return Policy(
        key="kinds",
        matched=[
            Matched(
                groups=[EXTENSIONS], kinds=["customresourcedefinitions"], operations=_ON_CHANGE
            ),
            Matched(
                groups=["apiregistration.k8s.io"], kinds=["apiservices"], operations=_ON_CHANGE
            ),
            Matched(groups=["karpenter.k8s.aws"], kinds=["ec2nodeclasses"], operations=_ON_CHANGE),
        ],
        variables={
            "asked": "variables.kind.endsWith('/customresourcedefinitions')"
            " ? (has(object.spec.conversion) && has(object.spec.conversion.webhook)"
            " ? [object.spec.conversion.webhook.?clientConfig.orValue({})] : [])"
            " : variables.kind.endsWith('/apiservices') ? [object.spec] : []",
            "home": f"{literal(table.homes_of_groups | table.homes_of_apis)}"
            "[?(variables.kind.endsWith('/customresourcedefinitions')"
            " ? object.spec.group : variables.name)].orValue('')",
        },
        held=[
            Held(
                expression="variables.asked.all(to, !has(to.url)"
                " && to.?service.?namespace.orValue('') == variables.home)",
                found="variables.home == '' ? '' : ', which is of namespace ' + variables.home",
                why="its requests must go to a service of the add-on that brings it",
            ),
            Held(
                expression="variables.kind != 'karpenter.k8s.aws/ec2nodeclasses'"
                " || !has(object.spec.userData)",
                why="user data runs as root on every node of the class",
            ),
        ],
    )
