"""Managed node groups, as the API shows them.

No instance stands behind one: the lab's nodes are kwok's, whatever a node group asks for.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from lab.aws.documents import Document, listed, section
from lab.aws.eks import access_entries, neighbours
from lab.aws.eks.call import Call, Operation
from lab.aws.eks.catalog import NODE_RELEASE
from lab.aws.eks.clusters import require_version
from lab.aws.eks.faults import in_use, invalid_parameter
from lab.aws.eks.state import Cluster, Kind, Resource, now, shown

_ASKED = (
    *("nodegroupName", "subnets", "nodeRole", "remoteAccess", "taints"),
    *("scalingConfig", "diskSize", "instanceTypes", "amiType", "labels", "updateConfig"),
    *("nodeRepairConfig", "capacityType", "version", "releaseVersion"),
)
_CUSTOM_IMAGE = "CUSTOM"
# AWS's own defaults, as its API reference states them.
_DISK_GIB = 20
_INSTANCE_TYPES = ["t3.medium"]
_SCALING = {"minSize": 1, "maxSize": 2, "desiredSize": 2}


def create_nodegroup(call: Call) -> Document:
    """EKS makes the node role's EC2_LINUX access entry itself."""
    call.accept((*_ASKED, "clusterName", "launchTemplate", "tags"))
    cluster, params = call.active_cluster(), call.params
    name = params["nodegroupName"]
    if name in cluster.all(Kind.NODEGROUP):
        raise in_use(
            f"NodeGroup already exists with name {name} and cluster name {cluster.name}",
            clusterName=cluster.name,
            nodegroupName=name,
        )
    require_version(params.get("version") or cluster.body["version"])
    neighbours.subnets(cluster.key, params["subnets"])
    neighbours.require_role(cluster.key, params["nodeRole"], "ec2.amazonaws.com")
    group_id = str(uuid.uuid4())
    arn = cluster.arn(f"nodegroup/{cluster.name}/{name}/{group_id}")
    group = Resource(arn=arn, body=_body(call, cluster, arn, group_id))
    group.move("CREATING", "ACTIVE")
    cluster.children[Kind.NODEGROUP][name] = group
    if params["nodeRole"] not in cluster.all(Kind.ACCESS_ENTRY):
        access_entries.make(cluster, params["nodeRole"], "EC2_LINUX")
    return {"nodegroup": shown(group.body)}


def describe_nodegroup(call: Call) -> Document:
    """One node group by name."""
    return {"nodegroup": shown(_group(call).body)}


def list_nodegroups(call: Call) -> Document:
    """Names of a cluster's node groups."""
    return call.page("nodegroups", sorted(call.cluster().all(Kind.NODEGROUP)))


def delete_nodegroup(call: Call) -> Document:
    """DELETING in this answer, gone in the next."""
    group = _group(call)
    group.move("DELETING", "GONE")
    return {"nodegroup": shown(group.body)}


def update_nodegroup_config(call: Call) -> Document:
    """Labels, taints, scaling, update and repair settings; in place."""
    call.accept(
        (
            *("clusterName", "nodegroupName", "labels", "taints"),
            *("scalingConfig", "updateConfig", "nodeRepairConfig"),
        )
    )
    body = _group(call).body
    body["labels"] = _labels(section(body, "labels"), section(call.params, "labels"))
    body["taints"] = _taints(listed(body, "taints"), section(call.params, "taints"))
    body["scalingConfig"] |= section(call.params, "scalingConfig")
    body |= call.given("updateConfig", "nodeRepairConfig")
    scaling = {name[0].upper() + name[1:]: str(n) for name, n in body["scalingConfig"].items()}
    return _updated(call, "ConfigUpdate", scaling)


def update_nodegroup_version(call: Call) -> Document:
    """Another launch template version or release; nodes are not replaced, there are none."""
    call.accept(
        ("clusterName", "nodegroupName", "version", "releaseVersion", "launchTemplate", "force")
    )
    cluster, body = call.cluster(), _group(call).body
    if call.params.get("version"):
        require_version(call.params["version"])
    if call.params.get("launchTemplate"):
        image = _use_template(cluster, body, call.params["launchTemplate"])
        body["releaseVersion"] = image or body["releaseVersion"]
    if body["amiType"] != _CUSTOM_IMAGE:
        body |= call.given("version", "releaseVersion")
    return _updated(
        call,
        "VersionUpdate",
        {"Version": body["version"], "ReleaseVersion": body["releaseVersion"]},
    )


def _body(call: Call, cluster: Cluster, arn: str, group_id: str) -> Document:
    params = call.params
    body: Document = {
        "clusterName": cluster.name,
        "nodegroupArn": arn,
        "createdAt": now(),
        "modifiedAt": now(),
        "version": cluster.body["version"],
        "capacityType": "ON_DEMAND",
        "scalingConfig": dict(_SCALING),
        "amiType": "AL2023_x86_64_STANDARD",
        "labels": {},
        "taints": [],
        "updateConfig": {"maxUnavailable": 1},
        "nodeRepairConfig": {"enabled": False},
        "releaseVersion": NODE_RELEASE,
        "resources": {"autoScalingGroups": [{"name": f"eks-{params['nodegroupName']}-{group_id}"}]},
        "health": {"issues": []},
        "tags": dict(section(params, "tags")),
        **call.given(*_ASKED),
    }
    template = params.get("launchTemplate")
    if not template:
        return {"diskSize": _DISK_GIB, "instanceTypes": _INSTANCE_TYPES, **body}
    clash = [name for name in ("diskSize", "remoteAccess") if params.get(name)]
    if clash:
        raise invalid_parameter(f"{', '.join(clash)} must be given in the launch template")
    image = _use_template(cluster, body, template)
    if image:
        body |= {"amiType": _CUSTOM_IMAGE, "releaseVersion": image}
    return body


def _use_template(cluster: Cluster, body: Document, wanted: dict[str, Any]) -> str:
    """Notes the template that was found; the image that it asks for, or ""."""
    found = neighbours.launch_template(cluster.key, wanted)
    body["launchTemplate"] = {"id": found.id, "name": found.name, "version": found.version}
    return found.image_id


def _labels(have: Mapping[str, str], change: Mapping[str, Any]) -> dict[str, str]:
    merged = {**have, **section(change, "addOrUpdateLabels")}
    return {k: v for k, v in merged.items() if k not in listed(change, "removeLabels")}


def _taints(have: list[Document], change: Mapping[str, Any]) -> list[Document]:
    added = listed(change, "addOrUpdateTaints")
    dropped = {(t["key"], t["effect"]) for t in (*added, *listed(change, "removeTaints"))}
    return [taint for taint in have if (taint["key"], taint["effect"]) not in dropped] + list(added)


def _updated(call: Call, kind: str, params: Mapping[str, Any]) -> Document:
    group, name = _group(call), call.params["nodegroupName"]
    group.body["modifiedAt"] = now()
    group.move("UPDATING", "ACTIVE")
    return {"update": call.cluster().record_update(kind, params, nodegroupName=name)}


def _group(call: Call) -> Resource:
    return call.child(Kind.NODEGROUP, "nodegroupName")


OPERATIONS: dict[str, Operation] = {
    "CreateNodegroup": create_nodegroup,
    "DescribeNodegroup": describe_nodegroup,
    "ListNodegroups": list_nodegroups,
    "DeleteNodegroup": delete_nodegroup,
    "UpdateNodegroupConfig": update_nodegroup_config,
    "UpdateNodegroupVersion": update_nodegroup_version,
}
