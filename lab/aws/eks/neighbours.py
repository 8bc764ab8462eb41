"""What EKS looks up in its neighbours EC2, IAM and KMS, as moto emulates them.

The only module of the service that knows moto's models of other services.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import ec2_backends
from moto.kms.models import kms_backends

from lab.aws.eks.faults import invalid_parameter
from lab.aws.eks.state import ClusterKey
from lab.aws.principals import find_role
from lab.aws.trust import ASSUME_ROLE, TAG_SESSION, Service, trusts


@dataclass(frozen=True, kw_only=True)
class Subnets:
    """Where a cluster's network interfaces go."""

    vpc_id: str
    zones: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class LaunchTemplate:
    """A launch template that exists, and the image that it asks for ("" when it asks for none)."""

    id: str
    name: str
    version: str
    image_id: str


def _ec2(key: ClusterKey) -> Any:
    return ec2_backends[key.account][key.region]


def subnets(key: ClusterKey, ids: Sequence[str]) -> Subnets:
    """The VPC and zones of existing subnets of one VPC."""
    try:
        found: list[Any] = _ec2(key).describe_subnets(subnet_ids=list(ids)) if ids else []
    except EC2ClientError as error:
        raise invalid_parameter(f"The subnet ID does not exist: {error}") from error
    vpcs: set[str] = {subnet.vpc_id for subnet in found}
    if len(vpcs) != 1:
        raise invalid_parameter("Subnets must be given, and all of them in one VPC")
    return Subnets(vpc_id=vpcs.pop(), zones=frozenset(s.availability_zone for s in found))


def create_cluster_security_group(key: ClusterKey, vpc_id: str) -> str:
    """The group that EKS puts on control plane and nodes; its id."""
    name = f"eks-cluster-sg-{key.name}-{secrets.randbelow(10**10):010d}"
    group = _ec2(key).create_security_group(
        name, "EKS created security group for control plane and nodes.", vpc_id=vpc_id
    )
    group.add_tags(
        {
            "Name": name,
            f"kubernetes.io/cluster/{key.name}": "owned",
            "aws:eks:cluster-name": key.name,
        }
    )
    return str(group.id)


def delete_cluster_security_group(key: ClusterKey, group_id: str) -> None:
    """Removes the cluster's group; like EKS, leaves it behind while something still names it."""
    with suppress(EC2ClientError):
        _ec2(key).delete_security_group(group_id=group_id)


def launch_template(key: ClusterKey, wanted: dict[str, Any]) -> LaunchTemplate:
    """The launch template that a node group names by id or name, at the version it names."""
    ec2 = _ec2(key)
    try:
        template = (
            ec2.get_launch_template(wanted["id"])
            if wanted.get("id")
            else ec2.get_launch_template_by_name(wanted["name"])
        )
        version = template.get_version(wanted.get("version") or "$Default")
    except EC2ClientError as error:
        raise invalid_parameter(f"Launch template {wanted} was not found") from error
    return LaunchTemplate(
        id=template.id,
        name=template.name,
        version=str(wanted.get("version") or template.default_version_number),
        image_id=str(version.data.get("ImageId") or ""),
    )


def require_role(key: ClusterKey, role_arn: str, service: str) -> None:
    """That a role exists and lets this AWS service assume it."""
    caller = Service(name=service, source_account=key.account, source_arn="")
    if find_role(role_arn) is None or not trusts(role_arn, caller):
        raise invalid_parameter(
            f"Role with arn: {role_arn}, could not be assumed because it does not exist or the"
            f" trusted entity is not correct ({service} asked)"
        )


def trusts_service(key: ClusterKey, role_arn: str, service: str) -> bool:
    """Whether a role lets this AWS service assume it and tag the session."""
    caller = Service(name=service, source_account=key.account, source_arn="")
    return all(trusts(role_arn, caller, action) for action in (ASSUME_ROLE, TAG_SESSION))


def require_endpoint(key: ClusterKey, endpoint_id: str, service: str) -> None:
    """That an interface endpoint of this AWS service exists where the cluster is."""
    found: Any = _ec2(key).vpc_end_points.get(endpoint_id)
    if found is None or not found.service_name.endswith(f".{service}"):
        raise invalid_parameter(f"The VPC endpoint {endpoint_id} is none of {service}")


def require_kms_key(key: ClusterKey, key_arn: str) -> None:
    """That a KMS key exists, enabled, where the cluster is."""
    found: Any = kms_backends[key.account][key.region].keys.get(key_arn.rpartition("/")[2])
    if found is None or found.arn != key_arn or found.key_state != "Enabled":
        raise invalid_parameter(f"The keyArn in encryptionConfig provider is not valid: {key_arn}")
