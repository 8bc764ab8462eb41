"""EKS managed node groups."""

from typing import Any

from lab.plugins.aws.ec2 import arguments
from lab.plugins.aws.eks import (
    EksType,
    tags_argument,
    wait_for_update,
    wait_until_active,
    wait_until_gone,
)
from lab.plugins.aws.resource_type import AutoName, Scope
from lab.plugins.aws.schema import Kind, Property, Values, listed, section

_NODES_SECONDS = 3600.0
"""As long as the official plugin waits for a node group."""

_TAINT_EFFECTS = ("NO_EXECUTE", "NO_SCHEDULE", "PREFER_NO_SCHEDULE")
_API_NAMES = {
    "clusterName": "clusterName",
    "nodeGroupName": "nodegroupName",
    "nodeRoleArn": "nodeRole",
    "subnetIds": "subnets",
    "scalingConfig": "scalingConfig",
    "amiType": "amiType",
    "capacityType": "capacityType",
    "diskSize": "diskSize",
    "instanceTypes": "instanceTypes",
    "labels": "labels",
    "launchTemplate": "launchTemplate",
    "nodeRepairConfig": "nodeRepairConfig",
    "releaseVersion": "releaseVersion",
    "taints": "taints",
    "updateConfig": "updateConfig",
    "version": "version",
}
_VERSIONS = frozenset({"version", "releaseVersion", "launchTemplate"})


class NodeGroup(EksType):
    """A managed node group; id `cluster:node group`."""

    pulumi_type = "aws:eks/nodeGroup:NodeGroup"
    properties = (
        Property("clusterName", required=True, replace=True),
        Property("nodeGroupName", replace=True),
        Property("nodeRoleArn", required=True, replace=True),
        Property("subnetIds", Kind.SET, required=True, replace=True),
        Property(
            "scalingConfig",
            Kind.OBJECT,
            required=True,
            fields=(
                Property("desiredSize", Kind.NUMBER, required=True),
                Property("maxSize", Kind.NUMBER, required=True),
                Property("minSize", Kind.NUMBER, required=True),
            ),
        ),
        Property("amiType", replace=True, computed=True),
        Property("capacityType", replace=True, computed=True),
        Property("diskSize", Kind.NUMBER, replace=True, computed=True),
        Property("forceUpdateVersion", Kind.FLAG),
        Property("instanceTypes", Kind.LIST, replace=True, computed=True),
        Property("labels", Kind.MAP),
        Property(
            "launchTemplate",
            Kind.OBJECT,
            fields=(
                Property("id", replace=True, computed=True),
                Property("name", replace=True, computed=True),
                Property("version", required=True),
            ),
        ),
        Property(
            "nodeRepairConfig",
            Kind.OBJECT,
            computed=True,
            fields=(Property("enabled", Kind.FLAG),),
        ),
        Property("releaseVersion", computed=True),
        Property(
            "taints",
            Kind.OBJECTS,
            fields=(
                Property("key", required=True),
                Property("value"),
                Property("effect", required=True),
            ),
        ),
        Property(
            "updateConfig",
            Kind.OBJECT,
            computed=True,
            fields=(
                Property("maxUnavailable", Kind.NUMBER),
                Property("maxUnavailablePercentage", Kind.NUMBER),
                Property("updateStrategy", computed=True),
            ),
        ),
        Property("version", computed=True),
    )
    outputs = ("arn", "resources", "status")
    auto_name = AutoName("nodeGroupName", limit=63)

    def flaws(self, inputs: Values) -> list[tuple[str, str]]:
        return [
            (f"taints[{index}].effect", f"must be one of {', '.join(_TAINT_EFFECTS)}")
            for index, taint in enumerate(listed(inputs, "taints"))
            if isinstance(taint.get("effect"), str) and taint["effect"] not in _TAINT_EFFECTS
        ]

    def create(self, aws: Scope, inputs: Values) -> str:
        aws.client("eks").create_nodegroup(**arguments(inputs, _API_NAMES), **tags_argument(inputs))
        return f"{inputs['clusterName']}:{inputs['nodeGroupName']}"

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        del inputs
        wait_until_active(
            aws,
            lambda: self._group(aws, resource_id),
            f"the node group {resource_id}",
            _NODES_SECONDS,
        )

    @staticmethod
    def _group(aws: Scope, resource_id: str) -> dict[str, Any]:
        cluster, name = resource_id.split(":", 1)
        answer = aws.client("eks").describe_nodegroup(clusterName=cluster, nodegroupName=name)
        return answer["nodegroup"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        group = self._group(aws, resource_id)
        if group["status"] == "DELETING":
            return None
        resources = section(group, "resources")
        return {
            **{name: group.get(member) for name, member in _API_NAMES.items()},
            "arn": group["nodegroupArn"],
            "resources": [
                {
                    "autoscalingGroups": [
                        {"name": item["name"]} for item in listed(resources, "autoScalingGroups")
                    ],
                    "remoteAccessSecurityGroupId": resources.get("remoteAccessSecurityGroup", ""),
                }
            ],
            "status": group["status"],
            "tagsAll": section(group, "tags"),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        cluster, name = resource_id.split(":", 1)
        which = {"clusterName": cluster, "nodegroupName": name}
        if changed & _VERSIONS:
            self._update_version(aws, resource_id, new, changed)
        request = _config_change(old, new, changed)
        if request:
            answer = aws.client("eks").update_nodegroup_config(**which, **request)
            wait_for_update(
                aws, answer, f"the node group {resource_id}", name=cluster, nodegroupName=name
            )

    @staticmethod
    def _update_version(aws: Scope, resource_id: str, new: Values, changed: frozenset[str]) -> None:
        cluster, name = resource_id.split(":", 1)
        request = arguments(
            {item: new.get(item) for item in changed & _VERSIONS},
            {item: item for item in _VERSIONS},
        )
        if new.get("forceUpdateVersion"):
            request["force"] = True
        answer = aws.client("eks").update_nodegroup_version(
            clusterName=cluster, nodegroupName=name, **request
        )
        wait_for_update(
            aws, answer, f"the node group {resource_id}", name=cluster, nodegroupName=name
        )

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        cluster, name = resource_id.split(":", 1)
        aws.client("eks").delete_nodegroup(clusterName=cluster, nodegroupName=name)
        wait_until_gone(
            aws,
            lambda: self._group(aws, resource_id),
            f"the node group {resource_id}",
            _NODES_SECONDS,
        )


def _config_change(old: Values, new: Values, changed: frozenset[str]) -> dict[str, Any]:
    """UpdateNodegroupConfig's arguments, empty if nothing of it changed."""
    request: dict[str, Any] = {
        name: new[name]
        for name in ("scalingConfig", "updateConfig", "nodeRepairConfig")
        if name in changed and new.get(name)
    }
    if "labels" in changed:
        before, after = section(old, "labels"), section(new, "labels")
        added = {key: value for key, value in after.items() if before.get(key) != value}
        request["labels"] = {
            "addOrUpdateLabels": added,
            "removeLabels": sorted({*before} - {*after}),
        }
    if "taints" in changed:
        before, after = listed(old, "taints"), listed(new, "taints")
        kept = {(taint["key"], taint["effect"]) for taint in after}
        request["taints"] = {
            "addOrUpdateTaints": [taint for taint in after if taint not in before],
            "removeTaints": [
                taint for taint in before if (taint["key"], taint["effect"]) not in kept
            ],
        }
    return request
