"""Tags of clusters and of everything that hangs on them."""

from lab.aws.documents import Document
from lab.aws.eks.call import Call, Operation
from lab.aws.eks.state import Kind
from lab.aws.errors import ServiceError


def tag_resource(call: Call) -> Document:
    """Adds or overwrites tags."""
    _tagged(call).setdefault("tags", {}).update(call.params["tags"])
    return {}


def untag_resource(call: Call) -> Document:
    """Removes tags; keys that aren't there are no error."""
    tags = _tagged(call).setdefault("tags", {})
    for key in call.params["tagKeys"]:
        tags.pop(key, None)
    return {}


def list_tags_for_resource(call: Call) -> Document:
    """A resource's tags."""
    return {"tags": _tagged(call).get("tags", {})}


def _tagged(call: Call) -> Document:
    arn = call.params["resourceArn"]
    for cluster in call.clusters:
        if cluster.body["arn"] == arn:
            return cluster.body
        for kind in Kind:
            for child in cluster.all(kind).values():
                if child.arn == arn:
                    return child.body
    raise ServiceError("NotFoundException", f"Resource {arn} was not found")


OPERATIONS: dict[str, Operation] = {
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTagsForResource": list_tags_for_resource,
}
