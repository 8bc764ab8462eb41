"""EKS add-ons, as the API shows them, with the Pod Identity associations that they own.

Nothing of an add-on is installed: what its pods would do, the lab's API servers do without.
"""

import json
import uuid
from collections.abc import Iterable, Mapping

import yaml

from lab.aws.documents import Document, listed, section
from lab.aws.eks import pod_identities
from lab.aws.eks.call import Call, Operation
from lab.aws.eks.catalog import ADDON_VERSION, ADDONS, DEFAULT_ADDON_VERSION, VERSIONS
from lab.aws.eks.faults import in_use, invalid_parameter, not_found
from lab.aws.eks.state import Cluster, Kind, Resource, now, shown

_NAMESPACE = "kube-system"
_CHANGEABLE = (
    *("clusterName", "addonName", "addonVersion", "resolveConflicts"),
    *("serviceAccountRoleArn", "configurationValues", "podIdentityAssociations"),
)
_ASKED = ("serviceAccountRoleArn", "configurationValues", "namespaceConfig")


def create_addon(call: Call) -> Document:
    """CREATING in this answer, ACTIVE in the next."""
    call.accept((*_CHANGEABLE, "tags", "namespaceConfig"))
    cluster, params = call.active_cluster(), call.params
    name = params["addonName"]
    version = _version(name, params.get("addonVersion"))
    _require_readable(params.get("configurationValues"))
    if name in cluster.all(Kind.ADDON):
        raise in_use("Addon already exists.", clusterName=cluster.name, addonName=name)
    arn = cluster.arn(f"addon/{cluster.name}/{name}/{uuid.uuid4()}")
    addon = Resource(
        arn=arn,
        body={
            "addonName": name,
            "clusterName": cluster.name,
            "addonVersion": version,
            "addonArn": arn,
            "createdAt": now(),
            "modifiedAt": now(),
            "health": {"issues": []},
            "publisher": "eks",
            "owner": "aws",
            "tags": dict(section(params, "tags")),
            **call.given(*_ASKED),
        },
    )
    _own_associations(cluster, addon, listed(params, "podIdentityAssociations"))
    addon.move("CREATING", "ACTIVE")
    cluster.children[Kind.ADDON][name] = addon
    return {"addon": shown(addon.body)}


def describe_addon(call: Call) -> Document:
    """One add-on of a cluster."""
    return {"addon": shown(_addon(call).body)}


def list_addons(call: Call) -> Document:
    """Names of a cluster's add-ons."""
    return call.page("addons", sorted(call.cluster().all(Kind.ADDON)))


def update_addon(call: Call) -> Document:
    """Another version, configuration or role, in place."""
    call.accept(_CHANGEABLE)
    addon, cluster, params = _addon(call), call.cluster(), call.params
    if params.get("addonVersion"):
        addon.body["addonVersion"] = _version(params["addonName"], params["addonVersion"])
    _require_readable(params.get("configurationValues"))
    addon.body |= {
        **call.given("serviceAccountRoleArn", "configurationValues"),
        "modifiedAt": now(),
    }
    if params.get("podIdentityAssociations") is not None:
        _own_associations(cluster, addon, params["podIdentityAssociations"])
    addon.move("UPDATING", "ACTIVE")
    update = cluster.record_update(
        "AddonUpdate",
        {"AddonVersion": addon.body["addonVersion"]},
        addonName=params["addonName"],
    )
    return {"update": update}


def delete_addon(call: Call) -> Document:
    """Takes the associations that it owns along."""
    addon = _addon(call)
    _own_associations(call.cluster(), addon, [])
    addon.move("DELETING", "GONE")
    return {"addon": shown(addon.body)}


def describe_addon_versions(call: Call) -> Document:
    """The add-ons there are; of versions only the default, as any well-formed one is taken."""
    wanted, kubernetes = call.params.get("addonName"), call.params.get("kubernetesVersion")
    if wanted and wanted not in ADDONS:
        raise not_found(f"No addon versions found for {wanted}")
    version = {
        "addonVersion": DEFAULT_ADDON_VERSION,
        "architecture": ["amd64", "arm64"],
        "computeTypes": ["ec2", "auto"],
        "requiresConfiguration": False,
        "requiresIamPermissions": False,
        "compatibilities": [
            {"clusterVersion": minor, "platformVersions": ["*"], "defaultVersion": True}
            for minor in VERSIONS
            if kubernetes in (None, minor)
        ],
    }
    rows = [
        {
            "addonName": name,
            "type": kind,
            "publisher": "eks",
            "owner": "aws",
            "addonVersions": [version],
        }
        for name, kind in ADDONS.items()
        if wanted in (None, name)
    ]
    return call.page("addons", rows)


def describe_addon_configuration(call: Call) -> Document:
    """A schema that takes any object: the lab doesn't know what add-ons can be told."""
    name = call.params["addonName"]
    return {
        "addonName": name,
        "addonVersion": _version(name, call.params["addonVersion"]),
        "configurationSchema": json.dumps({"type": "object"}),
        "podIdentityConfiguration": [],
    }


def _version(name: str, version: str | None) -> str:
    if name not in ADDONS:
        raise invalid_parameter(
            f"Addon {name} specified is not supported: the lab knows {', '.join(ADDONS)}",
            addonName=name,
        )
    if version and not ADDON_VERSION.fullmatch(version):
        raise invalid_parameter(
            f"Addon version specified is not supported: {version} is not like"
            f" {DEFAULT_ADDON_VERSION}",
            addonName=name,
        )
    return version or DEFAULT_ADDON_VERSION


def _require_readable(values: str | None) -> None:
    try:
        parsed = yaml.safe_load(values or "{}")
    except yaml.YAMLError as error:
        raise invalid_parameter(
            f"ConfigurationValue provided is not YAML or JSON: {error}"
        ) from None
    if not isinstance(parsed, dict):
        raise invalid_parameter("ConfigurationValue provided in request is not an object")


def _own_associations(
    cluster: Cluster, addon: Resource, wanted: Iterable[Mapping[str, str]]
) -> None:
    """Replaces the add-on's associations by those wanted."""
    mine = cluster.all(Kind.POD_IDENTITY)
    for key in [key for key, found in mine.items() if found.body["ownerArn"] == addon.arn]:
        del mine[key]
    namespace = section(addon.body, "namespaceConfig").get("namespace", _NAMESPACE)
    made = [
        pod_identities.make(cluster, namespace, one["serviceAccount"], one["roleArn"], addon.arn)
        for one in wanted
    ]
    addon.body["podIdentityAssociations"] = [association.arn for association in made]


def _addon(call: Call) -> Resource:
    return call.child(Kind.ADDON, "addonName")


OPERATIONS: dict[str, Operation] = {
    "CreateAddon": create_addon,
    "DescribeAddon": describe_addon,
    "ListAddons": list_addons,
    "UpdateAddon": update_addon,
    "DeleteAddon": delete_addon,
    "DescribeAddonVersions": describe_addon_versions,
    "DescribeAddonConfiguration": describe_addon_configuration,
}
