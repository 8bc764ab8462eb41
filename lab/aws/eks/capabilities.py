"""Capabilities: Argo CD as AWS runs it, as far as a cluster and its stack see of it.

Owns the API and its rules. A capability here brings its kinds and its namespace and becomes ACTIVE
(`control_planes`); no controller stands behind it, so nothing is ever synced. Not emulated: ACK and
kro, and that Identity Center is asked for the instance.
"""

import hashlib
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from lab.aws.documents import Document, listed, section
from lab.aws.eks import access_entries, neighbours
from lab.aws.eks.call import Call, Operation
from lab.aws.eks.faults import in_use, invalid_parameter
from lab.aws.eks.state import Cluster, Kind, Resource, now, shown
from lab.errors import LabError

SERVICE = "capabilities.eks.amazonaws.com"
LOG_TYPES = frozenset(
    f"EKS_CAPABILITY_ARGOCD_{controller}_LOGS"
    for controller in ("APPLICATION", "APPLICATIONSET", "COMMITSERVER", "REPOSERVER", "SERVER")
)
_CREATE = (
    *("clusterName", "capabilityName", "type", "roleArn", "configuration", "tags"),
    "deletePropagationPolicy",
)
_UPDATE = ("clusterName", "capabilityName", "roleArn", "configuration", "deletePropagationPolicy")
_SUMMARY = ("capabilityName", "arn", "type", "status", "version", "createdAt", "modifiedAt")
_VERSION = "3.3.10-eks-lab"
# AWS's own rule for the address: the name's first letters, and so many digits of a hash.
_ADDRESS_NAME, _ADDRESS_HASH = 41, 8


def definitions(cluster: Cluster, folder: Path | None) -> list[Document]:
    """The kinds that a cluster's capabilities bring: Argo CD's, out of its manifests."""
    if not cluster.all(Kind.CAPABILITY):
        return []
    files = sorted(folder.glob("*-crd.yaml")) if folder else []
    if not files:
        raise LabError(f"{folder} holds no kinds of Argo CD", "Remove that folder of the cache")
    return [yaml.safe_load(file.read_text()) for file in files]


def namespaces(cluster: Cluster) -> list[str]:
    """The namespaces that they bring."""
    return [
        capability.body["configuration"]["argoCd"]["namespace"]
        for capability in cluster.all(Kind.CAPABILITY).values()
    ]


def activate(cluster: Cluster) -> None:
    """What its capabilities need is there: those that were being created work."""
    for capability in cluster.all(Kind.CAPABILITY).values():
        if capability.body["status"] == "CREATING":
            capability.body["status"] = "ACTIVE"


def create_capability(call: Call) -> Document:
    """CREATING until its kinds are there; the entry of its role is made unless there is one."""
    call.accept(_CREATE)
    cluster, params = call.active_cluster(), call.params
    name = params["capabilityName"]
    _require_new(cluster, name, params["type"])
    _require_role(call, params["roleArn"])
    configuration = _configuration(call, cluster)
    arn = cluster.arn(f"capability/{cluster.name}/{params['type'].lower()}/{name}/{uuid.uuid4()}")
    capability = Resource(
        arn=arn,
        body={
            "capabilityName": name,
            "arn": arn,
            "clusterName": cluster.name,
            "type": params["type"],
            "roleArn": params["roleArn"],
            "status": "CREATING",
            "version": _VERSION,
            "configuration": configuration,
            "tags": dict(section(params, "tags")),
            "health": {"issues": []},
            "createdAt": now(),
            "modifiedAt": now(),
            "deletePropagationPolicy": params["deletePropagationPolicy"],
        },
    )
    if params["roleArn"] not in cluster.all(Kind.ACCESS_ENTRY):
        namespace = configuration["argoCd"]["namespace"]
        access_entries.make_for_argocd(cluster, params["roleArn"], namespace)
    cluster.children[Kind.CAPABILITY][name] = capability
    call.keeper.create(cluster)  # which brings its kinds
    return {"capability": shown(capability.body)}


def describe_capability(call: Call) -> Document:
    """One by its name."""
    return {"capability": shown(_capability(call).body)}


def list_capabilities(call: Call) -> Document:
    """Summaries of a cluster's."""
    rows = [
        {name: capability.body[name] for name in _SUMMARY}
        for capability in call.cluster().all(Kind.CAPABILITY).values()
    ]
    return call.page("capabilities", rows)


