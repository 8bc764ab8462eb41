"""What a signed request asks AWS for: service, operation and parameters, in one shape.

Owns the reading of the three protocols that the emulated services speak (query, JSON, REST-JSON).
Not here: what the request is about (`targets`) and whether it may (`judgement`).
"""

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote

from moto.core.utils import get_service_model

from lab.aws.gate import Environ
from lab.aws.signature import Signed

Route: TypeAlias = tuple[str, re.Pattern[str], str]


@dataclass(frozen=True, kw_only=True)
class AwsRequest:
    """One call: `params` by the names of the wire; flat texts for EC2 and IAM, else JSON."""

    service: str
    operation: str
    region: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def action(self) -> str:
        """As policies name it."""
        return f"{self.service}:{self.operation}"

    def numbered(self, pattern: str) -> Iterator[str]:
        """Values of the query parameters whose names match."""
        for name, value in self.params.items():
            if re.fullmatch(pattern, name):
                yield str(value)

    def pairs(self, pattern: str) -> dict[str, str]:
        """Tags of a query: `pattern` names them without `.Key` and `.Value`."""
        names = [name for name in self.params if re.fullmatch(rf"(?:{pattern})\.Key", name)]
        stems = [name.removesuffix(".Key") for name in names]
        return {str(self.params[f"{s}.Key"]): str(self.params.get(f"{s}.Value", "")) for s in stems}


def read(environ: Environ, signed: Signed) -> AwsRequest | None:
    """The request, its body left as it was; None where no operation can be told."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    service, region = signed.scope.service, signed.scope.region
    target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
    if target:
        operation, params = target.rpartition(".")[2], _json(body)
    elif service == "eks":
        operation, params = _rest(service, str(environ["REQUEST_METHOD"]), signed.path)
        params |= _json(body)
    else:
        params = {**dict(signed.query), **dict(parse_qsl(body.decode(), keep_blank_values=True))}
        operation = str(params.get("Action", ""))
    if not operation:
        return None
    return AwsRequest(service=service, operation=operation, region=region, params=params)


def _json(body: bytes) -> dict[str, Any]:
    return json.loads(body) if body else {}


def _rest(service: str, method: str, path: str) -> tuple[str, dict[str, Any]]:
    for verb, pattern, operation in _routes(service):
        match = pattern.fullmatch(path)
        if match and verb == method:
            return operation, {name: unquote(text) for name, text in match.groupdict().items()}
    return "", {}


@cache
def _routes(service: str) -> list[Route]:
    model: Any = get_service_model(service)
    routes: list[Route] = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path = re.sub(r"\{(\w+)\+?\}", r"(?P<\1>[^/]+)", http["requestUri"].partition("?")[0])
        routes.append((http["method"], re.compile(path), name))
    return routes
