"""EKS add-ons."""

from typing import Any

from lab.plugins.aws.ec2 import arguments
from lab.plugins.aws.eks import (
    EksType,
    tags_argument,
    wait_for_update,
    wait_until_active,
    wait_until_gone,
)
from lab.plugins.aws.resource_type import Scope
from lab.plugins.aws.schema import Kind, Property, Values, listed, section

_SAME_NAMES = (
    "addonName",
    "addonVersion",
    "clusterName",
    "configurationValues",
    "namespaceConfig",
    "podIdentityAssociations",
    "serviceAccountRoleArn",
)
_CHANGEABLE = (
    "addonVersion",
    "configurationValues",
    "podIdentityAssociations",
    "serviceAccountRoleArn",
)


class Addon(EksType):
    """An add-on; id `cluster:add-on`."""

    pulumi_type = "aws:eks/addon:Addon"
    delete_first = True
    properties = (
        Property("addonName", required=True, replace=True),
        Property("clusterName", required=True, replace=True),
        Property("addonVersion", computed=True),
        Property("configurationValues", Kind.JSON, computed=True),
        Property(
            "namespaceConfig",
            Kind.OBJECT,
            replace=True,
            computed=True,
            fields=(Property("namespace"),),
        ),
        Property(
            "podIdentityAssociations",
            Kind.OBJECTS,
            fields=(
                Property("roleArn", required=True),
                Property("serviceAccount", required=True),
            ),
        ),
        Property("preserve", Kind.FLAG),
        Property("resolveConflictsOnCreate"),
        Property("resolveConflictsOnUpdate"),
        Property("serviceAccountRoleArn"),
    )
    outputs = ("arn", "createdAt", "modifiedAt")
    unstable = frozenset({"modifiedAt"})

    def create(self, aws: Scope, inputs: Values) -> str:
        names = {name: name for name in _SAME_NAMES}
        aws.client("eks").create_addon(
            **arguments(inputs, names | {"resolveConflictsOnCreate": "resolveConflicts"}),
            **tags_argument(inputs),
        )
        return f"{inputs['clusterName']}:{inputs['addonName']}"

    def settle(self, aws: Scope, resource_id: str, inputs: Values) -> None:
        del inputs
        wait_until_active(aws, lambda: self._addon(aws, resource_id), f"the add-on {resource_id}")

    @staticmethod
    def _addon(aws: Scope, resource_id: str) -> dict[str, Any]:
        cluster, name = resource_id.split(":", 1)
        return aws.client("eks").describe_addon(clusterName=cluster, addonName=name)["addon"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        addon = self._addon(aws, resource_id)
        if addon["status"] == "DELETING":
            return None
        return {
            **{name: addon.get(name) for name in _SAME_NAMES},
            "podIdentityAssociations": [
                self._identity(aws, addon["clusterName"], arn)
                for arn in listed(addon, "podIdentityAssociations")
            ],
            "arn": addon["addonArn"],
            "createdAt": addon["createdAt"].isoformat(),
            "modifiedAt": addon["modifiedAt"].isoformat(),
            "tagsAll": section(addon, "tags"),
        }

    @staticmethod
    def _identity(aws: Scope, cluster: str, arn: str) -> dict[str, str]:
        """EKS tells an add-on's associations by ARN, the program by role and account."""
        found = aws.client("eks").describe_pod_identity_association(
            clusterName=cluster, associationId=arn.rsplit("/", 1)[-1]
        )["association"]
        return {"roleArn": found["roleArn"], "serviceAccount": found["serviceAccount"]}

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del old
        if not changed & {*_CHANGEABLE}:
            return  # preserve and resolveConflicts matter to later calls only
        cluster, name = resource_id.split(":", 1)
        names = {item: item for item in _CHANGEABLE}
        request = arguments(new, names | {"resolveConflictsOnUpdate": "resolveConflicts"})
        if "podIdentityAssociations" in changed:
            request.setdefault("podIdentityAssociations", [])
        else:
            request.pop("podIdentityAssociations", None)
        answer = aws.client("eks").update_addon(clusterName=cluster, addonName=name, **request)
        wait_for_update(aws, answer, f"the add-on {resource_id}", name=cluster, addonName=name)
        self.settle(aws, resource_id, new)

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        cluster, name = resource_id.split(":", 1)
        aws.client("eks").delete_addon(
            clusterName=cluster,
            addonName=name,
            **({"preserve": True} if known.get("preserve") else {}),
        )
        wait_until_gone(aws, lambda: self._addon(aws, resource_id), f"the add-on {resource_id}")
