"""Pod Identity associations: which IAM role a service account's pods hold.

Owns the associations as the API shows them. The credentials are `lab.aws.pod_identity`'s.
"""

import secrets
import string
import uuid

from lab.aws.documents import Document, section
from lab.aws.eks.call import Call, Operation
from lab.aws.eks.faults import in_use, invalid_parameter
from lab.aws.eks.state import Cluster, Kind, Resource, now, shown
from lab.aws.principals import find_role

_ID_LETTERS = string.ascii_lowercase + string.digits
_CHANGEABLE = ("roleArn", "targetRoleArn", "disableSessionTags")
_SUMMARY = (
    *("clusterName", "namespace", "serviceAccount", "associationArn", "associationId"),
    "ownerArn",
)


def make(
    cluster: Cluster, namespace: str, service_account: str, role_arn: str, owner_arn: str = ""
) -> Resource:
    """A new association; a service account has at most one."""
    if find(cluster, namespace, service_account):
        raise in_use(
            f"Association already exists for {namespace}/{service_account}",
            clusterName=cluster.name,
        )
    association_id = "a-" + "".join(secrets.choice(_ID_LETTERS) for _ in range(17))
    arn = cluster.arn(f"podidentityassociation/{cluster.name}/{association_id}")
    association = Resource(
        arn=arn,
        body={
            "clusterName": cluster.name,
            "namespace": namespace,
            "serviceAccount": service_account,
            "roleArn": role_arn,
            "associationArn": arn,
            "associationId": association_id,
            "tags": {},
            "createdAt": now(),
            "modifiedAt": now(),
            "disableSessionTags": False,
            "ownerArn": owner_arn or None,
        },
    )
    cluster.children[Kind.POD_IDENTITY][association_id] = association
    return association


def find(cluster: Cluster, namespace: str, service_account: str) -> Resource | None:
    """A service account's association, or None."""
    for association in cluster.all(Kind.POD_IDENTITY).values():
        body = association.body
        if (body["namespace"], body["serviceAccount"]) == (namespace, service_account):
            return association
    return None


def create_pod_identity_association(call: Call) -> Document:
    """The role must be in the cluster's account; a role elsewhere is the target role."""
    call.accept(("clusterName", "namespace", "serviceAccount", "tags", *_CHANGEABLE))
    cluster, params = call.cluster(), call.params
    _require_role(call)
    association = make(cluster, params["namespace"], params["serviceAccount"], params["roleArn"])
    association.body |= call.given("disableSessionTags", "targetRoleArn")
    association.body["tags"] = dict(section(params, "tags"))
    if params.get("targetRoleArn"):
        association.body["externalId"] = f"{cluster.key}/{uuid.uuid4()}"
    return {"association": shown(association.body)}


def describe_pod_identity_association(call: Call) -> Document:
    """One association by its id."""
    return {"association": shown(_association(call).body)}


def update_pod_identity_association(call: Call) -> Document:
    """Another role, or other session tags; pods get it with their next credentials."""
    call.accept(("clusterName", "associationId", *_CHANGEABLE))
    association = _association(call)
    _require_role(call)
    association.body |= {**call.given(*_CHANGEABLE), "modifiedAt": now()}
    return {"association": shown(association.body)}


def delete_pod_identity_association(call: Call) -> Document:
    """Gone at once; credentials that were handed out stay valid until they expire."""
    association = _association(call)
    if association.body["ownerArn"]:
        raise in_use(f"The association belongs to {association.body['ownerArn']}")
    del call.cluster().children[Kind.POD_IDENTITY][association.body["associationId"]]
    return {"association": shown(association.body)}


def list_pod_identity_associations(call: Call) -> Document:
    """Summaries, all or of one namespace or service account."""
    wanted = call.given("namespace", "serviceAccount")
    rows = [
        shown({name: association.body.get(name) for name in _SUMMARY})
        for association in call.cluster().all(Kind.POD_IDENTITY).values()
        if all(association.body[name] == value for name, value in wanted.items())
    ]
    return call.page("associations", rows)


def _require_role(call: Call) -> None:
    role_arn = call.params.get("roleArn")
    if role_arn and (f"::{call.account}:" not in role_arn or find_role(role_arn) is None):
        raise invalid_parameter(f"Role provided in the request does not exist: {role_arn}")


def _association(call: Call) -> Resource:
    return call.child(Kind.POD_IDENTITY, "associationId")


OPERATIONS: dict[str, Operation] = {
    "CreatePodIdentityAssociation": create_pod_identity_association,
    "DescribePodIdentityAssociation": describe_pod_identity_association,
    "UpdatePodIdentityAssociation": update_pod_identity_association,
    "DeletePodIdentityAssociation": delete_pod_identity_association,
    "ListPodIdentityAssociations": list_pod_identity_associations,
}
