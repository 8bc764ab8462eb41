"""How an onboarding is drawn for a person; `--json` prints the outcome itself."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lab.onboarding.command import Outcome

KEPT = (
    "stays for its data: the team's file did not say deleteData: true before it went. "
    "When nobody needs it: kubectl delete namespace, with the glass broken (docs/guards.md)"
)


def print_outcome(console: Console, outcome: Outcome, *, verb: str) -> None:
    """What came or went, then the total; `verb` completes "the team …"."""
    title = f"What {verb} (seconds after the push)"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("cluster", "what", "namespace"):
        table.add_column(column, overflow="fold", no_wrap=column == "cluster")
    table.add_column("after", justify="right", no_wrap=True)
    for event in outcome.events:
        what = f"{event.what}\n  {event.detail}" if event.detail else event.what
        table.add_row(
            Text(event.cluster), Text(what), Text(event.namespace), Text(f"{event.seconds:.1f} s")
        )
    console.print(table)
    for namespace in outcome.kept:
        console.print(Text(f"Namespace {namespace} {KEPT}"), soft_wrap=True)
    console.print(Text(f"Team {outcome.team} {verb} in {outcome.seconds:.1f} s"), soft_wrap=True)
