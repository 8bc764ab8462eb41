"""What roles and bindings may hold that the hub's Argo CD makes; pure.

Owns: which rights raise whoever has them, and the policy on roles and bindings. Not here: who may
have such a right all the same (`powers` in `addon_rights.py`).
"""

from collections.abc import Iterator

from components import conventions
from components.hub_boundary_policy import Held, Matched, Policy, literal
from components.hub_boundary_table import SHARED, Table
from components.kubernetes_rights import ADMISSION, EXTENSIONS, RBAC, Powers

BINDABLE = ("edit", "view")
"""ClusterRoles that Argo CD may bind for a team without holding their rights itself."""

READ = ("get", "list", "watch")
SPECIAL = ("approve", "bind", "escalate", "impersonate", "sign")
"""Verbs that raise, whatever they are allowed on."""

CREDENTIALS = (
    "/nodes/proxy",
    "/pods/attach",
    "/pods/exec",
    "/pods/portforward",
    "/pods/proxy",
    "/secrets",
    "/serviceaccounts/token",
    "/services/proxy",
)
"""Kinds that are a way to others' rights, even to read: whoever may `get` exec or proxy, has it."""

RAISING_GROUPS = (ADMISSION, EXTENSIONS, RBAC, "apiregistration.k8s.io", "certificates.k8s.io")
"""API groups of which no kind can be written harmlessly."""

RAISING = (
    *(
        "/groups",
        "/namespaces",
        "/nodes",
        "/persistentvolumes",
        "/pods",
        "/pods/ephemeralcontainers",
    ),
    *("/replicationcontrollers", "/serviceaccounts", "/users"),
    *("apps/daemonsets", "apps/deployments", "apps/replicasets", "apps/statefulsets"),
    *("argoproj.io/applications", "argoproj.io/applicationsets", "argoproj.io/appprojects"),
    *("batch/cronjobs", "batch/jobs"),
)
"""Kinds by which one runs what one likes as whom one likes; taking them away raises nobody."""

AGGREGATE = f"{RBAC}/aggregate-to-"
"""How the labels begin by which a ClusterRole's rights become part of another's."""

_WHERE = "components/addon_rights.py says what each role and binding may hold"

_EACH = (
    "!({special}) && group != '*' && (!resource.contains('*') || group in {groups})"
    " && !(group + '/' + resource in {credentials})"
    " && (verb in {read} || !(group in {raising_groups})"
    " && !(group + '/' + resource in {raising} && !verb.startsWith('delete')))"
    " || (verb in {read} ? 'read ' : {special} ? verb + ' ' : 'write ')"
    " + group + '/' + resource in variables.powers"
)

_OF_ACCOUNTS = (
    "variables.subjects.all(subject, subject.kind == 'ServiceAccount'"
    " && subject.?namespace.orValue('') == {home})"
)
_TEAMS_GROUP = f"'{conventions.PROJECT}:' + variables.where + ':' + object.roleRef.name"
"""As `conventions.team_group` has it, for the team whose namespace this is."""


def roles(table: Table) -> Policy:
    """Roles hold no right that raises but the powers of their row; bindings give what it says."""
    return Policy(
        key="roles",
        matched=[
            Matched(
                groups=[RBAC],
                kinds=["clusterroles", "clusterrolebindings", "roles", "rolebindings"],
                operations=["CREATE", "UPDATE"],
            )
        ],
        variables=_variables(table),
        held=[*_of_roles(table), *_of_bindings()],
    )


def tokens(powers: Powers) -> Iterator[str]:
    """Powers as the policy compares them."""
    for group, kinds in [*powers.reads.items(), *powers.writes.items()]:
        yield from (f"read {group}/{kind}" for kind in kinds)
    for group, kinds in powers.writes.items():
        yield from (f"write {group}/{kind}" for kind in kinds)
    yield from (f"{verb} {group}/{kind}" for verb, group, kind in powers.specials)


