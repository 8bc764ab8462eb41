"""What EC2's resource types share: tags by id, and tags at creation."""

from collections.abc import Mapping
from typing import Any

from lab.plugins.aws.resource_type import ResourceType, Scope, tag_list
from lab.plugins.aws.schema import Values


class Ec2Type(ResourceType):
    """A type whose id EC2 gives and which carries EC2 tags."""

    taggable = True

    def retag(
        self, aws: Scope, resource_id: str, known: Values, tags: Mapping[str, str], gone: list[str]
    ) -> None:
        del known
        if gone:
            aws.client("ec2").delete_tags(
                Resources=[resource_id], Tags=[{"Key": key} for key in gone]
            )
        if tags:
            aws.client("ec2").create_tags(Resources=[resource_id], Tags=tag_list(tags))


def tag_specification(resource_type: str, inputs: Values) -> dict[str, Any]:
    """The argument that tags an EC2 resource as it is created; empty without tags."""
    tags = tag_list(inputs.get("tagsAll"))
    return {"TagSpecifications": [{"ResourceType": resource_type, "Tags": tags}]} if tags else {}


def arguments(inputs: Values, names: Mapping[str, str]) -> dict[str, Any]:
    """API arguments from those inputs that are set; `names` is API name by input name."""
    return {names[name]: inputs[name] for name in names if inputs.get(name) is not None}
