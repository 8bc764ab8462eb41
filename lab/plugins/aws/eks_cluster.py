"""EKS clusters; nodes, add-ons and access are in the other eks_* modules."""

from collections.abc import Iterator
from typing import Any

from lab.plugins import wire
from lab.plugins.aws.eks import (
    EksType,
    tags_argument,
    wait_for_update,
    wait_until_active,
    wait_until_gone,
)
from lab.plugins.aws.resource_type import AutoName, Scope
from lab.plugins.aws.schema import Kind, Property, Values, listed, section

_LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
_CLUSTER_SECONDS = 1800.0
"""As long as the official plugin waits for a new cluster."""

_ENABLED = Property("enabled", Kind.FLAG)
_VPC = (
    Property("subnetIds", Kind.SET, required=True),
    Property("securityGroupIds", Kind.SET),
    Property("endpointPrivateAccess", Kind.FLAG, default=False),
    Property("endpointPublicAccess", Kind.FLAG, default=True),
    Property("publicAccessCidrs", Kind.SET, computed=True),
    Property("clusterSecurityGroupId", computed=True),
    Property("vpcId", computed=True),
)
_NETWORK = (
    Property("ipFamily", replace=True, computed=True),
    Property("serviceIpv4Cidr", replace=True, computed=True),
    Property("elasticLoadBalancing", Kind.OBJECT, computed=True, fields=(_ENABLED,)),
)
_SAME_NAMES = (
    "accessConfig",
    "bootstrapSelfManagedAddons",
    "computeConfig",
    "controlPlaneScalingConfig",
    "deletionProtection",
    "kubernetesNetworkConfig",
    "name",
    "roleArn",
    "storageConfig",
    "upgradePolicy",
    "version",
    "zonalShiftConfig",
)
"""Inputs which the API calls and shapes alike."""

_AUTO_MODE = ("computeConfig", "kubernetesNetworkConfig", "storageConfig")
"""Auto Mode's switches: the API takes these together or not at all."""


def _logging(inputs: Values) -> dict[str, Any]:
    """EKS's form of the enabled log types: every type, on or off."""
    enabled = listed(inputs, "enabledClusterLogTypes")
    rest = [name for name in _LOG_TYPES if name not in enabled]
    groups = [{"types": sorted(enabled), "enabled": True}, {"types": rest, "enabled": False}]
    return {"clusterLogging": [group for group in groups if group["types"]]}


