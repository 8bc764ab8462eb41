"""The end of a command that cannot go on: one line on stderr, and the exit code."""

from collections.abc import Generator
from contextlib import contextmanager

import typer

from fleet.errors import FleetError


@contextmanager
def failures() -> Generator[None]:
    """Around what a command does."""
    try:
        yield
    except FleetError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(error.code) from None
