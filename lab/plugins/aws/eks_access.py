"""Who may do what on an EKS cluster: access entries, access policies, Pod Identity."""

from typing import Any

from lab.errors import LabError
from lab.plugins.aws.ec2 import arguments
from lab.plugins.aws.eks import EksType, tags_argument
from lab.plugins.aws.resource_type import ResourceType, Scope
from lab.plugins.aws.schema import Kind, Property, Values, section


class AccessEntry(EksType):
    """An access entry; id `cluster:principal`."""

    pulumi_type = "aws:eks/accessEntry:AccessEntry"
    delete_first = True
    arn_output = "accessEntryArn"
    properties = (
        Property("clusterName", required=True, replace=True),
        Property("principalArn", required=True, replace=True),
        Property("kubernetesGroups", Kind.SET, computed=True),
        Property("type", default="STANDARD", replace=True),
        Property("userName", computed=True),
    )
    outputs = ("accessEntryArn", "createdAt", "modifiedAt")
    unstable = frozenset({"modifiedAt"})
    _NAMES = {"kubernetesGroups": "kubernetesGroups", "userName": "username"}  # noqa: RUF012  # read only

    def create(self, aws: Scope, inputs: Values) -> str:
        same = {name: name for name in ("clusterName", "principalArn", "type")}
        aws.client("eks").create_access_entry(
            **arguments(inputs, {**same, **self._NAMES}), **tags_argument(inputs)
        )
        return f"{inputs['clusterName']}:{inputs['principalArn']}"

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        cluster, principal = resource_id.split(":", 1)
        entry = aws.client("eks").describe_access_entry(
            clusterName=cluster, principalArn=principal
        )["accessEntry"]
        return {
            "clusterName": cluster,
            "principalArn": entry["principalArn"],
            "kubernetesGroups": entry.get("kubernetesGroups", []),
            "type": entry["type"],
            "userName": entry.get("username", ""),
            "accessEntryArn": entry["accessEntryArn"],
            "createdAt": entry["createdAt"].isoformat(),
            "modifiedAt": entry["modifiedAt"].isoformat(),
            "tagsAll": section(entry, "tags"),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del old, changed
        cluster, principal = resource_id.split(":", 1)
        request = arguments(new, self._NAMES)
        request.setdefault("kubernetesGroups", [])
        aws.client("eks").update_access_entry(
            clusterName=cluster, principalArn=principal, **request
        )

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        cluster, principal = resource_id.split(":", 1)
        aws.client("eks").delete_access_entry(clusterName=cluster, principalArn=principal)


class AccessPolicyAssociation(ResourceType):
    """An access policy of an entry; id `cluster#principal#policy`; every change replaces it."""

    pulumi_type = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
    delete_first = True
    properties = (
        Property("clusterName", required=True, replace=True),
        Property("principalArn", required=True, replace=True),
        Property("policyArn", required=True, replace=True),
        Property(
            "accessScope",
            Kind.OBJECT,
            required=True,
            replace=True,
            fields=(Property("type", required=True), Property("namespaces", Kind.SET)),
        ),
    )
    outputs = ("associatedAt", "modifiedAt")

    def create(self, aws: Scope, inputs: Values) -> str:
        names = ("clusterName", "principalArn", "policyArn", "accessScope")
        aws.client("eks").associate_access_policy(**{name: inputs[name] for name in names})
        return "#".join(inputs[name] for name in names[:3])

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        del known
        cluster, principal, policy = resource_id.split("#")
        found = aws.client("eks").list_associated_access_policies(
            clusterName=cluster, principalArn=principal
        )["associatedAccessPolicies"]
        for item in found:
            if item["policyArn"] == policy:
                return {
                    "clusterName": cluster,
                    "principalArn": principal,
                    "policyArn": policy,
                    "accessScope": item["accessScope"],
                    "associatedAt": item["associatedAt"].isoformat(),
                    "modifiedAt": item["modifiedAt"].isoformat(),
                }
        return None

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        del known
        cluster, principal, policy = resource_id.split("#")
        aws.client("eks").disassociate_access_policy(
            clusterName=cluster, principalArn=principal, policyArn=policy
        )


class PodIdentityAssociation(EksType):
    """A service account's role; id `a-…`."""

    pulumi_type = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
    delete_first = True
    arn_output = "associationArn"
    properties = (
        Property("clusterName", required=True, replace=True),
        Property("namespace", required=True, replace=True),
        Property("serviceAccount", required=True, replace=True),
        Property("roleArn", required=True),
        Property("targetRoleArn"),
        Property("disableSessionTags", Kind.FLAG, computed=True),
        Property("policy", Kind.JSON),
    )
    outputs = ("associationArn", "associationId", "externalId")
    _CHANGEABLE = ("roleArn", "targetRoleArn", "disableSessionTags", "policy")

    def create(self, aws: Scope, inputs: Values) -> str:
        names = ("clusterName", "namespace", "serviceAccount", *self._CHANGEABLE)
        answer = aws.client("eks").create_pod_identity_association(
            **arguments(inputs, {name: name for name in names}), **tags_argument(inputs)
        )
        return answer["association"]["associationId"]

    def read(self, aws: Scope, resource_id: str, known: Values) -> dict[str, Any] | None:
        if not known.get("clusterName"):
            raise LabError(
                f"the association {resource_id} cannot be imported by the lab's aws plugin"
            )
        found = aws.client("eks").describe_pod_identity_association(
            clusterName=known["clusterName"], associationId=resource_id
        )["association"]
        names = ("clusterName", "namespace", "serviceAccount", *self._CHANGEABLE)
        return {
            **{name: found.get(name) for name in names},
            "associationArn": found["associationArn"],
            "associationId": resource_id,
            "externalId": found.get("externalId", ""),
            "tagsAll": section(found, "tags"),
        }

    def update(
        self, aws: Scope, resource_id: str, old: Values, new: Values, changed: frozenset[str]
    ) -> None:
        del old
        request = arguments(new, {name: name for name in self._CHANGEABLE})
        if "targetRoleArn" in changed:
            request.setdefault("targetRoleArn", "")
        aws.client("eks").update_pod_identity_association(
            clusterName=new["clusterName"], associationId=resource_id, **request
        )

    def delete(self, aws: Scope, resource_id: str, known: Values) -> None:
        aws.client("eks").delete_pod_identity_association(
            clusterName=known["clusterName"], associationId=resource_id
        )
