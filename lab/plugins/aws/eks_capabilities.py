"""EKS capabilities; Argo CD's configuration alone."""

from typing import Any

from lab.plugins.aws.eks import (
    EksType,
    tags_argument,
    wait_for_update,
    wait_until_active,
    wait_until_gone,
)
from lab.plugins.aws.resource_type import Scope
from lab.plugins.aws.schema import Kind, Property, Values, listed, section

_IDENTITY_CENTER = (
    Property("idcInstanceArn", required=True),
    Property("idcRegion", computed=True),
    Property("idcManagedApplicationArn", computed=True),
)
_IDENTITY = (Property("id", required=True), Property("type", required=True))
_ROLE_MAPPING = (
    Property("role", required=True),
    Property("identities", Kind.OBJECTS, required=True, fields=_IDENTITY),
)
_ARGOCD = (
    Property("awsIdc", Kind.OBJECT, required=True, replace=True, fields=_IDENTITY_CENTER),
    Property("namespace", replace=True, computed=True),
    Property("networkAccess", Kind.OBJECT, fields=(Property("vpceIds", Kind.SET),)),
    Property("rbacRoleMappings", Kind.OBJECTS, fields=_ROLE_MAPPING),
    Property("serverUrl", computed=True),
)
_SAME_NAMES = (
    *("capabilityName", "clusterName", "deletePropagationPolicy", "roleArn", "type"),
    "configuration",
)


class Capability(EksType):
    """A capability; id `cluster,capability`."""

    pulumi_type = "aws:eks/capability:Capability"
    delete_first = True
    properties = (
        Property("capabilityName", required=True, replace=True),
        Property("clusterName", required=True, replace=True),
        Property("deletePropagationPolicy", required=True),
        Property("roleArn", required=True),
        Property("type", required=True, replace=True),
        Property(
            "configuration",
            Kind.OBJECT,
            fields=(Property("argoCd", Kind.OBJECT, fields=_ARGOCD),),
        ),
    )
    outputs = ("arn", "version")

    def create(self, aws: Scope, inputs: Values) -> str:
        chosen = {name: inputs[name] for name in _SAME_NAMES if inputs.get(name) is not None}
        aws.client("eks").create_capability(**chosen, **tags_argument(inputs))
        return f"{inputs['clusterName']},{inputs['capabilityName']}"

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        del inputs
        wait_until_active(
            aws, lambda: self._capability(aws, resource_id), f"the capability {resource_id}"
        )

    @staticmethod
    def _names(resource_id: str) -> dict[str, str]:
        cluster, name = resource_id.split(",", 1)
        return {"clusterName": cluster, "capabilityName": name}

    def _capability(self, aws: Scope, resource_id: str) -> dict[str, Any]:
        return aws.client("eks").describe_capability(**self._names(resource_id))["capability"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        found = self._capability(aws, resource_id)
        argocd = dict(section(section(found, "configuration"), "argoCd"))
        if not listed(section(argocd, "networkAccess"), "vpceIds"):
            argocd["networkAccess"] = None
        return {
            **{name: found[name] for name in _SAME_NAMES},
            "configuration": {"argoCd": argocd},
            "arn": found["arn"],
            "version": found["version"],
            "tagsAll": section(found, "tags"),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        before, after = (section(section(v, "configuration"), "argoCd") for v in (old, new))
        kept = {mapping["role"] for mapping in listed(after, "rbacRoleMappings")}
        mappings = {
            "addOrUpdateRoleMappings": listed(after, "rbacRoleMappings"),
            "removeRoleMappings": [
                mapping
                for mapping in listed(before, "rbacRoleMappings")
                if mapping["role"] not in kept
            ],
        }
        endpoints = {"vpceIds": listed(section(after, "networkAccess"), "vpceIds")}
        argocd = {"rbacRoleMappings": mappings, "networkAccess": endpoints}
        asked: dict[str, Any] = {"configuration": {"argoCd": argocd}}
        names = self._names(resource_id)
        if "roleArn" in changed:
            asked["roleArn"] = new["roleArn"]
        answer = aws.client("eks").update_capability(**names, **asked)
        wait_for_update(
            aws,
            answer,
            f"the capability {resource_id}",
            name=names["clusterName"],
            capabilityName=names["capabilityName"],
        )

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        aws.client("eks").delete_capability(**self._names(resource_id))
        wait_until_gone(
            aws, lambda: self._capability(aws, resource_id), f"the capability {resource_id}"
        )