def _of_roles(table: Table) -> list[Held]:
    of_addons = f"rule.?apiGroups.orValue([]).all(group, group in {literal(table.groups)})"
    return [
        Held(
            expression="!variables.kind.endsWith('/roles') || variables.own || variables.shared",
            why="a team's namespace has no roles but the cluster's own",
        ),
        Held(
            expression="!has(object.aggregationRule)",
            why="an aggregated role holds whatever anybody labels",
        ),
        Held(
            expression="variables.excess.size() == 0",
            found="', which gives ' + variables.excess[0].verbs.join(', ') + ' on '"
            " + variables.excess[0].?resources.orValue([]).join(', ')",
            why=f"that is not among the role's powers; {_WHERE}",
        ),
        Held(
            expression="!variables.aggregated || variables.powers.size() == 0"
            f" && variables.rules.all(rule, {of_addons})",
            why="a role that becomes part of others may only hold add-ons' own kinds",
        ),
        Held(
            expression=f"!('{AGGREGATE}view' in variables.labels) || variables.rules.all(rule,"
            f" rule.verbs.all(verb, verb in {literal(READ)}))",
            why="what becomes part of role view may only read",
        ),
    ]


def _of_bindings() -> list[Held]:
    return [
        Held(
            expression="!variables.binding || variables.where != '' && !variables.shared"
            " || variables.given.size() == 2 && object.roleRef.name == variables.given[0]"
            f" && {_OF_ACCOUNTS.format(home='variables.given[1]')}",
            why=f"it gives another role, or to others than the add-on's own; {_WHERE}",
        ),
        Held(
            expression="!variables.binding || !variables.own || object.roleRef.kind == 'Role'"
            f" && {_OF_ACCOUNTS.format(home='variables.where')}",
            why="an add-on's namespace gives its own roles to its own service accounts",
        ),
        Held(
            expression="!variables.binding || variables.where == '' || variables.own"
            " || variables.shared || object.roleRef.kind == 'ClusterRole'"
            f" && object.roleRef.name in {literal(BINDABLE)}"
            " && variables.subjects.all(subject, subject.kind == 'Group'"
            f" && subject.name == {_TEAMS_GROUP})",
            why=f"a team's namespace gives {' or '.join(BINDABLE)} to the team's own group",
        ),
    ]


def _variables(table: Table) -> dict[str, str]:
    powers = {role: sorted(set(tokens(held))) for role, held in table.powers.items()}
    each = _EACH.format(
        special=f"verb in {literal(SPECIAL)}",
        # Argo CD's own kinds have the group of Argo Rollouts'.
        groups=literal([group for group in table.groups if group != "argoproj.io"]),
        credentials=literal(CREDENTIALS),
        read=literal(READ),
        raising_groups=literal(RAISING_GROUPS),
        raising=literal(RAISING),
    )
    bindings = literal({**table.cluster_role_bindings, **table.shared_role_bindings})
    return {
        "own": f"variables.where in {literal(table.homes)}",
        "shared": f"variables.where in {literal(SHARED)}",
        "binding": "variables.kind.endsWith('bindings')",
        "labels": "object.metadata.?labels.orValue({})",
        "rules": "has(object.rules) && object.rules != null ? object.rules : []",
        "subjects": "has(object.subjects) && object.subjects != null ? object.subjects : []",
        "powers": f"{literal(powers)}[?variables.name].orValue([])",
        "aggregated": f"variables.labels.exists(key, key.startsWith('{AGGREGATE}'))",
        # What a Role gives in an add-on's own namespace, Argo CD can do there anyway.
        "excess": "variables.own ? [] : variables.rules.filter(rule, !rule.verbs.all(verb,"
        " rule.?apiGroups.orValue([]).all(group, rule.?resources.orValue([]).all(resource,"
        f" {each}))))",
        "given": f"{bindings}[?(variables.where == '' ? variables.name : variables.place)]"
        ".orValue([])",
    }
