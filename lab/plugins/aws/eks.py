"""What EKS's resource types share: tags by ARN, updates that take a while, whole descriptions."""

from collections.abc import Callable, Mapping
from typing import Any

from lab.errors import LabError
from lab.plugins.aws.account import is_gone
from lab.plugins.aws.resource_type import WAIT_SECONDS, ResourceType, Scope
from lab.plugins.aws.schema import Values, section


class EksType(ResourceType):
    """A type with EKS tags; `arn_output` says where its ARN is."""

    taggable = True
    arn_output = "arn"

    def retag(
        self, aws: Scope, resource_id: str, known: Values, tags: Mapping[str, str], gone: list[str]
    ) -> None:
        del resource_id
        arn = known[self.arn_output]
        if gone:
            aws.client("eks").untag_resource(resourceArn=arn, tagKeys=gone)
        if tags:
            aws.client("eks").tag_resource(resourceArn=arn, tags=dict(tags))


def tags_argument(inputs: Values) -> dict[str, Any]:
    """The argument that tags an EKS resource as it is created; empty without tags."""
    return {"tags": inputs["tagsAll"]} if inputs.get("tagsAll") else {}


def wait_for_update(aws: Scope, answer: Values, what: str, **scope: str) -> None:
    """Wait until an update is done; LabError with EKS's reasons if it fails.

    `answer` is what started the update, `scope` the arguments of DescribeUpdate that name it.
    """
    update_id = answer["update"]["id"]

    def done() -> bool:
        update = aws.client("eks").describe_update(updateId=update_id, **scope)["update"]
        if update["status"] in ("Failed", "Cancelled"):
            reasons = "; ".join(str(error.get("errorMessage")) for error in update["errors"])
            raise LabError(f"{what}: the update {update['status'].lower()}: {reasons}")
        return update["status"] == "Successful"

    aws.wait_until(done, f"the update of {what}")


def wait_until_active(
    aws: Scope,
    describe: Callable[[], Mapping[str, Any]],
    what: str,
    timeout_seconds: float = WAIT_SECONDS,
) -> None:
    """Wait until a resource's status is ACTIVE; LabError with its health issues if it failed."""

    def active() -> bool:
        found = describe()
        if found["status"] in ("FAILED", "CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED"):
            issues = section(found, "health").get("issues", [])
            reasons = "; ".join(str(issue.get("message")) for issue in issues)
            raise LabError(f"{what} is {found['status']}{': ' if reasons else ''}{reasons}")
        return found["status"] == "ACTIVE"

    aws.wait_until(active, f"{what} to be active", timeout_seconds)


def wait_until_gone(
    aws: Scope,
    describe: Callable[[], Mapping[str, Any]],
    what: str,
    timeout_seconds: float = WAIT_SECONDS,
) -> None:
    """Wait until describing a resource fails because there is none."""

    def gone() -> bool:
        try:
            found = describe()
        except Exception as error:
            if is_gone(error):
                return True
            raise
        if found["status"] == "DELETE_FAILED":
            raise LabError(f"{what} could not be deleted")
        return False

    aws.wait_until(gone, f"{what} to be deleted", timeout_seconds)
