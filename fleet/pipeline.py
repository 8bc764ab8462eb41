"""`deployments`: what pipelines ask before they run Pulumi, as JSON on stdout.

Owns: the two commands. Not here: what the files say (`deployments.py`), and running anything.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from fleet import deployments, revisions
from fleet.deployments import Deployment
from fleet.errors import ExitCode, FleetError
from fleet.failures import failures
from fleet.mistakes import listed

app = typer.Typer(
    help="Stacks, by their settings in Pulumi.<stack>.deploy.yaml.", no_args_is_help=True
)

Step = Mapping[str, str]


@app.command()
def settings(
    context: typer.Context,
    stack: Annotated[str, typer.Argument(help="As in Pulumi.<stack>.deploy.yaml.")],
) -> None:
    """The settings of one stack, as Pulumi Cloud takes them."""
    with failures():
        found = {each.stack: each for each in _read(context.obj)}
        if stack not in found:
            known = listed(found) or "none"
            raise FleetError(f"there is no Pulumi.{stack}.deploy.yaml", f"stacks are: {known}")
        typer.echo(json.dumps(found[stack].settings, indent=2))


@app.command()
def plan(
    context: typer.Context,
    base: Annotated[
        str, typer.Option(help="Only stacks that changes since this revision concern.")
    ] = "",
) -> None:
    """Which stacks to preview, and in which order to update: spokes, gated spokes, hubs."""
    with failures():
        found = _read(context.obj)
        chosen = found
        if base:
            chosen = deployments.concerned(found, revisions.changed(context.obj, base))
        typer.echo(json.dumps(waves(chosen, found)))


def waves(
    chosen: Sequence[Deployment], every: Sequence[Deployment]
) -> Mapping[str, Sequence[Step]]:
    """The steps of a plan, each a stack, and the role and region that it runs as.

    A hub comes last, whenever one of its spokes does: it reads what they export.
    """
    updated = deployments.with_their_hubs(chosen, every)
    spokes = [each for each in updated if not each.hub]
    return {
        "preview": _steps(chosen, lambda each: each.preview_role),
        "spokes": _steps((each for each in spokes if not each.gated), _deployer),
        "gated": _steps((each for each in spokes if each.gated), _deployer),
        "hubs": _steps((each for each in updated if each.hub), _deployer),
    }


def _steps(stacks: Iterable[Deployment], role: Callable[[Deployment], str]) -> list[Step]:
    return [{"stack": each.stack, "role": role(each), "region": each.region} for each in stacks]


def _deployer(deployment: Deployment) -> str:
    return deployment.deployer_role


def _read(root: Path) -> list[Deployment]:
    found, mistakes = deployments.read(root)
    if mistakes:
        for mistake in sorted(mistakes):
            typer.echo(str(mistake), err=True)
        raise typer.Exit(ExitCode.MISTAKES)
    return found
