"""The command line, `python -m lab`: options, exit codes and what goes to stdout.

Not here: what the commands do; each is a module of its own.
"""

import json
import os
import signal
import time
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from lab import environment, preview, record, status, tables, workspace
from lab.console import Reporter, make_console
from lab.down import Down
from lab.errors import LabError
from lab.exit_codes import EXIT_CODES_HELP, ExitCode, NotUpError, exit_code
from lab.layout import Layout
from lab.onboarding.command import Outcome, TeamChanges
from lab.onboarding.table import print_outcome
from lab.services import AWS, Services
from lab.stacks import chosen_spokes, read_fleet
from lab.up import Up, aws_access

app = typer.Typer(
    name="lab",
    help="The whole system on one machine: the real program and engine on emulated AWS.",
    epilog=EXIT_CODES_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout, progress on stderr.")
]


@app.command()
def up(
    as_json: AsJson = False,
    spokes: Annotated[
        int | None,
        typer.Option(
            help="How many spokes: the first of the hub's list, and made-up ones beyond its end.",
            show_default="1, or what there is",
        ),
    ] = None,
) -> None:
    """Bring the lab up, or up to date with the stack files; picks up where an earlier one ended."""
    with _command(as_json) as (layout, reporter):
        present = record.load(layout).spokes
        # A mistake is told before anything is made.
        read_fleet(layout.root, chosen_spokes(spokes, present))
        if spokes and present and spokes < present:
            reporter.say(
                f"! The lab has {present} spokes, and `up` takes none away. "
                "For fewer, first: python -m lab down",
                style="yellow",
            )
        Up(layout=layout, reporter=reporter, spokes=spokes).run()
        found = status.collect(layout)
        if found.argocd and not as_json:
            tables.print_applications(make_console(stderr=False), found.argocd.applications)
        _print_status(found, as_json=as_json)


@app.command(name="status")
def show_status(as_json: AsJson = False) -> None:
    """What runs, what is real and what emulated, where it came from, memory. Exit 3: not up."""
    with _command(as_json) as (layout, _reporter):
        found = status.collect(layout)
        _print_status(found, as_json=as_json)
    if not found.up:
        raise typer.Exit(ExitCode.NOT_UP)


@app.command(name="preview")
def show_preview(as_json: AsJson = False) -> None:
    """What `pulumi up` would change in each stack. Exit 4: something."""
    with _command(as_json) as (layout, reporter):
        found = preview.run(layout, reporter)
        if as_json:
            _print_json(found.document())
        else:
            for name, report in found.stacks.items():
                typer.echo(f"{name}: {sum(report.changed.values())} changes ({report.summary()})")
    if found.changes:
        raise typer.Exit(ExitCode.CHANGES)


@app.command()
def env(as_json: AsJson = False) -> None:
    """Exports for `eval "$(python -m lab env)"`: pulumi, kubectl, aws and helm work on the lab."""
    with _command(as_json) as (layout, _reporter):
        found = _running(layout)
        access = aws_access(layout, found, read_fleet(layout.root, found.spokes))
        variables = environment.variables(layout, access, os.environ)
        if as_json:
            _print_json(variables)
        else:
            typer.echo(environment.exports(variables))


@app.command()
def kubeconfig(
    name: Annotated[str, typer.Argument(help="The stack whose cluster it is for.")],
    content: Annotated[bool, typer.Option("--print", help="Print the file, not its path.")] = False,
) -> None:
    """The path of a cluster's kubeconfig; it works in any shell."""
    with _command() as (layout, _reporter):
        fleet = read_fleet(layout.root, record.load(layout).spokes)
        path = layout.kubeconfig(fleet.stack(name).name)
        _running(layout)
        if not path.exists():
            raise NotUpError(f"{name} has no kubeconfig yet", "Run: python -m lab up")
        typer.echo(path.read_text() if content else str(path))


@app.command()
def refresh() -> None:
    """Bring the lab's copy of the stack files up to date; the lab's `pulumi` does it by itself."""
    with _command() as (layout, _reporter):
        overlay = workspace.Overlay.of(_recorded(layout))
        workspace.write(layout.root, layout.project, overlay)


