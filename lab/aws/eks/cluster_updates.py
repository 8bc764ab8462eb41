"""Changes of a cluster: configuration, version, and the record of updates.

A request changes one thing; DescribeCluster shows the result at once, DescribeUpdate says when it
is done.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, TypeAlias

from lab.aws.documents import Document, section
from lab.aws.eks import neighbours
from lab.aws.eks.call import Call, Operation
from lab.aws.eks.catalog import VERSIONS
from lab.aws.eks.clusters import (
    log_types,
    logging,
    require_auto_mode_whole,
    require_reachable,
    require_version,
)
from lab.aws.eks.faults import invalid_parameter, not_found

_UPDATE_CONFIG = (
    *("name", "resourcesVpcConfig", "logging", "accessConfig", "upgradePolicy", "computeConfig"),
    *("kubernetesNetworkConfig", "storageConfig", "zonalShiftConfig", "deletionProtection"),
    "controlPlaneScalingConfig",
)


def update_cluster_config(call: Call) -> Document:
    """One kind of change a request, and it must change something."""
    call.accept(_UPDATE_CONFIG)
    cluster = call.active_cluster("name")
    given = [name for name in _CHANGES if call.params.get(name) is not None]
    if len(given) > 1:
        raise invalid_parameter("Only one type of update can be allowed.", clusterName=cluster.name)
    before = deepcopy(cluster.body)
    changed = deepcopy(cluster.body)
    if given:
        kind, params = _CHANGES[given[0]](changed, call)
        if changed != before:
            cluster.body.update(changed)
            if given == ["computeConfig"]:
                call.keeper.create(cluster)  # which brings Auto Mode's kinds
            return {"update": cluster.record_update(kind, params)}
    raise invalid_parameter(
        "No changes needed for the configuration provided", clusterName=cluster.name
    )


def update_cluster_version(call: Call) -> Document:
    """To the next minor that the lab has; running API servers don't change their version."""
    cluster, wanted = call.active_cluster("name"), call.params["version"]
    require_version(wanted)
    have = cluster.body["version"]
    raise invalid_parameter(
        f"Unsupported Kubernetes minor version update from {have} to {wanted}: the lab has"
        f" programs for {', '.join(VERSIONS)}",
        clusterName=cluster.name,
    )


def describe_update(call: Call) -> Document:
    """InProgress in the answer that started it, Successful from then on."""
    cluster, update_id = call.cluster("name"), call.params["updateId"]
    found = cluster.updates.get(update_id)
    if found is None or dict(found[0]) != _scope(call):
        raise not_found(f"No update found for ID: {update_id}", clusterName=cluster.name)
    found[1].settled()
    return {"update": found[1].body}


def list_updates(call: Call) -> Document:
    """Updates of the cluster, or of the node group or add-on named."""
    updates = call.cluster("name").updates.items()
    return call.page("updateIds", [i for i, (scope, _) in updates if dict(scope) == _scope(call)])


def _scope(call: Call) -> Document:
    return call.given("nodegroupName", "addonName", "capabilityName")


Change: TypeAlias = Callable[[Document, Call], tuple[str, Mapping[str, Any]]]
"""Alters a cluster's body by the call's parameters; the update's type and parameters."""


def _vpc(body: Document, call: Call) -> tuple[str, Mapping[str, Any]]:
    asked: Mapping[str, Any] = call.params["resourcesVpcConfig"]
    vpc = body["resourcesVpcConfig"]
    vpc.update(asked)
    require_reachable(vpc)
    if {"subnetIds", "securityGroupIds"} & asked.keys():
        found = neighbours.subnets(call.key(body["name"]), vpc["subnetIds"])
        if found.vpc_id != vpc["vpcId"] or len(found.zones) < 2:
            raise invalid_parameter("Subnets must be in the cluster's VPC and in two zones")
        return "VpcConfigUpdate", {
            "Subnets": asked.get("subnetIds"),
            "SecurityGroups": asked.get("securityGroupIds"),
        }
    return "EndpointAccessUpdate", {name[0].upper() + name[1:]: v for name, v in asked.items()}


def _logging(body: Document, call: Call) -> tuple[str, Mapping[str, Any]]:
    asked = call.params["logging"]
    on = log_types(body["logging"]) | log_types(asked)
    body["logging"] = logging(on - log_types(asked, enabled=False))
    return "LoggingUpdate", {"ClusterLogging": asked}


def _auto_mode(body: Document, call: Call) -> tuple[str, Mapping[str, Any]]:
    require_auto_mode_whole({**call.params, "bootstrapSelfManagedAddons": False})
    for name in ("computeConfig", "storageConfig", "kubernetesNetworkConfig"):
        body[name] = {**section(body, name), **section(call.params, name)}
    return "AutoModeUpdate", {"ComputeConfig": call.params["computeConfig"]}


def _access(_body: Document, call: Call) -> tuple[str, Mapping[str, Any]]:
    if call.params["accessConfig"].get("authenticationMode") != "API":
        raise invalid_parameter("Unsupported authentication mode update from API")
    return "AccessConfigUpdate", call.params["accessConfig"]


def _replacing(name: str, kind: str) -> Change:
    """A change that puts the member as it was given in place of the old one."""

    def change(body: Document, call: Call) -> tuple[str, Mapping[str, Any]]:
        body[name] = call.params[name]
        return kind, {kind.removesuffix("Update"): call.params[name]}

    return change


_CHANGES: dict[str, Change] = {
    "resourcesVpcConfig": _vpc,
    "logging": _logging,
    "computeConfig": _auto_mode,
    "accessConfig": _access,
    "upgradePolicy": _replacing("upgradePolicy", "UpgradePolicyUpdate"),
    "zonalShiftConfig": _replacing("zonalShiftConfig", "ZonalShiftConfigUpdate"),
    "deletionProtection": _replacing("deletionProtection", "DeletionProtectionUpdate"),
    "controlPlaneScalingConfig": _replacing(
        "controlPlaneScalingConfig", "ControlPlaneScalingConfigUpdate"
    ),
}

OPERATIONS: dict[str, Operation] = {
    "UpdateClusterConfig": update_cluster_config,
    "UpdateClusterVersion": update_cluster_version,
    "DescribeUpdate": describe_update,
    "ListUpdates": list_updates,
}
