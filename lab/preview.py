"""`lab preview`: what `pulumi up` of every stack would change, nothing being changed."""

from dataclasses import asdict, dataclass
from typing import Any

from lab import events, lock, record, workspace
from lab.console import Reporter
from lab.exit_codes import NotUpError
from lab.layout import Layout
from lab.services import AWS, Services
from lab.up import engine, lab_environment


@dataclass(frozen=True, kw_only=True)
class Previewed:
    """The reports by stack, in the order of `up`."""

    stacks: dict[str, events.Report]

    @property
    def changes(self) -> int:
        """How many resources would change."""
        return sum(sum(report.changed.values()) for report in self.stacks.values())

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "changes": self.changes,
            "stacks": {
                name: {
                    "counts": dict(report.counts),
                    "changes": [
                        asdict(change) | {"name": change.name, "type": change.type}
                        for change in report.changes
                    ],
                }
                for name, report in self.stacks.items()
            },
        }


def run(layout: Layout, reporter: Reporter) -> Previewed:
    """Preview every stack. Raises NotUpError without a running lab, LabError when one fails."""
    if not layout.record.exists() or not Services(layout=layout).running(AWS):
        raise NotUpError("the lab is not up", "Run: python -m lab up")
    with lock.held(layout.lock):
        found = record.load(layout)
        overlay = workspace.Overlay.of(found)
        fleet = workspace.write(layout.root, layout.project, overlay)
        pulumi = engine(layout, found, fleet, lab_environment(layout, found, fleet))
        reports: dict[str, events.Report] = {}
        for stack in fleet.all:
            with reporter.step(f"pulumi preview {stack.name}") as step:
                pulumi.prepare(stack.name)
                reports[stack.name] = pulumi.preview(stack.name, step.note)
                step.detail = reports[stack.name].summary()
            for change in reports[stack.name].changes:
                reporter.say(f"    {_line(change)}")
    return Previewed(stacks=reports)


def _line(change: events.Change) -> str:
    properties = f" ({', '.join(change.properties)})" if change.properties else ""
    return f"{change.operation} {change.type} {change.name}{properties}"
