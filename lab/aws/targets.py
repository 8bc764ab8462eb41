"""Which actions on which resources a call needs, with the tags and keys that conditions ask for.

Owns the rules of the services that stacks use, after AWS's service authorization reference: also
what a call needs beside its own action (tags at creation, a role that is handed on, a key). A call
of any other service needs its action on everything. Not here: the decision (`judgement`).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.ec2.models import ec2_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends

from lab.aws.documents import listed, section
from lab.aws.principals import PARTITION, iam
from lab.aws.requests import AwsRequest

Context = Mapping[str, str | None]

_EC2_KINDS = {
    "eipalloc": "elastic-ip",
    "fl": "vpc-flow-log",
    "igw": "internet-gateway",
    "lt": "launch-template",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
_EC2_ID = re.compile(r"([a-z]+)-[0-9a-f]{8,17}")
_EC2_MAKES = {
    "AllocateAddress": "elastic-ip",
    "CreateFlowLogs": "vpc-flow-log",
    "CreateInternetGateway": "internet-gateway",
    "CreateLaunchTemplate": "launch-template",
    "CreateNatGateway": "natgateway",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateVpc": "vpc",
    "CreateVpcEndpoint": "vpc-endpoint",
}
_LOGS_NAMED = {
    "DeliveryDestination": "delivery-destination",
    "DeliverySource": "delivery-source",
}
# The service that a role is handed to, by the service that takes it.
_TAKERS = {"eks": "eks.amazonaws.com", "pods": "pods.eks.amazonaws.com"}


@dataclass(frozen=True, kw_only=True)
class Target:
    """One action on one resource; `context` are the condition keys that only the call knows."""

    action: str
    resource: str
    context: Context = field(default_factory=dict[str, "str | None"])


def targets(request: AwsRequest, account: str) -> list[Target]:
    """All of them; the call is allowed when each is."""
    rule = _RULES.get(request.service)
    found = list(rule(request, account)) if rule else []
    return found or [Target(action=request.action, resource="*")]


def _tags(kind: str, tags: Mapping[str, str]) -> dict[str, str | None]:
    return {f"aws:{kind}Tag/{key}": value for key, value in tags.items()}


def _pass_role(role_arn: str, service: str) -> Target:
    return Target(
        action="iam:PassRole", resource=role_arn, context={"iam:PassedToService": service}
    )


def _ec2(request: AwsRequest, account: str) -> Iterator[Target]:
    if request.operation.startswith(("Describe", "Get")):
        return
    where = f"arn:{PARTITION}:ec2:{request.region}:{account}"
    asked = _tags("Request", request.pairs(r"TagSpecification\.\d+\.Tag\.\d+|Tag\.\d+"))
    tagged: Mapping[str, Mapping[str, str]] = ec2_backends[account][request.region].tags
    for identity in sorted(_ec2_ids(request, account)):
        kind = _EC2_KINDS[identity.partition("-")[0]]
        context = {**asked, **_tags("Resource", tagged.get(identity, {}))}
        resource = f"{where}:{kind}/{identity}"
        yield Target(action=request.action, resource=resource, context=context)
    named = set(request.numbered(r"TagSpecification\.\d+\.ResourceType"))
    made = named | {kind for call, kind in _EC2_MAKES.items() if call == request.operation}
    for kind in sorted(made):
        resource = f"{where}:{kind}/new"
        yield Target(action=request.action, resource=resource, context=asked)
        if kind in named:
            created = {**asked, "ec2:CreateAction": request.operation}
            yield Target(action="ec2:CreateTags", resource=resource, context=created)
    for role_arn in request.numbered("DeliverLogsPermissionArn"):
        yield _pass_role(role_arn, "vpc-flow-logs.amazonaws.com")


def _ec2_ids(request: AwsRequest, account: str) -> set[str]:
    found: set[str] = set()
    for name, value in request.params.items():
        match = None if name.startswith("Filter.") else _EC2_ID.fullmatch(str(value))
        if match and match[1] in _EC2_KINDS:
            found.add(str(value))
        elif match and match[1] == "rtbassoc":
            found |= _route_table_of(str(value), request.region, account)
    return found


def _route_table_of(association: str, region: str, account: str) -> set[str]:
    tables: Any = ec2_backends[account][region].route_tables
    return {table.id for table in tables.values() if association in table._associations}


def _iam(request: AwsRequest, account: str) -> Iterator[Target]:
    params = request.params
    name = str(params.get("RoleName", ""))
    if not name:
        resource = params.get("PolicyArn") or params.get("OpenIDConnectProviderArn")
        if resource:
            yield Target(action=request.action, resource=str(resource))
        return
    role = next((role for role in iam(account).roles.values() if role.name == name), None)
    path = role.path if role else params.get("Path", "/")
    held: list[dict[str, str]] = role.tags or [] if role else []
    tags = {tag["Key"]: tag["Value"] for tag in held}
    bound = role.permissions_boundary_arn if role else None
    asked = _tags("Request", request.pairs(r"Tags\.member\.\d+"))
    context: dict[str, str | None] = {
        **asked,
        **_tags("Resource", tags),
        "iam:PermissionsBoundary": params.get("PermissionsBoundary") or bound,
        "iam:PolicyARN": params.get("PolicyArn"),
    }
    resource = f"arn:{PARTITION}:iam::{account}:role{path}{name}"
    yield Target(action=request.action, resource=resource, context=context)
    if request.operation == "CreateRole" and asked:
        yield Target(action="iam:TagRole", resource=resource, context=asked)


def _eks(request: AwsRequest, account: str) -> Iterator[Target]:
    where = f"arn:{PARTITION}:eks:{request.region}:{account}"
    params = request.params
    cluster = params.get("clusterName") or params.get("name")
    if params.get("resourceArn"):
        yield Target(action=request.action, resource=str(params["resourceArn"]))
    elif cluster:
        path = f"{_eks_kind(request)}/{cluster}"
        path += "" if path.startswith("cluster/") else "/id"
        asked = _tags("Request", section(params, "tags"))
        yield Target(action=request.action, resource=f"{where}:{path}", context=asked)
        if asked:
            yield Target(action="eks:TagResource", resource=f"{where}:{path}", context=asked)
    yield from _eks_roles(params)
    yield from _eks_logins(params, account)
    for encryption in listed(params, "encryptionConfig"):
        key = str(section(encryption, "provider").get("keyArn"))
        tags = _key_tags(key, request.region, account)
        for action in ("kms:DescribeKey", "kms:CreateGrant"):
            context = {**tags, "kms:GrantIsForAWSResource": "true"}
            yield Target(action=action, resource=key, context=context)


def _eks_kind(request: AwsRequest) -> str:
    if "PodIdentity" in request.operation and not request.operation.startswith(("Create", "List")):
        return "podidentityassociation"
    for parameter, kind in (
        ("nodegroupName", "nodegroup"),
        ("addonName", "addon"),
        ("capabilityName", "capability"),
        ("principalArn", "access-entry"),
    ):
        # What is only being made belongs to the cluster yet; AWS looks at the cluster then.
        if parameter in request.params and not request.operation.startswith("Create"):
            return kind
    return "cluster"


def _eks_roles(params: Mapping[str, Any]) -> Iterator[Target]:
    pods = [params, *listed(params, "podIdentityAssociations")]
    for holder in pods:
        if holder.get("roleArn"):
            is_pod = "serviceAccount" in holder
            yield _pass_role(str(holder["roleArn"]), _TAKERS["pods" if is_pod else "eks"])
    for role_arn in (params.get("nodeRole"), section(params, "computeConfig").get("nodeRoleArn")):
        if role_arn:
            yield _pass_role(str(role_arn), _TAKERS["eks"])


def _eks_logins(params: Mapping[str, Any], account: str) -> Iterator[Target]:
    """EKS makes an application for the people of a capability, as the caller."""
    argocd = section(section(params, "configuration"), "argoCd")
    instance = section(argocd, "awsIdc").get("idcInstanceArn")
    if instance:
        yield Target(action="sso:CreateApplication", resource=str(instance))
        made = f"arn:{PARTITION}:sso::{account}:application/{str(instance).rpartition('/')[2]}/new"
        yield Target(action="sso:CreateApplicationAssignment", resource=made)


def _kms(request: AwsRequest, account: str) -> Iterator[Target]:
    params, where = request.params, f"arn:{PARTITION}:kms:{request.region}:{account}"
    asked = _tags("Request", {tag["TagKey"]: tag["TagValue"] for tag in listed(params, "Tags")})
    if request.operation == "CreateKey":
        for action in (request.action, "kms:TagResource") if asked else (request.action,):
            yield Target(action=action, resource="*", context=asked)
    if params.get("AliasName"):
        yield Target(action=request.action, resource=f"{where}:{params['AliasName']}")
    key = params.get("KeyId") or params.get("TargetKeyId")
    if key and request.operation != "ListAliases":
        arn = key if str(key).startswith("arn:") else f"{where}:key/{key}"
        context = {**asked, **_key_tags(str(key), request.region, account)}
        yield Target(action=request.action, resource=str(arn), context=context)


def _key_tags(key: str, region: str, account: str) -> dict[str, str | None]:
    backend: Any = kms_backends[account][region]
    return _tags("Resource", backend.tagger.get_tag_dict_for_resource(backend.get_key_id(key)))


def _logs(request: AwsRequest, account: str) -> Iterator[Target]:
    where = f"arn:{PARTITION}:logs:{request.region}:{account}"
    asked = _tags("Request", section(request.params, "tags"))
    tagger: Any = logs_backends[account][request.region].tagger
    found = _logs_resources(request, where)
    contexts = {
        arn: asked | _tags("Resource", tagger.get_tag_dict_for_resource(arn)) for arn in found
    }
    for resource, context in contexts.items():
        yield Target(action=request.action, resource=resource, context=context)
    if asked and request.operation != "TagResource":
        yield Target(action="logs:TagResource", resource=found[0], context=contexts[found[0]])
    if request.operation == "CreateDelivery":
        # The log group must let the deliverer in; CloudWatch sees to it by the caller's rights.
        for action in ("logs:DescribeResourcePolicies", "logs:PutResourcePolicy"):
            yield Target(action=action, resource=f"{where}:*")


def _logs_resources(request: AwsRequest, where: str) -> list[str]:
    """What is made or changed comes first."""
    params, operation = request.params, request.operation
    if operation == "CreateDelivery":
        source = f"{where}:delivery-source:{params['deliverySourceName']}"
        return [f"{where}:delivery:new", source, str(params["deliveryDestinationArn"])]
    if operation.endswith("Delivery"):
        return [f"{where}:delivery:{params['id']}"]
    for call, kind in _LOGS_NAMED.items():
        if operation.endswith(call):
            return [f"{where}:{kind}:{params['name']}"]
    group = params.get("logGroupName") or ("*" if "Describe" in operation else "")
    return [str(params.get("resourceArn") or f"{where}:log-group:{group}")]


_RULES: Mapping[str, Callable[[AwsRequest, str], Iterator[Target]]] = {
    "ec2": _ec2,
    "eks": _eks,
    "iam": _iam,
    "kms": _kms,
    "logs": _logs,
}
