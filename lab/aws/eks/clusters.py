"""Clusters: create, describe, list, delete, and the versions that there are.

Not here: changes of a cluster (`cluster_updates`) and its API server (`control_planes`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from lab.aws.documents import Document, listed, section
from lab.aws.eks import access_entries, neighbours
from lab.aws.eks.call import Call, Operation
from lab.aws.eks.catalog import DEFAULT_VERSION, PLATFORM_VERSION, VERSIONS
from lab.aws.eks.faults import in_use, invalid_parameter, invalid_request
from lab.aws.eks.state import Cluster, Kind, now, shown

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")

_CREATE = (
    *("name", "version", "roleArn", "resourcesVpcConfig", "kubernetesNetworkConfig", "logging"),
    *("tags", "encryptionConfig", "accessConfig", "bootstrapSelfManagedAddons", "upgradePolicy"),
    *("zonalShiftConfig", "computeConfig", "storageConfig", "deletionProtection"),
    "controlPlaneScalingConfig",
)


def create_cluster(call: Call) -> Document:
    """CREATING at once; the keeper makes it ACTIVE when its API server answers."""
    call.accept(_CREATE)
    params, key = call.params, call.key(call.params["name"])
    if call.clusters.find(key):
        raise in_use(f"Cluster already exists with name: {key.name}", clusterName=key.name)
    version = params.get("version") or DEFAULT_VERSION
    require_version(version)
    _require_entries_only(section(params, "accessConfig"))
    require_auto_mode_whole(params)
    neighbours.require_role(key, params["roleArn"], "eks.amazonaws.com")
    for config in listed(params, "encryptionConfig"):
        neighbours.require_kms_key(key, config["provider"]["keyArn"])
    cluster = Cluster(key=key, body=_body(call, version))
    call.clusters.add(cluster)
    _bootstrap_entries(cluster, call)
    call.keeper.create(cluster)
    return {"cluster": shown(cluster.body)}


def describe_cluster(call: Call) -> Document:
    """Endpoint, CA and issuer appear when the API server is up, as on AWS."""
    return {"cluster": shown(call.cluster("name").body)}


def list_clusters(call: Call) -> Document:
    """Names of this account's clusters in this region."""
    return call.page("clusters", call.clusters.names(call.account, call.region))


def delete_cluster(call: Call) -> Document:
    """DELETING until its API server and all its data are gone."""
    cluster = call.cluster("name")
    status = cluster.body["status"]
    if status == "DELETING":
        return {"cluster": shown(cluster.body)}
    if cluster.body["deletionProtection"]:
        raise invalid_request(
            f"Cluster deletion protection is enabled for {cluster.name}", clusterName=cluster.name
        )
    if cluster.all(Kind.NODEGROUP):
        raise in_use("Cluster has nodegroups attached", clusterName=cluster.name)
    if cluster.all(Kind.CAPABILITY):
        raise in_use("Cluster has capabilities attached", clusterName=cluster.name)
    if status in {"CREATING", "UPDATING"}:
        raise in_use(f"Cluster {cluster.name} is {status}", clusterName=cluster.name)
    cluster.body["status"] = "DELETING"
    neighbours.delete_cluster_security_group(
        cluster.key, cluster.body["resourcesVpcConfig"]["clusterSecurityGroupId"]
    )
    call.keeper.delete(cluster)
    return {"cluster": shown(cluster.body)}


def describe_cluster_versions(call: Call) -> Document:
    """The Kubernetes minors that the lab has programs for."""
    wanted = call.params.get("clusterVersions") or VERSIONS
    rows = [
        {
            "clusterVersion": version,
            "clusterType": "eks",
            "defaultPlatformVersion": PLATFORM_VERSION,
            "defaultVersion": version == DEFAULT_VERSION,
            "status": "STANDARD_SUPPORT",
            "versionStatus": "STANDARD_SUPPORT",
        }
        for version in VERSIONS
        if version in wanted
    ]
    return call.page("clusterVersions", rows)


def require_version(version: str) -> None:
    """Refuses a Kubernetes minor for which the lab has no programs."""
    if version not in VERSIONS:
        raise invalid_parameter(
            f"unsupported Kubernetes version {version}: the lab has programs for"
            f" {', '.join(VERSIONS)}"
        )


def require_auto_mode_whole(params: Mapping[str, Any]) -> None:
    """Auto Mode's three switches go together, in one request."""
    network = section(params, "kubernetesNetworkConfig")
    switches = {
        "computeConfig.enabled": section(params, "computeConfig").get("enabled"),
        "storageConfig.blockStorage.enabled": (
            section(section(params, "storageConfig"), "blockStorage")
        ).get("enabled"),
        "kubernetesNetworkConfig.elasticLoadBalancing.enabled": (
            section(network, "elasticLoadBalancing")
        ).get("enabled"),
    }
    if len({bool(value) for value in switches.values()}) > 1:
        raise invalid_parameter(
            f"For EKS Auto Mode, {', '.join(switches)} must all be set to either true or false"
        )
    if any(switches.values()) and params.get("bootstrapSelfManagedAddons") is not False:
        raise invalid_parameter(
            "For EKS Auto Mode, bootstrapSelfManagedAddons must be set to false"
        )


