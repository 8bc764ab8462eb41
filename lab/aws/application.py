"""The server's front: the lab's own paths, who calls and whether they may, then moto.

Owns routing only. What a path answers is in the module that it names.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeAlias

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from lab.aws import authorization, gate, landing_zone, leftovers, requests
from lab.aws.eks.state import ClusterKey
from lab.aws.errors import ServiceError
from lab.aws.judgement import Judge
from lab.aws.world import World
from lab.errors import LabError

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[[str, list[tuple[str, str]]], Any]
Handler: TypeAlias = Callable[..., Mapping[str, Any]]

_JSON = [("Content-Type", "application/json")]
_CLUSTER = r"(?P<account>\d{12})/(?P<region>[a-z0-9-]+)/(?P<name>[^/]+)"


class _Dispatcher(DomainDispatcherApplication):
    """moto's routing, which reads the service from the Authorization header only."""

    def infer_service_region_host(self, environ: Environ, path: str) -> str | None:
        """Of presigned requests too: moto would take a presigned GetCallerIdentity for S3."""
        signed = None if environ.get("HTTP_AUTHORIZATION") else gate.read_signed(environ)
        if signed:
            return f"{signed.scope.service}.{signed.scope.region}.amazonaws.com"
        return super().infer_service_region_host(environ, path)


class Application:
    """The WSGI application of `python -m lab.aws`."""

    def __init__(self, world: World, *, changed: Callable[[], None]) -> None:
        self._world = world
        self._changed = changed
        self._judge = Judge()
        self._moto = _Dispatcher(create_backend_app)
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = [
            (method, re.compile(path), handler)
            for method, path, handler in (
                ("GET", r"/_lab/health", self._health),
                ("POST", r"/_lab/landing-zone", self._landing_zone),
                ("GET", r"/_lab/leftovers", self._leftovers),
                ("GET", r"/_lab/actions", self._actions),
                ("POST", rf"/_eks/tokenreview/{_CLUSTER}", self._token_review),
                ("POST", rf"/_eks/subjectaccessreview/{_CLUSTER}", self._access_review),
                ("GET", rf"/_eks/pod-identity/{_CLUSTER}/v1/credentials", self._credentials),
            )
        ]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        path = str(environ.get("PATH_INFO", ""))
        if path.startswith(("/_lab/", "/_eks/")):
            return self._own(environ, path, start_response)
        try:
            gate.admit(self._world.keys, environ)
            request = requests.read(environ, environ[gate.SIGNED])
            # One at a time: moto guards nothing, and a snapshot must not see half a call.
            with self._world.lock:
                if request is not None:
                    self._judge.judge(environ[gate.CREDENTIALS].principal, request)
        except ServiceError as refusal:
            headers, body = gate.worded(refusal, environ)
            start_response("403 Forbidden", headers)
            return [body]
        with self._world.lock:
            answer = self._moto(environ, start_response)
        if environ["REQUEST_METHOD"] != "GET":
            self._changed()
        return answer

    def _own(self, environ: Environ, path: str, start_response: StartResponse) -> list[bytes]:
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(path)
            if match and environ["REQUEST_METHOD"] == method:
                status, answer = self._answer(partial(handler, **match.groupdict()), environ)
                break
        else:
            status, answer = "404 Not Found", {"error": f"The lab has nothing at {path}"}
        start_response(status, _JSON)
        return [json.dumps(answer).encode()]

    def _answer(self, handler: Handler, environ: Environ) -> tuple[str, Mapping[str, Any]]:
        try:
            return "200 OK", handler(environ)
        except ServiceError as error:
            status = f"{error.status or 400} {error.code}"
            return status, {"code": error.code, "message": error.message}
        except (LabError, KeyError, ValueError) as error:
            return "400 Bad Request", {"error": f"{type(error).__name__}: {error}"}

    def _health(self, _environ: Environ) -> Mapping[str, Any]:
        return {"ok": True}

    def _landing_zone(self, environ: Environ) -> Mapping[str, Any]:
        with self._world.lock:
            answer = landing_zone.lay_out(_body(environ))
        self._changed()
        return answer

    def _leftovers(self, _environ: Environ) -> Mapping[str, Any]:
        with self._world.lock:
            return leftovers.find(self._world.clusters)

    def _actions(self, _environ: Environ) -> Mapping[str, Any]:
        with self._world.lock:
            return self._judge.used()

    def _token_review(self, environ: Environ, **cluster: str) -> Mapping[str, Any]:
        token = str(_body(environ)["spec"]["token"])
        with self._world.lock:
            status = self._world.authenticator.review(ClusterKey(**cluster), token)
        return {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenReview",
            "status": status,
        }

    def _access_review(self, environ: Environ, **cluster: str) -> Mapping[str, Any]:
        spec = _body(environ)["spec"]
        with self._world.lock:
            status = authorization.review(self._world.clusters, ClusterKey(**cluster), spec)
        return {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "status": status,
        }

    def _credentials(self, environ: Environ, **cluster: str) -> Mapping[str, Any]:
        token = str(environ.get("HTTP_AUTHORIZATION", ""))
        return self._world.pod_identity.credentials(ClusterKey(**cluster), token)


def _body(environ: Environ) -> dict[str, Any]:
    raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return dict(json.loads(raw))
