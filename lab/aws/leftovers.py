"""What a destroy should have removed and didn't, by account and region.

Looks into moto's own state, so that a resource cannot hide behind an API that filters it. What moto
has by itself (default VPCs) and the landing zone are not leftovers.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from moto.ec2.models import ec2_backends
from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.sqs.models import sqs_backends

from lab.aws import landing_zone
from lab.aws.eks.state import Clusters
from lab.aws.principals import PARTITION

Finding: TypeAlias = tuple[str, str]
"""A kind such as ec2:vpc, and an id, name or ARN of it."""


def find(clusters: Clusters) -> dict[str, dict[str, list[str]]]:
    """{"<account>/<region>": {kind: [ids]}}; IAM, which has no region, is under its partition."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for place, (kind, identity) in _all(clusters):
        found[place][kind].append(identity)
    return {
        place: {kind: sorted(ids) for kind, ids in sorted(kinds.items())}
        for place, kinds in sorted(found.items())
    }


def _all(clusters: Clusters) -> Iterator[tuple[str, Finding]]:
    for cluster in clusters:
        yield f"{cluster.key.account}/{cluster.key.region}", ("eks:cluster", cluster.name)
    for backends, look in (
        (ec2_backends, _ec2),
        (iam_backends, _iam),
        (kms_backends, _kms),
        (logs_backends, _logs),
        (events_backends, _events),
        (sqs_backends, _sqs),
    ):
        services: Any = backends
        for account, regions in list(services.items()):
            for region, backend in list(regions.items()):
                for finding in look(backend):
                    yield f"{account}/{region}", finding


def _ec2(backend: Any) -> Iterator[Finding]:
    vpcs = {vpc.id for vpc in backend.vpcs.values() if not vpc.is_default}
    for vpc_id in vpcs:
        yield "ec2:vpc", vpc_id
    for subnets in backend.subnets.values():
        yield from (("ec2:subnet", s.id) for s in subnets.values() if s.vpc_id in vpcs)
    for table in backend.route_tables.values():
        if table.vpc_id in vpcs:
            yield "ec2:route-table", table.id
    for groups in backend.groups.values():
        yield from (("ec2:security-group", g.id) for g in groups.values() if g.vpc_id in vpcs)
    yield from _gateways(backend, vpcs)
    yield from _named("ec2:flow-log", backend.flow_logs)
    yield from _named("ec2:launch-template", backend.launch_templates)


def _gateways(backend: Any, vpcs: set[str]) -> Iterator[Finding]:
    for gateway in backend.internet_gateways.values():
        if gateway.vpc is None or gateway.vpc.id in vpcs:
            yield "ec2:internet-gateway", gateway.id
    for address in backend.addresses:
        yield "ec2:eip", str(address.allocation_id or address.public_ip)
    yield from _living("ec2:nat-gateway", backend.nat_gateways, gone={"deleted"})
    yield from _living("ec2:vpc-endpoint", backend.vpc_end_points, gone={"deleted"})


def _iam(backend: Any) -> Iterator[Finding]:
    for role in backend.roles.values():
        if not landing_zone.owns_role(role):
            yield "iam:role", role.arn
    for user in backend.users.values():
        if not landing_zone.owns_user(user):
            yield "iam:user", user.arn
    for policy in backend.managed_policies:
        if not policy.startswith(f"arn:{PARTITION}:iam::aws:"):
            yield "iam:policy", policy
    yield from _named("iam:instance-profile", backend.instance_profiles)
    yield from _named("iam:oidc-provider", backend.open_id_providers)


def _kms(backend: Any) -> Iterator[Finding]:
    for key in backend.keys.values():
        # A deleted key lives on for its waiting period; AWS's own keys come with the account.
        if key.key_state == "Enabled" and key.key_manager == "CUSTOMER":
            yield "kms:key", key.id
            yield from _named("kms:alias", key.aliases)


def _logs(backend: Any) -> Iterator[Finding]:
    yield from _named("logs:group", backend.groups)
    yield from _named("logs:delivery", backend.deliveries)
    yield from _named("logs:delivery-destination", backend.delivery_destinations)
    yield from _named("logs:delivery-source", backend.delivery_sources)


def _events(backend: Any) -> Iterator[Finding]:
    for bus in backend.event_buses.values():
        yield from _named("events:rule", bus.rules)


def _sqs(backend: Any) -> Iterator[Finding]:
    yield from _named("sqs:queue", backend.queues)


def _named(kind: str, things: Iterable[str]) -> Iterator[Finding]:
    yield from ((kind, name) for name in list(things))


def _living(kind: str, things: Any, *, gone: set[str]) -> Iterator[Finding]:
    yield from ((kind, name) for name, thing in list(things.items()) if thing.state not in gone)
