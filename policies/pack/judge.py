"""Which findings of the rules count, after the exceptions.

Owns: what an exception excuses, and what is said of one that has run out or excuses nothing. Not
here: the rules, the file of exceptions (`exceptions.py`), how findings reach the engine
(`crossguard.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .exceptions import Exceptions, Excused
from .rule import Resource, ResourceRule, Rule, StackRule


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A finding that counts."""

    rule: Rule
    resource: Resource
    message: str


class Judge:
    """Holds resources to rules on one day; remembers which exceptions were needed."""

    def __init__(self, exceptions: Exceptions, today: date) -> None:
        self._exceptions = exceptions
        self._today = today
        self._needed: set[Excused] = set()

    def resource(self, rule: ResourceRule, resource: Resource) -> Iterator[Violation]:
        """What is wrong with one resource and not excused."""
        for finding in rule.findings(resource):
            yield from self._counted(rule, resource, finding)

    def stack(self, rule: StackRule, resources: Sequence[Resource]) -> Iterator[Violation]:
        """What is wrong with a stack and not excused."""
        for resource, finding in rule.findings(resources):
            yield from self._counted(rule, resource, finding)

    def _counted(self, rule: Rule, resource: Resource, finding: str) -> Iterator[Violation]:
        about = [e for e in self._exceptions.entries if e.is_about(rule.name, resource)]
        self._needed |= set(about)
        if not any(entry.until >= self._today for entry in about):
            yield Violation(rule=rule, resource=resource, message=rule.message(finding))

    def faults(self, stack: str) -> Iterator[str]:
        """What is wrong with the file itself, and what of it has run out, for a stack."""
        yield from self._exceptions.mistakes
        for entry in self._exceptions.entries:
            if entry.holds_in(stack) and entry.until < self._today:
                yield (
                    f"the exception to {entry} ended on {entry.until} ({entry.reason}):"
                    " mend the resource, or give a new date with a reason that holds"
                )

    def needless(self, stack: str) -> Iterator[str]:
        """After a whole run: the exceptions that excused nothing of the stack."""
        for entry in self._exceptions.entries:
            if entry.holds_in(stack) and entry not in self._needed:
                yield f"the exception to {entry} excuses nothing: take it out"
