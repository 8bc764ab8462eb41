"""The arguments of `eks:index:Cluster` that the stand-in has, and a refusal, by name, of the rest.

Pure: no resource is made here. An argument counts as given when it is not null. What the official
plugin would create for an argument that is left out (a default node group, add-ons, security
groups) the stand-in does not have, so it insists on the switch that turns each of them off.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pulumi
from pulumi.errors import InputPropertyError

# Passed on to aws.eks.Cluster or to the Kubernetes provider, or a switch that is checked below.
_KNOWN = frozenset(
    {
        "authenticationMode",
        "autoMode",
        "bootstrapSelfManagedAddons",
        "clusterTags",
        "corednsAddonOptions",
        "createInstanceRole",
        "createOidcProvider",
        "deletionProtection",
        "enableConfigMapMutable",
        "enabledClusterLogTypes",
        "encryptionConfigKeyArn",
        "endpointPrivateAccess",
        "endpointPublicAccess",
        "ipFamily",
        "kubeProxyAddonOptions",
        "kubernetesServiceIpAddressRange",
        "name",
        "privateSubnetIds",
        "publicAccessCidrs",
        "publicSubnetIds",
        "serviceRole",
        "skipDefaultNodeGroup",
        "skipDefaultSecurityGroups",
        "subnetIds",
        "tags",
        "upgradePolicy",
        "useDefaultVpcCni",
        "version",
        "vpcId",
    }
)
_AUTO_MODE_POOLS = ("general-purpose", "system")


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """What is created; inputs may be outputs of other resources."""

    auto_mode: bool
    create_node_role: bool
    """Auto Mode only: whether its nodes' role is made here."""
    node_role_arn: pulumi.Input[str] | None
    node_pools: Any
    given: Mapping[str, Any] = field(repr=False)
    """Every argument that is not null, by its name on the wire."""

    @property
    def creates_service_role(self) -> bool:
        return "serviceRole" not in self.given

    def get(self, name: str, default: Any = None) -> Any:
        return self.given.get(name, default)


def parse(inputs: Mapping[str, Any]) -> Arguments:
    """The arguments of one cluster. InputPropertyError names the one that cannot be imitated."""
    given = {name: value for name, value in inputs.items() if value is not None}
    for name in sorted(given):
        if name not in _KNOWN:
            raise InputPropertyError(name, f"the lab's eks plugin does not know {name}")
    auto = _section(given, "autoMode")
    auto_mode = _switch(auto, "enabled", "autoMode.enabled") or False
    _require_no_extras(given, auto_mode=auto_mode)
    compute = _section(auto, "computeConfig", "autoMode.computeConfig")
    create_node_role = _switch(auto, "createNodeRole", "autoMode.createNodeRole")
    arguments = Arguments(
        auto_mode=auto_mode,
        create_node_role=auto_mode and create_node_role is not False,
        node_role_arn=compute.get("nodeRoleArn"),
        node_pools=compute.get("nodePools") or list(_AUTO_MODE_POOLS),
        given=given,
    )
    if auto_mode and not arguments.create_node_role and arguments.node_role_arn is None:
        raise InputPropertyError(
            "autoMode.computeConfig.nodeRoleArn", "needed when createNodeRole is false"
        )
    return arguments


def _require_no_extras(given: Mapping[str, Any], *, auto_mode: bool) -> None:
    """Refuses what would make the official plugin create resources that are not imitated."""
    if "vpcId" not in given:
        raise InputPropertyError("vpcId", "the lab's eks plugin looks up no default VPC")
    mode = given.get("authenticationMode")
    if mode != "API":
        raise InputPropertyError(
            "authenticationMode", f"the lab's eks plugin knows API only, not {mode!r}"
        )
    _require(given, "skipDefaultNodeGroup", True, "a default node group")
    # The official plugin reads the provider's thumbprint from the internet.
    _require(given, "createOidcProvider", False, "an OIDC provider", may_be_absent=True)
    if auto_mode:
        _require(given, "createInstanceRole", False, "an instance role")
        _require_off(given, "corednsAddonOptions", "the coredns add-on")
        return
    _require(given, "createInstanceRole", False, "an instance role", may_be_absent=True)
    _require(given, "skipDefaultSecurityGroups", True, "security groups")
    _require(given, "useDefaultVpcCni", True, "the vpc-cni add-on")
    _require_off(given, "kubeProxyAddonOptions", "the kube-proxy add-on")


def _require(
    given: Mapping[str, Any], name: str, wanted: bool, thing: str, *, may_be_absent: bool = False
) -> None:
    value = _switch(given, name, name)
    if value is wanted or (value is None and may_be_absent):
        return
    raise InputPropertyError(name, f"must be {wanted}: the lab's eks plugin does not make {thing}")


def _require_off(given: Mapping[str, Any], name: str, thing: str) -> None:
    options = _section(given, name)
    if _switch(options, "enabled", f"{name}.enabled") is not False:
        raise InputPropertyError(
            name, f"enabled must be False: the lab's eks plugin does not make {thing}"
        )


def _section(values: Mapping[str, Any], name: str, path: str = "") -> Mapping[str, Any]:
    value = values.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InputPropertyError(path or name, "must be an object that is known at preview")
    return cast("Mapping[str, Any]", value)


def _switch(values: Mapping[str, Any], name: str, path: str) -> bool | None:
    value = values.get(name)
    if value is not None and not isinstance(value, bool):
        raise InputPropertyError(path, "must be a boolean that is known at preview")
    return value
