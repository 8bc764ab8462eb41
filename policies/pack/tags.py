"""Rules on tags and on the account: whose it is, and that it is there."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from .network import CLUSTER
from .rule import UNKNOWN, Resource, at, resource_rule, stack_rule

PROVIDER = "pulumi:providers:aws"
PREFIX = "eks-hub-spoke:"
MANAGED_BY = f"{PREFIX}managed-by"
ENVIRONMENT = f"{PREFIX}environment"
CLUSTER_TAG = f"{PREFIX}cluster"
OF_NODES = (ENVIRONMENT, MANAGED_BY)
ON_NODES = ("instance", "volume")
"""What an autoscaler starts gets only the tags that the launch template repeats."""


def _object(value: Any) -> Any:
    """A provider takes what is nested as JSON."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return None
    return value


@resource_rule(PROVIDER, level="mandatory", remedy="Set defaultTags, from conventions")
def everything_is_tagged(provider: Resource) -> Iterator[str]:
    """The provider tags all that it makes as Pulumi's, so that nobody changes it by hand."""
    yield from _lacking(provider, (MANAGED_BY,))


@stack_rule(level="mandatory", remedy="Set defaultTags, from conventions.tags()")
def what_is_of_a_cluster_is_tagged_with_it(
    resources: Sequence[Resource],
) -> Iterator[tuple[Resource, str]]:
    """In a stack with a cluster everything names the cluster and what it is for: who pays."""
    if any(resource.type == CLUSTER for resource in resources):
        for provider in (found for found in resources if found.type == PROVIDER):
            for finding in _lacking(provider, (CLUSTER_TAG, ENVIRONMENT)):
                yield provider, finding


def _lacking(provider: Resource, wanted: Sequence[str]) -> Iterator[str]:
    defaults = _object(provider.value("defaultTags"))
    tags = at({"defaultTags": defaults}, "defaultTags.tags")
    if tags is UNKNOWN:
        return
    given: Mapping[str, Any] = cast("Any", tags) if isinstance(tags, Mapping) else {}
    lacking = [tag for tag in wanted if not given.get(tag)]
    if lacking:
        yield f"defaultTags: without {', '.join(lacking)}"


@resource_rule(
    "aws:ec2/launchTemplate:LaunchTemplate",
    level="mandatory",
    remedy="Repeat the tags in tagSpecifications",
)
def nodes_and_their_volumes_are_tagged(template: Resource) -> Iterator[str]:
    """A provider's default tags do not reach what a launch template starts."""
    given: dict[str, Mapping[str, Any]] = {}
    for found in template.items("tagSpecifications"):
        if isinstance(found, Mapping):
            specification = cast("Mapping[str, Any]", found)
            tags = specification.get("tags")
            if tags is UNKNOWN:
                return
            kind = str(specification.get("resourceType"))
            given[kind] = cast("Any", tags) if isinstance(tags, Mapping) else {}
    for kind in ON_NODES:
        lacking = [tag for tag in OF_NODES if not given.get(kind, {}).get(tag)]
        if lacking:
            yield f"tagSpecifications of {kind}: without {', '.join(lacking)}"


@resource_rule(PROVIDER, level="mandatory", remedy="Set allowedAccountIds to the stack's account")
def a_stack_stays_in_its_account(provider: Resource) -> Iterator[str]:
    """With the wrong profile in a shell nothing is made in another account."""
    accounts = _object(provider.value("allowedAccountIds"))
    if accounts is not UNKNOWN and not accounts:
        yield "allowedAccountIds: not set"
