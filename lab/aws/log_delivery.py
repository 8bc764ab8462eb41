"""Log deliveries of EKS capabilities: moto knows delivery sources of other services only.

Owns the rules of PutDeliverySource for a capability. A put changes the capability, which is busy
for a moment afterwards: the next put is refused once. Destinations and deliveries are moto's.
"""

from typing import Any

from moto.logs.exceptions import ConflictException, ResourceNotFoundException, ValidationException
from moto.logs.models import DeliverySource, LogsBackend

from lab.aws.eks.capabilities import LOG_TYPES
from lab.aws.eks.state import Clusters, Kind


def install(clusters: Clusters) -> None:
    """Teaches moto's PutDeliverySource about capabilities, once."""
    backend: Any = LogsBackend
    put = backend.put_delivery_source
    busy: set[str] = set()

    def put_source(
        self: Any, name: str, resource_arn: str, log_type: str, tags: dict[str, str]
    ) -> Any:
        if ":eks:" not in resource_arn:
            return put(self, name, resource_arn, log_type, tags)
        _require_capability(clusters, resource_arn)
        _require_new(self, name, resource_arn, log_type)
        if resource_arn in busy:
            busy.discard(resource_arn)
            raise ConflictException(
                msg=f"Capability {resource_arn.split('/')[-2]} cannot be updated as it is"
                " currently being modified by another request"
            )
        busy.add(resource_arn)
        source: Any = DeliverySource(
            account_id=self.account_id,
            region=self.region_name,
            name=name,
            resource_arn=resource_arn,
            log_type=log_type,
            tags=tags,
        )
        self.delivery_sources[name] = source
        if tags:
            self.tag_resource(source.arn, tags)
        return source

    backend.put_delivery_source = put_source


def _require_capability(clusters: Clusters, arn: str) -> None:
    capabilities = [c for cluster in clusters for c in cluster.all(Kind.CAPABILITY).values()]
    if arn not in {capability.arn for capability in capabilities}:
        raise ResourceNotFoundException(msg=f"Resource {arn} was not found")


def _require_new(backend: Any, name: str, arn: str, log_type: str) -> None:
    if log_type not in LOG_TYPES:
        raise ValidationException(msg=f"{log_type} is no log type of {arn}")
    for source in backend.delivery_sources.values():
        if source.name == name or (arn in source.resource_arns and source.log_type == log_type):
            raise ConflictException(msg=f"A delivery source for {log_type} of {arn} exists")
