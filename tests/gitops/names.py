"""The names of all that Argo CD's own kinds become for the committed fleet: the golden file.

`python -m tests.gitops.names` renews it; the change belongs in the same commit as its cause.
"""

from collections.abc import Iterable
from pathlib import Path

from tests.gitops.fleet import Rendered, render
from tests.gitops.programs import committed_world, find_helm

GOLDEN = Path(__file__).parent / "golden" / "names.txt"
_KINDS = ("AppProject", "ApplicationSet", "Application")


def names(found: Iterable[Rendered]) -> list[str]:
    """One line for each, sorted."""
    return sorted(_line(each) for each in found if each.kind in _KINDS)


def _line(each: Rendered) -> str:
    if each.kind != "Application":
        return f"{each.kind} {each.name}"
    spec = each.manifest["spec"]
    place = f"{spec['destination']['name']}/{spec['destination']['namespace']}"
    return f"{each.kind} {each.name} on {place} in project {spec['project']}"


def _renew() -> None:
    world, handed_over = committed_world(find_helm())
    GOLDEN.write_text("".join(f"{line}\n" for line in names(render(world, handed_over))))


if __name__ == "__main__":
    _renew()