@app.command()
def down(
    as_json: AsJson = False,
    force: Annotated[
        bool, typer.Option("--force", help="Leave Pulumi out: for a lab that is broken.")
    ] = False,
) -> None:
    """Destroy the stacks through Pulumi (hub's registrations, spokes, hub), then the lab itself."""
    with _command(as_json) as (layout, reporter):
        removed = Down(layout=layout, reporter=reporter, force=force).run()
        if as_json:
            _print_json(asdict(removed))


@app.command()
def onboard(
    team: Annotated[
        str | None, typer.Argument(help="Its name; by default the file's, or a new one.")
    ] = None,
    clusters: Annotated[
        int, typer.Option(min=1, max=2, help="On how many spokes, where no file is given.")
    ] = 1,
    file: Annotated[Path | None, typer.Option(help="Its team.yaml.")] = None,
    as_json: AsJson = False,
) -> None:
    """A team joins as by a pull request: branch, check, merge, push, webhook; waits until it is
    there and shows what appeared where."""
    with _command(as_json) as (layout, reporter):
        changes = TeamChanges(layout=layout, reporter=reporter, record=_running(layout))
        outcome = changes.onboard(team, clusters=clusters, file=file)
        _print_outcome(outcome, "joined", as_json=as_json)


@app.command()
def offboard(
    team: Annotated[str, typer.Argument(help="Its name.")], as_json: AsJson = False
) -> None:
    """A team leaves by the same way: its file goes; waits until all it had is gone."""
    with _command(as_json) as (layout, reporter):
        changes = TeamChanges(layout=layout, reporter=reporter, record=_running(layout))
        _print_outcome(changes.offboard(team), "left", as_json=as_json)


@contextmanager
def _command(as_json: bool = False) -> Generator[tuple[Layout, Reporter]]:
    """One command: its errors as a line, its Ctrl-C as a message, its faults as a file."""
    layout, reporter = Layout(), Reporter(console=make_console(stderr=True))
    # Ended by a supervisor, a command shall leave things as tidy as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield layout, reporter
    except LabError as error:
        _fail(error, reporter, as_json=as_json)
    except KeyboardInterrupt:
        reporter.say(
            "Interrupted. What was done stays; `python -m lab up` goes on from there, "
            "`python -m lab down` removes it",
            style="yellow",
        )
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except typer.Exit:
        raise
    except Exception as fault:  # a traceback is for a file, not for a person
        _fail(_unexpected(fault, layout), reporter, as_json=as_json)


def _fail(error: LabError, reporter: Reporter, *, as_json: bool) -> NoReturn:
    reporter.error(error)
    if as_json:
        _print_json({"error": {"message": error.message, "remedy": error.remedy}})
    raise typer.Exit(exit_code(error)) from None


def _unexpected(fault: Exception, layout: Layout) -> LabError:
    folder = layout.logs if layout.logs.is_dir() else layout.root
    path = folder / f"lab-fault-{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}.log"
    path.write_text("".join(traceback.format_exception(fault)))
    return LabError(f"a fault of the lab itself: {fault!r}", f"It is described in {path}")


def _recorded(layout: Layout) -> record.Record:
    if not layout.record.exists():
        raise NotUpError("the lab is not up", "Run: python -m lab up")
    return record.load(layout)


def _running(layout: Layout) -> record.Record:
    found = _recorded(layout)
    if not Services(layout=layout).running(AWS):
        raise NotUpError("the lab is not up: its AWS emulator stopped", "Run: python -m lab up")
    return found


def _print_status(found: status.Status, *, as_json: bool) -> None:
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        tables.print_status(make_console(stderr=False), found)


def _print_outcome(outcome: Outcome, verb: str, *, as_json: bool) -> None:
    if as_json:
        _print_json(outcome.document())
    else:
        print_outcome(make_console(stderr=False), outcome, verb=verb)


def _print_json(document: object) -> None:
    typer.echo(json.dumps(document, indent=2))
