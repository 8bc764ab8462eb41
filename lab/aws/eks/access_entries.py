"""Access entries and their access policies: which IAM principal is whom in Kubernetes.

Owns the entries as the API shows them. What they allow is decided by `lab.aws.tokens` and
`lab.aws.authorization`.
"""

import re
import uuid
from collections.abc import Iterable

from lab.aws.documents import Document, listed, section
from lab.aws.eks.call import Call, Operation
from lab.aws.eks.catalog import ACCESS_POLICIES, NODE_POLICIES
from lab.aws.eks.faults import in_use, invalid_parameter, invalid_request, not_found
from lab.aws.eks.state import Cluster, Kind, Resource, now, shown
from lab.aws.principals import PARTITION, find_principal

POLICY_PREFIX = f"arn:{PARTITION}:eks::aws:cluster-access-policy/"
_PRINCIPAL = re.compile(rf"arn:{PARTITION}:iam::(\d{{12}}):(role|user)/(.+)")
_NODE_USER = "system:node:{{EC2PrivateDNSName}}"
_NODE_GROUPS = {"EC2": [], "EC2_LINUX": ["system:nodes"]}
_POLICIES_BY_TYPE = {"STANDARD": set(ACCESS_POLICIES), "EC2": set(NODE_POLICIES)}


def make(
    cluster: Cluster,
    principal_arn: str,
    entry_type: str,
    *,
    groups: Iterable[str] = (),
    username: str = "",
    policies: Iterable[str] = (),
) -> Resource:
    """A new entry for an existing principal, its policies (by name) on the whole cluster."""
    match = _PRINCIPAL.fullmatch(principal_arn)
    if not match:
        raise invalid_parameter("The principalArn parameter format is not valid")
    account, kind, path = match.groups()
    principal = find_principal(principal_arn)
    if principal is None:
        raise invalid_parameter(
            f"The specified principalArn is invalid: invalid principal ({principal_arn})"
        )
    name = path.rpartition("/")[2]
    session = f"arn:{PARTITION}:sts::{account}:assumed-role/{name}/{{{{SessionName}}}}"
    standard = entry_type == "STANDARD"
    entry_id = f"access-entry/{cluster.name}/{kind}/{account}/{name}/{uuid.uuid4()}"
    entry = Resource(
        arn=cluster.arn(entry_id),
        body={
            "clusterName": cluster.name,
            "principalArn": principal_arn,
            "kubernetesGroups": list(groups) if standard else _NODE_GROUPS[entry_type],
            "accessEntryArn": cluster.arn(entry_id),
            "createdAt": now(),
            "modifiedAt": now(),
            "tags": {},
            "username": (username or (session if kind == "role" else principal_arn))
            if standard
            else _NODE_USER,
            "type": entry_type,
        },
        principal_id=principal.id,
    )
    cluster.children[Kind.ACCESS_ENTRY][principal_arn] = entry
    for policy in policies:
        _associate(entry, POLICY_PREFIX + policy, {"type": "cluster", "namespaces": []})
    return entry


def make_for_argocd(cluster: Cluster, role_arn: str, namespace: str) -> None:
    """The entry that EKS makes for a capability's role that has none: no group, two policies."""
    entry = make(cluster, role_arn, "STANDARD", policies=["AmazonEKSArgoCDClusterPolicy"])
    own = {"type": "namespace", "namespaces": [namespace]}
    _associate(entry, f"{POLICY_PREFIX}AmazonEKSArgoCDPolicy", own)


def create_access_entry(call: Call) -> Document:
    """An entry that a person makes; EKS makes those of managed nodes itself."""
    params, cluster = call.params, call.cluster()
    principal, entry_type = params["principalArn"], params.get("type") or "STANDARD"
    if entry_type not in {"STANDARD", *_NODE_GROUPS}:
        raise invalid_parameter(f"The lab does not emulate access entries of type {entry_type}")
    if principal in cluster.all(Kind.ACCESS_ENTRY):
        raise in_use(
            "The specified access entry resource is already in use on this cluster.",
            clusterName=cluster.name,
        )
    if entry_type != "STANDARD" and (params.get("kubernetesGroups") or params.get("username")):
        raise invalid_parameter(
            f"kubernetesGroups and username can't be given for type {entry_type}"
        )
    groups, username = listed(params, "kubernetesGroups"), params.get("username") or ""
    _require_own_names(groups, username)
    entry = make(cluster, principal, entry_type, groups=groups, username=username)
    entry.body["tags"] = dict(section(params, "tags"))
    return {"accessEntry": shown(entry.body)}


