"""The engine's two services as the SDK calls them, recording instead of deploying.

Owns the rules of the real engine that tests lean on: URNs, one resource per URN, nothing refers to
what is not registered, transforms, inherited options, unknown outputs in a preview. It has no
state from earlier runs, no provider checks and no defaults of a provider.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, provider_pb2
from pulumi.runtime.proto import resource_pb2 as pb

from tests.unit.engine.recorded import STACK_TYPE, LogLine, Lookup, Node, Options, Run
from tests.unit.engine.registration import provider_urn, registered
from tests.unit.engine.transforms import Callbacks
from tests.unit.engine.wire import Secret, decode_fields, encode_fields

_STACK_REFERENCE = "pulumi:pulumi:StackReference"
_FEATURES = (
    "SECRETS",
    "RESOURCE_REFERENCES",
    "ALIAS_SPECS",
    "DELETED_WITH",
    "REPLACE_WITH",
    "PARAMETERIZATION",
    "RESOURCE_HOOKS",
    "ERROR_HOOKS",
    "TRANSFORMS",
)


class RefusedByEngineError(Exception):
    """What the real engine would stop the program for."""


class _RefusedCallError(grpc.RpcError):
    """A refusal in the form in which the SDK hands it to the program, to be caught there."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self._message = message

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        return self._message


class UnexpectedLookupError(AssertionError):
    """The program asked a provider for something that no test prepared."""


@dataclass(frozen=True, kw_only=True)
class HiddenChild:
    """A resource that a remote component's plugin would make; `name` is the whole logical name."""

    type: str
    name: str
    inputs: dict[str, Any] = field(default_factory=dict[str, Any])


Answers = Callable[[Node, Run], Mapping[str, Any]]
Children = Callable[[Node], Sequence[HiddenChild]]
LookupAnswer = Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]]


@dataclass(kw_only=True)
class World:
    """What the program finds outside: other stacks, what providers compute, what they look up."""

    stacks: Mapping[str, Mapping[str, Any]]
    answers: Answers
    lookups: Mapping[str, LookupAnswer]
    children: Children


def _returning(response: Any, answer: Mapping[str, Any]) -> Any:
    # The field's name is a keyword of Python.
    return response(**{"return": encode_fields(answer)})


