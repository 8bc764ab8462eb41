"""EKS's errors, each with the code that the API gives it."""

from typing import Any

from lab.aws.errors import ServiceError


def not_found(message: str, **members: Any) -> ServiceError:
    """What was asked for doesn't exist."""
    return ServiceError("ResourceNotFoundException", message, **members)


def in_use(message: str, **members: Any) -> ServiceError:
    """It exists already, or something still hangs on it."""
    return ServiceError("ResourceInUseException", message, **members)


def invalid_parameter(message: str, **members: Any) -> ServiceError:
    """A parameter's value can't be."""
    return ServiceError("InvalidParameterException", message, **members)


def invalid_request(message: str, **members: Any) -> ServiceError:
    """The request doesn't fit the resource's state."""
    return ServiceError("InvalidRequestException", message, **members)