def logging(enabled: Iterable[str]) -> Document:
    """The logging member with these control-plane logs on and all others off."""
    chosen = set(enabled)
    groups = [
        {"types": [name for name in LOG_TYPES if (name in chosen) is on], "enabled": on}
        for on in (True, False)
    ]
    return {"clusterLogging": [group for group in groups if group["types"]]}


def log_types(config: Mapping[str, Any] | None, *, enabled: bool = True) -> set[str]:
    """The log types that a logging member turns on (or off)."""
    return {
        name
        for group in listed(config, "clusterLogging")
        if bool(group.get("enabled")) is enabled
        for name in listed(group, "types")
    }


def require_reachable(vpc: Mapping[str, Any]) -> None:
    """An API server without any endpoint is refused."""
    if not vpc["endpointPublicAccess"] and not vpc["endpointPrivateAccess"]:
        raise invalid_parameter("Private and public endpoint access cannot be false")


def _require_entries_only(access: Mapping[str, Any]) -> None:
    # The API's own default is CONFIG_MAP, so leaving it out is no better than asking for it.
    mode = access.get("authenticationMode", "CONFIG_MAP")
    if mode != "API":
        raise invalid_parameter(
            "The lab emulates access entries, not the aws-auth ConfigMap: set"
            f" accessConfig.authenticationMode to API, not {mode}"
        )


def _body(call: Call, version: str) -> Document:
    params, key = call.params, call.key(call.params["name"])
    return {
        "name": key.name,
        "arn": f"arn:aws:eks:{key.region}:{key.account}:cluster/{key.name}",
        "createdAt": now(),
        "status": "CREATING",
        "version": version,
        "platformVersion": PLATFORM_VERSION,
        "roleArn": params["roleArn"],
        "resourcesVpcConfig": _vpc_config(call),
        "kubernetesNetworkConfig": {
            "serviceIpv4Cidr": "10.100.0.0/16",
            "ipFamily": "ipv4",
            "elasticLoadBalancing": {"enabled": False},
            **section(params, "kubernetesNetworkConfig"),
        },
        "logging": logging(log_types(params.get("logging"))),
        "tags": dict(section(params, "tags")),
        "health": {"issues": []},
        # bootstrapClusterCreatorAdminPermissions is taken at creation and never told again.
        "accessConfig": {"authenticationMode": params["accessConfig"]["authenticationMode"]},
        "upgradePolicy": params.get("upgradePolicy") or {"supportType": "EXTENDED"},
        "deletionProtection": bool(params.get("deletionProtection")),
        "controlPlaneScalingConfig": params.get("controlPlaneScalingConfig")
        or {"tier": "standard"},
        **call.given("encryptionConfig", "zonalShiftConfig", "computeConfig", "storageConfig"),
    }


def _vpc_config(call: Call) -> Document:
    key, asked = call.key(call.params["name"]), call.params["resourcesVpcConfig"]
    found = neighbours.subnets(key, listed(asked, "subnetIds"))
    if len(found.zones) < 2:
        raise invalid_parameter("Subnets specified must be in at least two different AZs")
    public = asked.get("endpointPublicAccess", True)
    vpc = {
        "endpointPublicAccess": public,
        "endpointPrivateAccess": False,
        "publicAccessCidrs": ["0.0.0.0/0"] if public else [],
        "securityGroupIds": [],
        **asked,
        "vpcId": found.vpc_id,
    }
    require_reachable(vpc)
    return {
        **vpc,
        "clusterSecurityGroupId": neighbours.create_cluster_security_group(key, found.vpc_id),
    }


def _bootstrap_entries(cluster: Cluster, call: Call) -> None:
    access = call.params["accessConfig"]
    if access.get("bootstrapClusterCreatorAdminPermissions", True):
        access_entries.make(
            cluster, call.caller.iam_arn, "STANDARD", policies=["AmazonEKSClusterAdminPolicy"]
        )
    compute = section(call.params, "computeConfig")
    if compute.get("enabled") and compute.get("nodeRoleArn"):
        access_entries.make(
            cluster, compute["nodeRoleArn"], "EC2", policies=["AmazonEKSAutoNodePolicy"]
        )


OPERATIONS: dict[str, Operation] = {
    "CreateCluster": create_cluster,
    "DescribeCluster": describe_cluster,
    "ListClusters": list_clusters,
    "DeleteCluster": delete_cluster,
    "DescribeClusterVersions": describe_cluster_versions,
}
