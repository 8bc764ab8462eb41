"""The lab's own AWS services on moto's protocol layer.

Owns the way from an HTTP request to a plain function and back: botocore's model names the
operation, parses its parameters and serializes its result, so an operation needs no route. Not
here: any operation (`sts`, `eks`).
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeAlias
from urllib.parse import unquote

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from lab.aws.documents import Document
from lab.aws.errors import ServiceError
from lab.aws.gate import CREDENTIALS
from lab.aws.principals import Credentials

HttpAnswer: TypeAlias = tuple[int, dict[str, Any], str | bytes]


class LabResponse(BaseResponse):
    """One request to one of the lab's services; subclasses say which operations there are."""

    SERVICE: ClassVar[str]
    LOCK: ClassVar[threading.RLock] = threading.RLock()

    def __init__(self) -> None:
        super().__init__(service_name=self.SERVICE)
        self.automated_parameter_parsing = True

    @property
    def credentials(self) -> Credentials:
        """The caller's, as the gate put them there."""
        return self.normalized_request.environ[CREDENTIALS]

    def get_access_key(self) -> str:
        """Of presigned requests too, which moto attributes to nobody."""
        return self.credentials.access_key_id

    def operations(self) -> Mapping[str, Callable[[], Document]]:
        """Operation name → function that answers with a document in the API's shape."""
        raise NotImplementedError

    def call_action(self) -> Any:
        """Answers the request; an unknown operation is an error that names it."""
        try:
            operation = self._operation()
            self._decode_labels()
            with self.LOCK:
                return self._answer(operation())
        except ServiceError as error:
            status, headers, body = self._answer(error)
            return error.status or status, headers, body

    def _operation(self) -> Callable[[], Document]:
        name: str | None = self._get_action()
        if not name:
            raise ServiceError(
                "UnknownOperationException",
                f"{self.SERVICE} has no operation at {self.method} {self.path}",
                status=404,
            )
        found = self.operations().get(name)
        if found is None:
            raise ServiceError(
                "InvalidRequestException",
                f"The lab does not emulate {self.SERVICE}:{name}",
                status=501,
            )
        return found

    def _decode_labels(self) -> None:
        # moto hands a label of the path over as it was sent: an ARN's slashes are still %2F.
        model: Any = get_service_model(self.SERVICE).operation_model(self._get_action())
        members: Mapping[str, Any] = model.input_shape.members if model.input_shape else {}
        for name, shape in members.items():
            if shape.serialization.get("location") == "uri" and name in self.params:
                self.params[name] = unquote(self.params[name])

    def _answer(self, result: Document | ServiceError) -> HttpAnswer:
        status, headers, body = self.serialized(ActionResult(result))
        headers, body = self._enrich_response(headers, body)
        return status, headers, body
