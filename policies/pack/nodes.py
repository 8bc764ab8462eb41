"""Rules on nodes: what a machine is, and what its role may do."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from .documents import TRUST, statements
from .rule import UNKNOWN, Resource, is_true, numeric, resource_rule, stack_rule

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE = "aws:ec2/instance:Instance"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
NODE_POLICIES = frozenset(
    {
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonEKSWorkerNodeMinimalPolicy",
        "AmazonEKSWorkerNodePolicy",
        "AmazonSSMManagedInstanceCore",
    }
)
"""What a kubelet needs, and a way in without SSH. Every pod of the node can take the node's role:
what the network plugin and the storage driver need, they get by Pod Identity.
https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html"""


@stack_rule(level="mandatory", remedy="Give it to the pods that need it, by Pod Identity")
def node_roles_are_narrow(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """A node's role has what a kubelet needs and no more: its pods have it too."""
    nodes = {resource.urn for resource in resources if _is_node_role(resource)}
    for resource in resources:
        if not nodes & resource.links.get("role", frozenset()):
            continue
        if resource.type == "aws:iam/rolePolicyAttachment:RolePolicyAttachment":
            arn = resource.value("policyArn")
            if arn is not UNKNOWN and str(arn).rpartition("/")[2] not in NODE_POLICIES:
                yield resource, f"policyArn: {arn} on a node's role"
        elif resource.type == "aws:iam/rolePolicy:RolePolicy":
            yield resource, "policy: of its own on a node's role"


def _is_node_role(role: Resource) -> bool:
    return any(
        kind == "Service" and name.startswith("ec2.amazonaws.com")
        for statement in statements(role, TRUST)
        for kind, name in statement.principals
    )


@resource_rule(
    TEMPLATE,
    INSTANCE,
    level="mandatory",
    remedy="Set metadataOptions.httpTokens to required",
)
def nodes_want_a_token_for_their_metadata(machine: Resource) -> Iterator[str]:
    """IMDSv2 only: a pod's forged request must not fetch the node's credentials."""
    if machine.value("metadataOptions.httpTokens") not in ("required", UNKNOWN):
        yield "metadataOptions.httpTokens: not required"


@resource_rule(
    TEMPLATE,
    INSTANCE,
    level="mandatory",
    remedy="Set metadataOptions.httpPutResponseHopLimit to 1; pods have Pod Identity",
)
def pods_do_not_reach_the_nodes_metadata(machine: Resource) -> Iterator[str]:
    """A token for the metadata goes no further than the node itself."""
    limit = machine.value("metadataOptions.httpPutResponseHopLimit")
    if limit is not UNKNOWN and numeric(limit) != 1:
        yield f"metadataOptions.httpPutResponseHopLimit: {limit or 'not set'}"


@resource_rule(
    NODE_GROUP, level="mandatory", remedy="Give it a launch template, which says how the nodes are"
)
def node_groups_have_a_launch_template(group: Resource) -> Iterator[str]:
    """Without one AWS chooses: a hop limit of 2, volumes that may not be encrypted."""
    if group.value("launchTemplate") is None:
        yield "launchTemplate: not set"


@resource_rule(
    NODE_GROUP,
    TEMPLATE,
    INSTANCE,
    level="mandatory",
    remedy="Leave it out; Session Manager needs no open port and no key",
)
def nodes_have_no_ssh(machine: Resource) -> Iterator[str]:
    """Nobody logs in to a node with a key that lies on a laptop."""
    for path in ("remoteAccess", "remoteAccess.ec2SshKey", "keyName"):
        if machine.value(path) not in (None, UNKNOWN):
            yield f"{path}: set"
            return


@resource_rule(
    TEMPLATE,
    INSTANCE,
    level="mandatory",
    remedy="Leave it out; nodes reach out by NAT or endpoints",
)
def nodes_have_no_public_address(machine: Resource) -> Iterator[str]:
    """A node cannot be reached from the internet."""
    if is_true(machine.value("associatePublicIpAddress")):
        yield "associatePublicIpAddress: true"
    for number, interface in enumerate(machine.items("networkInterfaces")):
        if isinstance(interface, Mapping):
            found = cast("Mapping[str, Any]", interface)
            if is_true(found.get("associatePublicIpAddress")):
                yield f"networkInterfaces[{number}].associatePublicIpAddress: true"