class Monitor:
    """ResourceMonitor and Engine in one object; method names are those of the protocol."""

    def __init__(self, run: Run, world: World) -> None:
        self.run = run
        self.world = world
        self.callbacks: Callbacks | None = None
        self.unexpected: list[str] = []
        self._transforms: dict[str, list[str]] = {}
        self._stack_transforms: list[str] = []

    # Resources

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  # the protocol's name
        """A resource of the program, and behind a remote component the ones its plugin makes."""
        self._check_parent(request)
        urn = self._urn(request.parent, request.type, request.name)
        self._transforms[urn] = [callback.token for callback in request.transforms]
        if request.type != STACK_TYPE:
            self._transform(urn, request)
            if request.remote:  # asked by the program, then by the plugin that builds it
                self._transform(urn, request)
        node = self._record(urn, request)
        if node.remote:
            for child in self.world.children(node):
                self._register_hidden(node, child)
        self._answer(node)
        return pb.RegisterResourceResponse(urn=urn, id=node.id, object=encode_fields(node.outputs))

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802  # the protocol's name
        """A component is complete; the stack's outputs are the exports."""
        node = self.run.nodes[request.urn]
        outputs = decode_fields(request.outputs)
        node.outputs.update(outputs)
        node.outputs_registered += 1
        if node.type == STACK_TYPE:
            self.run.exports = outputs
        return empty_pb2.Empty()

    def ReadResource(self, request: Any) -> Any:  # noqa: N802  # the protocol's name
        """An existing resource, or another stack's exports."""
        node = Node(
            urn=self._urn(request.parent, request.type, request.name),
            type=request.type,
            name=request.name,
            parent_urn=request.parent,
            custom=True,
            read=True,
            inputs=decode_fields(request.properties),
            options=Options(
                depends_on=frozenset(request.dependencies),
                provider=provider_urn(request.provider),
            ),
            id=request.id,
        )
        self._add(node)
        if node.type == _STACK_REFERENCE:
            node.outputs = self._stack_outputs(request.id)
        else:
            node.outputs = {**node.inputs, **self.world.answers(node, self.run)}
        return pb.ReadResourceResponse(urn=node.urn, properties=encode_fields(node.outputs))

    def _check_parent(self, request: Any) -> None:
        if request.parent and request.parent not in self.run.nodes:
            raise RefusedByEngineError(f"{request.name}: unknown parent {request.parent}")

    def _urn(self, parent: str, type_: str, name: str) -> str:
        parent_type = parent.split("::")[2] if parent else STACK_TYPE
        whole = type_ if parent_type == STACK_TYPE else f"{parent_type}${type_}"
        return f"urn:pulumi:{self.run.stack}::{self.run.project}::{whole}::{name}"

    def _transform(self, urn: str, request: Any) -> None:
        tokens = list(self._transforms[urn])
        ancestor = request.parent
        while ancestor:
            tokens += self._transforms.get(ancestor, [])
            ancestor = self.run.nodes[ancestor].parent_urn
        for token in [*tokens, *self._stack_transforms]:
            assert self.callbacks is not None
            self.callbacks.transform(token, request)

    def _record(self, urn: str, request: Any, *, hidden: bool = False) -> Node:
        parent = self.run.nodes.get(request.parent)
        node = registered(urn, request, parent.options if parent else Options(), hidden=hidden)
        self._add(node)
        return node

    def _add(self, node: Node) -> None:
        if node.urn in self.run.nodes:
            raise RefusedByEngineError(f"Duplicate resource URN '{node.urn}'")
        for urn in {node.parent_urn, *node.options.depends_on} - {""}:
            if urn not in self.run.nodes:
                raise RefusedByEngineError(f"{node.urn} refers to {urn}, which is not registered")
        self.run.nodes[node.urn] = node

    def _answer(self, node: Node) -> None:
        if not (node.custom or node.remote):
            return
        computed = {} if self.run.preview else dict(self.world.answers(node, self.run))
        given_id = str(computed.pop("id", f"{node.name}-id"))
        node.id = given_id if node.custom and not self.run.preview else ""
        node.outputs = {**node.inputs, **computed}

    def _register_hidden(self, component: Node, child: HiddenChild) -> None:
        request = pb.RegisterResourceRequest(
            type=child.type,
            name=child.name,
            parent=component.urn,
            custom=True,
            provider=component.options.provider and f"{component.options.provider}::id",
            object=encode_fields(child.inputs),
        )
        urn = self._urn(component.urn, child.type, child.name)
        self._transforms[urn] = []
        self._transform(urn, request)
        self._answer(self._record(urn, request, hidden=True))

    def _stack_outputs(self, name: str) -> dict[str, Any]:
        if name not in self.world.stacks:
            raise RefusedByEngineError(f"unknown stack {name!r}")
        outputs = dict(self.world.stacks[name])
        secret = [key for key, value in outputs.items() if isinstance(value, Secret)]
        return {"name": name, "outputs": outputs, "secretOutputNames": secret}

    # Functions

    def Invoke(self, request: Any) -> Any:  # noqa: N802  # the protocol's name
        """A provider's function; those of the engine's own provider are answered here."""
        arguments = decode_fields(request.args)
        if request.tok == "pulumi:pulumi:getResource":
            node = self.run.nodes[arguments["urn"]]
            found = {"urn": node.urn, "id": node.id, "state": node.outputs}
            return _returning(pb.ResourceInvokeResponse, found)
        if request.tok == "pulumi:pulumi:readStackOutputs":
            if arguments["name"] not in self.world.stacks:
                raise _RefusedCallError(f"unknown stack {arguments['name']!r}")
            outputs = self._stack_outputs(arguments["name"])
            return _returning(pb.ResourceInvokeResponse, outputs)
        return _returning(pb.ResourceInvokeResponse, self._look_up(request, arguments))

    def Call(self, request: Any) -> Any:  # noqa: N802  # the protocol's name
        """A method of a remote component."""
        answer = self._look_up(request, decode_fields(request.args))
        return _returning(provider_pb2.CallResponse, answer)

    def _look_up(self, request: Any, arguments: dict[str, Any]) -> Mapping[str, Any]:
        answer = self.world.lookups.get(request.tok)
        if answer is None:
            self.unexpected.append(request.tok)
            raise UnexpectedLookupError(f"{request.tok} {arguments}")
        provider = provider_urn(request.provider)
        self.run.lookups.append(Lookup(token=request.tok, arguments=arguments, provider=provider))
        return answer(arguments) if callable(answer) else answer

    # The rest of the protocol

    def GetDeploymentInfo(self, _request: Any) -> Any:  # noqa: N802  # the protocol's name
        """What kind of run this is, and what this engine can do."""
        features = [
            pb.ResourceMonitorFeature.Value(f"RESOURCE_MONITOR_FEATURE_{name}")
            for name in _FEATURES
        ]
        return pb.DeploymentInfo(
            project=self.run.project,
            stack=self.run.stack,
            organization=self.run.organization,
            dryRun=self.run.preview,
            supportedFeatures=features,
        )

    def RegisterStackTransform(self, request: Any) -> Any:  # noqa: N802  # the protocol's name
        """A transform of every resource of the stack."""
        self._stack_transforms.append(request.token)
        return empty_pb2.Empty()

    def RegisterErrorHook(self, _request: Any) -> Any:  # noqa: N802  # the protocol's name
        """What asks for another try; nothing fails here."""
        return empty_pb2.Empty()

    def RegisterPackage(self, _request: Any) -> Any:  # noqa: N802  # the protocol's name
        """Parameterized packages share one reference; nothing here tells them apart."""
        return pb.RegisterPackageResponse(ref="package")

    def SignalAndWaitForShutdown(self, _request: Any) -> Any:  # noqa: N802  # the protocol's name
        """The program is done; nothing here goes on after it."""
        return empty_pb2.Empty()

    def Log(self, request: Any) -> Any:  # noqa: N802  # the protocol's name
        """A message for the person; the SDK's own debugging is left out."""
        if request.severity != engine_pb2.DEBUG:
            severity = engine_pb2.LogSeverity.Name(request.severity).lower()
            line = LogLine(severity=severity, message=request.message, urn=request.urn)
            self.run.logs.append(line)
        return empty_pb2.Empty()