def describe_access_entry(call: Call) -> Document:
    """One entry by its principal."""
    return {"accessEntry": shown(_entry(call).body)}


def update_access_entry(call: Call) -> Document:
    """New groups or a new user name."""
    entry = _entry(call)
    changes = call.given("kubernetesGroups", "username")
    if changes and entry.body["type"] != "STANDARD":
        raise invalid_request(f"An entry of type {entry.body['type']} can't be changed")
    _require_own_names(listed(changes, "kubernetesGroups"), changes.get("username") or "")
    entry.body |= {**changes, "modifiedAt": now()}
    return {"accessEntry": shown(entry.body)}


def delete_access_entry(call: Call) -> Document:
    """Removes an entry with its policies."""
    entry = _entry(call)
    del call.cluster().children[Kind.ACCESS_ENTRY][entry.body["principalArn"]]
    return {}


def list_access_entries(call: Call) -> Document:
    """Principals that have an entry, or only those with a given policy."""
    policy = call.params.get("associatedPolicyArn")
    entries = call.cluster().all(Kind.ACCESS_ENTRY)
    chosen = [arn for arn, entry in entries.items() if not policy or policy in entry.policies]
    return call.page("accessEntries", sorted(chosen))


def list_access_policies(call: Call) -> Document:
    """The access policies that the lab can honour."""
    rows = [{"name": name, "arn": POLICY_PREFIX + name} for name in sorted(ACCESS_POLICIES)]
    return call.page("accessPolicies", rows)


def associate_access_policy(call: Call) -> Document:
    """Gives an entry a policy, or the policy another scope."""
    entry, arn = _entry(call), call.params["policyArn"]
    name = arn.removeprefix(POLICY_PREFIX)
    if name not in ACCESS_POLICIES:
        raise invalid_parameter(
            f"The lab does not emulate the access policy {arn}; it knows"
            f" {', '.join(sorted(ACCESS_POLICIES))}"
        )
    if name not in _POLICIES_BY_TYPE.get(entry.body["type"], set()):
        raise invalid_request(
            f"The policy {name} can't be associated with an entry of type {entry.body['type']}"
        )
    scope: Document = {"namespaces": [], **call.params["accessScope"]}
    if (scope["type"] == "namespace") is not bool(scope["namespaces"]):
        raise invalid_parameter("namespaces must be given for scope namespace, and only for it")
    return {
        "clusterName": call.cluster().name,
        "principalArn": entry.body["principalArn"],
        "associatedAccessPolicy": _associate(entry, arn, scope),
    }


def disassociate_access_policy(call: Call) -> Document:
    """Takes a policy from an entry."""
    arn = call.params["policyArn"]
    if _entry(call).policies.pop(arn, None) is None:
        raise not_found(f"No associated policy found for {arn}", clusterName=call.cluster().name)
    return {}


def list_associated_access_policies(call: Call) -> Document:
    """An entry's policies with their scopes."""
    entry = _entry(call)
    return {
        **call.page("associatedAccessPolicies", list(entry.policies.values())),
        "clusterName": call.cluster().name,
        "principalArn": entry.body["principalArn"],
    }


def _entry(call: Call) -> Resource:
    principal = call.params["principalArn"]
    entry = call.cluster().all(Kind.ACCESS_ENTRY).get(principal)
    if entry is None:
        raise not_found(
            f"The specified principalArn could not be found: {principal}",
            clusterName=call.cluster().name,
        )
    return entry


def _associate(entry: Resource, arn: str, scope: Document) -> Document:
    old = entry.policies.get(arn)
    entry.policies[arn] = {
        "policyArn": arn,
        "accessScope": scope,
        "associatedAt": old["associatedAt"] if old else now(),
        "modifiedAt": now(),
    }
    return entry.policies[arn]


def _require_own_names(groups: Iterable[str], username: str) -> None:
    reserved = ("system:", "eks:", "aws:", "amazon:", "iam:")
    for name in (*groups, username):
        if name.startswith(reserved):
            raise invalid_parameter(f"{name} must not start with any of {', '.join(reserved)}")


OPERATIONS: dict[str, Operation] = {
    "CreateAccessEntry": create_access_entry,
    "DescribeAccessEntry": describe_access_entry,
    "UpdateAccessEntry": update_access_entry,
    "DeleteAccessEntry": delete_access_entry,
    "ListAccessEntries": list_access_entries,
    "ListAccessPolicies": list_access_policies,
    "AssociateAccessPolicy": associate_access_policy,
    "DisassociateAccessPolicy": disassociate_access_policy,
    "ListAssociatedAccessPolicies": list_associated_access_policies,
}
