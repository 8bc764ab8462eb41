"""The error that an emulated AWS operation answers with."""

from typing import Any

from moto.core.exceptions import ServiceException


class ServiceError(ServiceException):
    """An AWS error: its code, its sentence, and the members that its shape has in the API.

    `status` is the HTTP status for codes that the service's model doesn't know; None leaves it to
    the model.
    """

    def __init__(
        self, code: str, message: str, *, status: int | None = None, **members: Any
    ) -> None:
        super().__init__(code, message)
        self.status = status
        self.__dict__.update(members)
