"""Requests to an API server with a bearer token and a CA of its own, as Argo CD makes them."""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from lab.errors import LabError

SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the server said: an HTTP status and a JSON object."""

    code: int
    body: Mapping[str, Any]

    @property
    def message(self) -> str:
        """The server's own words on why it refused, or the status."""
        return str(self.body.get("message") or f"answered {self.code}")


@dataclass(frozen=True, kw_only=True)
class ApiServer:
    """One server and one identity."""

    server: str
    ca_pem: str
    token: str = field(repr=False)

    def get(self, path: str) -> Answer:
        """Read an object or a list."""
        return self.ask("GET", path)

    def post(self, path: str, body: Mapping[str, object]) -> Answer:
        """Create an object."""
        return self.ask("POST", path, body)

    def delete(self, path: str) -> Answer:
        """Delete an object."""
        return self.ask("DELETE", path)

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request; `headers` replace or join those of a bearer who sends JSON."""
        bearer = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        asked = urllib.request.Request(  # noqa: S310  # the address is a registered server's
            f"{self.server}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={**bearer, **(headers or {})},
        )
        context = ssl.create_default_context(cadata=self.ca_pem)
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        try:
            with opener.open(asked, timeout=SECONDS) as answer:
                return Answer(code=answer.status, body=_json(answer.read()))
        except urllib.error.HTTPError as error:
            return Answer(code=error.code, body=_json(error.read()))
        except OSError as error:
            raise LabError(f"{self.server} does not answer: {error}") from None


def _json(content: bytes) -> Mapping[str, Any]:
    try:
        return cast(Mapping[str, Any], json.loads(content))
    except ValueError:
        return {"message": content.decode(errors="replace")[:200]}
