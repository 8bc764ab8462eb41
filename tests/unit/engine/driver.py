"""`Engine`: one program run in this process by the SDK's own `run_in_stack`, no CLI, no server.

The same code path as `pulumi up` inside the program: the stack resource, exports, secrets, waiting
for every registration. Nothing leaks from a run into the next: each has its own context variables
and event loop.
"""

import asyncio
import contextvars
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import pulumi
from pulumi.runtime import config as sdk_config
from pulumi.runtime import settings

from tests.unit.engine.monitor import (
    Answers,
    Children,
    HiddenChild,
    LookupAnswer,
    Monitor,
    UnexpectedLookupError,
    World,
)
from tests.unit.engine.recorded import Node, Run
from tests.unit.engine.strict_outputs import strict_outputs
from tests.unit.engine.transforms import Callbacks

Program = Callable[[], object]


def _no_answer(_node: Node, _run: Run) -> Mapping[str, Any]:
    return {}


def _no_children(_node: Node) -> Sequence[HiddenChild]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Engine:
    """How a program is to be run.

    `config` has whole keys (`project:key`) and, for objects, JSON, as the CLI hands them over.
    `stacks` maps the full name of another stack to its exports (`Run.exports` of its own run).
    `answers` gives what a provider would compute for a resource; `id` among it is the id.
    `lookups` answers provider functions by token; one that is not here fails the run.
    `children` are the resources that a remote component's plugin would make.
    """

    project: str = "eks-hub-spoke"
    stack: str = "test"
    organization: str = "organization"
    preview: bool = False
    config: Mapping[str, str] = field(default_factory=dict[str, str])
    secret_keys: Collection[str] = ()
    stacks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    answers: Answers = _no_answer
    lookups: Mapping[str, LookupAnswer] = field(default_factory=dict[str, LookupAnswer])
    children: Children = _no_children

    def run(self, program: Program) -> Run:
        """Run `program` to its end; whatever it raises comes through."""
        run = self.attempt(program)
        if run.error is not None:
            raise run.error
        return run

    def attempt(self, program: Program) -> Run:
        """Like `run`, but an error is kept in `Run.error` beside what was recorded before it."""
        run = Run(
            project=self.project,
            stack=self.stack,
            organization=self.organization,
            preview=self.preview,
        )
        monitor = Monitor(
            run,
            World(
                stacks=self.stacks,
                answers=self.answers,
                lookups=self.lookups,
                children=self.children,
            ),
        )
        try:
            with strict_outputs():
                contextvars.Context().run(self._drive, monitor, program)
        except (Exception, SystemExit) as error:  # SystemExit: a program may end itself so
            run.error = error
        if monitor.unexpected:  # whatever the program made of the refusal
            run.error = UnexpectedLookupError(f"unexpected lookups: {monitor.unexpected}")
        return run

    def _drive(self, monitor: Monitor, program: Program) -> None:
        sdk_config.set_all_config(dict(self.config), list(self.secret_keys))
        pulumi.runtime.configure(
            pulumi.runtime.Settings(
                project=self.project,
                stack=self.stack,
                monitor=monitor,
                engine=monitor,
                dry_run=self.preview,
                organization=self.organization,
                root_directory="/",
            )
        )
        settings.ROOT.set(None)
        with _own_loop() as loop:
            loop.run_until_complete(_run_in_stack(monitor, program))


async def _run_in_stack(monitor: Monitor, program: Program) -> None:
    monitor.callbacks = Callbacks(monitor)
    sdk: Any = settings.SETTINGS  # its properties are typed by their decorator
    sdk.callbacks = monitor.callbacks
    await pulumi.runtime.run_in_stack(cast(Any, program))


class _Inline(Executor):
    """Runs calls of the monitor at once, on the loop's thread: the same order in every run."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # handed on by the future, as executors do
            done.set_exception(error)
        return done


class _InlineLoop(asyncio.SelectorEventLoop):
    """An event loop whose executor is no thread pool (asyncio accepts only those by its setter)."""

    _inline = _Inline()

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        return super().run_in_executor(executor or self._inline, func, *args)


def _say_nothing(_loop: asyncio.AbstractEventLoop, _context: dict[str, Any]) -> None:
    """The error itself has come through `Run.error` already."""


@contextmanager
def _own_loop() -> Generator[asyncio.AbstractEventLoop]:
    loop = _InlineLoop()
    # A failed run abandons futures; asyncio would print some 2000 lines on them, whenever they are
    # collected, even in the middle of another test.
    loop.set_exception_handler(_say_nothing)
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
        asyncio.set_event_loop(None)
