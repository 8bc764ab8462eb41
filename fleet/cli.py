"""The command line, `python -m fleet`: options, exit codes and what goes to stdout.

Not here: what the commands do; each is a module of its own.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fleet import diff, drain, pipeline, render, report
from fleet.check import run as run_check
from fleet.errors import ExitCode, FleetError
from fleet.failures import failures
from fleet.new import NewTeam, next_steps, write

app = typer.Typer(
    name="fleet",
    help="The teams of the fleet, and the clusters that they are on.",
    epilog="Exit codes: 0 done · 1 mistakes in files · 2 a mistake in the command",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
team = typer.Typer(help="Teams, by their files in gitops/teams.", no_args_is_help=True)
app.add_typer(team, name="team")
app.add_typer(pipeline.app, name="deployments")


class Format(StrEnum):
    """How `team check` shows what it finds."""

    TEXT = "text"
    GITHUB = "github"


@app.callback()
def main(
    context: typer.Context,
    root: Annotated[
        Path,
        typer.Option(
            exists=True, file_okay=False, help="The project; by default the one this program is of."
        ),
    ] = Path(__file__).parents[1],
) -> None:
    """The option that all commands have."""
    context.obj = root


@team.command()
def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="TEAM", help="Also the name of its folder.")],
    environment: Annotated[str, typer.Option(help="Its first environment.")] = "dev",
    clusters: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LABEL=VALUE",
            help="A label of its clusters; repeat it. By default environment=<the environment>.",
        ),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=PATH", help="A folder of this repository; repeat it. By default a sample."
        ),
    ] = None,
    owner: Annotated[str, typer.Option(help="Where the team is reached.")] = "",
) -> None:
    """Write gitops/teams/TEAM/team.yaml, commented and valid; say what to do next."""
    with failures():
        file = write(
            context.obj,
            NewTeam(
                name=name,
                environment=environment,
                clusters=_pairs("--clusters", clusters),
                services=_pairs("--service", service),
                contact=owner,
            ),
        )
    typer.echo(next_steps(file, name))


@team.command()
def check(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[TEAM]...", help="All, if none is named.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    form: Annotated[
        Format, typer.Option("--format", help="github: annotations of a pull request.")
    ] = Format.TEXT,
) -> None:
    """Every mistake in team files: file, line, what is wrong, what to write. Exit 1: some."""
    with failures():
        found = run_check(context.obj, names or [])
    if as_json:
        typer.echo(report.document(found))
    elif found.mistakes:
        typer.echo(report.github(found) if form == Format.GITHUB else report.text(found))
    if not as_json:
        typer.echo(report.summary(found), err=bool(found.mistakes))
    raise typer.Exit(ExitCode.MISTAKES if found.mistakes else ExitCode.OK)


team.command(name="render")(render.command)
team.command(name="diff")(diff.command)
app.command(name="drain")(drain.drain)


def _pairs(option: str, texts: list[str] | None) -> dict[str, str]:
    """`[a=b]` as `{a: b}`."""
    pairs = [text.partition("=") for text in texts or []]
    if wrong := [key for key, equals, value in pairs if not (key and equals and value)]:
        raise FleetError(f"{option} {wrong[0]} has no value", f"write {option} {wrong[0]}=<value>")
    return {key: value for key, _, value in pairs}