class Cluster(EksType):
    pulumi_type = "aws:eks/cluster:Cluster"
    properties = (
        Property("name", replace=True),
        Property("roleArn", required=True, replace=True),
        Property("vpcConfig", Kind.OBJECT, required=True, fields=_VPC),
        Property("version", computed=True),
        Property(
            "accessConfig",
            Kind.OBJECT,
            computed=True,
            fields=(
                Property("authenticationMode", computed=True),
                Property("bootstrapClusterCreatorAdminPermissions", Kind.FLAG, replace=True),
            ),
        ),
        Property("bootstrapSelfManagedAddons", Kind.FLAG, default=True, replace=True),
        Property(
            "computeConfig",
            Kind.OBJECT,
            fields=(_ENABLED, Property("nodePools", Kind.SET), Property("nodeRoleArn")),
        ),
        Property(
            "storageConfig",
            Kind.OBJECT,
            fields=(Property("blockStorage", Kind.OBJECT, fields=(_ENABLED,)),),
        ),
        Property("kubernetesNetworkConfig", Kind.OBJECT, computed=True, fields=_NETWORK),
        Property(
            "controlPlaneScalingConfig",
            Kind.OBJECT,
            computed=True,
            fields=(Property("tier"),),
        ),
        Property("defaultAddonsToRemoves", Kind.LIST),
        Property("deletionProtection", Kind.FLAG, computed=True),
        Property("enabledClusterLogTypes", Kind.SET),
        Property(
            "encryptionConfig",
            Kind.OBJECT,
            replace=True,
            fields=(
                Property(
                    "provider",
                    Kind.OBJECT,
                    required=True,
                    fields=(Property("keyArn", required=True),),
                ),
                Property("resources", Kind.SET, required=True),
            ),
        ),
        Property("forceUpdateVersion", Kind.FLAG),
        Property("upgradePolicy", Kind.OBJECT, computed=True, fields=(Property("supportType"),)),
        Property("zonalShiftConfig", Kind.OBJECT, fields=(_ENABLED,)),
    )
    outputs = (
        "arn",
        "certificateAuthority",
        "clusterId",
        "createdAt",
        "endpoint",
        "identities",
        "platformVersion",
        "status",
    )
    auto_name = AutoName(limit=100)

    def judge(self, change: wire.Change) -> wire.Change:
        # Encryption can be added to a cluster, but neither changed nor removed.
        if change.path == ("encryptionConfig",) and change.kind is wire.Kind.ADD:
            return wire.Change(change.path, change.kind, replace=False)
        return change

    def create(self, aws: Scope, inputs: Values) -> str:
        asked = {name: inputs[name] for name in _SAME_NAMES if inputs.get(name) is not None}
        if inputs.get("encryptionConfig"):
            asked["encryptionConfig"] = [inputs["encryptionConfig"]]
        aws.client("eks").create_cluster(
            **asked,
            resourcesVpcConfig=inputs["vpcConfig"],
            logging=_logging(inputs),
            **tags_argument(inputs),
        )
        return inputs["name"]

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        del inputs
        wait_until_active(
            aws,
            lambda: self._cluster(aws, resource_id),
            f"the cluster {resource_id}",
            _CLUSTER_SECONDS,
        )

    @staticmethod
    def _cluster(aws: Scope, name: str) -> dict[str, Any]:
        return aws.client("eks").describe_cluster(name=name)["cluster"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        cluster = self._cluster(aws, resource_id)
        if cluster["status"] == "DELETING":
            return None
        groups = section(cluster, "logging").get("clusterLogging", [])
        encryption = cluster.get("encryptionConfig") or [None]
        vpc = {
            name: value
            for name, value in cluster["resourcesVpcConfig"].items()
            if name in {item.name for item in _VPC}
        }
        return {
            **{name: cluster[name] for name in _SAME_NAMES if name in cluster},
            "vpcConfig": vpc,
            "encryptionConfig": encryption[0],
            "enabledClusterLogTypes": [
                name for group in groups if group["enabled"] for name in group["types"]
            ],
            "zonalShiftConfig": cluster.get("zonalShiftConfig"),
            "computeConfig": cluster.get("computeConfig"),
            "storageConfig": cluster.get("storageConfig"),
            "arn": cluster["arn"],
            "certificateAuthority": section(cluster, "certificateAuthority"),
            "clusterId": cluster.get("id", ""),
            "createdAt": cluster["createdAt"].isoformat(),
            "endpoint": cluster.get("endpoint", ""),
            "identities": [
                {"oidcs": [{"issuer": section(cluster, "identity").get("oidc", {}).get("issuer")}]}
            ],
            "platformVersion": cluster.get("platformVersion", ""),
            "status": cluster["status"],
            "tagsAll": section(cluster, "tags"),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        eks = aws.client("eks")
        what = f"the cluster {resource_id}"
        if "version" in changed and new.get("version"):
            answer = eks.update_cluster_version(
                name=resource_id,
                version=new["version"],
                **({"force": True} if new.get("forceUpdateVersion") else {}),
            )
            wait_for_update(aws, answer, what, name=resource_id)
        if "encryptionConfig" in changed:
            answer = eks.associate_encryption_config(
                clusterName=resource_id, encryptionConfig=[new["encryptionConfig"]]
            )
            wait_for_update(aws, answer, what, name=resource_id)
        for request in _config_changes(old, new, changed):
            answer = eks.update_cluster_config(name=resource_id, **request)
            wait_for_update(aws, answer, what, name=resource_id)

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        aws.client("eks").delete_cluster(name=resource_id)
        wait_until_gone(
            aws,
            lambda: self._cluster(aws, resource_id),
            f"the cluster {resource_id}",
            _CLUSTER_SECONDS,
        )


def _config_changes(old: Values, new: Values, changed: frozenset[str]) -> Iterator[dict[str, Any]]:
    """UpdateClusterConfig's arguments: EKS takes one kind of change a call."""
    mode = section(new, "accessConfig").get("authenticationMode")
    if "accessConfig" in changed and mode:
        yield {"accessConfig": {"authenticationMode": mode}}
    if changed & {*_AUTO_MODE}:
        yield _auto_mode(new)
    for name in ("upgradePolicy", "deletionProtection", "controlPlaneScalingConfig"):
        if name in changed and new.get(name) is not None:
            yield {name: new[name]}
    if "zonalShiftConfig" in changed:
        yield {"zonalShiftConfig": new.get("zonalShiftConfig") or {"enabled": False}}
    if "enabledClusterLogTypes" in changed:
        yield {"logging": _logging(new)}
    if "vpcConfig" in changed:
        yield from _vpc_changes(old["vpcConfig"], new["vpcConfig"])


def _auto_mode(new: Values) -> dict[str, Any]:
    network = section(new, "kubernetesNetworkConfig")
    off = {"enabled": False}
    return {
        "computeConfig": new.get("computeConfig") or off,
        "storageConfig": new.get("storageConfig") or {"blockStorage": off},
        "kubernetesNetworkConfig": {
            "elasticLoadBalancing": network.get("elasticLoadBalancing") or off
        },
    }


def _vpc_changes(old: Values, new: Values) -> Iterator[dict[str, Any]]:
    """Subnets and security groups go in one request, access to the endpoint in another."""

    def differs(name: str) -> bool:
        before, after = old.get(name), new.get(name)
        if isinstance(after, list):
            return set(listed(old, name)) != set(listed(new, name))
        return before != after and after is not None

    placement = ("subnetIds", "securityGroupIds")
    access = ("endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs")
    for names in (placement, access):
        if any(differs(name) for name in names):
            yield {"resourcesVpcConfig": {name: new[name] for name in names if name in new}}
