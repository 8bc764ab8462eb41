"""What a person sees: a line per step with its seconds, and one line per error.

Progress and errors go to stderr, results to stdout, so that `--json` and `env` can be read by
programs. On a terminal the running step is drawn live; elsewhere (CI, a pipe) lines are plain.
Not here: the tables (tables.py) and what the steps do.
"""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.status import Status
from rich.text import Text

from lab.errors import LabError

# A table that nobody looks at on a terminal has no width to fit in.
PLAIN_WIDTH = 240


def make_console(*, stderr: bool) -> Console:
    """A console for results (stdout) or for progress (stderr), wide where it is no terminal."""
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(
            stderr=stderr, highlight=False, markup=False, emoji=False, width=PLAIN_WIDTH
        )
    return console


@dataclass(frozen=True, kw_only=True)
class StepRecord:
    """One finished step: how long it took, in seconds, and what came of it."""

    title: str
    seconds: float
    detail: str


@dataclass(kw_only=True)
class Step:
    """A running step. `detail` ends up behind its title; `note` shows what it is busy with."""

    title: str
    live: Status | None = None
    detail: str = ""

    def note(self, text: str) -> None:
        """Show what the step is doing; only a terminal shows it."""
        if self.live is not None:
            self.live.update(Text(f"{self.title}: {text}"))


@dataclass(kw_only=True)
class Reporter:
    """Prints the steps of one command and remembers them."""

    console: Console
    steps: list[StepRecord] = field(default_factory=list[StepRecord])

    @contextmanager
    def step(self, title: str) -> Generator[Step]:
        """One step: a line with its seconds when it is over, marked when it failed."""
        started = time.monotonic()
        step = Step(title=title)
        outcome = "failed"
        try:
            if self.console.is_terminal:
                with self.console.status(Text(title)) as live:
                    step.live = live
                    yield step
            else:
                yield step
            outcome = "ok"
        except KeyboardInterrupt:
            outcome = "interrupted"
            raise
        finally:
            seconds = time.monotonic() - started
            self._line(outcome, step, seconds)
            if outcome == "ok":
                self.steps.append(StepRecord(title=title, seconds=seconds, detail=step.detail))

    def say(self, text: str, *, style: str = "") -> None:
        """One line of progress."""
        self.console.print(Text(text, style=style), soft_wrap=True)

    def error(self, error: LabError) -> None:
        """An error as a person sees it: what is wrong and the remedy."""
        message = error.message.rstrip()
        # A message that lists things ends with its list; its remedy is a line of its own.
        separator = "\n" if "\n" in message else ". "
        line = Text("error: ", style="bold red")
        line.append(f"{message}{separator if error.remedy else ''}{error.remedy}", style="")
        self.console.print(line, soft_wrap=True)

    def _line(self, outcome: str, step: Step, seconds: float) -> None:
        mark, style = {"ok": ("✓", "green"), "failed": ("✗", "bold red")}.get(
            outcome, ("-", "yellow")
        )
        line = Text(f"{mark} ", style=style)
        line.append(f"{seconds:7.1f} s  {step.title}", style="")
        if step.detail:
            line.append(f": {step.detail}", style="dim")
        if outcome != "ok":
            line.append(f" ({outcome})", style=style)
        self.console.print(line, soft_wrap=True)