def update_capability(call: Call) -> Document:
    """Another role, other role mappings, other VPC endpoints; nothing else of it ever changes."""
    call.accept(_UPDATE)
    cluster, capability = call.cluster(), _capability(call)
    if capability.body["status"] != "ACTIVE":
        raise in_use(f"Capability {capability.body['capabilityName']} is being changed")
    if call.params.get("roleArn"):
        _require_role(call, call.params["roleArn"])
        capability.body["roleArn"] = call.params["roleArn"]
    asked: Mapping[str, Any] = section(section(call.params, "configuration"), "argoCd")
    told = capability.body["configuration"]["argoCd"]
    if "rbacRoleMappings" in asked:
        told["rbacRoleMappings"] = _remapped(told["rbacRoleMappings"], asked["rbacRoleMappings"])
    if "networkAccess" in asked:
        told["networkAccess"] = {"vpceIds": _endpoints(call, asked)}
    capability.body["modifiedAt"] = now()
    params = {"RoleArn": call.params.get("roleArn"), "NetworkAccess": asked.get("networkAccess")}
    name = capability.body["capabilityName"]
    return {"update": cluster.record_update("CapabilityUpdate", params, capabilityName=name)}


def delete_capability(call: Call) -> Document:
    """DELETING in this answer, then gone; what it brought to the cluster stays."""
    capability = _capability(call)
    capability.body["status"] = "DELETING"
    del call.cluster().children[Kind.CAPABILITY][capability.body["capabilityName"]]
    return {"capability": shown(capability.body)}


def _capability(call: Call) -> Resource:
    return call.child(Kind.CAPABILITY, "capabilityName")


def _require_new(cluster: Cluster, name: str, kind: str) -> None:
    if kind != "ARGOCD":
        raise invalid_parameter(f"The lab does not emulate capabilities of type {kind}")
    present = cluster.all(Kind.CAPABILITY)
    if name in present:
        raise in_use(f"Capability already exists with name: {name}", clusterName=cluster.name)
    if any(other.body["type"] == kind for other in present.values()):
        raise in_use(f"Cluster has a capability of type {kind} already", clusterName=cluster.name)


def _require_role(call: Call, role_arn: str) -> None:
    key = call.cluster().key
    trusted = neighbours.trusts_service(key, role_arn, SERVICE)
    if f"::{key.account}:" not in role_arn or not trusted:
        raise invalid_parameter(
            "The trust policy for the provided role is invalid. The policy must include"
            " sts:AssumeRole and sts:TagSession actions granting access to the AWS service"
            f" {SERVICE}"
        )


def _configuration(call: Call, cluster: Cluster) -> Document:
    asked = section(section(call.params, "configuration"), "argoCd")
    center = section(asked, "awsIdc")
    if not center:
        raise invalid_parameter("configuration.argoCd.awsIdc is required")
    name = call.params["capabilityName"]
    digits = hashlib.sha256(f"{name}/{cluster.name}".encode()).hexdigest()[:_ADDRESS_HASH]
    host = f"{name.lower().replace('_', '-')[:_ADDRESS_NAME]}-{digits}-{call.account}"
    instance = center["idcInstanceArn"].rpartition("/")[2]
    application = f"arn:aws:sso::{call.account}:application/{instance}/apl-{digits}{digits}"
    return {
        "argoCd": {
            "namespace": asked.get("namespace") or "argocd",
            "awsIdc": {
                "idcInstanceArn": center["idcInstanceArn"],
                "idcRegion": center.get("idcRegion") or call.region,
                "idcManagedApplicationArn": application,
            },
            "rbacRoleMappings": listed(asked, "rbacRoleMappings"),
            "networkAccess": {"vpceIds": _endpoints(call, asked)},
            "serverUrl": f"https://{host}.eks-capabilities.{call.region}.amazonaws.com",
        }
    }


def _endpoints(call: Call, asked: Mapping[str, Any]) -> list[str]:
    found = listed(section(asked, "networkAccess"), "vpceIds")
    for endpoint in found:
        neighbours.require_endpoint(call.cluster().key, endpoint, "eks-capabilities")
    return found


def _remapped(before: list[Document], asked: Mapping[str, Any]) -> list[Document]:
    """A role that is named again has exactly the new people, one that is removed loses its own."""
    by_role = {mapping["role"]: list(mapping["identities"]) for mapping in before}
    for mapping in listed(asked, "removeRoleMappings"):
        left = [p for p in by_role.get(mapping["role"], []) if p not in mapping["identities"]]
        by_role[mapping["role"]] = left
    for mapping in listed(asked, "addOrUpdateRoleMappings"):
        by_role[mapping["role"]] = list(mapping["identities"])
    return [{"role": role, "identities": people} for role, people in by_role.items() if people]


OPERATIONS: dict[str, Operation] = {
    "CreateCapability": create_capability,
    "DescribeCapability": describe_capability,
    "ListCapabilities": list_capabilities,
    "UpdateCapability": update_capability,
    "DeleteCapability": delete_capability,
}
